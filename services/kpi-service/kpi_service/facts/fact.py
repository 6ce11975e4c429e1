"""What the indicators are counted from. `recorded_at` is the instant of the newest event behind a fact."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

SPECIALIST_LEADER = "sle"


@dataclass(frozen=True)
class Designation:
    """A leader was designated. `renews_designation_id` is the designation that this one continues. From
    `due_to_lapse_on` on it has lapsed, whether or not anybody records it."""

    designation_id: UUID
    alliance_id: UUID
    leader_id: UUID
    kind: str
    round: str | None
    designated_on: date
    renews_designation_id: UUID | None
    recorded_at: datetime
    due_to_lapse_on: date | None = None


@dataclass(frozen=True)
class Training:
    """A leader completed the training for a designation."""

    designation_id: UUID
    trained_on: date
    recorded_at: datetime


@dataclass(frozen=True)
class Withdrawal:
    """A designation was withdrawn; `withdrawn_on` is the first day on which the leader was not designated by it."""

    designation_id: UUID
    withdrawn_on: date
    recorded_at: datetime


@dataclass(frozen=True)
class Lapse:
    """A designation lapsed; `lapsed_on` is the first day on which the leader was not designated by it."""

    designation_id: UUID
    lapsed_on: date
    recorded_at: datetime


@dataclass(frozen=True)
class DeploymentBegun:
    """A leader was on site for the first time in a deployment. `extends_deployment_id` is the parent of an extension or
    a follow-on, which is not a new deployment."""

    deployment_id: UUID
    alliance_id: UUID
    leader_id: UUID
    first_day_on: date
    agreed_on: date | None
    extends_deployment_id: UUID | None
    recorded_at: datetime


@dataclass(frozen=True)
class Visit:
    """A leader visited the host school of a deployment, for a day or half of one; a deployment has one visit a date."""

    deployment_id: UUID
    alliance_id: UUID
    leader_id: UUID
    visited_on: date
    days: Decimal
    recorded_at: datetime
