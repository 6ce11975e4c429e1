"""Alliances and memberships over HTTP."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from plans_api.alliances import store, use_cases
from plans_api.alliances.directory_file import read_directory
from plans_api.alliances.schemas import (
    AllianceChangesIn,
    AllianceIn,
    AllianceOut,
    DirectoryImportOut,
    MembershipIn,
    MembershipOut,
    MembershipTransitionIn,
)
from plans_api.schools.schemas import Urn
from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.raw_body import RawBody, raw_body, raw_body_contract
from service_kit.schemas import Page

router = APIRouter()

CSV = "text/csv"


@router.post(
    "/v1/alliances", status_code=201, response_model=AllianceOut, summary="Register an alliance", tags=["alliances"]
)
def register_alliance(body: AllianceIn, command: KeyedCommand) -> Response:
    """An alliance joins the platform with its one or two lead schools, which stand in the register."""
    return command.execute(
        lambda work: use_cases.register_alliance(
            work,
            body.name,
            body.cohort,
            tuple(body.lead_school_urns),
            **body.model_dump(include={"aliases", "strategic_partners"}),
        ),
        lambda row: Reply(AllianceOut.model_validate(row), 201, row.version, f"/v1/alliances/{row.id}"),
    )


@router.post(
    "/v1/alliance-imports",
    status_code=201,
    response_model=DirectoryImportOut,
    responses={200: {"model": DirectoryImportOut, "description": "A dry run, or nothing was new."}},
    summary="Import the directory of alliances",
    tags=["alliances"],
    openapi_extra=raw_body_contract({CSV: "Alliance Name,Teaching School,URN,…"}),
)
def import_directory(
    document: Annotated[RawBody, Depends(raw_body(CSV))],
    command: KeyedCommand,
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = False,
) -> Response:
    """Takes over the national directory of teaching schools: alliances, their lead schools, and cohorts where it has
    them. A row that cannot be read, or whose school the register lacks, is refused with its line while the others are
    taken. The same directory again changes nothing."""
    directory = read_directory(document.content)
    do = command.rehearse if dry_run else command.execute
    return do(
        lambda work: use_cases.import_directory(work, directory),
        lambda done: Reply(
            DirectoryImportOut(dry_run=dry_run, **asdict(done)),
            201 if done.added + done.changed and not dry_run else 200,
        ),
    )


@router.get("/v1/alliances", response_model=Page[AllianceOut], summary="List alliances", tags=["alliances"])
def list_alliances(reading: ReadingOf, page: PageOf) -> Page[AllianceOut]:
    """The alliances in which you hold a role."""
    with reading.transaction() as session:
        return store.page_of_alliances(session, reading.caller, page, AllianceOut.model_validate)


@router.get("/v1/alliances/{alliance_id}", response_model=AllianceOut, summary="Read an alliance", tags=["alliances"])
def get_alliance(alliance_id: UUID, reading: ReadingOf, response: Response) -> AllianceOut:
    """An alliance in which you hold a role."""
    with reading.transaction() as session:
        row = store.get_alliance(session, alliance_id)
        reading.caller.require_membership(row.id)
    response.headers["ETag"] = etag(row.version)
    return AllianceOut.model_validate(row)


@router.patch(
    "/v1/alliances/{alliance_id}", response_model=AllianceOut, summary="Change an alliance", tags=["alliances"]
)
def change_alliance(
    alliance_id: UUID, body: AllianceChangesIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Changes what is sent and leaves the rest (a merge patch)."""
    return command.execute(
        lambda work: use_cases.change_alliance(work, alliance_id, expected, body.changes()),
        lambda row: Reply(AllianceOut.model_validate(row), version=row.version),
    )


@router.post(
    "/v1/memberships", status_code=201, response_model=MembershipOut, summary="Begin a membership", tags=["memberships"]
)
def begin_membership(body: MembershipIn, command: KeyedCommand) -> Response:
    """A school joins an alliance. It may be in several alliances, and in each of them once at a time."""
    return command.execute(
        lambda work: use_cases.begin_membership(
            work,
            body.alliance_id,
            body.urn,
            body.from_on,
            body.to_on,
            fee_amount=body.fee_amount,
            fee_currency=body.fee_currency,
        ),
        lambda row: Reply(MembershipOut.model_validate(row), 201, row.version, f"/v1/memberships/{row.id}"),
    )


@router.get("/v1/memberships", response_model=Page[MembershipOut], summary="List memberships", tags=["memberships"])
def list_memberships(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    urn: Annotated[list[Urn] | None, Query(max_length=200)] = None,
) -> Page[MembershipOut]:
    """The memberships of the alliances you work for, past ones included; a school sees its own."""
    with reading.transaction() as session:
        return store.page_of_memberships(
            session, reading.caller, alliance_id or (), urn or (), page, MembershipOut.model_validate
        )


@router.get(
    "/v1/memberships/{membership_id}", response_model=MembershipOut, summary="Read a membership", tags=["memberships"]
)
def get_membership(membership_id: UUID, reading: ReadingOf, response: Response) -> MembershipOut:
    """One membership."""
    with reading.transaction() as session:
        row = store.get_membership(session, membership_id)
        reading.caller.require(row.alliance_id, row.urn)
    response.headers["ETag"] = etag(row.version)
    return MembershipOut.model_validate(row)


@router.post(
    "/v1/memberships/{membership_id}/transitions",
    response_model=MembershipOut,
    summary="End a membership",
    tags=["memberships"],
)
def transition_membership(
    membership_id: UUID, body: MembershipTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A school leaves the alliance; `on` is its last day there."""
    return command.execute(
        lambda work: use_cases.end_membership(work, membership_id, expected, body.on),
        lambda row: Reply(MembershipOut.model_validate(row), version=row.version),
    )
