"""A designation: what kind of leader somebody is, from which day, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from service_kit.errors import Conflict
from sle_broker.specialisms.dates_in_order import refuse_out_of_order


class LeaderKind(StrEnum):
    """Specialist, national and local leaders of education."""

    SLE = "sle"
    NLE = "nle"
    LLE = "lle"


class LeaderNotDesignated(Conflict):
    """A leader is deployed only while they are designated."""


@dataclass(frozen=True)
class Designation:
    """One designation of one leader, given on a date and usually in a round.

    `renews_designation_id` is the designation that this one continues. `lapsed_on` and `withdrawn_on` are each the first day on
    which the leader was no longer designated. Raises `DatesOutOfOrder` where a designation would end before it began.
    """

    id: UUID
    leader_id: UUID
    kind: LeaderKind
    designated_on: date
    round: str | None = None
    renews_designation_id: UUID | None = None
    lapsed_on: date | None = None
    withdrawn_on: date | None = None

    def __post_init__(self) -> None:
        for later, later_on in (("the lapse", self.lapsed_on), ("the withdrawal", self.withdrawn_on)):
            if later_on is not None:
                refuse_out_of_order(
                    earlier="the designation", earlier_on=self.designated_on, later=later, later_on=later_on
                )

    def is_in_force(self, on: date) -> bool:
        """From the day of designation up to, and not on, the day it lapsed or was withdrawn."""
        ends = [day for day in (self.lapsed_on, self.withdrawn_on) if day is not None]
        return self.designated_on <= on and all(on < end for end in ends)


def is_designated(designations: Iterable[Designation], on: date) -> bool:
    """Whether a leader, given all their designations, is one on the day: of whatever kind, first or renewed."""
    return any(designation.is_in_force(on) for designation in designations)


def refuse_unless_designated(designations: Iterable[Designation], on: date) -> None:
    """For a booking, `on` is the first day of it. Raises `LeaderNotDesignated`."""
    if not is_designated(designations, on):
        raise LeaderNotDesignated(f"The leader is not designated on {on}.")
