"""The outcome register: how many deployments led to what, out of how many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sle_broker.outcomes.outcome import DeploymentOutcome, Grade, Outcome


@dataclass(frozen=True)
class Tally:
    """How many of `all` have been inspected since, by what became of them; the others are not yet inspected."""

    all: int
    by_outcome: Mapping[Outcome, int]

    @property
    def inspected(self) -> int:
        """Those of which an inspection since then is recorded."""
        return sum(self.by_outcome.values())

    @property
    def not_yet_inspected(self) -> int:
        """The others."""
        return self.all - self.inspected


@dataclass(frozen=True)
class GradeMove:
    """How many deployments have an inspection that went from one grade to another; None: no grade is known."""

    previous_grade: Grade | None
    grade: Grade | None
    deployments: int


@dataclass(frozen=True)
class OutcomeRegister:
    """The commissions that began in a time, and the schools they supported, each school by its latest inspection.

    `improved` counts the deployments that led to an improved inspection outcome, to improved results, or to both.
    """

    deployments: Tally
    schools: Tally
    improved: int
    moves: tuple[GradeMove, ...]


@dataclass(frozen=True)
class RegisterEntry:
    """One deployment that is counted, and what became of its school; None where nothing is recorded yet."""

    deployment_id: UUID
    host_school_urn: str
    first_day_on: date
    outcome: DeploymentOutcome | None
