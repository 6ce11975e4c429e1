"""What a reader of a plan found to be odd: one finding for one anomaly, with a proposal that a person settles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PlanColumn(StrEnum):
    """The six columns of the 2014/15 template, which may stand in any order."""

    ACTION_POINT = "action_point"
    MILESTONES = "milestones"
    DATE = "date"
    LEAD = "lead"
    IMPACT = "impact"
    KPIS = "kpis"


class Severity(StrEnum):
    """How much a finding asks of a person.

    `info`: read with certainty and worth knowing. `warning`: read, and probably a slip. `needs_decision`: only a person
    can say what is meant.
    """

    INFO = "info"
    WARNING = "warning"
    NEEDS_DECISION = "needs_decision"


@dataclass(frozen=True)
class Finding:
    """One anomaly.

    `code` never changes its meaning. `row` is the number of the row or paragraph in the document, `column` the heading
    of the column (`Text` outside tables), `text` the words in question as written, `proposal` what a person may
    answer. Nothing proposed has been done.

    `plan_column` is the cell of the action point that an answer writes anew, and `date_position` the one date of it
    (from 1) where only that is in question; None where no answer writes anything. `replacement` is what the proposal
    would have written there, where it says so word for word.
    """

    code: str
    severity: Severity
    row: int
    column: str
    text: str
    proposal: str
    plan_column: PlanColumn | None = None
    date_position: int | None = None
    replacement: str | None = None


def date_in_question(finding: Finding, as_read: Sequence[str], present: Sequence[str]) -> int | None:
    """Which date of the action point a finding is about: its place, counted from 0, in the words of its `present`
    dates.

    Where these stand as the document has them (`as_read`), the one at the finding's place; where people have changed
    them since, the only one with the finding's words. None where the finding is about no one date, or that cannot be
    told.
    """
    if finding.date_position is None:
        return None
    if list(as_read) == list(present):
        return finding.date_position - 1
    return _only(position for position, words in enumerate(present) if words == finding.text)


def milestone_in_question(finding: Finding, present: Sequence[str], *, are_split: bool) -> int | None:
    """Which milestone of the action point a finding is about: its place, counted from 0, in the words of its `present`
    milestones. The whole cell where it is not split; else the first that says what the finding does, or none."""
    if finding.plan_column is not PlanColumn.MILESTONES:
        return None
    said = finding.text.casefold()
    alike = (at for at, words in enumerate(present) if not are_split or words.rstrip(".").casefold() == said)
    return next(alike, None)


def _only(positions: Iterable[int]) -> int | None:
    found = list(positions)
    return found[0] if len(found) == 1 else None
