"""The tables of action plans, and beside them the original text of all that their documents say."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    ScalarSelect,
    Text,
    UniqueConstraint,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Mapped, column_property, mapped_column, relationship

from plans_api.tables import Base


class PlanRow(Base):
    """An alliance's plan for an academic year; an alliance may have several for one year. `kpi_set` and its version say
    in which set its KPI numbers count, `carried_from_id` which plan it carries on."""

    __tablename__ = "plans"
    __table_args__ = (Index(None, "alliance_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    academic_year: Mapped[str]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft", default="draft")
    state_on: Mapped[date | None]
    kpi_set: Mapped[str | None]
    kpi_set_version: Mapped[str | None]
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("plans.id"))
    version: Mapped[int] = mapped_column()

    sections: Mapped[list["SectionRow"]] = relationship(order_by="SectionRow.position", lazy="raise")
    parties: Mapped[list["PlanPartyRow"]] = relationship(
        order_by="PlanPartyRow.party_id", lazy="selectin", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def party_ids(self) -> list[UUID]:
        """The alliances that have the plan jointly with its owner; a party sees itself alone."""
        return [row.party_id for row in self.parties]


class PlanPartyRow(Base):
    """An alliance with which the owner has a plan jointly: it reads the plan, and the owner writes it."""

    __tablename__ = "plan_parties"
    __table_args__ = (Index(None, "party_id"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"), primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))


class SectionRow(Base):
    """A section of a plan; it may be empty. `number` is as its heading writes it, `row` where it stands."""

    __tablename__ = "plan_sections"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    position: Mapped[int]
    number: Mapped[int | None]
    title: Mapped[str]
    row: Mapped[int]

    action_points: Mapped[list["ActionPointRow"]] = relationship(
        order_by="ActionPointRow.position", lazy="raise", back_populates="section"
    )


class ActionPointRow(Base):
    """An action point. `position` counts through the plan from 1; `rows` are the rows of the document it takes."""

    __tablename__ = "action_points"
    __table_args__ = (Index(None, "plan_id", "position", unique=True), Index(None, "section_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    section_id: Mapped[UUID] = mapped_column(ForeignKey("plan_sections.id"))
    position: Mapped[int]
    title: Mapped[str]
    impact: Mapped[str]
    milestones_are_split: Mapped[bool]
    kpi_links_are_none: Mapped[bool]
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("action_points.id"))
    kpi_links_unread: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    rows: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    section: Mapped[SectionRow] = relationship(lazy="raise", back_populates="action_points")
    milestones: Mapped[list["MilestoneRow"]] = relationship(order_by="MilestoneRow.position", lazy="raise")
    gone_milestones: Mapped[list["GoneMilestoneRow"]] = relationship(order_by="GoneMilestoneRow.gone_at", lazy="raise")
    dates: Mapped[list["DateValueRow"]] = relationship(order_by="DateValueRow.position", lazy="raise")
    leads: Mapped[list["LeadRow"]] = relationship(order_by="LeadRow.position", lazy="raise")
    kpi_links: Mapped[list["KpiLinkRow"]] = relationship(order_by="KpiLinkRow.position", lazy="raise")


class MilestoneRow(Base):
    """A milestone, or the whole cell of them where it could not be split with certainty. `date_position` is the date
    that is certainly its own. It keeps its id wherever it comes to stand; `split_from_id` is the milestone it was part
    of, `carried_from_id` the one of an earlier plan that it carries on."""

    __tablename__ = "milestones"
    __table_args__ = (UniqueConstraint("action_point_id", "position", deferrable=True, initially="DEFERRED"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"))
    position: Mapped[int]
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    text: Mapped[str]
    date_position: Mapped[int | None]
    split_from_id: Mapped[UUID | None]
    carried_from_id: Mapped[UUID | None]


class GoneMilestoneRow(Base):
    """A milestone that the plan no longer has, as it last stood. What was recorded of it names its id and stays."""

    __tablename__ = "gone_milestones"
    __table_args__ = (Index(None, "action_point_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"))
    text: Mapped[str]
    split_from_id: Mapped[UUID | None]
    carried_from_id: Mapped[UUID | None]
    gone_at: Mapped[datetime]


class DateValueRow(Base):
    """A date that keeps its words, with the days they can mean."""

    __tablename__ = "date_values"
    __table_args__ = (
        UniqueConstraint("action_point_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("earliest <= latest", name="days_in_order"),
        CheckConstraint("(earliest IS NULL) = (latest IS NULL)", name="days_are_whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"))
    position: Mapped[int]
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    text: Mapped[str]
    kind: Mapped[str]
    earliest: Mapped[date | None]
    latest: Mapped[date | None] = mapped_column()
    inferred: Mapped[bool]
    waits_for: Mapped[str | None]
    outside_year: Mapped[bool]
    version: Mapped[int] = mapped_column(server_default="1")

    due_by: Mapped[date] = column_property(func.coalesce(latest, literal(date.max)))
    """The last day it can mean; what has no day comes last."""

    action_point: Mapped[ActionPointRow] = relationship(lazy="raise", viewonly=True)

    __mapper_args__ = {"version_id_col": version}


class LeadRow(Base):
    """A lead as the plan names it, and the name that somebody said is meant. A person's name is personal data."""

    __tablename__ = "action_point_leads"

    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    text: Mapped[str] = mapped_column(info={"personal": True})
    kind: Mapped[str]
    known_as: Mapped[str | None] = mapped_column(info={"personal": True})


