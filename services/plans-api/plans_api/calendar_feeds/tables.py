"""The table of calendar feeds."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class CalendarFeedRow(Base):
    """A secret address at which a plan's dates are read. Of the address only a digest is kept."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        UniqueConstraint("token_digest"),
        Index(None, "plan_id", "id"),
        CheckConstraint("octet_length(token_digest) = 32", name="digest_is_whole"),
        CheckConstraint("state IN ('open', 'revoked')", name="state_is_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    lead: Mapped[str | None] = mapped_column(info={"personal": True})
    token_digest: Mapped[bytes]
    opened_at: Mapped[datetime]
    ends_on: Mapped[date | None]
    state: Mapped[str]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
