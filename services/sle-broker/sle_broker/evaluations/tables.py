"""The table of feedback."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class FeedbackRow(Base):
    """What somebody said of a leader's work; `author` is the party who said it, as roles name them."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("given_by IN ('host_school', 'home_school', 'requester')", name="given_by_is_known"),
        CheckConstraint("rating IN ('positive', 'mixed', 'negative')", name="rating_is_known"),
        Index(None, "deployment_id"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployments.id"))
    given_by: Mapped[str]
    author: Mapped[str]
    on: Mapped[date]
    rating: Mapped[str] = mapped_column(info={"personal": True})
    text: Mapped[str] = mapped_column(info={"personal": True})
