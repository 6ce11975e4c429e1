"""A line of a support request: so many people of one kind, for so many days each, in some areas of need."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from service_kit.errors import RuleBroken
from sle_broker.designations.days import refuse_unless_in_halves
from sle_broker.specialisms.specialism import Specialism


class LinePeople(StrEnum):
    """Whom a line is for: leaders, who are matched; or staff of the school that supports, who are not leaders and whom
    nothing matches."""

    LEADERS = "leaders"
    STAFF = "staff"


class NoAreaOfNeed(RuleBroken):
    """A line names at least one area of need, or nobody can be matched to it."""


class NobodyWanted(RuleBroken):
    """A line is for at least one person."""


class StaffAreNotLeaders(RuleBroken):
    """A line for staff names no kind of leader."""


class NoLineForLeaders(RuleBroken):
    """A request begins with a line for leaders: brokerage finds leaders, and they may bring staff with them."""


@dataclass(frozen=True)
class SupportRequestLine:
    """One line of a package.

    `number` counts from one. `leader_kind` is the kind of leader wanted, None where any will do. `days_wanted` are
    whole or half days of each person, `people_wanted` is the number of people.

    Raises `NoAreaOfNeed`, `NobodyWanted`, `StaffAreNotLeaders`, `DaysNotInHalves`.
    """

    number: int
    areas: tuple[Specialism, ...]
    days_wanted: Decimal
    people_wanted: int = 1
    people: LinePeople = LinePeople.LEADERS
    leader_kind: str | None = None

    def __post_init__(self) -> None:
        if not self.areas:
            raise NoAreaOfNeed("Name at least one specialism that help is wanted in.")
        if self.people_wanted < 1:
            raise NobodyWanted(f"{self.people_wanted} is not a number of people that can be sent.")
        if self.people is LinePeople.STAFF and self.leader_kind is not None:
            raise StaffAreNotLeaders(f"A line for staff cannot ask for the kind of leader {self.leader_kind}.")
        refuse_unless_in_halves(self.days_wanted)


def refuse_unless_begun_with_leaders(lines: Sequence[SupportRequestLine]) -> None:
    """Whether these lines, in the order of their numbers, are a package. Raises `NoLineForLeaders`."""
    if not lines or lines[0].people is not LinePeople.LEADERS:
        raise NoLineForLeaders("Put a line that is for leaders first; lines for staff follow it.")
