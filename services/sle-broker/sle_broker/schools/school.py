"""Schools, alliances and the membership of one in the other, as far as brokerage needs them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service_kit.errors import RuleBroken


class SchoolNotKnown(RuleBroken):
    """A school is named by a URN that stands in the register and has arrived here."""


@dataclass(frozen=True)
class School:
    """A school of the register. `latitude` and `longitude` are degrees (WGS 84), both or neither.
    `local_authority_code` is the register's; None where the school arrived here before this was taken over."""

    urn: str
    phase: str
    type: str
    latitude: float | None
    longitude: float | None
    local_authority_code: str | None


@dataclass(frozen=True)
class Alliance:
    """A teaching school alliance and the schools that lead it."""

    alliance_id: UUID
    lead_school_urns: tuple[str, ...]


@dataclass(frozen=True)
class Membership:
    """A school in an alliance from `from_on` to `to_on`, both days included; open where `to_on` is None."""

    membership_id: UUID
    alliance_id: UUID
    urn: str
    from_on: date
    to_on: date | None
