"""The tables of designation rounds."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sle_broker.tables import Base


class RoundTargetRow(Base):
    """A target agreed for a round. It is never changed: one agreed later follows it."""

    __tablename__ = "designation_round_targets"
    __table_args__ = (CheckConstraint("number >= 0", name="number_is_a_count"),)

    round_id: Mapped[UUID] = mapped_column(ForeignKey("designation_rounds.id"), primary_key=True)
    agreed_on: Mapped[date] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    number: Mapped[int]


class DesignationRoundRow(Base):
    """One round of an alliance. Its eligibility rules are null, or false, where it asks nothing of the kind."""

    __tablename__ = "designation_rounds"
    __table_args__ = (
        UniqueConstraint("alliance_id", "name"),
        CheckConstraint("closes_on >= opens_on", name="window_in_order"),
        CheckConstraint("home_school_judgement BETWEEN 1 AND 4", name="judgement_is_a_grade"),
        CheckConstraint("specialism IN ('claimed', 'validated')", name="specialism_is_a_standing"),
        CheckConstraint("references_needed >= 0", name="references_are_counted"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    name: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    years_of_leadership: Mapped[int | None]
    home_school_judgement: Mapped[int | None]
    specialism: Mapped[str | None]
    head_support: Mapped[bool]
    references_needed: Mapped[int]
    lapses_after_years: Mapped[int | None]
    version: Mapped[int] = mapped_column()
    targets: Mapped[list[RoundTargetRow]] = relationship(order_by=RoundTargetRow.agreed_on, lazy="selectin")

    __mapper_args__ = {"version_id_col": version}
