"""The tables of programmes. Names of people who take part, and what is judged of them, are personal data."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plans_api.programmes.outcome import Outcome
from plans_api.tables import Base


class ProgrammeKindRow(Base):
    """A kind of programme. `trains_teachers` says that its trainees count as trained in initial teacher training."""

    __tablename__ = "programme_kinds"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    trains_teachers: Mapped[bool]


class ProgrammeRow(Base):
    """A programme of an alliance, perhaps the one an action point of its plan is about."""

    __tablename__ = "programmes"
    __table_args__ = (Index(None, "alliance_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    kind: Mapped[str] = mapped_column(ForeignKey("programme_kinds.code"))
    title: Mapped[str]
    action_point_id: Mapped[UUID | None] = mapped_column(ForeignKey("action_points.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ProgrammeRunRow(Base):
    """One run of a programme, with the day its present state was reached."""

    __tablename__ = "programme_runs"
    __table_args__ = (
        CheckConstraint("ends_on >= begins_on", name="dates_in_order"),
        CheckConstraint("nomination_limit >= 1", name="nomination_limit_is_counted"),
        Index(None, "programme_id", "id"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    title: Mapped[str]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    nomination_limit: Mapped[int | None]
    state: Mapped[str]
    state_on: Mapped[date]
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    programme: Mapped[ProgrammeRow] = relationship(lazy="joined", innerjoin=True)
    places: Mapped[list["RunPlacesRow"]] = relationship(
        order_by="RunPlacesRow.place_type", lazy="selectin", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class RunPlacesRow(Base):
    """The places of one type on a run: how many were asked for, how many are offered, and what one costs."""

    __tablename__ = "run_places"
    __table_args__ = (CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="fee_is_whole"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("programme_runs.id"), primary_key=True)
    place_type: Mapped[str] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    requested: Mapped[int | None]
    offered: Mapped[int | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    currency: Mapped[str | None]


class NominationRow(Base):
    """A person nominated for a run. `nominating_body` is a school's URN, or the name of another body."""

    __tablename__ = "nominations"
    __table_args__ = (Index(None, "run_id", "id"), Index(None, "alliance_id", "nominating_body"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("programme_runs.id"))
    nominating_body: Mapped[str]
    name: Mapped[str | None] = mapped_column(info={"personal": True})
    nominated_on: Mapped[date]
    place_type: Mapped[str | None]
    state: Mapped[str]
    state_on: Mapped[date]
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class AttendanceRegisterRow(Base):
    """Who was there on one day of a run; nobody, perhaps."""

    __tablename__ = "attendance_registers"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("programme_runs.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    nomination_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))


class OutcomeRow(Base):
    """An outcome of somebody who took part. One that was corrected stays, with the instant it was replaced."""

    __tablename__ = "outcomes"
    __table_args__ = (
        Index(
            "uq_outcomes_present", "nomination_id", "kind", unique=True, postgresql_where=text("replaced_at IS NULL")
        ),
        Index(None, "run_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("programme_runs.id"))
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nominations.id"))
    kind: Mapped[str]
    achieved: Mapped[bool | None]
    grade: Mapped[str | None] = mapped_column(info={"personal": True})
    within_alliance: Mapped[bool | None]
    on: Mapped[date]
    recorded_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    def says(self, outcome: Outcome) -> bool:
        """Whether this row says the same as `outcome`."""
        told = (outcome.achieved, outcome.grade, outcome.within_alliance, outcome.on)
        return (self.achieved, self.grade, self.within_alliance, self.on) == told


class EvaluationRow(Base):
    """What those who took part said on a day: how many answered, and how many of them were satisfied."""

    __tablename__ = "evaluations"
    __table_args__ = (
        CheckConstraint("satisfied BETWEEN 0 AND respondents", name="satisfied_are_respondents"),
        Index(None, "run_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("programme_runs.id"))
    asked_on: Mapped[date]
    question: Mapped[str]
    respondents: Mapped[int]
    satisfied: Mapped[int]


class InvoiceRow(Base):
    """What a body is asked to pay for a run, and when it was paid. No payment is made here."""

    __tablename__ = "invoices"
    __table_args__ = (
        CheckConstraint("due_on >= issued_on", name="dates_in_order"),
        CheckConstraint("amount >= 0", name="amount_is_counted"),
        Index(None, "run_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("programme_runs.id"))
    billed_to: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    currency: Mapped[str]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str]
    state_on: Mapped[date]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
