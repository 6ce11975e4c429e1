"""The life of a plan: which state follows which, and what may be written in each."""

from enum import StrEnum

from service_kit.errors import Conflict, RuleBroken
from service_kit.life_cycle import LifeCycle


class PlanState(StrEnum):
    """A plan is drafted, agreed, under way, reviewed at the year's end, and closed."""

    DRAFT = "draft"
    AGREED = "agreed"
    UNDER_WAY = "under_way"
    REVIEWED = "reviewed"
    CLOSED = "closed"


class NoReason(StrEnum):
    """The steps of a plan explain themselves."""


PLAN_LIFE: LifeCycle[PlanState, NoReason] = LifeCycle(
    {
        PlanState.DRAFT: {PlanState.AGREED: frozenset()},
        PlanState.AGREED: {PlanState.UNDER_WAY: frozenset()},
        PlanState.UNDER_WAY: {PlanState.REVIEWED: frozenset()},
        PlanState.REVIEWED: {PlanState.CLOSED: frozenset()},
        PlanState.CLOSED: {},
    }
)


class AllianceNotKnown(RuleBroken):
    """A plan is held jointly with alliances that are on the platform."""


class PlanIsClosed(Conflict):
    """A closed plan is read and never written; what is left of it is carried forward into another."""


def require_open(state: PlanState) -> None:
    """Refuses a write to a closed plan. Errors: `PlanIsClosed`."""
    if state is PlanState.CLOSED:
        raise PlanIsClosed("This plan is closed. Carry what is left of it forward into next year's plan.")
