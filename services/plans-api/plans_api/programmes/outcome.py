"""What came of a run: outcomes of those who took part, and the figures they add up to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from plans_api.programmes.nomination import NominationState
from service_kit.errors import RuleBroken


class OutcomeKind(StrEnum):
    """What may be recorded of somebody who took part."""

    COMPLETED = "completed"
    GRADED = "graded"
    EMPLOYED = "employed"
    PROMOTED = "promoted"


class Grade(StrEnum):
    """The four grades of teaching, best first."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"


GOOD_OR_BETTER = frozenset({Grade.OUTSTANDING, Grade.GOOD})
EARLY = relativedelta(months=6)
"""Early employment: in a teaching post within six calendar months of the run's last day, that day included."""


class GradeMissing(RuleBroken):
    """A grading says the grade, and nothing else does."""


class OutcomeIsOfABooking(RuleBroken):
    """Outcomes and attendance are of people who hold a place; whoever was only nominated has none."""


class MoreSatisfiedThanAsked(RuleBroken):
    """Of those who answered, at most all are satisfied."""


@dataclass(frozen=True)
class Outcome:
    """One outcome. `achieved` None says that it is not known (any more): the correction of a wrong entry."""

    kind: OutcomeKind
    achieved: bool | None
    on: date
    grade: Grade | None = None
    within_alliance: bool | None = None


def require_graded(outcome: Outcome) -> None:
    """Refuses a grading without a grade, and a grade on anything else. Errors: `GradeMissing`."""
    if (outcome.kind is OutcomeKind.GRADED and outcome.achieved is True) != (outcome.grade is not None):
        raise GradeMissing("A grade stands with the outcome `graded` where it is achieved, and with nothing else.")


@dataclass(frozen=True)
class Part:
    """One person's part in a run: where their nomination stands, who made it, and their outcomes by kind."""

    state: NominationState
    nominating_body: str
    outcomes: Mapping[OutcomeKind, Outcome]

    def achieved(self, kind: OutcomeKind) -> bool:
        """Whether this outcome is recorded and achieved."""
        return kind in self.outcomes and self.outcomes[kind].achieved is True

    def is_known(self, kind: OutcomeKind) -> bool:
        """Whether it is recorded at all, achieved or not."""
        return kind in self.outcomes and self.outcomes[kind].achieved is not None

    @property
    def grade(self) -> Grade | None:
        """The grade, where one was given."""
        return self.outcomes[OutcomeKind.GRADED].grade if self.achieved(OutcomeKind.GRADED) else None


@dataclass(frozen=True)
class Figures:
    """What a run adds up to, in people. `employed`, `employed_early`, `employed_within_alliance` and
    `employed_and_good` (employed *and* graded good or better, both of the same person) are out of those who completed;
    `employment_known` is how many of them it is known of."""

    nominating_bodies: int
    nominated: int
    booked: int
    completed: int
    graded: int
    grades: Mapping[Grade, int]
    good_or_better: int
    employment_known: int
    employed: int
    employed_early: int
    employed_within_alliance: int
    employed_and_good: int
    promoted: int


def figures_of(parts: Sequence[Part], ends_on: date) -> Figures:
    """The figures of a run that ends on that day: whoever declined or withdrew counts as nominated and nowhere else."""
    booked = [part for part in parts if part.state is NominationState.BOOKED]
    completed = [part for part in booked if part.achieved(OutcomeKind.COMPLETED)]
    employed = [part for part in completed if part.achieved(OutcomeKind.EMPLOYED)]
    grades = Counter(part.grade for part in booked if part.grade is not None)
    return Figures(
        nominating_bodies=len({part.nominating_body for part in booked}),
        nominated=len(parts),
        booked=len(booked),
        completed=len(completed),
        graded=grades.total(),
        grades={grade: grades[grade] for grade in Grade},
        good_or_better=sum(grades[grade] for grade in GOOD_OR_BETTER),
        employment_known=sum(part.is_known(OutcomeKind.EMPLOYED) for part in completed),
        employed=len(employed),
        employed_early=sum(part.outcomes[OutcomeKind.EMPLOYED].on <= ends_on + EARLY for part in employed),
        employed_within_alliance=sum(part.outcomes[OutcomeKind.EMPLOYED].within_alliance is True for part in employed),
        employed_and_good=sum(part.grade in GOOD_OR_BETTER for part in employed),
        promoted=sum(part.achieved(OutcomeKind.PROMOTED) for part in booked),
    )


@dataclass(frozen=True)
class Rate:
    """A share as people count it: both numbers, and the percentage to one decimal; none of nobody has no percentage."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """Halves are rounded up."""
        if not self.denominator:
            return None
        exact = Decimal(100 * self.numerator) / Decimal(self.denominator)
        return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def rates_of(figures: Figures) -> dict[str, Rate]:
    """The shares that plans set targets for, by name."""
    return {
        "completed": Rate(figures.completed, figures.booked),
        "good_or_better": Rate(figures.good_or_better, figures.graded),
        "employed": Rate(figures.employed, figures.completed),
        "employed_early": Rate(figures.employed_early, figures.completed),
        "employed_and_good": Rate(figures.employed_and_good, figures.completed),
        "promoted": Rate(figures.promoted, figures.booked),
    }
