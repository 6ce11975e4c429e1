"""Designation rounds, and what came of them, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Day, Page
from sle_broker.designation_rounds import store, use_cases
from sle_broker.designation_rounds.cover import cover
from sle_broker.designation_rounds.round import DesignationRound
from sle_broker.designation_rounds.schemas import (
    DesignationRoundChangesIn,
    DesignationRoundIn,
    DesignationRoundOut,
    NeedCoverOut,
    RoundCountOut,
    TargetJson,
)
from sle_broker.specialisms.kept import Kept

router = APIRouter(tags=["designation rounds"])

AllianceIds = Annotated[list[UUID] | None, Query(max_length=50)]
AsOf = Annotated[Day | None, Query(description="The day that is asked about; today where absent.")]


@router.post(
    "/v1/designation-rounds", status_code=201, response_model=DesignationRoundOut, summary="Plan a designation round"
)
def add_designation_round(body: DesignationRoundIn, command: KeyedCommand) -> Response:
    """An alliance plans a round: between which days people apply, for which kinds of leader, by which eligibility
    rules, how many references are asked for, and the target agreed with the Department."""
    made = body.to_rule(new_id())
    return command.execute(
        lambda work: use_cases.add_round(work, body.alliance_id, made),
        lambda kept: Reply(DesignationRoundOut.of(kept), 201, kept.version, f"/v1/designation-rounds/{kept.thing.id}"),
    )


@router.get("/v1/designation-rounds", response_model=Page[DesignationRoundOut], summary="List the designation rounds")
def list_designation_rounds(
    reading: ReadingOf, page: PageOf, alliance_id: AllianceIds = None
) -> Page[DesignationRoundOut]:
    """The rounds of your alliances, past ones included."""
    with reading.transaction() as session:
        return store.page_of_rounds(session, reading.caller, alliance_id or (), page, DesignationRoundOut.of)


@router.get("/v1/designation-rounds/{round_id}", response_model=DesignationRoundOut, summary="Read a designation round")
def get_designation_round(round_id: UUID, reading: ReadingOf, response: Response) -> DesignationRoundOut:
    """One round with its eligibility rules and every target that was agreed for it."""
    with reading.transaction() as session:
        kept = store.get_round(session, round_id)
        reading.caller.require_membership(kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return DesignationRoundOut.of(kept)


@router.patch(
    "/v1/designation-rounds/{round_id}", response_model=DesignationRoundOut, summary="Change a designation round"
)
def change_designation_round(
    round_id: UUID, body: DesignationRoundChangesIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Changes what is sent and leaves the rest (a merge patch): the window, the references asked for, when what is
    designated is due to lapse. Applications received stay received, even where the window no longer holds their day."""
    return command.execute(lambda work: use_cases.change_round(work, round_id, expected, body.changes()), _as_it_is_now)


@router.post(
    "/v1/designation-rounds/{round_id}/targets", response_model=DesignationRoundOut, summary="Record an agreed target"
)
def record_round_target(round_id: UUID, body: TargetJson, expected: ExpectedVersion, command: KeyedCommand) -> Response:
    """Another target was agreed for the round. The ones before stay with their dates."""
    return command.execute(
        lambda work: use_cases.record_target(work, round_id, expected, body.to_rule()), _as_it_is_now
    )


@router.get(
    "/v1/designation-round-counts",
    response_model=Page[RoundCountOut],
    summary="Compare designated and trained with the targets",
)
def list_designation_round_counts(
    reading: ReadingOf, page: PageOf, alliance_id: AllianceIds = None, as_of: AsOf = None
) -> Page[RoundCountOut]:
    """Round by round: the target agreed last, how many were designated in the round (through an application, or
    directly under its name), and how many of those were trained. Nothing that happened after `as_of` is counted, nor
    are renewals and what was recorded in error."""
    day = as_of or day_of(reading.now)
    with reading.transaction() as session:
        counted = store.counts_by_round(session, reading.caller, alliance_id or (), day)
        return store.page_of_rounds(
            session,
            reading.caller,
            alliance_id or (),
            page,
            lambda kept: RoundCountOut.of(kept, day, counted.get((kept.alliance_id, kept.thing.name), (0, 0))),
        )


@router.get("/v1/need-cover", response_model=NeedCoverOut, summary="Compare needs and designations")
def get_need_cover(reading: ReadingOf, alliance_id: UUID, as_of: AsOf = None) -> NeedCoverOut:
    """By specialism and phase, as things stood at the end of `as_of`: the needs that were open, actual and predicted,
    and the designated leaders who hold the specialism and work in the phase. Where there are needs and no such leader,
    a designation is missing; where there are leaders and no need, a designation is without one. A leader's phases
    count as they are now."""
    day = as_of or day_of(reading.now)
    with reading.transaction() as session:
        reading.caller.require(alliance_id)
        found = cover(store.standing_needs(session, alliance_id, day), store.serving_leaders(session, alliance_id, day))
        reading.note(session, "need-cover-read", subject=alliance_id, tenant=alliance_id)
    return NeedCoverOut.of(alliance_id, day, found)


def _as_it_is_now(kept: Kept[DesignationRound]) -> Reply:
    return Reply(DesignationRoundOut.of(kept), version=kept.version)
