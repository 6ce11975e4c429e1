"""The register over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from plans_api.schools import store, use_cases
from plans_api.schools.register_file import read_register
from plans_api.schools.schemas import (
    LocalAuthorityCode,
    RefusedRowOut,
    RegisterImportOut,
    SchoolOut,
    SchoolSearchIn,
    Urn,
)
from plans_api.schools.school import Phase, SchoolStatus
from plans_api.schools.use_cases import RegisterImport
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.etags import etag
from service_kit.paging import PageOf
from service_kit.raw_body import RawBody, raw_body, raw_body_contract
from service_kit.schemas import Page

router = APIRouter(tags=["schools"])

CSV, GZIP = "text/csv", "application/gzip"


@router.get("/v1/schools", response_model=Page[SchoolOut], summary="List schools")
def list_schools(
    reading: ReadingOf,
    page: PageOf,
    local_authority: Annotated[
        list[LocalAuthorityCode] | None, Query(max_length=200, description="The authority's three-digit code.")
    ] = None,
    phase: Annotated[list[Phase] | None, Query(max_length=20)] = None,
    status: Annotated[list[SchoolStatus] | None, Query(max_length=20)] = None,
) -> Page[SchoolOut]:
    """The schools of the register in the order of their URN. A filter given several times takes any of its values."""
    chosen = store.SchoolFilter(local_authority or (), phase or (), status or ())
    with reading.transaction() as session:
        return store.page_of_schools(session, chosen, page, SchoolOut.model_validate)


@router.get("/v1/schools/{urn}", response_model=SchoolOut, summary="Read a school")
def get_school(urn: Annotated[Urn, Path()], reading: ReadingOf, response: Response) -> SchoolOut:
    """One school as the register has it."""
    with reading.transaction() as session:
        row = store.get_school(session, urn)
    response.headers["ETag"] = etag(row.version)
    return SchoolOut.model_validate(row)


@router.post("/v1/school-searches", response_model=Page[SchoolOut], summary="Find schools by name")
def search_schools(body: SchoolSearchIn, reading: ReadingOf, page: PageOf) -> Page[SchoolOut]:
    """The schools whose name contains these words, in the order of their URN. Nothing is written."""
    chosen = store.SchoolFilter(body.local_authority_codes, body.phases, body.statuses, body.name_contains)
    with reading.transaction() as session:
        return store.page_of_schools(session, chosen, page.bound_to(body), SchoolOut.model_validate)


@router.post(
    "/v1/register-imports",
    status_code=201,
    response_model=RegisterImportOut,
    responses={200: {"model": RegisterImportOut, "description": "A dry run, or nothing was new."}},
    summary="Import the register",
    openapi_extra=raw_body_contract({CSV: "URN,SCHNAME,LA,LA (name),…", GZIP: "(the same file, gzipped)"}),
)
def import_register(
    document: Annotated[RawBody, Depends(raw_body(CSV, GZIP))],
    command: KeyedCommand,
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = False,
) -> Response:
    """Takes over an extract of the official register, whole or in part. A row that cannot be read is refused with its
    line while the others are taken. The same extract again changes nothing."""
    register = read_register(document.content, gzipped=document.media_type == GZIP)
    do = command.rehearse if dry_run else command.execute
    return do(lambda work: use_cases.import_register(work, register), lambda done: _told(done, dry_run=dry_run))


def _told(done: RegisterImport, *, dry_run: bool) -> Reply:
    told = RegisterImportOut(
        dry_run=dry_run,
        rows_read=done.rows_read,
        added=done.added,
        changed=done.changed,
        unchanged=done.unchanged,
        refused=[RefusedRowOut.model_validate(row) for row in done.refused],
    )
    return Reply(told, 201 if done.added + done.changed and not dry_run else 200)
