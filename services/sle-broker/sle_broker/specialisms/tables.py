"""The table of specialisms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class SpecialismRow(Base):
    """One version of one entry. Without an alliance it belongs to the standard list, which every alliance may read."""

    __tablename__ = "specialisms"
    __table_args__ = (
        UniqueConstraint("alliance_id", "code", "version", postgresql_nulls_not_distinct=True),
        CheckConstraint(
            "\"group\" IN ('leadership_and_management', 'pupil_achievement', 'quality_of_teaching', "
            "'behaviour_and_safety')",
            name="group_is_one_of_four",
        ),
        CheckConstraint("version >= 1", name="versions_count_from_one"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID | None]
    code: Mapped[str]
    group: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    added_at: Mapped[datetime | None]
    added_by: Mapped[str | None] = mapped_column(info={"personal": True})
