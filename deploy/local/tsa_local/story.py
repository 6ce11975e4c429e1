"""What the story of an alliance's year is told in: schools by their place, leaders, requests, deployments, days."""

from dataclasses import dataclass
from datetime import date
from typing import Final

PRIMARY: Final = "primary"
SECONDARY: Final = "secondary"


@dataclass(frozen=True)
class SchoolAt:
    """A school of the alliance: its place among the open schools of its phase, counted from 0 in the order of URN."""

    phase: str
    place: int


@dataclass(frozen=True)
class Joined:
    """How many schools of a phase joined the alliance on a day: the next ones in their order."""

    on: date
    phase: str
    schools: int


@dataclass(frozen=True)
class Designated:
    """A designation: the day, the round, and where there was one the day it was withdrawn."""

    on: date
    round: str
    withdrawn_on: date | None = None


@dataclass(frozen=True)
class LeaderOfTheYear:
    """A leader. `claimed` and `validated` are specialisms by code; the second of two designations renews the first."""

    name: str
    kind: str
    home_school: SchoolAt
    claimed: tuple[str, ...]
    validated: tuple[str, ...]
    designations: tuple[Designated, ...]
    phases: tuple[str, ...] = (PRIMARY,)
    allowance_days: float = 15
    travel_limit_km: int | None = None
    not_released: tuple[date, date] | None = None
    conflict_with: SchoolAt | None = None


@dataclass(frozen=True)
class HelpAsked:
    """A request for support, and the days on which it was submitted and accepted for brokerage."""

    host_school: SchoolAt
    specialisms: tuple[str, ...]
    days: float
    earliest_start: date
    latest_finish: date
    submitted_on: date
    accepted_on: date
    context: str
    urgency: str = "routine"


@dataclass(frozen=True)
class Steps:
    """The days on which a deployment took each step up to the first day on site; all three parties agreed on one."""

    proposed_on: date
    released_on: date
    meeting_on: date
    agreed_on: date
    first_day_on: date


@dataclass(frozen=True)
class DeploymentOfTheYear:
    """A deployment: the days agreed, its steps, when the leader was there, and the extension that followed."""

    days: float
    steps: Steps
    visits: tuple[date, ...]
    objective: str
    measure: str
    extension: "DeploymentOfTheYear | None" = None
    closing_meeting_on: date | None = None


@dataclass(frozen=True)
class Placement:
    """Help that a leader, by name, was brokered to give."""

    leader: str
    help: HelpAsked
    deployment: DeploymentOfTheYear