class LeadPersonRow(Base):
    """Who a lead named in the alliance's plans is: somebody who signs in."""

    __tablename__ = "lead_people"
    __table_args__ = (CheckConstraint("lead <> ''", name="lead_is_named"), Index(None, "issuer", "subject"))

    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"), primary_key=True)
    lead: Mapped[str] = mapped_column(primary_key=True, info={"personal": True})
    issuer: Mapped[str]
    subject: Mapped[str] = mapped_column(info={"personal": True})


def _of_its_plan(action_point_id: Mapped[UUID], fact: InstrumentedAttribute[str | None]) -> ScalarSelect[str | None]:
    plan = select(fact).join(ActionPointRow, ActionPointRow.plan_id == PlanRow.id)
    return plan.where(ActionPointRow.id == action_point_id).scalar_subquery()


class KpiLinkRow(Base):
    """A KPI that an action point says it works towards, by the number it writes. `named_set` is the set that is written
    with it; where none is, it counts in the plan's."""

    __tablename__ = "action_point_kpi_links"

    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    code: Mapped[str]
    named_set: Mapped[str | None] = mapped_column("kpi_set")
    named_version: Mapped[str | None] = mapped_column("kpi_set_version")

    plan_set: Mapped[str | None] = column_property(_of_its_plan(action_point_id, PlanRow.kpi_set))
    plan_version: Mapped[str | None] = column_property(_of_its_plan(action_point_id, PlanRow.kpi_set_version))

    @property
    def kpi_set(self) -> str | None:
        """The set in which it counts."""
        return self.named_set or self.plan_set

    @property
    def kpi_set_version(self) -> str | None:
        """That set's version: its own, or the plan's where it is the plan's set."""
        return self.named_version or (self.plan_version if self.kpi_set == self.plan_set else None)


class CellRow(Base):
    """The original text of one place of a plan's document, personal data included."""

    __tablename__ = "plan_cells"
    __table_args__ = (Index(None, "plan_id", "row"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    row: Mapped[int]
    column: Mapped[str]
    text: Mapped[str] = mapped_column(info={"personal": True})


class PlanChangeRow(Base):
    """One change of a plan: what was, what is, who changed it and when. Never changed itself."""

    __tablename__ = "plan_changes"
    __table_args__ = (Index(None, "plan_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    action_point_id: Mapped[UUID | None] = mapped_column(ForeignKey("action_points.id"))
    what: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    changed_at: Mapped[datetime]
    issuer: Mapped[str]
    changed_by: Mapped[str] = mapped_column(info={"personal": True})
