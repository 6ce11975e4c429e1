"""Register imports over HTTP."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from plans_api.register_imports import store, use_cases
from plans_api.register_imports.change import ChangeKind
from plans_api.register_imports.register_file import open_register
from plans_api.register_imports.schemas import RegisterChangeOut, RegisterImportOut, RegisterJobOut
from plans_api.register_imports.use_cases import RegisterImport
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.jobs import Job, read_job
from service_kit.paging import PageOf
from service_kit.raw_body import RawBody, raw_body, raw_body_contract
from service_kit.schemas import Page

router = APIRouter(tags=["register"])

CSV, GZIP = "text/csv", "application/gzip"
_EXAMPLES = {CSV: "URN,LA (code),EstablishmentName,…", GZIP: "(the same file, gzipped)"}


@router.post(
    "/v1/register-imports",
    status_code=201,
    response_model=RegisterImportOut,
    responses={200: {"model": RegisterImportOut, "description": "A dry run, or nothing was new."}},
    summary="Import the register",
    openapi_extra=raw_body_contract(_EXAMPLES),
)
def import_register(
    document: Annotated[RawBody, Depends(raw_body(CSV, GZIP))],
    command: KeyedCommand,
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = False,
) -> Response:
    """Takes over a file of the official register as it was downloaded: an extract of its schools, whole or in part, its
    links between schools, or its group links. The file is known by its header. A row that cannot be read is refused
    with its line while the others are taken. The same file again changes nothing."""
    file = open_register(document.content, gzipped=document.media_type == GZIP)
    do = command.rehearse if dry_run else command.execute
    return do(lambda work: use_cases.import_register(work, file), lambda done: _told(done, dry_run=dry_run))


@router.post(
    "/v1/register-jobs",
    status_code=202,
    response_model=RegisterJobOut,
    summary="Import the register as a job",
    openapi_extra=raw_body_contract(_EXAMPLES),
)
def send_register(document: Annotated[RawBody, Depends(raw_body(CSV, GZIP))], command: KeyedCommand) -> Response:
    """The same import for a national file, which takes longer than a request should: answered at once, and followed
    by reading the job. It is taken over as a whole or not at all."""
    gzipped = document.media_type == GZIP
    open_register(document.content, gzipped=gzipped)
    return command.execute(
        lambda work: use_cases.send_register(work, document.content, gzipped=gzipped),
        lambda job: Reply(_as_job(job, None), 202, location=f"/v1/register-jobs/{job.id}"),
    )


@router.get("/v1/register-jobs/{import_id}", response_model=RegisterJobOut, summary="Follow an import of the register")
def get_register_job(import_id: UUID, reading: ReadingOf) -> RegisterJobOut:
    """How far the job has come, and what it did once it is done."""
    with reading.transaction() as session:
        reading.caller.require_everywhere()
        job = read_job(session, import_id)
        row = store.get_import(session, import_id)
        report = None if row.report is None else RegisterImportOut(dry_run=False, **row.report)
    return _as_job(job, report)


@router.get("/v1/register-changes", response_model=Page[RegisterChangeOut], summary="List what an import changed")
def list_register_changes(
    reading: ReadingOf,
    page: PageOf,
    import_id: Annotated[UUID, Query(description="The import's id, from its answer.")],
    kind: Annotated[list[ChangeKind] | None, Query(max_length=len(ChangeKind))] = None,
) -> Page[RegisterChangeOut]:
    """What opened, closed, was renamed, moved, joined a trust, was converted, merged or split, in the file's order."""
    with reading.transaction() as session:
        return store.page_of_changes(session, import_id, kind or (), page, RegisterChangeOut.model_validate)


def _told(done: RegisterImport, *, dry_run: bool) -> Reply:
    facts = asdict(done) | ({"import_id": None} if dry_run else {})
    told = RegisterImportOut(dry_run=dry_run, **facts)
    return Reply(told, 201 if done.added + done.changed and not dry_run else 200)


def _as_job(job: Job, report: RegisterImportOut | None) -> RegisterJobOut:
    return RegisterJobOut(
        id=job.id,
        state=job.state,
        progress=dict(job.progress),
        failure=job.failure,
        sent_at=job.enqueued_at,
        ended_at=job.ended_at,
        report=report,
    )
