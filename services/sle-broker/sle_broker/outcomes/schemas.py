"""The JSON of outcomes and of their register."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from service_kit.schemas import Day, Page, RequestBody, ResponseBody, ShortText, example
from sle_broker.deployments.agreement import Direction
from sle_broker.deployments.schemas import DEPLOYMENT_EXAMPLE, Figure, exact
from sle_broker.outcomes.outcome import DeploymentOutcome, Inspection, Outcome, Results, read_grade
from sle_broker.outcomes.register import GradeMove, OutcomeRegister, RegisterEntry, Tally
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, Urn

_INSPECTION = {
    "urn": "108101",
    "inspected_on": "2015-06-10",
    "previous_grade": "requires improvement",
    "grade": "2",
}
_INSPECTED = _INSPECTION | {"previous_grade": 3, "grade": 2, "outcome": "improved", "is_derived": True}
_RESULTS = {"measure": "Level 4 in reading, writing and mathematics", "before": 62, "after": 79, "better": "rise"}
_OUTCOME = {
    "deployment_id": DEPLOYMENT_EXAMPLE,
    "inspection": _INSPECTED,
    "results": _RESULTS | {"outcome": "improved"},
}

WrittenGrade = Annotated[
    str,
    StringConstraints(max_length=40, pattern=r"^[^\x00]*$"),
    Field(description="1 to 4 or the grade's name, as inspections write it; 0, 8, 9 or nothing where there is none."),
]


class InspectionIn(RequestBody):
    """An inspection of the school. The outcome follows from the grades; only where one of them is not known is it
    said."""

    model_config = RequestBody.model_config | example(**_INSPECTION)

    urn: Urn
    inspected_on: Day
    previous_grade: WrittenGrade
    grade: WrittenGrade
    outcome: Outcome | None = None

    def to_rule(self) -> Inspection:
        """The inspection. Errors: `GradeNotUnderstood`, and those of `Inspection`."""
        grades = read_grade(self.previous_grade), read_grade(self.grade)
        return Inspection(self.urn, self.inspected_on, *grades, self.outcome)


class ResultsIn(RequestBody):
    """A figure of the school's results before and after; the outcome follows from them."""

    model_config = RequestBody.model_config | example(**_RESULTS)

    measure: ShortText
    before: Figure
    after: Figure
    better: Direction = Direction.RISE

    def to_rule(self) -> Results:
        """The results."""
        return Results(self.measure, exact(self.before), exact(self.after), self.better)


class DeploymentOutcomeIn(RequestBody):
    """What became of the school: by an inspection, by its results, or by both."""

    model_config = RequestBody.model_config | example(inspection=_INSPECTION, results=_RESULTS)

    inspection: InspectionIn | None = None
    results: ResultsIn | None = None

    def to_rule(self, deployment_id: UUID) -> DeploymentOutcome:
        """The outcome of the deployment. Errors: `NothingToGoBy`, and those of its parts."""
        return DeploymentOutcome(
            deployment_id,
            None if self.inspection is None else self.inspection.to_rule(),
            None if self.results is None else self.results.to_rule(),
        )


class InspectionOut(ResponseBody):
    """An inspection of the school. `is_derived`: the outcome follows from the grades, nobody said it."""

    model_config = ResponseBody.model_config | example(**_INSPECTED)

    urn: str
    inspected_on: date
    previous_grade: int | None
    grade: int | None
    outcome: Outcome
    is_derived: bool

    @classmethod
    def of(cls, inspection: Inspection) -> Self:
        """A stored inspection."""
        return cls(
            urn=inspection.urn,
            inspected_on=inspection.inspected_on,
            previous_grade=inspection.previous_grade,
            grade=inspection.grade,
            outcome=inspection.outcome,
            is_derived=inspection.is_derived,
        )


class ResultsOut(ResponseBody):
    """The school's results before and after."""

    model_config = ResponseBody.model_config | example(**_RESULTS, outcome="improved")

    measure: str
    before: float
    after: float
    better: Direction
    outcome: Outcome


