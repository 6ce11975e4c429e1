"""Specialisms over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.specialisms import store, use_cases
from sle_broker.specialisms.schemas import SpecialismCode, SpecialismIn, SpecialismOut, SpecialismVersionOut
from sle_broker.specialisms.specialism import SpecialismGroup

router = APIRouter(tags=["specialisms"])


@router.get("/v1/specialisms", response_model=Page[SpecialismOut], summary="List specialisms")
def list_specialisms(
    reading: ReadingOf,
    page: PageOf,
    group: Annotated[list[SpecialismGroup] | None, Query(max_length=4)] = None,
) -> Page[SpecialismOut]:
    """The standard list and what your alliances have added to it, in the order of the codes, each in its latest
    version. Records made under an earlier version keep it."""
    with reading.transaction() as session:
        return store.page_of_specialisms(session, reading.caller, group or (), page, SpecialismOut.model_validate)


@router.get(
    "/v1/specialism-versions", response_model=Page[SpecialismVersionOut], summary="List the versions of specialisms"
)
def list_specialism_versions(
    reading: ReadingOf,
    page: PageOf,
    code: Annotated[list[SpecialismCode] | None, Query(max_length=50)] = None,
) -> Page[SpecialismVersionOut]:
    """Every version of every entry, past ones included, in the order of the codes and versions: how the standard list
    came to be what it is, and what your alliances added to it, when, and by whom."""
    with reading.transaction() as session:
        return store.page_of_versions(session, reading.caller, code or (), page, SpecialismVersionOut.of)


@router.post("/v1/specialisms", status_code=201, response_model=SpecialismOut, summary="Add a specialism")
def add_specialism(body: SpecialismIn, command: KeyedCommand) -> Response:
    """An alliance adds an entry of its own to the list. A code it has added before gets its next version, with the name
    and the group given here; a code of the standard list means the alliance's own entry from then on."""
    return command.execute(
        lambda work: use_cases.add_specialism(work, body.alliance_id, body.code, body.group, body.name),
        lambda specialism: Reply(SpecialismOut.model_validate(specialism), 201),
    )
