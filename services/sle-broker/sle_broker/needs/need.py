"""A need: a specialism in which one school needs help, what told of it, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from service_kit.errors import Conflict, RuleBroken
from service_kit.life_cycle import LifeCycle, Step
from sle_broker.specialisms.specialism import Phase, Specialism


class NeedKind(StrEnum):
    """Whether the school has the need now, or is expected to have it."""

    ACTUAL = "actual"
    PREDICTED = "predicted"


class NeedSource(StrEnum):
    """What told of the need. A forecast is the alliance's own: a school grows, somebody leaves, a syllabus changes."""

    AUDIT = "audit"
    SUPPORT_REQUEST = "support_request"
    REFERRAL = "referral"
    OUTCOME_TRIGGER = "outcome_trigger"
    FORECAST = "forecast"


class Referrer(StrEnum):
    """Who refers a school to an alliance."""

    DEPARTMENT = "department"
    LOCAL_AUTHORITY = "local_authority"


class OutcomeTrigger(StrEnum):
    """What in a school's outcomes calls for help: results below the floor, or an inspection's category of concern."""

    BELOW_FLOOR = "below_floor"
    CATEGORY_OF_CONCERN = "category_of_concern"


class NeedState(StrEnum):
    """Open until it is ended; an ended need stays ended, and a new one is recorded where it returns."""

    OPEN = "open"
    ENDED = "ended"


class NeedEndReason(StrEnum):
    """Why a need is no longer open. `unmet` is a need that was given up without help: nobody was found, or nobody
    paid."""

    MET = "met"
    UNMET = "unmet"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    NOT_CONFIRMED = "not_confirmed"
    RECORDED_IN_ERROR = "recorded_in_error"


class SourceNotWhole(RuleBroken):
    """A referral says who referred, an outcome trigger what triggered, and no other source says either."""


class KindNotOfTheSource(RuleBroken):
    """A forecast tells of a predicted need; an audit and a support request tell of an actual one."""


class NeedEndsWithItsRequest(Conflict):
    """A need that a support request told of ends when the request does, and not before."""


_KIND_OF: Mapping[NeedSource, NeedKind] = MappingProxyType(
    {
        NeedSource.AUDIT: NeedKind.ACTUAL,
        NeedSource.SUPPORT_REQUEST: NeedKind.ACTUAL,
        NeedSource.FORECAST: NeedKind.PREDICTED,
    }
)
"""The kind of need that a source tells of, where it tells of one kind alone."""

LIFE_CYCLE: LifeCycle[NeedState, NeedEndReason] = LifeCycle(
    MappingProxyType({NeedState.OPEN: {NeedState.ENDED: frozenset(NeedEndReason)}, NeedState.ENDED: {}})
)


@dataclass(frozen=True)
class Need:
    """One school's need of help in one specialism, for one phase.

    `source_reference` is what the source calls it: the id of the support request or the audit submission, or the number
    under which somebody referred the school. `recorded_by` is the subject under which whoever recorded it signs in.
    `ended_on` and `end_reason` are both None while the need is open.

    Raises `SourceNotWhole`, `KindNotOfTheSource`.
    """

    id: UUID
    host_school_urn: str
    specialism: Specialism
    phase: Phase
    kind: NeedKind
    source: NeedSource
    arisen_on: date
    recorded_by: str
    source_reference: str | None = None
    referred_by: Referrer | None = None
    trigger: OutcomeTrigger | None = None
    ended_on: date | None = None
    end_reason: NeedEndReason | None = None

    def __post_init__(self) -> None:
        if (self.referred_by is not None) != (self.source is NeedSource.REFERRAL):
            raise SourceNotWhole("Say who referred the school for a referral, and for no other source.")
        if (self.trigger is not None) != (self.source is NeedSource.OUTCOME_TRIGGER):
            raise SourceNotWhole("Say what triggered the need for an outcome trigger, and for no other source.")
        if self.kind is not _KIND_OF.get(self.source, self.kind):
            raise KindNotOfTheSource(f"The source {self.source} tells of a need that is {_KIND_OF[self.source]}.")

    @property
    def state(self) -> NeedState:
        """Open, or ended once its end is recorded."""
        return NeedState.OPEN if self.ended_on is None else NeedState.ENDED


def end(need: Need, to: NeedState, on: date, *, today: date, reason: NeedEndReason | None) -> Need:
    """The need ended; `on` is the first day on which it is no longer open.

    Raises `StateConflict`, `ReasonNotInList`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    began = Step[NeedState, NeedEndReason](need.state, need.arisen_on)
    step = LIFE_CYCLE.next_step([began], to=to, on=on, today=today, reason=reason)
    return replace(need, ended_on=step.on, end_reason=step.reason)


def refuse_unless_ended_by_hand(need: Need) -> None:
    """Whether somebody may end the need by itself. Raises `NeedEndsWithItsRequest`."""
    if need.source is NeedSource.SUPPORT_REQUEST:
        raise NeedEndsWithItsRequest("Close, decline or lapse the support request; its needs end with it.")
