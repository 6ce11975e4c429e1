"""A database for a test: made once as a migrated template, then cloned, which is as cheap as emptying tables."""

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from service_kit.provision import let_in_only, provision

ROOT = Path(__file__).parents[1]
PASSWORD = "only-for-tests"


@dataclass(frozen=True)
class ServiceDatabase:
    """One service's database: `app_url` is what the service connects with, `owner_url` what migrations do."""

    name: str
    app_url: str
    owner_url: str
    admin_url: str


@dataclass
class Databases:
    """Makes, clones and removes the databases of one test session on the server at `admin_url` (libpq, superuser)."""

    admin_url: str
    suffix: str = field(default_factory=lambda: secrets.token_hex(4))
    _made: list[str] = field(default_factory=list)
    _templates: dict[str, ServiceDatabase] = field(default_factory=dict)

    def clone(self, service: str) -> ServiceDatabase:
        """A fresh, migrated database of `service`, such as `plans-api`."""
        template = self._templates.get(service) or self._make_template(service)
        name = f"{service.replace('-', '_')}_{self.suffix}_{len(self._made)}"
        clone = self._named(service, name)
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(template.name), sql.Identifier(self._role(service, "owner"))
                )
            )
            # Who may do what in a database is not copied with it.
            let_in_only(admin, name, self._role(service, "app"))
        self._made.append(name)
        return clone

    def empty(self, service: str) -> ServiceDatabase:
        """A database of `service` with its roles and no tables."""
        name = f"{service.replace('-', '_')}_{self.suffix}_{len(self._made)}"
        provision(
            self.admin_url,
            database=name,
            owner=self._role(service, "owner"),
            owner_password=PASSWORD,
            app=self._role(service, "app"),
            app_password=PASSWORD,
        )
        self._made.append(name)
        return self._named(service, name)

    def remove_all(self) -> None:
        """Removes the databases and roles made, with whoever is still connected to them."""
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            for name in self._made:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            roles = admin.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"%\\_{self.suffix}"])
            for (role,) in roles.fetchall():
                admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

    def _make_template(self, service: str) -> ServiceDatabase:
        template = self.empty(service)
        migrate(service, template, "upgrade", "head")
        self._templates[service] = template
        return template

    def _role(self, service: str, kind: str) -> str:
        return f"{service.replace('-', '_')}_{kind}_{self.suffix}"

    def _named(self, service: str, name: str) -> ServiceDatabase:
        def url(role: str) -> str:
            parts = psycopg.conninfo.conninfo_to_dict(self.admin_url)
            return f"postgresql+psycopg://{role}:{PASSWORD}@{parts['host']}:{parts['port']}/{name}"

        admin = psycopg.conninfo.make_conninfo(self.admin_url, dbname=name)
        return ServiceDatabase(name, url(self._role(service, "app")), url(self._role(service, "owner")), admin)


def migrate(service: str, database: ServiceDatabase, *command: str) -> str:
    """Runs an Alembic command of `service` as the owner, as a deployment would; answers what it printed."""
    ini = ROOT / "services" / service / "alembic.ini"
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(ini), *command],
        env=os.environ | {"DATABASE_OWNER_URL": database.owner_url},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise AssertionError(f"alembic {' '.join(command)} of {service} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr
