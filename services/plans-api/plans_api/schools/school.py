"""A school as the official register describes it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service_kit.errors import RuleBroken


class Phase(StrEnum):
    """The register's phases of education. Independent and special schools are `not_applicable` there."""

    NURSERY = "nursery"
    PRIMARY = "primary"
    MIDDLE_DEEMED_PRIMARY = "middle_deemed_primary"
    MIDDLE_DEEMED_SECONDARY = "middle_deemed_secondary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all_through"
    SIXTEEN_PLUS = "16_plus"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


class SchoolStatus(StrEnum):
    """The register's states of a school."""

    OPEN = "open"
    CLOSED = "closed"
    OPEN_PROPOSED_TO_CLOSE = "open_proposed_to_close"
    PROPOSED_TO_OPEN = "proposed_to_open"


class SchoolNotInRegister(RuleBroken):
    """A school is named by a URN that stands in the register."""


@dataclass(frozen=True)
class School:
    """One school, known by its URN of six digits. `latitude` and `longitude` are degrees (WGS 84), both or neither."""

    urn: str
    name: str
    phase: Phase
    type: str
    local_authority_code: str
    local_authority: str | None
    region: str | None
    latitude: float | None
    longitude: float | None
    status: SchoolStatus
    opened_on: date | None
    closed_on: date | None
    trust_uid: str | None = None
    trust_name: str | None = None
