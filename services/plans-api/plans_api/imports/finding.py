"""What a reader of a plan found to be odd: one finding for one anomaly, with a proposal that a person settles."""

from dataclasses import dataclass
from enum import StrEnum


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
    """

    code: str
    severity: Severity
    row: int
    column: str
    text: str
    proposal: str
