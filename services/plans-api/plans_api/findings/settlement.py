"""What becomes of a finding: somebody accepts its proposal, answers it in other words, or dismisses it."""

from enum import StrEnum

from plans_api.imports.finding import Finding, PlanColumn
from plans_api.imports.finding_state import FindingState
from plans_api.imports.plan_document import stray_character, written_cell
from plans_api.plans.kpi_links import KpiLinks, read_kpi_links
from service_kit.errors import RuleBroken
from service_kit.life_cycle import LifeCycle


class AnswerMissing(RuleBroken):
    """To answer a finding in other words is to say what its cell should say."""


class AnswerNotTaken(RuleBroken):
    """A proposal is accepted as it stands, a finding dismissed without words for its cell; and about some things no
    words can be written into the plan."""


class AnswerNotRead(RuleBroken):
    """An answer is words that can be read with certainty: it settles a question and raises none."""


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


def answer_of(finding: Finding, to: FindingState, text: str | None) -> str | None:
    """The words that settling `finding` writes into the plan; None where it writes nothing.

    Accepting writes the proposal's own words, where it has any. Raises `AnswerMissing`, `AnswerNotTaken`.
    """
    if to is not FindingState.EDITED:
        if text is not None:
            raise AnswerNotTaken(f"Other words belong to the answer “{FindingState.EDITED}”: leave them out here.")
        return finding.replacement if to is FindingState.ACCEPTED else None
    if finding.plan_column is None:
        raise AnswerNotTaken("Nothing can be written into the plan about this: accept or dismiss it, with a note.")
    if text is None:
        raise AnswerMissing(f"Say what {_WHAT[finding.plan_column]} should be.")
    return text


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


_WHAT = {
    PlanColumn.ACTION_POINT: "the name of the action point",
    PlanColumn.MILESTONES: "the milestones, one a line,",
    PlanColumn.DATE: "the date",
    PlanColumn.LEAD: "the lead",
    PlanColumn.IMPACT: "the impact",
    PlanColumn.KPIS: "the KPI numbers",
}
