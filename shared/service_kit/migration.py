"""What migrations say more than once: the kit's tables as first released, and the protection of a tenant's rows.

A landed migration calls these functions, so a function here never changes what it does: a new need is a new function.
"""

from alembic import op
from sqlalchemy import text

from service_kit.tables import kit_metadata

_SEES = """
    (SELECT current_setting('app.tenants', true)) = '*'
    OR {column} = ANY ((SELECT string_to_array(
        nullif(nullif(current_setting('app.tenants', true), '*'), ''), ',')::uuid[])::uuid[])
"""


def protect_tenant_rows(table: str, column: str) -> None:
    """Row-level security on `table`: a transaction sees and writes only rows whose `column` is one of its tenants.

    `FORCE` binds the table's owner as well. A transaction that has set no tenants sees no rows.
    """
    sees = _SEES.format(column=column)
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_rows ON {table} USING ({sees}) WITH CHECK ({sees})")


def create_kit_tables() -> None:
    """The outbox, the feed, the cursors, the idempotency keys and the audit log, protected, with their first rows."""
    kit_metadata.create_all(op.get_bind(), checkfirst=False)
    for table in ("outbox_pending", "feed", "audit_log"):
        protect_tenant_rows(table, "tenant_id")
    op.execute(text("INSERT INTO feed_head DEFAULT VALUES"))
    make_append_only("feed")
    make_append_only("audit_log")


def make_append_only(table: str) -> None:
    """No role, the owner included, changes or removes a row of `table`: a trigger refuses, whatever was granted."""
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def drop_kit_tables() -> None:
    """Takes back `create_kit_tables`."""
    kit_metadata.drop_all(op.get_bind(), checkfirst=False)
    op.execute("DROP FUNCTION refuse_change()")
