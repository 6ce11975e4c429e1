"""The table of needs."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.tables import Base


class NeedRow(Base):
    """One need, in the version of the list of specialisms under which it was recorded. An open one is recorded once."""

    __tablename__ = "needs"
    __table_args__ = (
        CheckConstraint("kind IN ('actual', 'predicted')", name="kind_is_known"),
        CheckConstraint(
            "source IN ('audit', 'support_request', 'referral', 'outcome_trigger', 'forecast')", name="source_is_known"
        ),
        CheckConstraint(
            "(source = 'referral') = (referred_by IS NOT NULL) "
            "AND (source = 'outcome_trigger') = (trigger IS NOT NULL)",
            name="source_is_whole",
        ),
        CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="end_has_its_reason"),
        CheckConstraint("ended_on >= arisen_on", name="arisen_before_ended"),
        Index(
            "uq_needs_open",
            *("alliance_id", "host_school_urn", "specialism_id", "phase", "source", "source_reference"),
            *("referred_by", "trigger"),
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(None, "alliance_id", "id"),
        Index(None, "alliance_id", "source", "source_reference"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    host_school_urn: Mapped[str]
    specialism_id: Mapped[UUID] = mapped_column(ForeignKey("specialisms.id"))
    phase: Mapped[str]
    kind: Mapped[str]
    source: Mapped[str]
    source_reference: Mapped[str | None]
    referred_by: Mapped[str | None]
    trigger: Mapped[str | None]
    arisen_on: Mapped[date]
    recorded_by: Mapped[str]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    specialism: Mapped[SpecialismRow] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}
