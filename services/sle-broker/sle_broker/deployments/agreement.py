"""What is agreed before a leader starts: the objectives, and the three people who say yes to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from service_kit.errors import Conflict


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


class NoObjectiveAgreed(Conflict):
    """A deployment is agreed with at least one objective, or nobody could say whether it worked."""


class AgreementIncomplete(Conflict):
    """The leader, the home head and the host head each agree before the deployment is agreed."""


class ObjectiveNotJudged(Conflict):
    """An evaluation says for every objective whether it was met."""


@dataclass(frozen=True)
class Objective:
    """What the deployment is to achieve, how that will be seen, and in the end whether it was."""

    id: UUID
    text: str
    measure: str
    outcome: ObjectiveOutcome | None = None


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
