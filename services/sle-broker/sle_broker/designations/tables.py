"""The tables of leaders, what they are expert in, and their designations."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.tables import Base


class LeaderRow(Base):
    """One leader. A booking locks this row first, so that a leader's bookings are decided one after the other."""

    __tablename__ = "leaders"
    __table_args__ = (
        CheckConstraint("allowance_days > 0 AND mod(allowance_days * 2, 1) = 0", name="allowance_is_in_halves"),
        CheckConstraint("travel_limit_km >= 0", name="travel_limit_is_a_distance"),
        CheckConstraint(
            "(not_released_from_on IS NULL) = (not_released_to_on IS NULL)", name="not_released_has_both_days"
        ),
        CheckConstraint("mentor_id <> id", name="mentor_is_another"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(info={"personal": True})
    home_school_urn: Mapped[str]
    phases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    allowance_days: Mapped[Decimal]
    travel_limit_km: Mapped[int | None]
    conflicts: Mapped[list[str]] = mapped_column(ARRAY(Text), info={"personal": True})
    not_released_from_on: Mapped[date | None]
    not_released_to_on: Mapped[date | None]
    mentor_id: Mapped[UUID | None] = mapped_column(ForeignKey("leaders.id"))
    version: Mapped[int] = mapped_column()
    party: Mapped[str] = column_property(cast(id, Text))
    """The leader as the party that a role is bound to."""

    __mapper_args__ = {"version_id_col": version}


class LeaderSpecialismRow(Base):
    """A specialism on a leader, in the version of the list under which it was claimed."""

    __tablename__ = "leader_specialisms"
    __table_args__ = (
        CheckConstraint(
            "(validated_on IS NULL) = (validated_by IS NULL) AND (validated_on IS NULL) = (evidence IS NULL)",
            name="validation_is_whole",
        ),
        CheckConstraint("validated_on >= claimed_on", name="claimed_before_validated"),
        Index("uq_leader_specialisms_held", "alliance_id", "leader_id", "specialism_id", unique=True),
        Index(None, "leader_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id"))
    specialism_id: Mapped[UUID] = mapped_column(ForeignKey("specialisms.id"))
    claimed_on: Mapped[date]
    validated_on: Mapped[date | None]
    validated_by: Mapped[str | None] = mapped_column(info={"personal": True})
    evidence: Mapped[str | None] = mapped_column(info={"personal": True})
    version: Mapped[int] = mapped_column()
    specialism: Mapped[SpecialismRow] = relationship(lazy="joined", innerjoin=True)
    party: Mapped[str] = column_property(cast(leader_id, Text))
    """The leader as the party that a role is bound to."""

    __mapper_args__ = {"version_id_col": version}


class DesignationRow(Base):
    """One designation."""

    __tablename__ = "designations"
    __table_args__ = (
        CheckConstraint("trained_on >= designated_on", name="designated_before_trained"),
        CheckConstraint("lapsed_on >= designated_on", name="designated_before_lapsed"),
        CheckConstraint("withdrawn_on >= designated_on", name="designated_before_withdrawn"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)", name="withdrawal_has_its_reason"),
        Index(None, "leader_id"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id"))
    kind: Mapped[str]
    designated_on: Mapped[date]
    round: Mapped[str | None]
    renews_designation_id: Mapped[UUID | None] = mapped_column(ForeignKey("designations.id"))
    need_id: Mapped[UUID | None] = mapped_column(ForeignKey("needs.id"))
    due_to_lapse_on: Mapped[date | None]
    trained_on: Mapped[date | None]
    lapsed_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    party: Mapped[str] = column_property(cast(leader_id, Text))
    """The leader as the party that a role is bound to."""

    __mapper_args__ = {"version_id_col": version}
