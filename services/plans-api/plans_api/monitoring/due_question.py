"""What somebody asks when they ask what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from plans_api.monitoring.rag import MilestoneProgress
from plans_api.plans.due import Due, is_due_within, is_overdue
from plans_api.plans.milestone_date import MilestoneDate


@dataclass(frozen=True)
class DueQuestion:
    """What is due on `day`, in which of the ways `due`, within how many days; of these plans and alliances where any
    are named."""

    day: date
    days: int
    due: Sequence[Due]
    plan_ids: Sequence[UUID]
    alliance_ids: Sequence[UUID]

    @property
    def last_day(self) -> date:
        """The last of the days asked about; the end of time where they reach beyond it."""
        return self.day + min(timedelta(days=self.days), date.max - self.day)

    def due_of(self, value: MilestoneDate) -> Due:
        """In which way a date that answers the question is due: of what has no day only what is ongoing is."""
        if is_overdue(value, self.day):
            return Due.OVERDUE
        return Due.DUE_WITHIN if is_due_within(value, self.days, self.day) else Due.FOR_REVIEW


@dataclass(frozen=True)
class DueDate:
    """A `date` that asks for attention, with the `milestones` that are to be reached by it."""

    due: Due
    alliance_id: UUID
    plan_id: UUID
    action_point_id: UUID
    title: str
    date: object
    milestones: tuple[MilestoneProgress, ...]
