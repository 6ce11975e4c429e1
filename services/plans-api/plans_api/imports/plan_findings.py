"""What is odd about an action point or a whole plan: one finding for each anomaly, and nothing changed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from plans_api.imports.finding import Finding, PlanColumn, Severity
from plans_api.imports.milestone_split import MilestoneSplit, with_words_apart
from plans_api.imports.plan_document import DocumentTooLarge
from plans_api.imports.plan_layout import NationalKpi
from plans_api.imports.plan_rows import PlanCell, PlanRow
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.kpi_links import KpiLinks, read_kpi_links
from plans_api.plans.leads import Lead, LeadKind, Leads, read_leads, spelled_alike
from plans_api.plans.milestone_date import DateKind, MilestoneDate, dates_seen_in, read_milestone_date
from plans_api.plans.term_calendar import ENGLISH_TERMS, TermCalendar

_PERCENTAGE = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,2})?\s?(?:%|per cent\b)", re.IGNORECASE)
_RAISED_LETTERS = re.compile(r"\s?\^\s?\{[^}]{0,20}\}")
# The national KPIs in force for 2014/15 are numbered 1 to 6, and no other set ends there.
_SET_A = ("1", "2", "3", "4", "5", "6")
_MOST_LEADS = 300


def action_point_findings(
    row: PlanRow,
    split: MilestoneSplit,
    dates: Sequence[MilestoneDate],
    leads: Leads,
    kpi_links: KpiLinks,
    year: AcademicYear,
    calendar: TermCalendar,
) -> Iterator[Finding]:
    """The findings about one action point, column by column, from what was read of its cells."""
    cells = row.cells
    for column, cell in cells.items():
        # A blank name has been found already, where the rows were given their places.
        if column is not PlanColumn.ACTION_POINT and not cell.lines:
            proposal = "Say what belongs here, or that nothing does."
            yield _found("cell-empty", Severity.WARNING, cell, proposal, writes=True)
        yield from _about_letters(cell)
    if PlanColumn.MILESTONES in cells:
        yield from _about_milestones(cells[PlanColumn.MILESTONES], split)
    if PlanColumn.DATE in cells:
        yield from _about_dates(cells[PlanColumn.DATE], dates, year, calendar)
        yield from _about_counts(cells[PlanColumn.DATE], split, dates)
    if PlanColumn.LEAD in cells:
        yield from _about_leads(cells[PlanColumn.LEAD], leads)
    if PlanColumn.IMPACT in cells:
        yield from _about_impact(cells[PlanColumn.IMPACT])
    if PlanColumn.KPIS in cells and kpi_links.unread:
        proposal = "Say which KPIs are meant, by number, or write N/A for none."
        yield _found(
            "kpi-not-read",
            Severity.NEEDS_DECISION,
            cells[PlanColumn.KPIS],
            proposal,
            ", ".join(kpi_links.unread),
            writes=True,
        )


def plan_findings(rows: Sequence[PlanRow], national_kpis: Sequence[NationalKpi]) -> Iterator[Finding]:
    """The findings that only all action points together show: the set of KPIs, and names spelled in two ways.

    Raises `DocumentTooLarge` for more than 300 leads: each is compared with the others.
    """
    yield from _about_kpi_set(rows, national_kpis)
    first_met: dict[Lead, PlanCell] = {}
    for row in rows:
        if cell := row.cells.get(PlanColumn.LEAD):
            for lead in read_leads(cell.words).named:
                first_met.setdefault(lead, cell)
    if len(first_met) > _MOST_LEADS:
        raise DocumentTooLarge(f"The plan names {len(first_met):,} leads; a plan has at most {_MOST_LEADS}.")
    for earlier, later in spelled_alike(list(first_met)):
        proposal = (
            f"“{later.text}” and “{earlier.text}” (row {first_met[earlier].row}) may be one person. "
            "Say whether they are, and which spelling is right."
        )
        yield _found(
            "names-alike",
            Severity.NEEDS_DECISION,
            first_met[later],
            proposal,
            later.text,
            writes=True,
            replacement=earlier.text,
        )


def with_letters_lowered(text: str) -> str:
    """`text` with raised letters on the line: `2^{nd}` is `2nd`."""
    return _RAISED_LETTERS.sub(lambda raised: raised[0].strip(" ^{}"), text)


def _about_letters(cell: PlanCell) -> Iterator[Finding]:
    if _RAISED_LETTERS.search(cell.text):
        proposal = f"Write the letters on the line: “{with_letters_lowered(cell.text)}”, or as it should be."
        yield _found(
            "letters-raised",
            Severity.WARNING,
            cell,
            proposal,
            writes=_is_prose(cell),
            replacement=with_letters_lowered(cell.words),
        )
    apart = with_words_apart(cell.text)
    if apart != cell.text:
        yield _found(
            "words-run-together",
            Severity.WARNING,
            cell,
            f"Set the words apart: “{apart}”.",
            writes=_is_prose(cell),
            replacement=with_words_apart(cell.words),
        )


def _is_prose(cell: PlanCell) -> bool:
    """Whether the cell is one text, so that an answer about its letters says nothing about where its parts begin."""
    return cell.plan_column in (PlanColumn.ACTION_POINT, PlanColumn.IMPACT)


def _about_milestones(cell: PlanCell, split: MilestoneSplit) -> Iterator[Finding]:
    if not split.is_certain:
        proposal = f"The cell is kept whole. It may hold {len(split.parts)} milestones: " + " | ".join(split.parts)
        parts = "\n".join(split.parts)
        yield _found("milestones-not-split", Severity.NEEDS_DECISION, cell, proposal, writes=True, replacement=parts)
    counts = Counter(part.rstrip(".").casefold() for part in split.parts)
    for part in dict.fromkeys(part.rstrip(".") for part in split.parts):
        if (times := counts.pop(part.casefold(), 1)) > 1:
            proposal = f"The milestone is written {times} times. Say whether it is one, or what sets them apart."
            yield _found("milestone-repeated", Severity.WARNING, cell, proposal, part, writes=True)


def _about_counts(cell: PlanCell, split: MilestoneSplit, dates: Sequence[MilestoneDate]) -> Iterator[Finding]:
    milestones = len(split.parts)
    if not dates or not milestones or milestones == len(dates):
        return
    if len(dates) == 1:
        proposal = f"One date stands for {milestones} milestones. Give it to each of them, or say which has it."
    else:
        proposal = (
            f"There are {len(dates)} dates for {milestones} milestones. Say which date belongs to which milestone."
        )
    yield _found("dates-and-milestones-differ", Severity.NEEDS_DECISION, cell, proposal, writes=True)


def _about_dates(
    cell: PlanCell, dates: Sequence[MilestoneDate], year: AcademicYear, calendar: TermCalendar
) -> Iterator[Finding]:
    for position, value in enumerate(dates, start=1):
        if value.kind is DateKind.UNREAD:
            seen = " | ".join(each.text for each in dates_seen_in(value.text, year, calendar))
            proposal = (
                f"Say which dates are meant; these can be made out: {seen}." if seen else "Say which date is meant."
            )
            yield _found(
                "date-not-read",
                Severity.NEEDS_DECISION,
                cell,
                proposal,
                value.text,
                writes=True,
                date_position=position,
            )
        elif value.kind is DateKind.TBC:
            waits = f" It waits for: {value.waits_for}." if value.waits_for else ""
            proposal = f"Give a date when it is known.{waits}"
            yield _found(
                "date-to-be-confirmed",
                Severity.INFO,
                cell,
                proposal,
                value.text,
                writes=True,
                date_position=position,
            )
        elif value.is_outside(year):
            within = _within(value, year)
            asked = (
                "Say whether it belongs to another year's plan, or which date is meant."
                if within is None
                else f"Say whether it is meant so, or {within}."
            )
            proposal = f"Date {position} of the cell is outside {year} and is kept as written. {asked}"
            yield _found(
                "date-outside-year",
                Severity.NEEDS_DECISION,
                cell,
                proposal,
                value.text,
                writes=True,
                date_position=position,
                replacement=within,
            )
    if (turned := _first_out_of_order(dates)) is not None:
        before, after = turned
        proposal = (
            f"“{after.text}” stands after “{before.text}” and is before it. Say whether the order or a date is wrong."
        )
        yield _found("dates-not-in-order", Severity.WARNING, cell, proposal, writes=True)


def _within(value: MilestoneDate, year: AcademicYear) -> str | None:
    """The same day or month in the plan's own year; None for longer dates and for a day which that year has not."""
    if value.earliest is None or value.kind not in (DateKind.DAY, DateKind.MONTH):
        return None
    month = f"{value.earliest:%B} {year.calendar_year_of(value.earliest.month)}"
    if value.kind is DateKind.MONTH:
        return month
    day = read_milestone_date(f"{value.earliest.day} {month}", year, ENGLISH_TERMS)
    return day.text if day.kind is DateKind.DAY else None


