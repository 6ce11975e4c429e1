"""A programme and its runs: what kinds there are, and which state a run may move to."""

from collections.abc import Collection
from enum import StrEnum

from service_kit.errors import Conflict, NotFound, RuleBroken
from service_kit.life_cycle import LifeCycle


class PlaceType(StrEnum):
    """How a place is paid for: by a fee, by a salary, by somebody else's funding, or not at all."""

    FEE = "fee"
    SALARIED = "salaried"
    FUNDED = "funded"
    FREE = "free"


class RunState(StrEnum):
    """The states of a run."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why a run is cancelled."""

    TOO_FEW_NOMINATIONS = "too_few_nominations"
    NO_FUNDING = "no_funding"
    WITHDRAWN_BY_PROVIDER = "withdrawn_by_provider"
    OTHER = "other"


RUN_LIFE: LifeCycle[RunState, CancelReason] = LifeCycle(
    {
        RunState.PLANNED: {RunState.UNDER_WAY: frozenset(), RunState.CANCELLED: frozenset(CancelReason)},
        RunState.UNDER_WAY: {RunState.COMPLETED: frozenset(), RunState.CANCELLED: frozenset(CancelReason)},
        RunState.COMPLETED: {},
        RunState.CANCELLED: {},
    }
)


class ProgrammeKindNotKnown(RuleBroken):
    """A programme is of one of the kinds on the list; the operator adds a kind that is missing."""


class RunEndsBeforeItBegins(RuleBroken):
    """The last day of a run is its first day or later."""


class PlaceTypeNamedTwice(RuleBroken):
    """The places of one type stand once in a run's list."""


class RunIsCancelled(Conflict):
    """Nobody is nominated, booked or judged on a run that is cancelled."""


class NotOnThisRun(RuleBroken):
    """Bookings, attendance and outcomes are of people nominated for the same run."""


def require_known_kind(kind: str, known: Collection[str]) -> None:
    """Refuses a kind that is not on the list. Errors: `ProgrammeKindNotKnown`."""
    if kind not in known:
        raise ProgrammeKindNotKnown(f"“{kind}” is no kind of programme; there are: {', '.join(sorted(known))}.")


def require_places_named_once(types: Collection[PlaceType]) -> None:
    """Refuses two rows for one type of place. Errors: `PlaceTypeNamedTwice`."""
    if len(set(types)) != len(types):
        raise PlaceTypeNamedTwice("Name each type of place once, with all its places.")


def require_not_cancelled(state: RunState) -> None:
    """Refuses on a cancelled run. Errors: `RunIsCancelled`."""
    if state is RunState.CANCELLED:
        raise RunIsCancelled("This run is cancelled; plan another.")


def require_on_run(found: int, asked: int) -> None:
    """Refuses where some of the nominations named are not of the run. Errors: `NotOnThisRun`."""
    if found != asked:
        raise NotOnThisRun(f"{asked - found} of the nominations named are not of this run.")


def nothing_here() -> NotFound:
    """The refusal of what is not there, or is another alliance's."""
    return NotFound("There is no such thing here.")
