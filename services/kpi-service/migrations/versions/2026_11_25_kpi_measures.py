"""Attainment, trainees, headships and trained SLEs: the facts they are counted from, and the definitions that count
them."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_kpi_measures"
down_revision = "2026_11_25_improvements"
branch_labels = None
depends_on = None

_IN_FORCE = {
    "version": 1,
    "direction": "up",
    "target_value": None,
    "disaggregations": [],
    "valid_from_on": date(2011, 9, 1),
    "valid_to_on": None,
}
_DOUBLE = _IN_FORCE | {"set_code": "A", "target_rule": "double", "comparator": "group"}
_GREATER = _IN_FORCE | {"set_code": "B", "target_rule": "greater_than", "comparator": "national"}
_ATTAINMENT = {"measure": "attainment_change", "name": "Improvement in key stage results"}
_GAP = {
    "measure": "attainment_gap_change",
    "name": "Reduction of the gap between disadvantaged pupils and others",
    "direction": "down",
}
_MORE_TRAINEES = _IN_FORCE | {
    "measure": "trainees_trained",
    "target_rule": "greater_than",
    "comparator": "previous_year",
    "disaggregations": ["cohort"],
}
_EMPLOYED = {"measure": "trainees_employed_early", "name": "Early employment of trainees trained in alliances"}
_TWO = {"disaggregations": ["key_stage_2", "key_stage_4"]}
_THREE = {"disaggregations": ["key_stage_2", "key_stage_4", "key_stage_5"]}
DEFINITIONS = (
    _DOUBLE | _ATTAINMENT | _TWO | {"id": UUID("01a213bd-e161-750a-998e-e7b68001518d"), "number": "4"},
    _DOUBLE | _GAP | _TWO | {"id": UUID("01a213bd-e161-750a-998e-e7b7402acf36"), "number": "5"},
    _GREATER | _ATTAINMENT | _THREE | {"id": UUID("01a213bd-e161-750a-998e-e7b83e990490"), "number": "1a"},
    _GREATER | _GAP | _THREE | {"id": UUID("01a213bd-e1a9-730d-8d3a-3e268cac2c26"), "number": "1b"},
    _MORE_TRAINEES
    | {
        "id": UUID("01a213bd-e1a9-730d-8d3a-3e275e29138e"),
        "set_code": "A",
        "number": "2",
        "name": "Initial trainees trained in alliances",
        "valid_to_on": date(2014, 6, 30),
    },
    _GREATER
    | _EMPLOYED
    | {
        "id": UUID("01a213bd-e1a9-730d-8d3a-3e2802a1c7f2"),
        "set_code": "A",
        "number": "2",
        "version": 2,
        "valid_from_on": date(2014, 7, 1),
    },
    _MORE_TRAINEES
    | {
        "id": UUID("01a213bd-e1eb-72ff-ba99-cf855669cf8d"),
        "set_code": "B",
        "number": "5",
        "name": "Trainees trained",
    },
    _GREATER
    | {
        "id": UUID("01a213bd-e1eb-72ff-ba99-cf86881f397d"),
        "number": "6",
        "name": "Improvement in headship vacancy rate",
        "measure": "headship_vacancy_change",
        "direction": "down",
    },
    _IN_FORCE
    | {
        "id": UUID("01a213bd-e1eb-72ff-ba99-cf8751307c70"),
        "set_code": "B",
        "number": "8a",
        "name": "SLEs designated and trained",
        "measure": "sles_trained",
        "target_rule": "in_line_with",
        "comparator": "agreed_target",
    },
)
"""KPI A2 became another one on 1 July 2014: its second version is in force from then on."""

definitions = sa.table(
    "kpi_definitions",
    sa.column("id", sa.Uuid()),
    *(
        sa.column(name, sa.Text())
        for name in ("set_code", "number", "name", "measure", "target_rule", "comparator", "direction")
    ),
    sa.column("version", sa.Integer()),
    sa.column("target_value", sa.Numeric()),
    sa.column("disaggregations", postgresql.ARRAY(sa.Text())),
    sa.column("valid_from_on", sa.Date()),
    sa.column("valid_to_on", sa.Date()),
)


def upgrade() -> None:
    """Makes the table of programme runs, and records the definitions."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "programme_runs",
        sa.Column("programme_run_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("programme_kind", sa.Text(), nullable=False),
        sa.Column("trains_teachers", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("employment_known", sa.Integer(), nullable=False),
        sa.Column("employed_early", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("programme_run_id", name=op.f("pk_programme_runs")),
    )
    op.create_index(op.f("ix_programme_runs_alliance_id_year"), "programme_runs", ["alliance_id", "year"], unique=False)
    protect_tenant_rows("programme_runs", "alliance_id")
    op.add_column("designations", sa.Column("trained_on", sa.Date(), nullable=True))
    op.bulk_insert(definitions, list(DEFINITIONS))


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(definitions.delete().where(definitions.c.id.in_([made["id"] for made in DEFINITIONS])))
    op.drop_column("designations", "trained_on")
    op.drop_table("programme_runs")
