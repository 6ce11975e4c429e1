"""Needs over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply, UnitOfWork
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.needs import store, use_cases
from sle_broker.needs.need import Need, NeedKind, NeedSource, NeedState
from sle_broker.needs.schemas import NeedIn, NeedOut, NeedTransitionIn
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import SpecialismCode, Urn

router = APIRouter(tags=["needs"])


@router.post("/v1/needs", status_code=201, response_model=NeedOut, summary="Record a need")
def record_need(body: NeedIn, command: KeyedCommand) -> Response:
    """Somebody refers a school (the Department or a local authority), its outcomes trigger a need (below the floor, or
    a category of concern), or the alliance forecasts one. Audits and support requests record their needs themselves.
    An open need is recorded once."""

    def record(work: UnitOfWork) -> Kept[Need]:
        return use_cases.record_need(
            work,
            body.alliance_id,
            body.host_school_urn,
            body.specialism,
            lambda specialism: body.to_rule(new_id(), specialism, recorded_by=work.caller.subject, today=work.today),
        )

    return command.execute(
        record, lambda kept: Reply(NeedOut.of(kept), 201, kept.version, f"/v1/needs/{kept.thing.id}")
    )


@router.get("/v1/needs", response_model=Page[NeedOut], summary="List needs")
def list_needs(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    host_school_urn: Annotated[list[Urn] | None, Query(max_length=50)] = None,
    specialism: Annotated[list[SpecialismCode] | None, Query(max_length=50, description="Codes.")] = None,
    source: Annotated[list[NeedSource] | None, Query(max_length=5)] = None,
    kind: Annotated[list[NeedKind] | None, Query(max_length=2)] = None,
    state: Annotated[list[NeedState] | None, Query(max_length=2)] = None,
) -> Page[NeedOut]:
    """The needs of the schools your alliances help, whatever told of them; a school sees its own, another system those
    it recorded."""
    chosen = store.NeedFilter(
        alliance_id or (), host_school_urn or (), specialism or (), source or (), kind or (), state or ()
    )
    with reading.transaction() as session:
        return store.page_of_needs(session, reading.caller, chosen, page, NeedOut.of)


@router.get("/v1/needs/{need_id}", response_model=NeedOut, summary="Read a need")
def get_need(need_id: UUID, reading: ReadingOf, response: Response) -> NeedOut:
    """One need."""
    with reading.transaction() as session:
        kept = store.get_need(session, need_id)
        reading.caller.require(kept.alliance_id, kept.thing.host_school_urn, kept.thing.recorded_by)
    response.headers["ETag"] = etag(kept.version)
    return NeedOut.of(kept)


@router.post("/v1/needs/{need_id}/transitions", response_model=NeedOut, summary="End a need")
def transition_need(
    need_id: UUID, body: NeedTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A need ends, for a coded reason. What is ended stays ended. The needs of a support request end with it, and are
    not ended here."""
    return command.execute(
        lambda work: use_cases.end_need(work, need_id, expected, body.to, body.on, body.reason),
        lambda kept: Reply(NeedOut.of(kept), version=kept.version),
    )