def _first_out_of_order(dates: Sequence[MilestoneDate]) -> tuple[MilestoneDate, MilestoneDate] | None:
    dated = [value for value in dates if value.earliest is not None]
    for before, after in pairwise(dated):
        if before.earliest and after.latest and after.latest < before.earliest:
            return before, after
    return None


def _about_leads(cell: PlanCell, leads: Leads) -> Iterator[Finding]:
    if leads.run_together:
        proposal = "Set a semicolon between the leads: " + "; ".join(lead.text for lead in leads.named)
        yield _found("leads-run-together", Severity.INFO, cell, proposal, writes=True)
    roles = [lead.text for lead in leads.named if lead.kind is LeadKind.ROLE]
    if roles:
        proposal = (
            "A role or group leads and no person of it is named. Leave it so, or name the person who answers for it."
        )
        yield _found("lead-is-a-role", Severity.INFO, cell, proposal, "; ".join(roles), writes=True)
    for lead in leads.named:
        if lead.kind is LeadKind.TBC:
            proposal = "Name the lead when it is known."
            yield _found("lead-to-be-confirmed", Severity.WARNING, cell, proposal, lead.text, writes=True)
        elif lead.kind is LeadKind.UNCLEAR:
            proposal = "Say whether this is one person or several, or a role; write a person as initial and surname."
            yield _found("lead-not-read", Severity.NEEDS_DECISION, cell, proposal, lead.text, writes=True)


