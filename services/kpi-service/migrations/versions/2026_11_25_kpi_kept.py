"""The last two grades of every school, kept for every day: whoever writes an inspection or a link brings them along."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_kpi_kept"
down_revision = "2026_11_25_kpi_comparators"
branch_labels = None
depends_on = None

# The rule is that of `kpi_service.inspections.store`, on every day at once. `reached` are the schools whose line may
# hold one of the URNs. Most histories are plain: each inspection counts from its own day on, and every judgement is
# given in all of them or in none. Those are gone through once; any other is looked at on each day on which it changes.
_KEEP = """
    CREATE FUNCTION keep_grade_pairs(told_of text[]) RETURNS void LANGUAGE plpgsql
    SET work_mem = '64MB' SET plan_cache_mode = force_custom_plan AS $$
    BEGIN
        WITH RECURSIVE reached (urn, steps) AS (
            SELECT unnest(told_of), 0
            UNION
            SELECT links.successor_urn, reached.steps + 1
            FROM reached JOIN school_links AS links ON links.predecessor_urn = reached.urn WHERE reached.steps < 10
        ),
        schools AS MATERIALIZED (SELECT DISTINCT urn FROM reached),
        line (urn, ancestor_urn, via, from_on, to_on) AS (
            SELECT urn, urn, ARRAY[]::text[], date '-infinity', date 'infinity' FROM schools
            UNION ALL
            SELECT line.urn, links.predecessor_urn, line.via || links.predecessor_urn,
                   greatest(line.from_on, links.known_from_on),
                   least(line.to_on, coalesce(links.known_to_on, 'infinity'))
            FROM line, LATERAL (SELECT * FROM school_links WHERE successor_urn = line.ancestor_urn OFFSET 0) AS links
            WHERE links.predecessor_urn <> line.urn AND links.predecessor_urn <> ALL (line.via)
              AND cardinality(line.via) < 10
        ),
        told AS MATERIALIZED (
            SELECT line.urn, cardinality(line.via) AS steps, given.urn AS given_to, given.inspected_on,
                   given.overall, given.teaching, given.leadership, period.from_on, period.to_on
            FROM line, LATERAL (SELECT * FROM inspections WHERE urn = line.ancestor_urn OFFSET 0) AS given,
                 LATERAL (SELECT greatest(line.from_on, given.known_from_on, given.inspected_on) AS from_on,
                                 least(line.to_on, coalesce(given.known_to_on, 'infinity')) AS to_on) AS period
            WHERE period.from_on < period.to_on
        ),
        changing AS MATERIALIZED (
            SELECT urn FROM told GROUP BY urn
            HAVING bool_or(from_on <> inspected_on OR to_on < 'infinity')
                OR count(teaching) NOT IN (0, count(*)) OR count(leadership) NOT IN (0, count(*))
        ),
        days AS MATERIALIZED (
            SELECT urn, from_on AS on_day FROM told JOIN changing USING (urn)
            UNION
            SELECT urn, to_on FROM told JOIN changing USING (urn) WHERE to_on < 'infinity'
        ),
        plain AS (
            SELECT urn, inspected_on AS from_on, lead(inspected_on) OVER earliest_first AS to_on,
                   overall, lag(overall) OVER earliest_first AS overall_starting,
                   teaching, lag(teaching) OVER earliest_first AS teaching_starting,
                   leadership, lag(leadership) OVER earliest_first AS leadership_starting
            FROM (
                SELECT told.*, inspected_on - lag(inspected_on) OVER nearest_first AS days_since
                FROM told WHERE urn NOT IN (SELECT urn FROM changing)
                WINDOW nearest_first AS (PARTITION BY urn ORDER BY inspected_on, steps, given_to)
            ) AS told WHERE days_since IS NULL OR days_since > 7
            WINDOW earliest_first AS (PARTITION BY urn ORDER BY inspected_on)
        ),
        once AS (
            SELECT urn, on_day, judgement, inspected_on, grade FROM (
                SELECT told.urn, days.on_day, given.judgement, told.inspected_on, given.grade,
                       told.inspected_on - lag(told.inspected_on) OVER nearest_first AS days_since
                FROM days JOIN told ON told.urn = days.urn
                    AND told.from_on <= days.on_day AND days.on_day < told.to_on,
                     LATERAL (VALUES (1, told.overall), (2, told.teaching), (3, told.leadership))
                    AS given (judgement, grade)
                WHERE given.grade IS NOT NULL
                WINDOW nearest_first AS (
                    PARTITION BY told.urn, days.on_day, given.judgement
                    ORDER BY told.inspected_on, told.steps, told.given_to
                )
            ) AS told WHERE days_since IS NULL OR days_since > 7
        ),
        pairs AS (
            SELECT once.*, lag(grade) OVER earliest_first AS starting,
                   lead(grade) OVER earliest_first IS NULL AS is_latest
            FROM once WINDOW earliest_first AS (PARTITION BY urn, on_day, judgement ORDER BY inspected_on)
        ),
        fresh AS MATERIALIZED (
            SELECT * FROM plain
            UNION ALL
            SELECT days.urn, days.on_day, lead(days.on_day) OVER (PARTITION BY days.urn ORDER BY days.on_day),
                   max(grade) FILTER (WHERE judgement = 1), max(starting) FILTER (WHERE judgement = 1),
                   max(grade) FILTER (WHERE judgement = 2), max(starting) FILTER (WHERE judgement = 2),
                   max(grade) FILTER (WHERE judgement = 3), max(starting) FILTER (WHERE judgement = 3)
            FROM days LEFT JOIN pairs ON pairs.urn = days.urn AND pairs.on_day = days.on_day AND pairs.is_latest
            GROUP BY days.urn, days.on_day
        ),
        removed AS (
            DELETE FROM grade_pairs AS kept USING schools
            WHERE kept.urn = schools.urn AND NOT EXISTS (
                SELECT FROM fresh WHERE fresh.urn = kept.urn AND fresh.from_on = kept.from_on)
        )
        INSERT INTO grade_pairs AS kept SELECT * FROM fresh
        ON CONFLICT (urn, from_on) DO UPDATE
        SET (to_on, overall, overall_starting, teaching, teaching_starting, leadership, leadership_starting)
          = (excluded.to_on, excluded.overall, excluded.overall_starting, excluded.teaching,
             excluded.teaching_starting, excluded.leadership, excluded.leadership_starting)
        WHERE kept IS DISTINCT FROM excluded;
    END $$
