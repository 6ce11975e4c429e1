"""Schools, alliances and the membership of one in the other, as far as the indicators need them.

`recorded_at` is the instant of the newest event behind a fact.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class School:
    """A school of the register. `closed_on` is the last day it was open."""

    urn: str
    closed_on: date | None
    recorded_at: datetime


@dataclass(frozen=True)
class Alliance:
    """A teaching school alliance. `cohort` is that of its teaching school; a change of it corrects the record."""

    alliance_id: UUID
    name: str
    cohort: int | None
    recorded_at: datetime


@dataclass(frozen=True)
class Membership:
    """A school is a member of an alliance from `from_on` to `to_on`, both days included; without an end where None."""

    membership_id: UUID
    alliance_id: UUID
    urn: str
    from_on: date
    to_on: date | None
    recorded_at: datetime
