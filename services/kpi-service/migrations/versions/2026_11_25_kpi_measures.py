"""Attainment, trainees, headships and trained SLEs: the facts they are counted from, and the definitions that count
them."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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
_TWO = {"disaggregations": ["key_stage_2", "key_stage_4"]}
_THREE = {"disaggregations": ["key_stage_2", "key_stage_4", "key_stage_5"]}
DEFINITIONS = (
    _DOUBLE | _ATTAINMENT | _TWO | {"id": UUID("01a213bd-e161-750a-998e-e7b68001518d"), "number": "4"},
    _DOUBLE | _GAP | _TWO | {"id": UUID("01a213bd-e161-750a-998e-e7b7402acf36"), "number": "5"},
    _GREATER | _ATTAINMENT | _THREE | {"id": UUID("01a213bd-e161-750a-998e-e7b83e990490"), "number": "1a"},
    _GREATER | _GAP | _THREE | {"id": UUID("01a213bd-e1a9-730d-8d3a-3e268cac2c26"), "number": "1b"},
)

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
    """Records the definitions."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.bulk_insert(definitions, list(DEFINITIONS))


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(definitions.delete().where(definitions.c.id.in_([made["id"] for made in DEFINITIONS])))
