"""What people do with programmes: describe them, plan their runs, and move the runs on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.use_cases import require_own_action
from plans_api.programmes import store
from plans_api.programmes.outcome import figures_of
from plans_api.programmes.programme import (
    RUN_LIFE,
    CancelReason,
    PlaceType,
    RunEndsBeforeItBegins,
    RunState,
    nothing_here,
    require_known_kind,
    require_not_cancelled,
    require_places_named_once,
)
from plans_api.programmes.tables import ProgrammeKindRow, ProgrammeRow, ProgrammeRunRow, RunPlacesRow
from service_kit.commands import UnitOfWork
from service_kit.etags import require_version
from service_kit.ids import new_id
from service_kit.life_cycle import Step

_RUN_EVENTS = {
    RunState.UNDER_WAY: "programme-run-begun",
    RunState.COMPLETED: "programme-run-completed",
    RunState.CANCELLED: "programme-run-cancelled",
}
_COUNTED = (
    "booked", "completed", "employment_known", "employed", "employed_early", "employed_within_alliance", "promoted",
)  # fmt: skip


def record_kind(work: UnitOfWork, code: str, name: str, *, trains_teachers: bool) -> tuple[ProgrammeKindRow, bool]:
    """A kind of programme comes onto the list, or is described anew."""
    work.caller.require_everywhere()
    row, is_new = store.add_kind(work.session, code, name, trains_teachers=trains_teachers)
    data = {"code": row.code, "trains_teachers": row.trains_teachers}
    work.record("programme-kind-recorded", subject=row.code, tenant=None, data=data)
    return row, is_new


def begin_programme(
    work: UnitOfWork, alliance_id: UUID, kind: str, title: str, action_point_id: UUID | None
) -> ProgrammeRow:
    """An alliance has a programme, perhaps one that an action point of its plan is about.

    Errors: `ProgrammeKindNotKnown`, `NotFound` for an action point that is not the alliance's.
    """
    require_own_action(work, alliance_id, action_point_id)
    _require_kind(work, kind)
    _require_own(work, alliance_id, action_point_id)
    row = ProgrammeRow(id=new_id(), alliance_id=alliance_id, kind=kind, title=title, action_point_id=action_point_id)
    work.session.add(row)
    work.record("programme-recorded", subject=row.id, tenant=alliance_id, data=_programme_event(row))
    return row


def change_programme(
    work: UnitOfWork, programme_id: UUID, expected_version: int, changes: Mapping[str, Any]
) -> ProgrammeRow:
    """A programme changes its title, kind or action point. A change of kind is told of each of its runs again, because
    the kind decides who counts as a trainee.

    Errors: `VersionMismatch`, `ProgrammeKindNotKnown`, `NotFound`.
    """
    row = store.get_programme(work.session, programme_id, for_update=True)
    require_own_action(work, row.alliance_id, row.action_point_id)
    if "action_point_id" in changes:
        require_own_action(work, row.alliance_id, changes["action_point_id"])
    require_version(row.version, expected_version)
    _require_kind(work, changes.get("kind", row.kind))
    _require_own(work, row.alliance_id, changes.get("action_point_id"))
    kind_before = row.kind
    for name, value in changes.items():
        setattr(row, name, value)
    if work.session.is_modified(row):
        work.record("programme-changed", subject=row.id, tenant=row.alliance_id, data=_programme_event(row))
    if row.kind != kind_before:
        for run in store.runs_of(work.session, row.id):
            _record_run(work, "programme-run-changed", run)
            count(work, run)
    return row


def plan_run(
    work: UnitOfWork,
    programme_id: UUID,
    title: str,
    begins_on: date,
    ends_on: date,
    nomination_limit: int | None,
    places: Sequence[Mapping[str, Any]],
) -> ProgrammeRunRow:
    """A run is planned. One that began in the past may be recorded afterwards: it counts as planned on its first day.

    Errors: `RunEndsBeforeItBegins`, `PlaceTypeNamedTwice`.
    """
    programme = store.get_programme(work.session, programme_id, for_update=True)
    require_own_action(work, programme.alliance_id, programme.action_point_id)
    row = ProgrammeRunRow(
        id=new_id(),
        alliance_id=programme.alliance_id,
        programme=programme,
        title=title,
        begins_on=begins_on,
        ends_on=ends_on,
        nomination_limit=nomination_limit,
        state=RunState.PLANNED,
        state_on=min(begins_on, work.today),
    )
    _put_places(row, places)
    _require_days_in_order(row)
    work.session.add(row)
    _record_run(work, "programme-run-planned", row)
    return row


def change_run(
    work: UnitOfWork,
    run_id: UUID,
    expected_version: int,
    changes: Mapping[str, Any],
    places: Sequence[Mapping[str, Any]] | None,
) -> ProgrammeRunRow:
    """A run changes its days, its limit, or its places; `places` replaces the whole list. Fewer places than are booked
    take nobody's place away: they only let nobody else in.

    Errors: `VersionMismatch`, `RunIsCancelled`, `RunEndsBeforeItBegins`, `PlaceTypeNamedTwice`.
    """
    row = store.get_run(work.session, run_id, for_update=True)
    require_own_action(work, row.alliance_id, row.programme.action_point_id)
    require_version(row.version, expected_version)
    require_not_cancelled(RunState(row.state))
    for name, value in changes.items():
        setattr(row, name, value)
    if places is not None:
        _put_places(row, places)
    _require_days_in_order(row)
    store.touch(work.session, row)
    _record_run(work, "programme-run-changed", row)
    count(work, row)
    return row


def move_run(
    work: UnitOfWork, run_id: UUID, expected_version: int, to: RunState, on: date, reason: CancelReason | None
) -> ProgrammeRunRow:
    """A run begins, is completed or is cancelled. Errors: `VersionMismatch`, and those of the life cycle."""
    row = store.get_run(work.session, run_id, for_update=True)
    require_own_action(work, row.alliance_id, row.programme.action_point_id)
    require_version(row.version, expected_version)
    present: Step[RunState, CancelReason] = Step(RunState(row.state), row.state_on)
    step = RUN_LIFE.next_step([present], to=to, on=on, today=work.today, reason=reason)
    row.state, row.state_on, row.reason = step.state, step.on, step.reason
    _record_run(work, _RUN_EVENTS[to], row)
    return row


def count(work: UnitOfWork, run: ProgrammeRunRow) -> None:
    """Tells what the run now adds up to. Each telling is whole and replaces the one before, so that whoever reads the
    feed from its beginning comes to the same figures."""
    work.session.flush()
    figures = figures_of(store.parts_of(work.session, run.id), run.ends_on)
    data = _run_event(work, run) | {name: getattr(figures, name) for name in _COUNTED}
    work.record("programme-run-counted", subject=run.id, tenant=run.alliance_id, data=data)


def _require_kind(work: UnitOfWork, kind: str) -> None:
    require_known_kind(kind, [row.code for row in store.kinds(work.session)])


def _require_own(work: UnitOfWork, alliance_id: UUID, action_point_id: UUID | None) -> None:
    if action_point_id and store.alliance_of_action_point(work.session, action_point_id) != alliance_id:
        raise nothing_here()


def _require_days_in_order(run: ProgrammeRunRow) -> None:
    if run.ends_on < run.begins_on:
        raise RunEndsBeforeItBegins(f"The run begins on {run.begins_on}; it cannot end on {run.ends_on}.")


def _put_places(run: ProgrammeRunRow, places: Sequence[Mapping[str, Any]]) -> None:
    require_places_named_once([row["place_type"] for row in places])
    kept = {PlaceType(row.place_type): row for row in run.places}
    rows = [kept.get(given["place_type"], RunPlacesRow(alliance_id=run.alliance_id)) for given in places]
    for row, given in zip(rows, places, strict=True):
        for name, value in given.items():
            setattr(row, name, value)
    run.places = rows


def _record_run(work: UnitOfWork, event: str, run: ProgrammeRunRow) -> None:
    offered = [row.offered for row in run.places]
    data = {
        **_run_event(work, run),
        "begins_on": run.begins_on,
        "ends_on": run.ends_on,
        "state": run.state,
        "places_offered": None if None in offered or not offered else sum(n for n in offered if n is not None),
    }
    work.record(event, subject=run.id, tenant=run.alliance_id, data=data)


def _run_event(work: UnitOfWork, run: ProgrammeRunRow) -> dict[str, object]:
    return {
        "programme_run_id": run.id,
        "alliance_id": run.alliance_id,
        "programme_id": run.programme.id,
        "programme_kind": run.programme.kind,
        "trains_teachers": store.get_kind(work.session, run.programme.kind).trains_teachers,
        "academic_year": str(AcademicYear.having(run.begins_on.month, run.begins_on.year)),
    }


def _programme_event(row: ProgrammeRow) -> dict[str, object]:
    return {
        "programme_id": row.id,
        "alliance_id": row.alliance_id,
        "kind": row.kind,
        "action_point_id": row.action_point_id,
    }
