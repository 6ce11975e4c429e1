"""A designation: what kind of leader somebody is, from which day, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Self
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict, RuleBroken
from service_kit.life_cycle import LifeCycle, Step


class LeaderKind(StrEnum):
    """The national kinds: specialist, national and local leaders of education. An alliance may add kinds of its own."""

    SLE = "sle"
    NLE = "nle"
    LLE = "lle"


class DesignationState(StrEnum):
    """Designated, until it lapses or is withdrawn."""

    DESIGNATED = "designated"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class WithdrawalReason(StrEnum):
    """Why a designation was withdrawn."""

    LEFT_HOME_SCHOOL = "left_home_school"
    STOOD_DOWN = "stood_down"
    HOME_SCHOOL_WITHDREW_SUPPORT = "home_school_withdrew_support"
    CONDITIONS_NO_LONGER_MET = "conditions_no_longer_met"
    RECORDED_IN_ERROR = "recorded_in_error"


LIFE_CYCLE: LifeCycle[DesignationState, WithdrawalReason] = LifeCycle(
    MappingProxyType(
        {
            DesignationState.DESIGNATED: {
                DesignationState.LAPSED: frozenset(),
                DesignationState.WITHDRAWN: frozenset(WithdrawalReason),
            },
            DesignationState.LAPSED: {},
            DesignationState.WITHDRAWN: {},
        }
    )
)


class AlreadyDesignated(Conflict):
    """A leader is designated once at a time: what prolongs a designation is a renewal, which starts no clock."""


class RenewsWhatWasWithdrawn(Conflict):
    """A designation that was withdrawn has ended for good: whoever is to lead again is designated afresh."""


class AlreadyTrained(Conflict):
    """The day on which a leader's training was completed is recorded once."""


class RenewsNoneOfTheirs(RuleBroken):
    """A renewal continues an earlier designation of the same leader."""


class LeaderNotDesignated(Conflict):
    """A leader is deployed only while they are designated."""


