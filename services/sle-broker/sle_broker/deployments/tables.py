"""The tables of deployments and of everything recorded about one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint, cast, literal_column, text
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, ExcludeConstraint
from sqlalchemy.dialects.postgresql.ranges import MultiRange
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from sle_broker.tables import Base

GRADES: Final = "'outstanding', 'good', 'requires_improvement', 'inadequate'"


class PartOfDeployment:
    """What every record about one deployment has."""

    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployments.id"), primary_key=True, sort_order=-2)
    alliance_id: Mapped[UUID] = mapped_column(sort_order=-1)


class DeploymentStepRow(PartOfDeployment, Base):
    """A state that a deployment reached."""

    __tablename__ = "deployment_steps"

    position: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str | None]


class ObjectiveRow(PartOfDeployment, Base):
    """An objective with its target, and in the end how it was judged."""

    __tablename__ = "objectives"
    __table_args__ = (
        CheckConstraint("outcome IN ('met', 'partly_met', 'not_met')", name="outcome_is_known"),
        CheckConstraint("direction IN ('rise', 'fall')", name="direction_is_known"),
        CheckConstraint(
            "(target IS NULL) = (unit IS NULL) AND (target IS NULL) = (direction IS NULL)", name="target_is_whole"
        ),
        CheckConstraint(f"before IN ({GRADES}) AND after IN ({GRADES})", name="grades_are_known"),
        CheckConstraint("(before IS NULL) = (after IS NULL)", name="judged_before_and_after"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
    text: Mapped[str]
    measure: Mapped[str]
    baseline: Mapped[Decimal | None] = mapped_column(Numeric)
    target: Mapped[Decimal | None] = mapped_column(Numeric)
    unit: Mapped[str | None]
    direction: Mapped[str | None]
    outcome: Mapped[str | None]
    actual: Mapped[Decimal | None] = mapped_column(Numeric)
    before: Mapped[str | None]
    after: Mapped[str | None]


class AgreementRow(PartOfDeployment, Base):
    """One party's yes to the terms as they stand."""

    __tablename__ = "agreements"
    __table_args__ = (CheckConstraint("party IN ('leader', 'home_head', 'host_head')", name="party_is_known"),)

    party: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[date]


class VisitRow(PartOfDeployment, Base):
    """A visit that took place."""

    __tablename__ = "visits"
    __table_args__ = (CheckConstraint("days IN (0.5, 1)", name="days_are_a_day_or_half"),)

    on: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[Decimal]


class ReviewRow(PartOfDeployment, Base):
    """A half-term review."""

    __tablename__ = "reviews"

    position: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date]
    finding: Mapped[str] = mapped_column(info={"personal": True})


class FirstDayCorrectionRow(PartOfDeployment, Base):
    """A first day on site as it was recorded before it was corrected."""

    __tablename__ = "first_day_corrections"

    position: Mapped[int] = mapped_column(primary_key=True)
    was_on: Mapped[date]
    on: Mapped[date]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(info={"personal": True})


class VisitDayRow(PartOfDeployment, Base):
    """A day fixed in a leader's diary for a deployment that may still need it: a leader is in one school on one day.

    The diary is the leader's, so `alliance_id` is whose leader they are, also where they are lent.
    """

    __tablename__ = "visit_days"
    __table_args__ = (UniqueConstraint("alliance_id", "leader_id", "on", name="visit_days_belong_to_one_school"),)

    on: Mapped[date] = mapped_column(primary_key=True)
    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id"))


class DeploymentRow(Base):
    """One deployment. `state` and `first_day_on` follow from its steps, `academic_year` (the calendar year it starts
    in) and `days_held` from its booking and its visits.

    `half_days` are the numbers of the half-days that it holds of the leader's year: twice as many as `days_held`, and
    none that another deployment holds. A lent leader's year is their own alliance's, whose request it is not.
    """

    __tablename__ = "deployments"
    __table_args__ = (
        ExcludeConstraint(
            (literal_column("coalesce(lender_alliance_id, alliance_id)"), "="),
            ("leader_id", "="),
            ("academic_year", "="),
            ("half_days", "&&"),
            using="gist",
            name="half_days_are_booked_once",
        ),
        CheckConstraint("home_school_urn <> host_school_urn", name="not_in_own_school"),
        CheckConstraint("days > 0 AND mod(days * 2, 1) = 0", name="days_are_in_halves"),
        CheckConstraint("days_held BETWEEN 0 AND days", name="holds_no_more_than_booked"),
        CheckConstraint("ends_on >= starts_on", name="booking_in_order"),
        CheckConstraint("(kind = 'commission') = (extends_deployment_id IS NULL)", name="child_has_its_parent"),
        CheckConstraint("lender_alliance_id <> alliance_id", name="not_lent_to_the_lender"),
        CheckConstraint("(state = 'offered') = (held_until IS NOT NULL)", name="an_offer_has_its_end"),
        Index(None, "leader_id", "academic_year"),
        Index(None, "lender_alliance_id"),
        Index("ix_deployments_helped", "host_school_urn", postgresql_where=text("first_day_on IS NOT NULL")),
        Index(
            "ix_deployments_record",
            "leader_id",
            postgresql_include=[
                "id",
                "alliance_id",
                "academic_year",
                "days",
                "days_held",
                "kind",
                "first_day_on",
                "host_school_urn",
                "lender_alliance_id",
                "held_until",
            ],
        ),
        Index(None, "held_until", postgresql_where=text("held_until IS NOT NULL")),
        Index(None, "alliance_id", "state", "id"),
        Index(None, "support_request_id"),
        Index(None, "extends_deployment_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    support_request_id: Mapped[UUID] = mapped_column(ForeignKey("support_requests.id"))
    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id"))
    home_school_urn: Mapped[str]
    host_school_urn: Mapped[str]
    submitted_by: Mapped[str]
    kind: Mapped[str]
    extends_deployment_id: Mapped[UUID | None] = mapped_column(ForeignKey("deployments.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days: Mapped[Decimal]
    academic_year: Mapped[int]
    days_held: Mapped[Decimal]
    half_days: Mapped[MultiRange[int]] = mapped_column(INT4MULTIRANGE)
    first_day_on: Mapped[date | None]
    evaluation_released_on: Mapped[date | None]
    state: Mapped[str]
    lender_alliance_id: Mapped[UUID | None]
    held_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    party: Mapped[str] = column_property(cast(leader_id, Text))
    """The leader as the party that a role is bound to."""
    steps: Mapped[list[DeploymentStepRow]] = relationship(order_by=DeploymentStepRow.position, lazy="selectin")
    objectives: Mapped[list[ObjectiveRow]] = relationship(
        order_by=ObjectiveRow.position, lazy="selectin", cascade="all, delete-orphan"
    )
    agreements: Mapped[list[AgreementRow]] = relationship(
        order_by=(AgreementRow.on, AgreementRow.party), lazy="selectin", cascade="all, delete-orphan"
    )
    visits: Mapped[list[VisitRow]] = relationship(order_by=VisitRow.on, lazy="selectin")
    reviews: Mapped[list[ReviewRow]] = relationship(order_by=ReviewRow.position, lazy="selectin")
    first_day_corrections: Mapped[list[FirstDayCorrectionRow]] = relationship(
        order_by=FirstDayCorrectionRow.position, lazy="selectin"
    )
    visit_days: Mapped[list[VisitDayRow]] = relationship(
        order_by=VisitDayRow.on, lazy="selectin", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
