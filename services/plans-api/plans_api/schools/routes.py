"""The register over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from plans_api.schools import store
from plans_api.schools.schemas import LineageOut, LocalAuthorityCode, SchoolOut, SchoolSearchIn, SuccessionOut, Urn
from plans_api.schools.school import Phase, SchoolStatus
from plans_api.schools.succession import lineage_of
from service_kit.application import ReadingOf
from service_kit.etags import etag
from service_kit.paging import PageOf
from service_kit.schemas import Page

router = APIRouter(tags=["schools"])


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


@router.get("/v1/schools/{urn}/lineage", response_model=LineageOut, summary="Read a school's lineage")
def get_lineage(urn: Annotated[Urn, Path()], reading: ReadingOf) -> LineageOut:
    """What came before a school and what followed it, through conversions, mergers and splits, as the register's links
    have it. A URN that no link names has no lineage, and is its own latest."""
    with reading.transaction() as session:
        links = store.links_about(session, urn)
    lineage = lineage_of(urn, links)
    return LineageOut(
        urn=urn,
        predecessors=sorted(lineage.predecessors),
        successors=sorted(lineage.successors),
        latest=sorted(lineage.latest),
        links=[SuccessionOut.model_validate(link) for link in links],
    )