@dataclass(frozen=True)
class Designation:
    """One designation of one leader, given on a date and usually in a round, known by its name.

    `kind` is one of `LeaderKind` or the code of a kind that the alliance has added. `renews_designation_id` is the
    designation that this one continues, `need_id` the need for which it was made. `trained_on` is the day on which the
    leader's training for it was completed. Each of these is the first day on which the leader is no longer designated
    by it: `due_to_lapse_on`, where the round or the alliance says so and whether or not anybody records it; `lapsed_on`
    and `withdrawn_on`, as recorded. Raises `DatesOutOfOrder` where it would end before it began, or the leader had been
    trained before.
    """

    id: UUID
    leader_id: UUID
    kind: str
    designated_on: date
    round: str | None = None
    renews_designation_id: UUID | None = None
    need_id: UUID | None = None
    due_to_lapse_on: date | None = None
    trained_on: date | None = None
    lapsed_on: date | None = None
    withdrawn_on: date | None = None
    withdrawal_reason: WithdrawalReason | None = None

    def __post_init__(self) -> None:
        dated = (
            ("the end of the training", self.trained_on),
            ("the lapse", self.lapsed_on),
            ("the withdrawal", self.withdrawn_on),
        )
        for later, later_on in dated:
            if later_on is not None:
                refuse_out_of_order(
                    earlier="the designation", earlier_on=self.designated_on, later=later, later_on=later_on
                )

    def state(self, on: date) -> DesignationState:
        """Whether it has been ended, and how: what was recorded counts, its day has come by then; what is due to lapse
        has lapsed from its day on."""
        if self.withdrawn_on is not None:
            return DesignationState.WITHDRAWN
        has_lapsed = self.lapsed_on is not None or (self.due_to_lapse_on is not None and self.due_to_lapse_on <= on)
        return DesignationState.LAPSED if has_lapsed else DesignationState.DESIGNATED

    @property
    def ended_on(self) -> date | None:
        """The first day on which the leader is no longer designated by it; None where it has no end."""
        return _earlier(_earlier(self.lapsed_on, self.withdrawn_on), self.due_to_lapse_on)

    def is_in_force(self, on: date) -> bool:
        """From the day of designation up to, and not on, the day it lapsed or was withdrawn."""
        ended_on = self.ended_on
        return self.designated_on <= on and (ended_on is None or on < ended_on)

    def as_of(self, day: date) -> Self:
        """What was known of it at the end of a day: an end is recorded once its day has come, and not before. A
        designation may be recorded ahead, so one that begins later stays as it is, and the day on which it is due to
        lapse is known from the first."""
        recorded_on = _earlier(self.lapsed_on, self.withdrawn_on)
        if recorded_on is None or recorded_on <= day:
            return self
        return replace(self, lapsed_on=None, withdrawn_on=None, withdrawal_reason=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(one, other) if one and other else one or other


def refuse_second_designation(new: Designation, earlier: Iterable[Designation]) -> None:
    """Whether a leader who has the designations `earlier` may be given `new`.

    A renewal continues one of them, from its day of designation on, whether or not it has lapsed; what was withdrawn is
    not renewed. What is not a renewal begins after the others have ended, or the leader would have two deployment
    clocks at once.

    Raises `RenewsNoneOfTheirs`, `RenewsWhatWasWithdrawn`, `DatesOutOfOrder`, `AlreadyDesignated`.
    """
    by_id = {designation.id: designation for designation in earlier}
    if new.renews_designation_id is not None:
        renewed = by_id.get(new.renews_designation_id)
        if renewed is None:
            raise RenewsNoneOfTheirs("The designation that is to be renewed is none of this leader's.")
        if renewed.withdrawn_on is not None:
            raise RenewsWhatWasWithdrawn(
                f"The designation was withdrawn on {renewed.withdrawn_on}; designate the leader afresh, without "
                "`renews_designation_id`."
            )
        refuse_out_of_order(
            earlier="the designation renewed",
            earlier_on=renewed.designated_on,
            later="the renewal",
            later_on=new.designated_on,
        )
        return
    for other in by_id.values():
        if other.ended_on is None or new.designated_on < other.ended_on:
            raise AlreadyDesignated(
                f"The leader was designated on {other.designated_on}; renew that designation, or end it first."
            )


def end(
    designation: Designation, to: DesignationState, on: date, *, today: date, reason: WithdrawalReason | None = None
) -> Designation:
    """The designation lapsed or withdrawn; `on` is the first day on which the leader is no longer designated by it.
    That it lapsed when it was due to may be recorded; it is not withdrawn afterwards.

    Raises `StateConflict`, `ReasonNotInList`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    stands = replace(designation, due_to_lapse_on=None) if to is DesignationState.LAPSED else designation
    began = Step[DesignationState, WithdrawalReason](stands.state(on), designation.designated_on)
    step = LIFE_CYCLE.next_step([began], to=to, on=on, today=today, reason=reason)
    if step.state is DesignationState.LAPSED:
        return replace(designation, lapsed_on=on)
    return replace(designation, withdrawn_on=on, withdrawal_reason=reason)


def complete_training(designation: Designation, on: date, *, today: date) -> Designation:
    """The designation with the day on which the leader's training was completed. Source: KPI B8a counts specialist
    leaders designated and trained.

    Raises `AlreadyTrained`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    if designation.trained_on is not None:
        raise AlreadyTrained(f"The leader's training was completed on {designation.trained_on}.")
    refuse_future(what="The end of the training", on=on, today=today)
    return replace(designation, trained_on=on)


def is_designated(designations: Iterable[Designation], on: date) -> bool:
    """Whether a leader, given all their designations, is one on the day: of whatever kind, first or renewed."""
    return any(designation.is_in_force(on) for designation in designations)


def refuse_while_designated(designations: Iterable[Designation], on: date) -> None:
    """For an application, `on` is the day of it. Raises `AlreadyDesignated`."""
    for designation in designations:
        if designation.is_in_force(on):
            raise AlreadyDesignated(
                f"The leader has been designated since {designation.designated_on}: to go on they do not apply; renew "
                f"the designation, with `renews_designation_id` {designation.id}, or end it first."
            )


def refuse_unless_designated(designations: Iterable[Designation], on: date) -> None:
    """For a booking, `on` is the first day of it. Raises `LeaderNotDesignated`."""
    if not is_designated(designations, on):
        raise LeaderNotDesignated(f"The leader is not designated on {on}.")