"""
# One after the other, from before the first row is written until it is committed: of two that tell of one school at the
# same moment neither would see what the other writes. Whoever waits may wait as long as its statement may take.
_TAKE_TURNS = """
    CREATE FUNCTION take_turns_with_grade_pairs() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('grade_pairs', 0));
        RETURN NULL;
    END $$
"""
_BRING_ALONG = """
    CREATE FUNCTION bring_grade_pairs_along() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE told_of text[]; told_before text[];
    BEGIN
        IF TG_OP <> 'DELETE' THEN
            EXECUTE format('SELECT array_agg(DISTINCT %I) FROM told_now', TG_ARGV[0]) INTO told_of;
        END IF;
        IF TG_OP <> 'INSERT' THEN
            EXECUTE format('SELECT array_agg(DISTINCT %I) FROM told_before', TG_ARGV[0]) INTO told_before;
        END IF;
        IF told_of IS NOT NULL OR told_before IS NOT NULL THEN
            PERFORM keep_grade_pairs(told_of || told_before);
        END IF;
        RETURN NULL;
    END $$
"""
_FACTS = {"inspections": "urn", "school_links": "successor_urn"}
_SEEN = {
    "insert": "NEW TABLE AS told_now",
    "update": "OLD TABLE AS told_before NEW TABLE AS told_now",
    "delete": "OLD TABLE AS told_before",
}
_INDEXES = {
    "inspections": ["urn"],
    "attainments": ["code", "year"],
    "school_links": ["predecessor_urn"],
}


def upgrade() -> None:
    """Makes the table, lets the facts bring it along, and counts those known so far."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table, columns in _INDEXES.items():
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    op.create_table(
        "grade_pairs",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        *(
            sa.Column(judgement + which, sa.SmallInteger(), nullable=True)
            for judgement in ("overall", "teaching", "leadership")
            for which in ("", "_starting")
        ),
        sa.PrimaryKeyConstraint("urn", "from_on", name=op.f("pk_grade_pairs")),
    )
    for statement in (_KEEP, _TAKE_TURNS, _BRING_ALONG):
        op.execute(statement)
    for table, column in _FACTS.items():
        op.execute(
            f"CREATE TRIGGER take_turns BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION take_turns_with_grade_pairs()"
        )
        for what, seen in _SEEN.items():
            op.execute(
                f"CREATE TRIGGER bring_along_on_{what} AFTER {what} ON {table} REFERENCING {seen} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION bring_grade_pairs_along('{column}')"
            )
    op.execute("SELECT keep_grade_pairs(array_agg(DISTINCT urn)) FROM inspections")


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table, columns in _INDEXES.items():
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
    for table in _FACTS:
        for what in _SEEN:
            op.execute(f"DROP TRIGGER bring_along_on_{what} ON {table}")
        op.execute(f"DROP TRIGGER take_turns ON {table}")
    for function in ("bring_grade_pairs_along()", "take_turns_with_grade_pairs()", "keep_grade_pairs(text[])"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("grade_pairs")
