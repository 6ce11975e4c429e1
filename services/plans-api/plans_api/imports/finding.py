"""What a reader of a plan found to be odd: one finding for one anomaly, with a proposal that a person settles."""

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
