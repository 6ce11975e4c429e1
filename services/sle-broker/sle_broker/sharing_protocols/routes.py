"""Sharing protocols over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.clock import day_of
from service_kit.commands import Reply, UnitOfWork
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.sharing_protocols import store, use_cases
from sle_broker.sharing_protocols.schemas import SharingProtocolIn, SharingProtocolOut, SharingProtocolTransitionIn
from sle_broker.sharing_protocols.sharing_protocol import SharingProtocol
from sle_broker.specialisms.kept import Kept

router = APIRouter(tags=["audits"])


@router.post(
    "/v1/sharing-protocols", status_code=201, response_model=SharingProtocolOut, summary="Agree to share audits"
)
def agree_sharing_protocol(body: SharingProtocolIn, command: KeyedCommand) -> Response:
    """A school agrees who may read its audits in an alliance, the alliance itself included, how much of them, and
    between which days. Without a protocol in force nobody but the school reads them."""

    def agree(work: UnitOfWork) -> Kept[SharingProtocol]:
        return use_cases.agree_sharing_protocol(
            work,
            body.alliance_id,
            body.school_urn,
            lambda: body.to_rule(new_id(), agreed_by=work.caller.subject, today=work.today),
        )

    return command.execute(
        agree,
        lambda kept: Reply(
            SharingProtocolOut.of(kept, day_of(command.now)),
            201,
            kept.version,
            f"/v1/sharing-protocols/{kept.thing.id}",
        ),
    )


@router.get("/v1/sharing-protocols", response_model=Page[SharingProtocolOut], summary="List sharing protocols")
def list_sharing_protocols(
    reading: ReadingOf, page: PageOf, alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[SharingProtocolOut]:
    """What schools have agreed to share in the alliances you work for, withdrawn or not; a school sees its own."""
    today = day_of(reading.now)
    with reading.transaction() as session:
        return store.page_of_sharing_protocols(
            session, reading.caller, alliance_id or (), page, lambda kept: SharingProtocolOut.of(kept, today)
        )


@router.get(
    "/v1/sharing-protocols/{sharing_protocol_id}",
    response_model=SharingProtocolOut,
    summary="Read a sharing protocol",
)
def get_sharing_protocol(sharing_protocol_id: UUID, reading: ReadingOf, response: Response) -> SharingProtocolOut:
    """One protocol, and whether it is in force today."""
    with reading.transaction() as session:
        kept = store.get_sharing_protocol(session, sharing_protocol_id)
        reading.caller.require(kept.alliance_id, kept.thing.school_urn)
    response.headers["ETag"] = etag(kept.version)
    return SharingProtocolOut.of(kept, day_of(reading.now))


@router.post(
    "/v1/sharing-protocols/{sharing_protocol_id}/transitions",
    response_model=SharingProtocolOut,
    summary="Withdraw a sharing protocol",
)
def transition_sharing_protocol(
    sharing_protocol_id: UUID, body: SharingProtocolTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A school withdraws a protocol, and need not say why. Once this is answered nothing more is read by it, whatever
    day it is dated; what is withdrawn stays withdrawn."""
    return command.execute(
        lambda work: use_cases.withdraw_sharing_protocol(work, sharing_protocol_id, expected, body.on),
        lambda kept: Reply(SharingProtocolOut.of(kept, day_of(command.now)), version=kept.version),
    )
