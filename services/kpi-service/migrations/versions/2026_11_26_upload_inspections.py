"""The grades of schools of which nothing was kept are counted from what is told alone, and kept without comparing."""

from alembic import op

revision = "2026_11_26_upload_inspections"
down_revision = "2026_11_25_upload_fast"
branch_labels = None
depends_on = None

# Of a school of which nothing is kept, all that counts is what is told now. Where that is plain, as `keep_grade_pairs`
# has it, it is gone through once, which takes two within a week for two inspections. Those schools, predecessors, whose
# successors are counted with them, and all others are left to `keep_grade_pairs`. Each statement is planned anew, for
# one row or for a file.
_BRING_TOLD_ALONG = """
    CREATE FUNCTION bring_inspections_told_along() RETURNS trigger LANGUAGE plpgsql SET work_mem = '64MB' AS $$
    DECLARE is_begun boolean; of_others text[]; too_near text[];
    BEGIN
        EXECUTE '
            SELECT EXISTS (
                SELECT FROM told_now AS told
                WHERE NOT EXISTS (SELECT FROM grade_pairs AS kept WHERE kept.urn = told.urn))' INTO is_begun;
        IF NOT is_begun THEN
            PERFORM keep_grade_pairs(array_agg(DISTINCT urn)) FROM told_now HAVING count(*) > 0;
            RETURN NULL;
        END IF;
        EXECUTE '
            SELECT array_agg(DISTINCT urn) FROM told_now AS told
            WHERE known_from_on <> inspected_on OR known_to_on IS NOT NULL
               OR (teaching IS NULL) <> (SELECT count(teaching) = 0 FROM told_now)
               OR (leadership IS NULL) <> (SELECT count(leadership) = 0 FROM told_now)
               OR EXISTS (SELECT FROM grade_pairs AS kept WHERE kept.urn = told.urn)
               OR EXISTS (SELECT FROM school_links WHERE predecessor_urn = told.urn)' INTO of_others;
        EXECUTE '
            INSERT INTO grade_pairs
            SELECT urn, inspected_on, lead(inspected_on) OVER earliest_first,
                   overall, lag(overall) OVER earliest_first, teaching, lag(teaching) OVER earliest_first,
                   leadership, lag(leadership) OVER earliest_first
            FROM told_now WHERE urn NOT IN (SELECT unnest($1))
            WINDOW earliest_first AS (PARTITION BY urn ORDER BY inspected_on)' USING of_others;
        EXECUTE '
            SELECT array_agg(DISTINCT urn) FROM grade_pairs
            WHERE to_on - from_on <= 7 AND urn IN (SELECT urn FROM told_now)' INTO too_near;
        IF of_others IS NOT NULL OR too_near IS NOT NULL THEN
            PERFORM keep_grade_pairs(of_others || too_near);
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
