"""What people do with the findings of a plan."""

from uuid import UUID

from plans_api.findings import store
from plans_api.findings.settlement import (
    FINDING_LIFE,
    NoReason,
    answer_of,
    read_kpi_answer,
    read_lines,
    require_date,
    require_whole_cell,
)
from plans_api.imports.finding import PlanColumn
from plans_api.imports.finding_state import FindingState
from plans_api.imports.tables import FindingRow
from plans_api.milestone_dates.date_change import ChangeReason, read_new_date, read_new_dates
from plans_api.milestone_dates.store import calendar_of
from plans_api.milestone_dates.use_cases import record_date_changes
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.leads import read_leads
from plans_api.plans.plan_life import PlanState, require_open
from plans_api.plans.tables import ActionPointRow, PlanRow
from service_kit.commands import UnitOfWork
from service_kit.etags import require_version
from service_kit.life_cycle import Step


def settle_finding(
    work: UnitOfWork, finding_id: UUID, expected_version: int, to: FindingState, text: str | None, note: str | None
) -> FindingRow:
    """Somebody says what is to become of a finding; what their answer says is written into the plan, and what the
    document said stays beside it.

    An answer about one date is written to that date, wherever it has come to stand since. Errors: `VersionMismatch`,
    `StateConflict`, `AnswerMissing`, `AnswerNotTaken`, `AnswerNotRead`, `DateNotRead`, `DateIsGone`,
    `DateSaysOtherwise`, `MilestonesWrittenAnew`.
    """
    known = store.get_finding(work.session, finding_id)
    work.caller.require(known.alliance_id)
    plan = store.get_plan(work.session, known.plan_id, for_update=True)
    require_open(PlanState(plan.state))
    row = store.get_finding(work.session, finding_id, for_update=True)
    require_version(row.version, expected_version)
    present: Step[FindingState, NoReason] = Step(FindingState(row.state), work.today)
    FINDING_LIFE.next_step([present], to=to, on=work.today, today=work.today, reason=None)
    point = None if row.action_point_id is None else store.get_action_point(work.session, row.action_point_id)
    answer = answer_of(store.finding_of(row), to, text, None if point is None else store.one_text(point, row))
    row.state = to
    store.keep_decision(work, row, answer, note)
    if answer is not None:
        _write(work, plan, row, point, answer, note)
    data = {"finding_id": row.id, "plan_id": plan.id, "alliance_id": row.alliance_id, "code": row.code, "state": to}
    work.record("finding-settled", subject=row.id, tenant=row.alliance_id, data=data)
    return row


def _write(
    work: UnitOfWork, plan: PlanRow, row: FindingRow, point: ActionPointRow | None, answer: str, note: str | None
) -> None:
    if row.code == "names-alike":
        # About a spelling, and no one lead: it holds wherever that stands, in later documents as well.
        names = {name: answer if name != answer else None for name in (row.text, row.replacement) if name}
        store.name_leads(work.session, plan.id, names)
    elif point is not None and row.plan_column is not None:
        _write_column(work, plan, row, point, answer, note)
    store.mark_changed(plan)


def _write_column(
    work: UnitOfWork, plan: PlanRow, row: FindingRow, point: ActionPointRow, answer: str, note: str | None
) -> None:
    match row.plan_column:
        case PlanColumn.MILESTONES:
            is_there = any(milestone.id == row.milestone_id for milestone in point.milestones)
            require_whole_cell(FindingState(row.state), is_there=is_there, are_split=point.milestones_are_split)
            store.write_milestones(work, point, read_lines(answer), are_split=True)
        case PlanColumn.DATE:
            _write_dates(work, plan, row, point, answer, note)
        case PlanColumn.LEAD:
            names = store.agreed_names(work.session, plan.id)
            store.write_leads(point, read_leads("\n".join(read_lines(answer))).named, names, work.session)
        case PlanColumn.KPIS:
            store.write_kpi_links(point, read_kpi_answer(answer), work.session)
        case PlanColumn.IMPACT:
            point.impact = "\n".join(read_lines(answer))
        case PlanColumn.ACTION_POINT:
            point.title = "\n".join(read_lines(answer))


def _write_dates(
    work: UnitOfWork, plan: PlanRow, row: FindingRow, point: ActionPointRow, answer: str, note: str | None
) -> None:
    year, calendar = AcademicYear.read(plan.academic_year), calendar_of(work.session, plan.alliance_id)
    if row.date_position is None:
        said = store.once_said(work.session, plan.id)
        changed = store.write_dates(point, read_new_dates(answer, year, calendar), year, work.session, said)
    else:
        date = next((each for each in point.dates if each.id == row.date_value_id), None)
        require_date(store.finding_of(row), None if date is None else date.text, FindingState(row.state))
        assert date is not None  # noqa: S101 -- else it was refused
        changed = store.write_date(date, read_new_date(answer, year, calendar), year)
    record_date_changes(work, plan.id, changed, ChangeReason.FINDING_SETTLED, note)
