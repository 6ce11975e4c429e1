"""What migrations say more than once: the kit's tables as first released, and the protection of a tenant's rows.

A landed migration calls these functions, so a function here never changes what it does: a new need is a new function.
"""

from alembic import op

_EVENT = """
    type text NOT NULL,
    subject text NOT NULL,
    tenant_id uuid,
    occurred_at timestamptz NOT NULL,
    trace_parent text,
    data jsonb NOT NULL
"""
# As first released, and apart from `service_kit.tables`, which goes on changing.
_FIRST_TABLES = (
    f"""CREATE TABLE outbox_pending (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_outbox_pending PRIMARY KEY, {_EVENT})""",
    f"CREATE TABLE feed (position bigint CONSTRAINT pk_feed PRIMARY KEY, {_EVENT})",
    """CREATE TABLE feed_head (
        id integer DEFAULT 1 CONSTRAINT pk_feed_head PRIMARY KEY CONSTRAINT ck_feed_head_one_row CHECK (id = 1),
        epoch integer NOT NULL DEFAULT 1,
        position bigint NOT NULL DEFAULT 0)""",
    """CREATE TABLE feed_cursors (
        feed text CONSTRAINT pk_feed_cursors PRIMARY KEY,
        epoch integer NOT NULL DEFAULT 0,
        position bigint NOT NULL DEFAULT 0)""",
    """CREATE TABLE idempotency_keys (
        client text NOT NULL,
        route text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        status smallint NOT NULL,
        headers jsonb NOT NULL,
        body bytea NOT NULL,
        stored_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_idempotency_keys PRIMARY KEY (client, route, key))""",
    "CREATE INDEX ix_idempotency_keys_stored_at ON idempotency_keys (stored_at)",
    """CREATE TABLE audit_log (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_audit_log PRIMARY KEY,
        at timestamptz NOT NULL,
        issuer text NOT NULL,
        who text NOT NULL,
        action text NOT NULL,
        subject text NOT NULL,
        tenant_id uuid,
        request_id text NOT NULL)""",
    "CREATE INDEX ix_audit_log_tenant_id_id ON audit_log (tenant_id, id)",
)
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


def protect_rows_of_two_tenants(table: str, first: str, second: str) -> None:
    """Row-level security on a `table` whose rows two tenants share: a transaction sees and writes only rows of which it
    has one of the two, named in the columns `first` and `second`. Otherwise as `protect_tenant_rows`."""
    sees = f"({_SEES.format(column=first)}) OR ({_SEES.format(column=second)})"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY rows_of_two_tenants ON {table} USING ({sees}) WITH CHECK ({sees})")


def protect_rows_of_a_tenant_or_of_nobody(table: str, column: str) -> None:
    """Row-level security on a `table` of which some rows belong to a tenant and the others, whose `column` is null, to
    nobody: those are seen by every transaction that has set a tenant, and written only where all tenants are reached.
    Otherwise as `protect_tenant_rows`."""
    sees = _SEES.format(column=column)
    is_nobodys = f"{column} IS NULL AND nullif(current_setting('app.tenants', true), '') IS NOT NULL"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_rows ON {table} USING ({sees}) WITH CHECK ({sees})")
    op.execute(f"CREATE POLICY rows_of_nobody ON {table} FOR SELECT USING ({is_nobodys})")


def create_kit_tables() -> None:
    """The outbox, the feed, the cursors, the idempotency keys and the audit log, protected, with their first rows."""
    for statement in _FIRST_TABLES:
        op.execute(statement)
    for table in ("outbox_pending", "feed", "audit_log"):
        protect_tenant_rows(table, "tenant_id")
    op.execute("INSERT INTO feed_head DEFAULT VALUES")
    make_append_only("feed")
    make_append_only("audit_log")


def create_jobs_table() -> None:
    """The jobs that a service's worker does, protected: those of no tenant are for whoever reaches everywhere."""
    op.execute(
        """CREATE TABLE jobs (
            id uuid CONSTRAINT pk_jobs PRIMARY KEY,
            kind text NOT NULL,
            tenant_id uuid,
            state text NOT NULL,
            progress jsonb NOT NULL DEFAULT '{}',
            failure text,
            attempts integer NOT NULL DEFAULT 0,
            cancel_asked boolean NOT NULL DEFAULT false,
            enqueued_at timestamptz NOT NULL,
            started_at timestamptz,
            beat_at timestamptz,
            ended_at timestamptz)"""
    )
    op.execute(
        "CREATE INDEX ix_jobs_kind_enqueued_at ON jobs (kind, enqueued_at) WHERE state IN ('waiting', 'running')"
    )
    protect_tenant_rows("jobs", "tenant_id")


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
    for table in ("audit_log", "idempotency_keys", "feed_cursors", "feed_head", "feed", "outbox_pending"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
