"""What is agreed before a leader starts: objectives with measures and targets, and the three people who say yes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from service_kit.errors import Conflict, RuleBroken


class Party(StrEnum):
    """Whose agreement a deployment needs: the leader, the head who sends and the head who receives."""

    LEADER = "leader"
    HOME_HEAD = "home_head"
    HOST_HEAD = "host_head"


class ObjectiveOutcome(StrEnum):
    """How far an objective was reached, as judged at the evaluation."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"


class Direction(StrEnum):
    """Which way a figure is to go."""

    RISE = "rise"
    FALL = "fall"


class AspectGrade(StrEnum):
    """How good the supported aspect of a school is judged to be, in the words of inspections."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"


class NoObjectiveAgreed(Conflict):
    """A deployment is agreed with at least one objective, or nobody could say whether it worked."""


class AgreementIncomplete(Conflict):
    """The leader, the home head and the host head each agree before the deployment is agreed."""


class ObjectiveNotJudged(Conflict):
    """An evaluation says for every objective whether it was met."""


class TargetAgainstDirection(RuleBroken):
    """A figure that is to rise has its target above its baseline; one that is to fall, below it."""


class FigureNotGiven(RuleBroken):
    """An objective with a target is judged by the figure that was reached."""


class ObjectiveHasNoTarget(RuleBroken):
    """A figure is reached where a target was agreed; without one the objective is judged in words."""


class OutcomeNotGiven(RuleBroken):
    """An objective without a target is judged by saying whether it was met."""


class OutcomeAgainstFigure(RuleBroken):
    """Whether a target was met follows from the figure that was reached; nobody says otherwise."""


class BeforeWithoutAfter(RuleBroken):
    """How good the supported aspect is now says something beside how good it was before."""


@dataclass(frozen=True)
class Target:
    """A figure, counted in `unit`, is to go in `direction` to `target` or beyond; `baseline` is where it stood, None
    where nobody has measured it. Raises `TargetAgainstDirection`."""

    target: Decimal
    unit: str
    direction: Direction
    baseline: Decimal | None = None

    def __post_init__(self) -> None:
        if self.baseline is not None and not self._is_nearer(self.target, than=self.baseline):
            raise TargetAgainstDirection(
                f"From {self.baseline} to {self.target} {self.unit} is no {self.direction.value}."
            )

    def outcome(self, actual: Decimal) -> ObjectiveOutcome:
        """Met at the target or beyond it; partly met where the figure has come nearer to it from its baseline."""
        if not self._is_nearer(self.target, than=actual):
            return ObjectiveOutcome.MET
        if self.baseline is not None and self._is_nearer(actual, than=self.baseline):
            return ObjectiveOutcome.PARTLY_MET
        return ObjectiveOutcome.NOT_MET

    def _is_nearer(self, figure: Decimal, *, than: Decimal) -> bool:
        return figure > than if self.direction is Direction.RISE else figure < than


@dataclass(frozen=True)
class Judgement:
    """What is said of an objective at the evaluation: whether it was met, or the `actual` figure where it has a target;
    and how good the aspect of the school that was supported was judged to be `before` and `after`.

    Raises `BeforeWithoutAfter`.
    """

    outcome: ObjectiveOutcome | None = None
    actual: Decimal | None = None
    before: AspectGrade | None = None
    after: AspectGrade | None = None

    def __post_init__(self) -> None:
        if (self.before is None) != (self.after is None):
            raise BeforeWithoutAfter("Give the judgement before and the judgement after, or neither.")


NOT_JUDGED = Judgement()


@dataclass(frozen=True)
class Objective:
    """What the deployment is to achieve, how that will be seen, and in the end whether it was."""

    id: UUID
    text: str
    measure: str
    target: Target | None = None
    judgement: Judgement = NOT_JUDGED

    @property
    def outcome(self) -> ObjectiveOutcome | None:
        """Whether it was met; None as long as it has not been judged."""
        return self.judgement.outcome

    def judged(self, said: Judgement) -> Self:
        """The objective with what is said of it. Where it has a target its outcome follows from the figure reached.

        Raises `FigureNotGiven`, `OutcomeAgainstFigure`, `ObjectiveHasNoTarget`, `OutcomeNotGiven`.
        """
        if self.target is None:
            if said.actual is not None:
                raise ObjectiveHasNoTarget(f"Objective {self.id} has no target; say whether it was met.")
            if said.outcome is None:
                raise OutcomeNotGiven(f"Say of objective {self.id} whether it was met.")
            return replace(self, judgement=said)
        if said.actual is None:
            raise FigureNotGiven(f"Objective {self.id} has a target in {self.target.unit}; give the actual figure.")
        outcome = self.target.outcome(said.actual)
        if said.outcome not in (None, outcome):
            raise OutcomeAgainstFigure(f"By its figure objective {self.id} is {outcome}, not {said.outcome}.")
        return replace(self, judgement=replace(said, outcome=outcome))


@dataclass(frozen=True)
class Agreement:
    """One party's yes to the objectives, the days and the dates as they then stood."""

    party: Party
    on: date


def refuse_unless_agreed(objectives: Sequence[Objective], agreements: Sequence[Agreement]) -> None:
    """There is something to agree to, and all three parties have.

    Raises `NoObjectiveAgreed`, `AgreementIncomplete` (`missing`).
    """
    if not objectives:
        raise NoObjectiveAgreed("Record at least one objective with its measure first.")
    agreed = {agreement.party for agreement in agreements}
    missing = [party.value for party in Party if party not in agreed]
    if missing:
        raise AgreementIncomplete(f"Still to agree: {', '.join(missing)}.", members={"missing": missing})


def refuse_unless_judged(objectives: Sequence[Objective]) -> None:
    """Every objective has its outcome. Raises `ObjectiveNotJudged` (`objectives`, the ids that have none)."""
    open_ids = [str(objective.id) for objective in objectives if objective.outcome is None]
    if open_ids:
        raise ObjectiveNotJudged(
            f"{len(open_ids)} of {len(objectives)} objectives have no outcome yet.", members={"objectives": open_ids}
        )
