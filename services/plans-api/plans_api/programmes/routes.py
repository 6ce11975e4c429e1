"""Programmes and their runs over HTTP."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from plans_api.programmes import store, use_cases
from plans_api.programmes.outcome import figures_of, rates_of
from plans_api.programmes.schemas import (
    AttendanceOut,
    EvaluationOut,
    FiguresOut,
    KindCode,
    ProgrammeChangesIn,
    ProgrammeIn,
    ProgrammeKindIn,
    ProgrammeKindOut,
    ProgrammeKindsOut,
    ProgrammeOut,
    ProgrammeRunChangesIn,
    ProgrammeRunIn,
    ProgrammeRunOut,
    RateOut,
    RunTransitionIn,
)
from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page

router = APIRouter(tags=["programmes"])


@router.get("/v1/programme-kinds", response_model=ProgrammeKindsOut, summary="List kinds of programme")
def list_programme_kinds(reading: ReadingOf) -> ProgrammeKindsOut:
    """Every kind of programme there is, by its code."""
    with reading.transaction() as session:
        return ProgrammeKindsOut(items=[ProgrammeKindOut.model_validate(row) for row in store.kinds(session)])


@router.post(
    "/v1/programme-kinds",
    status_code=201,
    response_model=ProgrammeKindOut,
    responses={200: {"model": ProgrammeKindOut, "description": "A kind known before is described anew."}},
    summary="Record a kind of programme",
)
def record_programme_kind(body: ProgrammeKindIn, command: KeyedCommand) -> Response:
    """A kind comes onto the list, or one that is there is described anew."""
    return command.execute(
        lambda work: use_cases.record_kind(work, body.code, body.name, trains_teachers=body.trains_teachers),
        lambda done: Reply(ProgrammeKindOut.model_validate(done[0]), 201 if done[1] else 200),
    )


@router.post("/v1/programmes", status_code=201, response_model=ProgrammeOut, summary="Record a programme")
def record_programme(body: ProgrammeIn, command: KeyedCommand) -> Response:
    """An alliance has a programme of one of the kinds on the list."""
    return command.execute(
        lambda work: use_cases.begin_programme(work, body.alliance_id, body.kind, body.title, body.action_point_id),
        lambda row: Reply(ProgrammeOut.model_validate(row), 201, row.version, f"/v1/programmes/{row.id}"),
    )


@router.get("/v1/programmes", response_model=Page[ProgrammeOut], summary="List programmes")
def list_programmes(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    kind: Annotated[list[KindCode] | None, Query(max_length=50)] = None,
) -> Page[ProgrammeOut]:
    """The programmes of the alliances you belong to."""
    with reading.transaction() as session:
        return store.page_of_programmes(
            session, reading.caller, alliance_id or (), kind or (), page, ProgrammeOut.model_validate
        )


@router.get("/v1/programmes/{programme_id}", response_model=ProgrammeOut, summary="Read a programme")
def get_programme(programme_id: UUID, reading: ReadingOf, response: Response) -> ProgrammeOut:
    """One programme."""
    with reading.transaction() as session:
        row = store.get_programme(session, programme_id)
        reading.caller.require_membership(row.alliance_id)
    response.headers["ETag"] = etag(row.version)
    return ProgrammeOut.model_validate(row)


@router.patch("/v1/programmes/{programme_id}", response_model=ProgrammeOut, summary="Change a programme")
def change_programme(
    programme_id: UUID, body: ProgrammeChangesIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Changes what is sent and leaves the rest (a merge patch)."""
    return command.execute(
        lambda work: use_cases.change_programme(work, programme_id, expected, body.changes()),
        lambda row: Reply(ProgrammeOut.model_validate(row), version=row.version),
    )


@router.post("/v1/programme-runs", status_code=201, response_model=ProgrammeRunOut, summary="Plan a run")
def plan_programme_run(body: ProgrammeRunIn, command: KeyedCommand) -> Response:
    """A run of a programme, with its days, its places by type, and how many each body may nominate."""
    places = [place.model_dump() for place in body.places]
    return command.execute(
        lambda work: use_cases.plan_run(
            work, body.programme_id, body.title, body.begins_on, body.ends_on, body.nomination_limit, places
        ),
        lambda row: Reply(ProgrammeRunOut.model_validate(row), 201, row.version, f"/v1/programme-runs/{row.id}"),
    )


@router.get("/v1/programme-runs", response_model=Page[ProgrammeRunOut], summary="List runs")
def list_programme_runs(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    programme_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
) -> Page[ProgrammeRunOut]:
    """The runs of the programmes of the alliances you belong to."""
    with reading.transaction() as session:
        return store.page_of_runs(
            session, reading.caller, alliance_id or (), programme_id or (), page, ProgrammeRunOut.model_validate
        )


@router.get("/v1/programme-runs/{run_id}", response_model=ProgrammeRunOut, summary="Read a run")
def get_programme_run(run_id: UUID, reading: ReadingOf, response: Response) -> ProgrammeRunOut:
    """One run, with its programme and places."""
    with reading.transaction() as session:
        row = store.get_run(session, run_id)
        reading.caller.require_membership(row.alliance_id)
    response.headers["ETag"] = etag(row.version)
    return ProgrammeRunOut.model_validate(row)


@router.patch("/v1/programme-runs/{run_id}", response_model=ProgrammeRunOut, summary="Change a run")
def change_programme_run(
    run_id: UUID, body: ProgrammeRunChangesIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Changes what is sent and leaves the rest (a merge patch); `places` replaces the whole list. Fewer places than
    are booked take nobody's place away."""
    places = None if body.new_places is None else [place.model_dump() for place in body.new_places]
    return command.execute(
        lambda work: use_cases.change_run(work, run_id, expected, body.changes(), places),
        lambda row: Reply(ProgrammeRunOut.model_validate(row), version=row.version),
    )


@router.post("/v1/programme-runs/{run_id}/transitions", response_model=ProgrammeRunOut, summary="Move a run on")
def transition_programme_run(
    run_id: UUID, body: RunTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """Planned → under way → completed; or cancelled, for a coded reason."""
    return command.execute(
        lambda work: use_cases.move_run(work, run_id, expected, body.to, body.on, body.reason),
        lambda row: Reply(ProgrammeRunOut.model_validate(row), version=row.version),
    )


@router.get("/v1/programme-runs/{run_id}/figures", response_model=FiguresOut, summary="Read a run's figures")
def get_programme_figures(run_id: UUID, reading: ReadingOf) -> FiguresOut:
    """What the run adds up to, with both numbers of every share. A small run's figures can tell of a person: the
    reading is noted in the audit log."""
    with reading.transaction() as session:
        run = store.get_run(session, run_id)
        reading.caller.require(run.alliance_id)
        reading.note(session, "programme-figures-read", subject=run.id, tenant=run.alliance_id)
        figures = figures_of(store.parts_of(session, run.id), run.ends_on)
        registers = store.attendance_of(session, run.id)
        evaluations = [EvaluationOut.model_validate(row) for row in store.evaluations_of(session, run.id)]
    return FiguresOut(
        run_id=run.id,
        **asdict(figures),
        rates={name: RateOut.model_validate(rate) for name, rate in rates_of(figures).items()},
        attendance=[AttendanceOut(on=row.on, attended=len(row.nomination_ids)) for row in registers],
        evaluations=evaluations,
    )
