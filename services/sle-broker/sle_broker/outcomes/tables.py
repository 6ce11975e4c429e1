"""The table of outcomes."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base

_OUTCOMES: Final = "'improved', 'maintained', 'declined'"


class DeploymentOutcomeRow(Base):
    """What became of the school a deployment supported. `inspection_outcome` and `results_outcome` follow from what
    stands beside them; `said` is what was said where a grade is not known."""

    __tablename__ = "deployment_outcomes"
    __table_args__ = (
        CheckConstraint(
            f"inspection_outcome IN ({_OUTCOMES}) AND results_outcome IN ({_OUTCOMES}) AND said IN ({_OUTCOMES})",
            name="outcomes_are_known",
        ),
        CheckConstraint("previous_grade BETWEEN 1 AND 4 AND grade BETWEEN 1 AND 4", name="grades_are_known"),
        CheckConstraint("better IN ('rise', 'fall')", name="better_is_known"),
        CheckConstraint(
            "(urn IS NULL) = (inspected_on IS NULL) AND (urn IS NULL) = (inspection_outcome IS NULL)",
            name="inspection_is_whole",
        ),
        CheckConstraint(
            "(measure IS NULL) = (before IS NULL) AND (measure IS NULL) = (after IS NULL) "
            "AND (measure IS NULL) = (better IS NULL) AND (measure IS NULL) = (results_outcome IS NULL)",
            name="results_are_whole",
        ),
        CheckConstraint("inspection_outcome IS NOT NULL OR results_outcome IS NOT NULL", name="something_to_go_by"),
    )

    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    alliance_id: Mapped[UUID]
    urn: Mapped[str | None]
    inspected_on: Mapped[date | None]
    previous_grade: Mapped[int | None]
    grade: Mapped[int | None]
    said: Mapped[str | None]
    inspection_outcome: Mapped[str | None]
    measure: Mapped[str | None]
    before: Mapped[Decimal | None] = mapped_column(Numeric)
    after: Mapped[Decimal | None] = mapped_column(Numeric)
    better: Mapped[str | None]
    results_outcome: Mapped[str | None]
