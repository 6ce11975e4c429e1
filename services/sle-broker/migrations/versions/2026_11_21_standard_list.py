"""The standard list of specialisms in its first version."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_21_standard_list"
down_revision = "2026_11_21_first_release"
branch_labels = None
depends_on = None

STANDARD_LIST = {
    "leadership_and_management": {
        "subject-leadership": "Leading a subject or a phase",
        "school-self-evaluation": "School self-evaluation",
        "leading-curriculum": "Leading the curriculum",
        "leading-professional-development": "Leading professional development",
        "coaching-and-mentoring": "Coaching and mentoring",
        "business-management": "Business and financial management",
        "governance": "Working with governors",
        "initial-teacher-training": "Initial teacher training",
        "newly-qualified-teachers": "Support of newly qualified teachers",
    },
    "pupil_achievement": {
        "early-years": "Early years",
        "phonics": "Phonics and early reading",
        "literacy": "Literacy",
        "english": "English",
        "mathematics": "Mathematics",
        "science": "Science",
        "computing": "Computing",
        "arts": "Art, music and drama",
        "humanities": "Geography and history",
        "languages": "Modern foreign languages",
        "physical-education": "Physical education",
        "special-educational-needs": "Special educational needs",
        "closing-the-gap": "Closing the gap for disadvantaged pupils",
        "more-able-pupils": "More able pupils",
        "english-as-additional-language": "English as an additional language",
    },
    "quality_of_teaching": {
        "assessment": "Assessment",
        "planning-and-feedback": "Planning and feedback",
        "teaching-observation": "Observing and improving lessons",
        "teaching-with-technology": "Teaching with technology",
        "classroom-research": "Research in the classroom",
    },
    "behaviour_and_safety": {
        "behaviour": "Behaviour",
        "attendance": "Attendance",
        "safeguarding": "Safeguarding",
        "pastoral-care": "Pastoral care",
    },
}
"""Group, code and name of each entry of the standard list in its first version. The four groups are those of the
inspections of the time; the codes are ours."""


def upgrade() -> None:
    """Fills the standard list, as far as it is not filled yet."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("SET LOCAL app.tenants = '*'")
    specialisms = sa.table(
        "specialisms",
        sa.column("id", sa.Uuid()),
        *(sa.column(name) for name in ("code", "group", "name", "version")),
    )
    entries = [(group, code, name) for group, names in STANDARD_LIST.items() for code, name in names.items()]
    rows = [
        {"id": UUID(int=number), "code": code, "group": group, "name": name, "version": 1}
        for number, (group, code, name) in enumerate(entries, start=1)
    ]
    op.execute(postgresql.insert(specialisms).values(rows).on_conflict_do_nothing())


def downgrade() -> None:
    """Leaves the list as it is: what leaders hold and schools ask for may refer to it."""
