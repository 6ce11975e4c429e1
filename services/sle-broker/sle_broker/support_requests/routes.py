"""Support requests over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply, UnitOfWork
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.specialisms.kept import Kept
from sle_broker.support_requests import store, use_cases
from sle_broker.support_requests.schemas import SupportRequestIn, SupportRequestOut, SupportRequestTransitionIn
from sle_broker.support_requests.support_request import SupportRequest, SupportRequestState

router = APIRouter(tags=["support requests"])


@router.post("/v1/support-requests", status_code=201, response_model=SupportRequestOut, summary="Ask for support")
def submit_support_request(body: SupportRequestIn, command: KeyedCommand) -> Response:
    """A school asks an alliance for help, or a local authority, a trust, another system or the broker on its behalf.
    The request names its areas of need by their codes in the list of specialisms, the days wanted of each leader, and
    the window in which help is to be given. A package of several people is one request: what is wanted first stands in
    the request itself, every further line in `also_wanted`. The school must have arrived here from the register. Each
    area becomes a need of the school, which ends when the request does."""

    def submit(work: UnitOfWork) -> Kept[SupportRequest]:
        return use_cases.submit_support_request(
            work,
            body.alliance_id,
            body.host_school_urn,
            body.area_codes(),
            lambda meant: body.to_rule(new_id(), meant, submitted_by=work.caller.subject, today=work.today),
        )

    return command.execute(
        submit,
        lambda kept: Reply(SupportRequestOut.of(kept), 201, kept.version, f"/v1/support-requests/{kept.thing.id}"),
    )


@router.get("/v1/support-requests", response_model=Page[SupportRequestOut], summary="List support requests")
def list_support_requests(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    state: Annotated[list[SupportRequestState] | None, Query(max_length=6)] = None,
) -> Page[SupportRequestOut]:
    """The requests of the alliances you work for; a school sees those for itself, another system those it made."""
    with reading.transaction() as session:
        return store.page_of_support_requests(
            session, reading.caller, alliance_id or (), state or (), page, SupportRequestOut.of
        )


@router.get(
    "/v1/support-requests/{support_request_id}", response_model=SupportRequestOut, summary="Read a support request"
)
def get_support_request(support_request_id: UUID, reading: ReadingOf, response: Response) -> SupportRequestOut:
    """One request with all its steps."""
    with reading.transaction() as session:
        kept = store.get_support_request(session, support_request_id)
        reading.caller.require(kept.alliance_id, kept.thing.host_school_urn, kept.thing.submitted_by)
    response.headers["ETag"] = etag(kept.version)
    return SupportRequestOut.of(kept)


@router.post(
    "/v1/support-requests/{support_request_id}/transitions",
    response_model=SupportRequestOut,
    summary="Move a support request on",
)
def transition_support_request(
    support_request_id: UUID, body: SupportRequestTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """One step: submitted → accepted for brokerage → matched → closed, or declined or lapsed, each for a coded reason.
    A matched request whose deployment fell through goes back to accepted. Whoever asked may close the request; the
    other steps are the alliance's. What the present state does not allow is 409 `state-conflict`, and changes nothing.
    """
    return command.execute(
        lambda work: use_cases.move_support_request(work, support_request_id, expected, body.to, body.on, body.reason),
        lambda kept: Reply(SupportRequestOut.of(kept), version=kept.version),
    )
