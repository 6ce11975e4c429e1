"""The table of minimum counts."""

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class MinimumCountRow(Base):
    """How many schools an alliance wants behind a figure that it shows, in one version; the last one holds."""

    __tablename__ = "minimum_counts"
    __table_args__ = (CheckConstraint("minimum_count >= 3", name="never_below_three"),)

    alliance_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    minimum_count: Mapped[int]