def _about_impact(cell: PlanCell) -> Iterator[Finding]:
    targets = _PERCENTAGE.findall(cell.text)
    if len(targets) > 1:
        proposal = (
            f"The cell holds {len(targets)} measurable targets ({', '.join(targets)}). Make each a success measure."
        )
        yield _found("several-targets-in-cell", Severity.INFO, cell, proposal)


def _about_kpi_set(rows: Sequence[PlanRow], national_kpis: Sequence[NationalKpi]) -> Iterator[Finding]:
    codes = tuple(kpi.code for kpi in national_kpis)
    linked = [(cell, read_kpi_links(cell.words)) for row in rows if (cell := row.cells.get(PlanColumn.KPIS))]
    linked = [(cell, links) for cell, links in linked if links.codes]
    without_set = [cell for cell, links in linked if any(link.kpi_set is None for link in links.links)]
    if without_set:
        proposal = "The KPI numbers of the plan do not say which set they count in. Say which."
        if codes == _SET_A:
            proposal += " The table at its foot prints KPIs 1 to 6, the national set in force for 2014/15 (set A)."
        yield _found("kpi-set-not-stated", Severity.NEEDS_DECISION, without_set[0], proposal)
    for cell, links in linked:
        strangers = [link.code for link in links.links if codes and not link.kpi_set and link.code not in codes]
        if strangers:
            proposal = f"The plan prints the KPIs {', '.join(codes)} only. Say which KPI is meant."
            yield _found("kpi-not-in-set", Severity.NEEDS_DECISION, cell, proposal, ", ".join(strangers), writes=True)


def _found(
    code: str,
    severity: Severity,
    cell: PlanCell,
    proposal: str,
    text: str | None = None,
    *,
    writes: bool = False,
    date_position: int | None = None,
    replacement: str | None = None,
) -> Finding:
    """A finding about a cell; `writes` says that an answer to it writes the cell anew."""
    words = cell.text if text is None else text
    if not writes:
        return Finding(code, severity, cell.row, cell.column, words, proposal)
    return Finding(code, severity, cell.row, cell.column, words, proposal, cell.plan_column, date_position, replacement)
