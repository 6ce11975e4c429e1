"""Red, amber or green of an action point: derived from dates and progress, never typed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from plans_api.plans.milestone_date import DateKind


class MilestoneStatus(StrEnum):
    """How far a milestone is."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    MISSED = "missed"
    DROPPED = "dropped"


class Rag(StrEnum):
    """Red, amber, green."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


FINISHED: Final = frozenset({MilestoneStatus.DONE, MilestoneStatus.DROPPED})
SOON: Final = timedelta(days=28)
RULE: Final = (
    "Red: a milestone is missed, or is not done or dropped though the last day its date can mean has passed. "
    "Amber: a milestone is not started though its date has begun or ends within 28 days, or is ongoing and not "
    "started, or is not started and has no date to hold it to. Green: otherwise. A milestone without a date that is "
    "certainly its own is held to all the dates of its action point together. An action point is as its worst "
    "milestone."
)


@dataclass(frozen=True)
class DatedAs:
    """A date as far as the rule needs it: its kind, and the first and last day its words can mean, if any."""

    kind: DateKind
    earliest: date | None
    latest: date | None


@dataclass(frozen=True)
class MilestoneProgress:
    """A milestone: how far it is, as of which day, and the dates it is held to."""

    milestone_id: UUID
    position: int
    text: str
    status: MilestoneStatus
    on: date | None
    dates: tuple[DatedAs, ...]


@dataclass(frozen=True)
class Judged:
    """What the rule says of one milestone, and why."""

    milestone_id: UUID
    position: int
    text: str
    status: MilestoneStatus
    on: date | None
    rag: Rag
    reason: str


@dataclass(frozen=True)
class JudgedActionPoint:
    """An action point as the rule derives it, and what somebody says otherwise."""

    id: UUID
    plan_id: UUID
    title: str
    derived: Rag
    milestones: tuple[Judged, ...]
    override: Rag | None
    override_reason: str | None


def judge(milestone: MilestoneProgress, today: date) -> Judged:
    """Red, amber or green of one milestone on that day."""
    rag, reason = _judgement(milestone, today)
    return Judged(
        milestone.milestone_id, milestone.position, milestone.text, milestone.status, milestone.on, rag, reason
    )


def worst(judged: Sequence[Judged]) -> Rag:
    """The action point's: as its worst milestone; green where it has none."""
    return next((rag for rag in Rag if any(one.rag is rag for one in judged)), Rag.GREEN)


def _judgement(milestone: MilestoneProgress, today: date) -> tuple[Rag, str]:
    if milestone.status in FINISHED:
        return Rag.GREEN, milestone.status
    if milestone.status is MilestoneStatus.MISSED:
        return Rag.RED, "missed"
    is_started = milestone.status is MilestoneStatus.UNDER_WAY
    first, last = _days(milestone.dates)
    if last is not None and last < today:
        return Rag.RED, f"late since {last}"
    if is_started:
        return Rag.GREEN, "under way"
    if any(one.kind is DateKind.ONGOING for one in milestone.dates):
        return Rag.AMBER, "ongoing and not started"
    if last is None or first is None:
        return Rag.AMBER, "not started and no date to hold it to"
    if first <= today or last <= today + SOON:
        return Rag.AMBER, f"not started and due by {last}"
    return Rag.GREEN, f"not due before {first}"


def _days(dates: Sequence[DatedAs]) -> tuple[date | None, date | None]:
    """The first and last day of all the dates together; none where one of them has no days of its own."""
    earliest = [one.earliest for one in dates if one.earliest is not None]
    latest = [one.latest for one in dates if one.latest is not None]
    if not dates or len(earliest) < len(dates) or len(latest) < len(dates):
        return None, None
    return min(earliest), max(latest)
