"""The grades of schools of which nothing was kept are counted from what is told alone, and kept without comparing."""

from alembic import op

revision = "2026_11_26_upload_inspections"
down_revision = "2026_11_25_upload_fast"
branch_labels = None
depends_on = None

# Of a school of which nothing is kept, and that no link tells of, all that counts is what is told now. Where its history
# is plain, as `keep_grade_pairs` has it, it is gone through once. Every other school is left to `keep_grade_pairs`.
_BRING_TOLD_ALONG = """
    CREATE FUNCTION bring_inspections_told_along() RETURNS trigger LANGUAGE plpgsql SET work_mem = '64MB' AS $$
    DECLARE of_others text[]; has_begun boolean;
    BEGIN
        EXECUTE '
            SELECT EXISTS (
                SELECT FROM told_now AS told
                WHERE NOT EXISTS (SELECT FROM grade_pairs AS kept WHERE kept.urn = told.urn))' INTO has_begun;
        IF NOT has_begun THEN
            PERFORM keep_grade_pairs(array_agg(DISTINCT urn)) FROM told_now;
            RETURN NULL;
        END IF;
        EXECUTE '
            SELECT array_agg(urn) FILTER (WHERE NOT begins), bool_or(begins) FROM (
                SELECT urn, bool_and(known_from_on = inspected_on AND known_to_on IS NULL)
                    AND count(teaching) IN (0, count(*)) AND count(leadership) IN (0, count(*))
                    AND NOT EXISTS (SELECT FROM grade_pairs AS kept WHERE kept.urn = told.urn)
                    AND NOT EXISTS (SELECT FROM school_links WHERE successor_urn = told.urn)
                    AND NOT EXISTS (SELECT FROM school_links WHERE predecessor_urn = told.urn) AS begins
                FROM told_now AS told GROUP BY urn
            ) AS schools' INTO of_others, has_begun;
        IF has_begun THEN
            EXECUTE '
                INSERT INTO grade_pairs
                SELECT urn, inspected_on, lead(inspected_on) OVER earliest_first,
                       overall, lag(overall) OVER earliest_first, teaching, lag(teaching) OVER earliest_first,
                       leadership, lag(leadership) OVER earliest_first
                FROM (
                    SELECT told.*, inspected_on - lag(inspected_on) OVER earliest_first AS days_since
                    FROM told_now AS told WHERE urn NOT IN (SELECT unnest($1))
                    WINDOW earliest_first AS (PARTITION BY urn ORDER BY inspected_on)
                ) AS told WHERE days_since IS NULL OR days_since > 7
                WINDOW earliest_first AS (PARTITION BY urn ORDER BY inspected_on)' USING of_others;
        END IF;
        IF of_others IS NOT NULL THEN
            PERFORM keep_grade_pairs(of_others);
        END IF;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    """Lets inspections that are told bring the grades along by the new function."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(_BRING_TOLD_ALONG)
    _bring_along_on_insert("bring_inspections_told_along()")


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    _bring_along_on_insert("bring_grade_pairs_along('urn')")
    op.execute("DROP FUNCTION bring_inspections_told_along()")


def _bring_along_on_insert(function: str) -> None:
    op.execute(
        "CREATE OR REPLACE TRIGGER bring_along_on_insert AFTER INSERT ON inspections "
        f"REFERENCING NEW TABLE AS told_now FOR EACH STATEMENT EXECUTE FUNCTION {function}"
    )
