"""What becomes of a finding: somebody accepts its proposal, answers it in other words, or dismisses it."""

from enum import StrEnum

from plans_api.imports.finding import Finding, PlanColumn
from plans_api.imports.finding_state import FindingState
from plans_api.imports.milestone_split import with_words_apart
from plans_api.imports.plan_document import stray_character, written_cell
from plans_api.imports.plan_findings import with_letters_lowered
from plans_api.plans.kpi_links import KpiLinks, read_kpi_links
from service_kit.errors import Conflict, RuleBroken
from service_kit.life_cycle import LifeCycle


class AnswerMissing(RuleBroken):
    """To answer a finding in other words is to say what its cell should say."""


class AnswerNotTaken(RuleBroken):
    """A proposal is accepted as it stands, a finding dismissed without words for its cell; and about some things no
    words can be written into the plan."""


class AnswerNotRead(RuleBroken):
    """An answer is words that can be read with certainty: it settles a question and raises none."""


class DateIsGone(Conflict):
    """An answer about one date is written to that date and to no other, wherever it has come to stand; and to none
    where it has left the plan."""


class DateSaysOtherwise(Conflict):
    """A proposal about a date is accepted while the date says what was found."""


class MilestonesWrittenAnew(Conflict):
    """A proposed split of milestones is accepted while they are the one cell that was found."""


class NoReason(StrEnum):
    """Findings are settled with a note, not for coded reasons."""


FINDING_LIFE: LifeCycle[FindingState, NoReason] = LifeCycle(
    {
        FindingState.OPEN: {
            FindingState.ACCEPTED: frozenset(),
            FindingState.EDITED: frozenset(),
            FindingState.DISMISSED: frozenset(),
        },
        # Nobody is bound to a slip: a later decision stands beside the earlier one.
        FindingState.ACCEPTED: {FindingState.EDITED: frozenset()},
        FindingState.EDITED: {FindingState.EDITED: frozenset()},
        FindingState.DISMISSED: {FindingState.ACCEPTED: frozenset(), FindingState.EDITED: frozenset()},
        FindingState.OUTDATED: {},
    }
)


def answer_of(finding: Finding, to: FindingState, text: str | None, present: str | None = None) -> str | None:
    """The words that settling `finding` writes into the plan; None where it writes nothing.

    Accepting writes the proposal's own words, where it has any. A proposal about letters is made of what the cell says
    at `present`, so that two about one cell do not undo each other. Raises `AnswerMissing`, `AnswerNotTaken`.
    """
    if to is not FindingState.EDITED:
        if text is not None:
            raise AnswerNotTaken(f"Other words belong to the answer “{FindingState.EDITED}”: leave them out here.")
        if to is FindingState.DISMISSED or finding.replacement is None:
            return None
        mend = _LETTERS.get(finding.code)
        return finding.replacement if mend is None or present is None else mend(present)
    if finding.plan_column is None:
        raise AnswerNotTaken("Nothing can be written into the plan about this: accept or dismiss it, with a note.")
    if text is None:
        raise AnswerMissing(f"Say what {_WHAT[finding.plan_column]} should be.")
    return text


def require_date(finding: Finding, present: str | None, to: FindingState) -> None:
    """Refuses an answer about a date that says `present` now: None where it has left the plan, or cannot be told from
    the others. Other words for it may always be given; the proposal is for what was found. Errors: `DateIsGone`,
    `DateSaysOtherwise`."""
    if present is None:
        raise DateIsGone(
            f"The date “{finding.text}” is not in the plan any more, or the dates have been written anew so that it "
            "cannot be told which it is. Change the date you mean itself, and dismiss the finding."
        )
    if to is FindingState.ACCEPTED and present not in (finding.text, finding.replacement):
        raise DateSaysOtherwise(
            f"The date said “{finding.text}” and says “{present}” now: answer in other words what it should say "
            f"(“{FindingState.EDITED}”), or dismiss the finding."
        )


def require_whole_cell(to: FindingState, *, is_there: bool, are_split: bool) -> None:
    """Refuses to accept a proposed split of milestones that are not the one cell any more, or no longer there. All of
    them may always be said in other words. Errors: `MilestonesWrittenAnew`."""
    if to is FindingState.ACCEPTED and (are_split or not is_there):
        raise MilestonesWrittenAnew(
            "The milestones have been written anew since this was found: say in other words what all of them should be "
            f"(“{FindingState.EDITED}”), or dismiss the finding."
        )


def read_lines(answer: str) -> tuple[str, ...]:
    """The lines of an answer, as those of a cell. Raises `AnswerMissing`, and `AnswerNotRead` for stray characters."""
    if stray := stray_character(answer):
        raise AnswerNotRead(f"The answer holds the character {stray}, which no text has: take it out.")
    lines = written_cell(answer).lines
    if not lines:
        raise AnswerMissing("The answer says nothing.")
    return lines


def read_kpi_answer(answer: str) -> KpiLinks:
    """The KPI numbers that an answer writes, or that there are none. Raises `AnswerNotRead`."""
    links = read_kpi_links("\n".join(read_lines(answer)))
    if links.unread or not (links.codes or links.are_none):
        raise AnswerNotRead(
            "Write KPIs by number, such as “3, 4”, of another set than the plan's as “set B 2015: 8b”, or N/A for none."
        )
    return links


_LETTERS = {"letters-raised": with_letters_lowered, "words-run-together": with_words_apart}
_WHAT = {
    PlanColumn.ACTION_POINT: "the name of the action point",
    PlanColumn.MILESTONES: "the milestones, one a line,",
    PlanColumn.DATE: "the date",
    PlanColumn.LEAD: "the lead",
    PlanColumn.IMPACT: "the impact",
    PlanColumn.KPIS: "the KPI numbers",
}
