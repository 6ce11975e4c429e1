"""Lending agreements over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.lending import store, use_cases
from sle_broker.lending.agreement import LendingAgreementState
from sle_broker.lending.schemas import LendingAgreementIn, LendingAgreementOut, LendingAgreementTransitionIn

router = APIRouter(tags=["lending"])


@router.post(
    "/v1/lending-agreements",
    status_code=201,
    response_model=LendingAgreementOut,
    summary="Propose a lending agreement",
)
def propose_lending_agreement(body: LendingAgreementIn, command: KeyedCommand) -> Response:
    """One alliance proposes to another that leaders be lent from one to the other. It is in force once the other has
    agreed. Two alliances have one agreement in each direction at a time."""
    return command.execute(
        lambda work: use_cases.propose_agreement(work, body.to_rule(new_id(), work.today)),
        lambda kept: Reply(LendingAgreementOut.of(kept), 201, kept[1], f"/v1/lending-agreements/{kept[0].id}"),
    )


@router.get("/v1/lending-agreements", response_model=Page[LendingAgreementOut], summary="List lending agreements")
def list_lending_agreements(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Annotated[list[UUID] | None, Query(max_length=50, description="On either side.")] = None,
    state: Annotated[list[LendingAgreementState] | None, Query(max_length=4)] = None,
) -> Page[LendingAgreementOut]:
    """The agreements of the alliances you work for, on either side, ended ones included."""
    with reading.transaction() as session:
        return store.page_of_agreements(
            session, reading.caller, alliance_id or (), state or (), page, LendingAgreementOut.of
        )


@router.get(
    "/v1/lending-agreements/{lending_agreement_id}",
    response_model=LendingAgreementOut,
    summary="Read a lending agreement",
)
def get_lending_agreement(lending_agreement_id: UUID, reading: ReadingOf, response: Response) -> LendingAgreementOut:
    """One agreement with all its steps. Both its alliances see it, and nobody else."""
    with reading.transaction() as session:
        agreement, version = store.get_agreement(session, lending_agreement_id)
        use_cases.sides_of(reading.caller, agreement.lender_alliance_id, agreement.borrower_alliance_id)
    response.headers["ETag"] = etag(version)
    return LendingAgreementOut.of((agreement, version))


@router.post(
    "/v1/lending-agreements/{lending_agreement_id}/transitions",
    response_model=LendingAgreementOut,
    summary="Answer or end a lending agreement",
)
def transition_lending_agreement(
    lending_agreement_id: UUID, body: LendingAgreementTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The side that did not propose it agrees or declines; either ends it, for a coded reason. What was lent before
    stays lent; nothing more is lent afterwards."""
    return command.execute(
        lambda work: use_cases.move_agreement(work, lending_agreement_id, expected, body.to, body.on, body.reason),
        lambda kept: Reply(LendingAgreementOut.of(kept), version=kept[1]),
    )
