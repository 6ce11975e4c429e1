"""Makes a service's database and its two roles. `python -m service_kit.provision` does so from the environment.

The owner's role changes the schema, in migrations only. The app's role reads and writes rows, may have a table until
its transaction ends, owns nothing that stays, and cannot step around row-level security. Everyone else is shut out.
"""

import os
import sys

import psycopg
from psycopg import sql

# In order by code point, wherever the server stands and whatever language it speaks: the same order everywhere, and the
# quickest to sort by and to find in an index.
_CREATE = "CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE 'C'"
# Bypassing row-level security, making roles or reading the write-ahead log is for neither role.
_POWERLESS = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")


def provision(admin_url: str, *, database: str, owner: str, owner_password: str, app: str, app_password: str) -> None:
    """Bring database and roles to the state described above; doing it again changes nothing but the passwords.

    `admin_url` is a superuser's, for any database of the cluster. Privileges are granted by default on tables the owner
    makes later, and never again on those that exist: what a migration has revoked (the audit table's rows are only ever
    added) stays revoked. Raises `psycopg.Error`.
    """
    url = admin_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(url, autocommit=True) as admin:
        # Two starts at once would both find the role missing. The lock goes with the connection.
        admin.execute("SELECT pg_advisory_lock(hashtext('service_kit.provision'))")
        _make_role(admin, owner, owner_password)
        _make_role(admin, app, app_password)
        _make_database(admin, database, owner)
        let_in_only(admin, database, app)
    with psycopg.connect(url, dbname=database, autocommit=True) as admin:
        _grant(admin, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
        _grant(admin, "GRANT USAGE ON SCHEMA public TO {app}", app=app)
        for privileges in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE ON SEQUENCES"):
            _grant(
                admin,
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {{owner}} IN SCHEMA public GRANT {privileges} TO {{app}}",
                owner=owner,
                app=app,
            )


def let_in_only(admin: "psycopg.Connection[tuple[object, ...]]", database: str, app: str) -> None:
    """Shut everyone but the owner and the app's role out of a database. Raises `psycopg.Error`."""
    _grant(admin, "REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database)
    _grant(admin, "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}", database=database, app=app)


def _make_role(admin: "psycopg.Connection[tuple[object, ...]]", role: str, password: str) -> None:
    exists = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    # Hashed here, so that the server's log and statistics never see the password itself.
    verifier = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    admin.execute(
        sql.SQL("{verb} ROLE {role} {powers} PASSWORD {verifier}").format(
            verb=sql.SQL("ALTER" if exists else "CREATE"),
            role=sql.Identifier(role),
            powers=_POWERLESS,
            verifier=sql.Literal(verifier),
        )
    )


def _make_database(admin: "psycopg.Connection[tuple[object, ...]]", database: str, owner: str) -> None:
    exists = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    statement = "ALTER DATABASE {database} OWNER TO {owner}" if exists else _CREATE
    _grant(admin, statement, database=database, owner=owner)


def _grant(admin: "psycopg.Connection[tuple[object, ...]]", statement: str, **names: str) -> None:
    quoted = {key: sql.Identifier(name) for key, name in names.items()}
    admin.execute(sql.SQL(statement).format(**quoted))


def main() -> int:
    """Read `PROVISION_ADMIN_URL` and the names and passwords; 2 where one is missing, named on standard error."""
    names = ("database", "owner", "owner_password", "app", "app_password")
    variables = {"admin_url": "PROVISION_ADMIN_URL"} | {name: f"PROVISION_{name.upper()}" for name in names}
    missing = [variable for variable in variables.values() if not os.environ.get(variable)]
    if missing:
        sys.stderr.write(f"Set {', '.join(missing)}.\n")
        return 2
    values = {name: os.environ[variable] for name, variable in variables.items()}
    provision(values.pop("admin_url"), **values)
    return 0


if __name__ == "__main__":
    sys.exit(main())
