"""The rule of every comparator, in versions. What was kept of matched schools alone is read from there too."""

from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_kpi_comparators"
down_revision = "2026_11_25_kpi_traces"
branch_labels = None
depends_on = None

FIRST = {
    "fixed": "the value that stands in the target",
    "previous_year": (
        "the same figure on the same day of the year before, or of the academic year before where the figure is of an "
        "academic year"
    ),
    "national": (
        "the figure published for the country, the newest on the day; of a change over a year that of the same year, "
        "or else what the performance tables say of England; where nothing was published, what is counted here over "
        "every school that is open on the day"
    ),
    "group": "all schools that are open and in no alliance on the day, whichever alliance asks",
    "agreed_target": "what the alliance agreed to reach in the academic year, met within its tolerance on either side",
}
"""What the rules have been since the first day. That of matched schools was kept already."""

_MATCHED_IN_WORDS = """
    'for each school of the alliance up to ' || schools_each || ' of the schools in no alliance that have its starting '
    || 'grade and phase: those of its region first, the nearest in '
    || replace(array_to_string(variables, ' and '), '_', ' ') || ', none farther away than '
    || trim_scale(caliper) || ' standard deviations, and none twice'
"""


def upgrade() -> None:
    """Makes the table, takes over what was kept of matched schools, and leaves it to be read as the last release reads
    it."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    versions = op.create_table(
        "comparator_versions",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("schools_each", sa.Integer(), nullable=True),
        sa.Column("variables", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("caliper", sa.Numeric(), nullable=True),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_comparator_versions_version_from_one")),
        sa.CheckConstraint(
            "(name = 'matched') = (num_nonnulls(schools_each, variables, caliper) = 3)",
            name=op.f("ck_comparator_versions_figures"),
        ),
        sa.CheckConstraint("schools_each BETWEEN 1 AND 20", name=op.f("ck_comparator_versions_some_schools_each")),
        sa.CheckConstraint("caliper > 0 AND caliper <= 100", name=op.f("ck_comparator_versions_some_caliper")),
        sa.CheckConstraint("cardinality(variables) > 0", name=op.f("ck_comparator_versions_some_variables")),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_comparator_versions")),
    )
    first = {"version": 1, "schools_each": None, "variables": None, "caliper": None, "valid_from_on": date.min}
    op.bulk_insert(versions, [first | {"name": name, "rule": rule} for name, rule in FIRST.items()])
    op.execute(
        f"""
        INSERT INTO comparator_versions
            (name, version, rule, schools_each, variables, caliper, valid_from_on, valid_to_on)
        SELECT 'matched', version, {_MATCHED_IN_WORDS}, schools_each, variables, caliper, valid_from_on,
               lead(valid_from_on) OVER (ORDER BY version) - 1
        FROM matching_rules
        """  # noqa: S608 -- our own words alone
    )
    op.drop_table("matching_rules")
    op.execute(
        """
        CREATE VIEW matching_rules WITH (security_invoker = true) AS
        SELECT version, schools_each, variables, caliper, valid_from_on
        FROM comparator_versions WHERE name = 'matched'
        """
    )


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("DROP VIEW matching_rules")
    op.create_table(
        "matching_rules",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schools_each", sa.Integer(), nullable=False),
        sa.Column("variables", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("caliper", sa.Numeric(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_matching_rules_version_from_one")),
        sa.CheckConstraint("schools_each BETWEEN 1 AND 20", name=op.f("ck_matching_rules_some_schools_each")),
        sa.CheckConstraint("caliper > 0 AND caliper <= 100", name=op.f("ck_matching_rules_some_caliper")),
        sa.CheckConstraint("cardinality(variables) > 0", name=op.f("ck_matching_rules_some_variables")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_matching_rules")),
    )
    op.execute(
        """
        INSERT INTO matching_rules
        SELECT version, schools_each, variables, caliper, valid_from_on
        FROM comparator_versions WHERE name = 'matched'
        """
    )
    op.drop_table("comparator_versions")
