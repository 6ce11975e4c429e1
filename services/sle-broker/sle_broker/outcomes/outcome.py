"""The outcome of a deployment for the supported school, by what an inspection and its results show."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import RuleBroken
from sle_broker.deployments.agreement import Direction
from sle_broker.deployments.deployment import EVALUATED, Deployment


class Outcome(StrEnum):
    """What became of the supported school."""

    IMPROVED = "improved"
    MAINTAINED = "maintained"
    DECLINED = "declined"


class Grade(IntEnum):
    """The overall grades of an inspection, best first."""

    OUTSTANDING = 1
    GOOD = 2
    REQUIRES_IMPROVEMENT = 3
    INADEQUATE = 4


# "Satisfactory" was the third grade until 2012, "requires improvement" since; a school in special measures or with
# serious weaknesses has the fourth.
_GRADES = {
    "1": Grade.OUTSTANDING,
    "outstanding": Grade.OUTSTANDING,
    "2": Grade.GOOD,
    "good": Grade.GOOD,
    "3": Grade.REQUIRES_IMPROVEMENT,
    "satisfactory": Grade.REQUIRES_IMPROVEMENT,
    "requires improvement": Grade.REQUIRES_IMPROVEMENT,
    "4": Grade.INADEQUATE,
    "inadequate": Grade.INADEQUATE,
    "serious weaknesses": Grade.INADEQUATE,
    "special measures": Grade.INADEQUATE,
}
_NO_GRADES = frozenset({"", "0", "8", "9"})


class GradeNotUnderstood(RuleBroken):
    """A grade is written as inspections write it: 1 to 4, or its name; 0, 8, 9 and nothing where there is none."""


class OutcomeAgainstGrades(RuleBroken):
    """Where both grades are known the outcome follows from them; nobody says otherwise."""


class OutcomeNotSaid(RuleBroken):
    """Where one of the grades is not known, whoever records the inspection says what became of the school."""


class NothingToGoBy(RuleBroken):
    """An outcome comes from an inspection, from results, or from both."""


class OutcomeOfChild(RuleBroken):
    """An extension or a follow-on belongs to its commission, and so does what became of the school."""


def read_grade(written: str) -> Grade | None:
    """The grade that is written by its code or its name; None where the inspection gave none. Raises
    `GradeNotUnderstood`."""
    code = " ".join(written.lower().replace("_", " ").split())
    if code in _NO_GRADES:
        return None
    if code not in _GRADES:
        raise GradeNotUnderstood(f"“{written}” is no grade of an inspection: write 1 to 4, or its name.")
    return _GRADES[code]


@dataclass(frozen=True)
class Inspection:
    """An inspection of the supported school, under the URN it had then, and what it comes to.

    `said` is what whoever records it says became of the school, where a grade is not known. Raises
    `OutcomeAgainstGrades`, `OutcomeNotSaid`.
    """

    urn: str
    inspected_on: date
    previous_grade: Grade | None
    grade: Grade | None
    said: Outcome | None = None

    def __post_init__(self) -> None:
        derived = self._by_grades()
        if derived is None and self.said is None:
            raise OutcomeNotSaid("One of the grades is not known: say whether the school improved.")
        if derived is not None and self.said not in (None, derived):
            raise OutcomeAgainstGrades(f"By its grades the school has {derived}, not {self.said}.")

    @property
    def is_derived(self) -> bool:
        """Whether the outcome follows from the grades."""
        return self._by_grades() is not None

    @property
    def outcome(self) -> Outcome:
        """By the grades where both are known, as it was said where they are not."""
        outcome = self._by_grades() or self.said
        assert outcome is not None  # noqa: S101 -- refused when it was made
        return outcome

    def _by_grades(self) -> Outcome | None:
        if self.previous_grade is None or self.grade is None:
            return None
        return _compared(before=-self.previous_grade, after=-self.grade)


@dataclass(frozen=True)
class Results:
    """A figure of the supported school's results before and after, and which way is better."""

    measure: str
    before: Decimal
    after: Decimal
    better: Direction = Direction.RISE

    @property
    def outcome(self) -> Outcome:
        """Improved where the figure has gone the better way."""
        if self.better is Direction.RISE:
            return _compared(before=self.before, after=self.after)
        return _compared(before=-self.before, after=-self.after)


@dataclass(frozen=True)
class DeploymentOutcome:
    """What became of the school a deployment supported. Raises `NothingToGoBy`."""

    deployment_id: UUID
    inspection: Inspection | None
    results: Results | None

    def __post_init__(self) -> None:
        if self.inspection is None and self.results is None:
            raise NothingToGoBy("Give the inspection, the results, or both.")


def refuse_outcome(outcome: DeploymentOutcome, deployment: Deployment, *, today: date) -> None:
    """An outcome is recorded of a commission that has been evaluated, and its inspection was held since it began.

    Raises `StateConflict`, `OutcomeOfChild`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    began_on = deployment.first_day_on_site
    if began_on is None or deployment.state not in EVALUATED:
        raise deployment.conflict("The outcome for the school is recorded once the deployment has been evaluated.")
    if not deployment.counts_for_clock:
        raise OutcomeOfChild("Record what became of the school on the commission that this one belongs to.")
    if outcome.inspection is not None:
        refuse_out_of_order(
            earlier="the first day on site",
            earlier_on=began_on,
            later="the inspection",
            later_on=outcome.inspection.inspected_on,
        )
        refuse_future(what="The inspection", on=outcome.inspection.inspected_on, today=today)


def _compared(*, before: Decimal | int, after: Decimal | int) -> Outcome:
    if after == before:
        return Outcome.MAINTAINED
    return Outcome.IMPROVED if after > before else Outcome.DECLINED
