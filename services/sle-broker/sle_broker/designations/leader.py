"""A system leader: somebody an alliance can lend, and what stands for and against lending them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from service_kit.dates_in_order import refuse_out_of_order
from service_kit.errors import RuleBroken
from sle_broker.designations.days import GUIDE_DAYS_A_YEAR, refuse_unless_in_halves
from sle_broker.specialisms.specialism import Phase


class NotReleasedHalfSaid(RuleBroken):
    """When a home school cannot release its leader, it says from which day to which."""


@dataclass(frozen=True)
class Leader:
    """One leader, employed at their home school.

    `kind` is a national kind of leader or one that the alliance has added. `mentor_id` is the leader they work beside.
    `allowance_days` are what may be booked of them in an academic year. `travel_limit_km` None: they travel any
    distance. `conflicts` are the URNs of schools with which they have declared a conflict of interest. From
    `not_released_from_on` to `not_released_to_on`, both included, their home school cannot spare them.

    Raises `DaysNotInHalves`, `NotReleasedHalfSaid`, `DatesOutOfOrder`.
    """

    id: UUID
    kind: str
    name: str
    home_school_urn: str
    phases: frozenset[Phase]
    allowance_days: Decimal = GUIDE_DAYS_A_YEAR
    travel_limit_km: int | None = None
    conflicts: frozenset[str] = frozenset()
    not_released_from_on: date | None = None
    not_released_to_on: date | None = None
    mentor_id: UUID | None = None

    def __post_init__(self) -> None:
        refuse_unless_in_halves(self.allowance_days)
        first, last = self.not_released_from_on, self.not_released_to_on
        if (first is None) != (last is None):
            raise NotReleasedHalfSaid("Give both days between which the home school cannot release them, or neither.")
        if first is not None and last is not None:
            refuse_out_of_order(
                earlier="the first day without release", earlier_on=first, later="the last", later_on=last
            )

    def is_released(self, earliest_start_on: date, latest_finish_on: date) -> bool:
        """Whether the home school can spare them on at least one day of a window, as far as it has said."""
        first, last = self.not_released_from_on, self.not_released_to_on
        if first is None or last is None:
            return True
        return not (first <= earliest_start_on and latest_finish_on <= last)
