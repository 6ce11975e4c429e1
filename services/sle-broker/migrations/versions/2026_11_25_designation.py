"""Kinds of leader and mentors, designation on need, rounds and applications, training, versions of specialisms."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_designation"
down_revision = "2026_11_25_needs"
branch_labels = None
depends_on = None

NATIONAL_KINDS = {
    "sle": "Specialist leader of education",
    "nle": "National leader of education",
    "lle": "Local leader of education",
}