class DeploymentOutcomeOut(ResponseBody):
    """What became of the school a deployment supported."""

    model_config = ResponseBody.model_config | example(**_OUTCOME)

    deployment_id: UUID
    inspection: InspectionOut | None
    results: ResultsOut | None

    @classmethod
    def of(cls, outcome: DeploymentOutcome) -> Self:
        """A stored outcome."""
        return cls(
            deployment_id=outcome.deployment_id,
            inspection=None if outcome.inspection is None else InspectionOut.of(outcome.inspection),
            results=None if outcome.results is None else ResultsOut.model_validate(outcome.results),
        )


class TallyOut(ResponseBody):
    """How many there are, how many have been inspected since, and by what became of them."""

    model_config = ResponseBody.model_config | example(
        all=21, inspected=10, improved=7, maintained=3, declined=0, not_yet_inspected=11
    )

    all: int
    inspected: int
    improved: int
    maintained: int
    declined: int
    not_yet_inspected: int

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """A tally of deployments or of schools."""
        return cls(
            all=tally.all,
            inspected=tally.inspected,
            improved=tally.by_outcome[Outcome.IMPROVED],
            maintained=tally.by_outcome[Outcome.MAINTAINED],
            declined=tally.by_outcome[Outcome.DECLINED],
            not_yet_inspected=tally.not_yet_inspected,
        )


class GradeMoveOut(ResponseBody):
    """How many deployments have an inspection that went from one grade to another; null: no grade is known."""

    model_config = ResponseBody.model_config | example(previous_grade=3, grade=2, deployments=7)

    previous_grade: int | None
    grade: int | None
    deployments: int

    @classmethod
    def of(cls, move: GradeMove) -> Self:
        """A move of the register."""
        return cls(previous_grade=move.previous_grade, grade=move.grade, deployments=move.deployments)


class RegisterEntryOut(ResponseBody):
    """One deployment that is counted. `outcome` is null where nothing is recorded yet."""

    model_config = ResponseBody.model_config | example(
        deployment_id=DEPLOYMENT_EXAMPLE, host_school_urn="108101", first_day_on="2015-01-12", outcome=_OUTCOME
    )

    deployment_id: UUID
    host_school_urn: str
    first_day_on: date
    outcome: DeploymentOutcomeOut | None

    @classmethod
    def of(cls, entry: RegisterEntry) -> Self:
        """An entry of the register."""
        return cls(
            deployment_id=entry.deployment_id,
            host_school_urn=entry.host_school_urn,
            first_day_on=entry.first_day_on,
            outcome=None if entry.outcome is None else DeploymentOutcomeOut.of(entry.outcome),
        )


class OutcomeRegisterOut(Page[RegisterEntryOut]):
    """The register: counts of all that began in the time, and in `items` a page of the deployments behind them.

    `improved_by_inspection_or_results` counts deployments that led to an improved inspection outcome, to improved
    results, or to both. A school that had several deployments counts once, by its latest inspection.
    """

    model_config = ResponseBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        deployments={
            "all": 21,
            "inspected": 10,
            "improved": 7,
            "maintained": 3,
            "declined": 0,
            "not_yet_inspected": 11,
        },
        schools={"all": 21, "inspected": 10, "improved": 7, "maintained": 3, "declined": 0, "not_yet_inspected": 11},
        improved_by_inspection_or_results=15,
        moves=[{"previous_grade": 3, "grade": 2, "deployments": 7}],
        items=[],
        next_cursor=None,
    )

    alliance_id: UUID
    deployments: TallyOut
    schools: TallyOut
    improved_by_inspection_or_results: int
    moves: list[GradeMoveOut]

    @classmethod
    def counted(cls, alliance_id: UUID, register: OutcomeRegister, page: Page[RegisterEntryOut]) -> Self:
        """The register of an alliance with a page of its trace."""
        return cls(
            alliance_id=alliance_id,
            deployments=TallyOut.of(register.deployments),
            schools=TallyOut.of(register.schools),
            improved_by_inspection_or_results=register.improved,
            moves=[GradeMoveOut.of(move) for move in register.moves],
            items=page.items,
            next_cursor=page.next_cursor,
        )
