"""What people do with the dates of milestones and of terms."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from plans_api.alliances.store import get_alliance
from plans_api.milestone_dates import store
from plans_api.milestone_dates.date_change import ChangeReason, DateChange, changed_date
from plans_api.milestone_dates.tables import TermCalendarRow
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.milestone_date import read_milestone_date
from plans_api.plans.store import add_change, get_plan
from plans_api.plans.tables import DateValueRow
from plans_api.plans.term_calendar import TermDates
from plans_api.plans.use_cases import open_plan, require_own_action
from service_kit.commands import UnitOfWork
from service_kit.etags import require_version


def change_date(
    work: UnitOfWork, date_value_id: UUID, expected_version: int, text: str, reason: ChangeReason, note: str | None
) -> DateValueRow:
    """A milestone's date becomes another, in words; what it was stays in the history.

    Errors: `Forbidden`, `VersionMismatch`, `DateNotRead`, `DateUnchanged`, `ReasonDoesNotFit`.
    """
    known = store.get_date_value(work.session, date_value_id)
    require_own_action(work, known.alliance_id, known.action_point_id)
    # The plan before its date, as in every other use case: none of them waits for another in a circle.
    plan = open_plan(work, store.plan_of(work.session, known.action_point_id).id)
    row = store.get_date_value(work.session, date_value_id, for_update=True)
    require_version(row.version, expected_version)
    year, calendar = AcademicYear.read(plan.academic_year), store.calendar_of(work.session, row.alliance_id)
    before = store.value_of(row)
    after = changed_date(before, text, reason, year, calendar)
    store.set_value(row, after, year)
    record_date_changes(work, plan.id, [(row, DateChange(row.position, before, after))], reason, note)
    return row


def record_date_changes(
    work: UnitOfWork,
    plan_id: UUID,
    changed: Sequence[tuple[DateValueRow, DateChange]],
    reason: ChangeReason,
    note: str | None,
) -> None:
    """Keeps the history of dates of one plan that have changed, and tells of each."""
    if not changed:
        return
    work.session.flush()
    store.keep_changes(work, plan_id, changed, reason, note)
    plan = get_plan(work.session, plan_id)
    for row, change in changed:
        texts = (None if value is None else value.text for value in (change.before, change.after))
        add_change(work, plan, "milestone-date-changed", row.action_point_id, *texts)
    happened = {str(row.id): _date_event(row, change, plan_id, reason) for row, change in changed}
    work.record_each("milestone-date-changed", tenant=changed[0][0].alliance_id, happened=happened)


def record_term_calendar(
    work: UnitOfWork, alliance_id: UUID, year: AcademicYear, days: Sequence[date]
) -> TermCalendarRow:
    """An alliance says when its terms are in a year; its dates that name a term mean those days from now on.

    Errors: `TermDatesNotInOrder`, `TermDatesOutsideYear`, `Duplicate`.
    """
    get_alliance(work.session, alliance_id, for_update=True)
    work.caller.require(alliance_id)
    TermDates.of_days(days).require_within(year)
    row = store.add_term_calendar(work.session, alliance_id, year, days)
    _tell_of_terms(work, "term-calendar-recorded", row)
    return row


def change_term_calendar(
    work: UnitOfWork, term_calendar_id: UUID, expected_version: int, days: Sequence[date]
) -> TermCalendarRow:
    """The terms of a year are on other days than was said.

    Errors: `VersionMismatch`, `TermDatesNotInOrder`, `TermDatesOutsideYear`.
    """
    row = store.get_term_calendar(work.session, term_calendar_id, for_update=True)
    work.caller.require(row.alliance_id)
    require_version(row.version, expected_version)
    TermDates.of_days(days).require_within(AcademicYear.read(row.academic_year))
    if row.days != list(days):
        row.days = list(days)
        _tell_of_terms(work, "term-calendar-changed", row)
    return row


def _tell_of_terms(work: UnitOfWork, event: str, row: TermCalendarRow) -> None:
    data = {"term_calendar_id": row.id, "alliance_id": row.alliance_id, "academic_year": row.academic_year}
    work.record(event, subject=row.id, tenant=row.alliance_id, data=data)
    _read_terms_anew(work, row.alliance_id)


def _read_terms_anew(work: UnitOfWork, alliance_id: UUID) -> None:
    calendar = store.calendar_of(work.session, alliance_id)
    changed: dict[UUID, list[tuple[DateValueRow, DateChange]]] = defaultdict(list)
    for row, written_year, plan_id in store.term_dates_in(work.session, alliance_id):
        year, before = AcademicYear.read(written_year), store.value_of(row)
        after = read_milestone_date(row.text, year, calendar)
        if after != before:
            store.set_value(row, after, year)
            changed[plan_id].append((row, DateChange(row.position, before, after)))
    for plan_id, changes in changed.items():
        record_date_changes(work, plan_id, changes, ChangeReason.TERM_DATES_CHANGED, None)


def _date_event(row: DateValueRow, change: DateChange, plan_id: UUID, reason: ChangeReason) -> dict[str, object]:
    value = change.after
    return {
        "date_value_id": row.id,
        "action_point_id": row.action_point_id,
        "plan_id": plan_id,
        "alliance_id": row.alliance_id,
        "kind": None if value is None else value.kind,
        "earliest": None if value is None else value.earliest,
        "latest": None if value is None else value.latest,
        "reason": reason,
    }
