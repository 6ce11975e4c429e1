"""Uploads over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from kpi_service.official_files.family import Family
from kpi_service.official_files.file_year import read_year
from kpi_service.uploads import store, use_cases
from kpi_service.uploads.schemas import AcademicYear, FileName, RefusedRowOut, UploadOut
from kpi_service.uploads.upload import refuse_unless_read
from kpi_service.uploads.use_cases import SeenUpload
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.jobs import read_jobs
from service_kit.openapi import refusal
from service_kit.paging import PageOf
from service_kit.raw_body import RawBody, raw_body, raw_body_contract
from service_kit.schemas import Page

router = APIRouter(tags=["uploads"])

CSV, GZIP = "text/csv", "application/gzip"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post(
    "/v1/uploads",
    status_code=202,
    response_model=UploadOut,
    responses={200: {"model": UploadOut, "description": "The same bytes were handed in before."}},
    summary="Hand in an official file",
    openapi_extra=raw_body_contract(
        {CSV: "RECTYPE,ALPHAIND,LEA,ESTAB,URN,…", GZIP: "(the same file, gzipped)", WORKBOOK: "(a workbook, .xlsx)"}
    ),
)
def hand_in_upload(
    document: Annotated[RawBody, Depends(raw_body(CSV, GZIP, WORKBOOK))],
    command: KeyedCommand,
    file_name: Annotated[FileName, Query(description="The file's name; its academic year may stand in it.")],
    family: Annotated[Family | None, Query(description="What the file is, to be held against what it says.")] = None,
    academic_year: Annotated[AcademicYear | None, Query(description="The year it is for, held against it too.")] = None,
    alliance_id: Annotated[
        UUID | None,
        Query(description="The alliance whose own figures it has. Left out, it is the only one you may hand in for."),
    ] = None,
) -> Response:
    """Hands in an official file as it was downloaded, to be read by the worker: the answer comes at once, and
    `GET /v1/uploads/{upload_id}` shows how far it has come. What it is, is recognised by its header. The same bytes
    again change nothing; other figures restate from today on, and what was known before is still what was known.

    An alliance hands in its own figures: trainee numbers, early employment, headship vacancies of its member schools,
    agreed targets. A row about anybody else is refused. All other files count for the country and are the operator's.
    """
    year = None if academic_year is None else read_year(academic_year)
    return command.execute(
        lambda work: use_cases.hand_in(
            work, document.content, file_name=file_name, family=family, year=year, alliance_id=alliance_id
        ),
        lambda done: Reply(_out(done[0]), 202 if done[1] else 200, location=f"/v1/uploads/{done[0].handed_in.id}"),
    )


@router.get("/v1/uploads", response_model=Page[UploadOut], summary="List uploads")
def list_uploads(reading: ReadingOf, page: PageOf) -> Page[UploadOut]:
    """The files that were handed in for the country, and for the alliances whose figures the caller may see, in the
    order in which that was done."""
    with reading.transaction() as session:
        found = store.page_of_uploads(
            session, reading.caller.permitted, page, lambda row: (store.handed_in_of(row), store.read_file_of(row))
        )
        jobs = read_jobs(session, [handed_in.id for handed_in, _ in found.items])
    items = [_out(SeenUpload(handed_in, read, jobs[handed_in.id])) for handed_in, read in found.items]
    return Page(items=items, next_cursor=found.next_cursor)


@router.get("/v1/uploads/{upload_id}", response_model=UploadOut, summary="Read an upload")
def get_upload(upload_id: UUID, reading: ReadingOf) -> UploadOut:
    """One file that was handed in, and how far it has been read."""
    with reading.transaction() as session:
        return _out(use_cases.see_upload(session, reading.caller, upload_id))


@router.get(
    "/v1/uploads/{upload_id}/refused-rows", response_model=Page[RefusedRowOut], summary="List an upload's refused rows"
)
def list_refused_rows(upload_id: UUID, reading: ReadingOf, page: PageOf) -> Page[RefusedRowOut]:
    """The rows of a file that were not taken over, each with its line and the reason."""
    with reading.transaction() as session:
        use_cases.see_rows_of_upload(session, reading.caller, upload_id)
        return store.page_of_refused_rows(session, upload_id, page, RefusedRowOut.model_validate)


@router.get(
    "/v1/uploads/{upload_id}/annotated-file",
    response_class=Response,
    responses={
        200: {"content": {CSV: {"example": "URN,PTRWM_EXP,errors\n100000,O,PTRWM_EXP: …"}}},
        409: refusal("The file has not been read, so nothing is known of its rows."),
    },
    summary="Read an uploaded file with its errors",
)
def get_annotated_file(upload_id: UUID, reading: ReadingOf) -> Response:
    """The same file as CSV with one more column, `errors`, which says what is wrong with a row: to be mended and handed
    in again."""
    with reading.transaction() as session:
        refuse_unless_read(use_cases.see_rows_of_upload(session, reading.caller, upload_id).read)
        pieces = use_cases.annotated_file(session, upload_id)
    return StreamingResponse(pieces, media_type=CSV)


def _out(seen: SeenUpload) -> UploadOut:
    job = seen.job
    rows = int(job.progress.get("rows_read", 0)), int(job.progress.get("rows_refused", 0))
    return UploadOut.of(seen.handed_in, seen.read, state=job.state, failure=job.failure, rows=rows)
