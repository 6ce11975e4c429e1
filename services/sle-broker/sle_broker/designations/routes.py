"""Leaders, what they are expert in, and their designations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Day, Page, ShortText
from sle_broker.designation_rules.schemas import KindCode
from sle_broker.designations import store, use_cases
from sle_broker.designations.schemas import (
    DesignationIn,
    DesignationOut,
    DesignationTransitionIn,
    LeaderChangesIn,
    LeaderIn,
    LeaderOut,
    LeaderSpecialismIn,
    LeaderSpecialismOut,
    LeaderSpecialismTransitionIn,
    TrainingIn,
)

router = APIRouter()

Kinds = Annotated[list[KindCode] | None, Query(max_length=50, description="Kinds of leader.")]
LeaderIds = Annotated[list[UUID] | None, Query(max_length=50)]


@router.post("/v1/leaders", status_code=201, response_model=LeaderOut, summary="Register a leader", tags=["leaders"])
def register_leader(body: LeaderIn, command: KeyedCommand) -> Response:
    """Somebody becomes known to an alliance as a leader it can lend, with their home school, their days and the
    specialisms they claim. They can be deployed from the day they are designated."""
    leader = body.to_rule(new_id())
    return command.execute(
        lambda work: use_cases.register_leader(work, body.alliance_id, leader, body.claims(work.today)),
        lambda kept: Reply(LeaderOut.of(kept), 201, kept.version, f"/v1/leaders/{kept.thing.id}"),
    )


@router.get("/v1/leaders", response_model=Page[LeaderOut], summary="List leaders", tags=["leaders"])
def list_leaders(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    kind: Kinds = None,
    needs_new_mentor: Annotated[
        bool, Query(description="Those alone whose mentor is not designated today: they are to have another.")
    ] = False,
) -> Page[LeaderOut]:
    """The leaders of the alliances you work for; a leader sees themselves. Every reading of a profile is recorded."""
    unmentored_on = day_of(reading.now) if needs_new_mentor else None
    with reading.transaction() as session:
        found = store.page_of_leaders(
            session, reading.caller, alliance_id or (), kind or (), unmentored_on, page, LeaderOut.of
        )
        reading.note_each(session, "leader-read", read={leader.id: leader.alliance_id for leader in found.items})
    return found


@router.get("/v1/leaders/{leader_id}", response_model=LeaderOut, summary="Read a leader", tags=["leaders"])
def get_leader(leader_id: UUID, reading: ReadingOf, response: Response) -> LeaderOut:
    """One leader. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_leader(session, leader_id)
        reading.caller.require(kept.alliance_id, str(leader_id))
        reading.note(session, "leader-read", subject=leader_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return LeaderOut.of(kept)


@router.patch("/v1/leaders/{leader_id}", response_model=LeaderOut, summary="Change a leader", tags=["leaders"])
def change_leader(
    leader_id: UUID, body: LeaderChangesIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Changes what is sent and leaves the rest (a merge patch). Days already booked stay booked, even where the
    allowance is lowered below them."""
    return command.execute(
        lambda work: use_cases.change_leader(work, leader_id, expected, body.changes()),
        lambda kept: Reply(LeaderOut.of(kept), version=kept.version),
    )


@router.post(
    "/v1/leader-specialisms",
    status_code=201,
    response_model=LeaderSpecialismOut,
    summary="Claim a specialism",
    tags=["leaders"],
)
def claim_specialism(body: LeaderSpecialismIn, command: KeyedCommand) -> Response:
    """A leader claims a specialism of the list. It counts for less in a shortlist until somebody has vouched for it."""
    return command.execute(
        lambda work: use_cases.claim_specialism(work, body.leader_id, body.code, body.claimed_on),
        lambda kept: Reply(LeaderSpecialismOut.of(kept), 201, kept.version, f"/v1/leader-specialisms/{kept.thing.id}"),
    )


@router.get(
    "/v1/leader-specialisms",
    response_model=Page[LeaderSpecialismOut],
    summary="List leaders' specialisms",
    tags=["leaders"],
)
def list_leader_specialisms(reading: ReadingOf, page: PageOf, leader_id: LeaderIds = None) -> Page[LeaderSpecialismOut]:
    """What leaders are expert in, claimed or validated. Every reading of it is recorded."""
    with reading.transaction() as session:
        found = store.page_of_leader_specialisms(session, reading.caller, leader_id or (), page, LeaderSpecialismOut.of)
        reading.note_each(session, "leader-specialism-read", read={held.id: held.alliance_id for held in found.items})
    return found


@router.get(
    "/v1/leader-specialisms/{leader_specialism_id}",
    response_model=LeaderSpecialismOut,
    summary="Read a leader's specialism",
    tags=["leaders"],
)
def get_leader_specialism(leader_specialism_id: UUID, reading: ReadingOf, response: Response) -> LeaderSpecialismOut:
    """One specialism of one leader. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_leader_specialism(session, leader_specialism_id)
        reading.caller.require(kept.alliance_id, str(kept.thing.leader_id))
        reading.note(session, "leader-specialism-read", subject=leader_specialism_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return LeaderSpecialismOut.of(kept)


@router.post(
    "/v1/leader-specialisms/{leader_specialism_id}/transitions",
    response_model=LeaderSpecialismOut,
    summary="Validate a specialism",
    tags=["leaders"],
)
def transition_leader_specialism(
    leader_specialism_id: UUID, body: LeaderSpecialismTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """Somebody vouches for a specialism with evidence. A validation is not written over."""
    return command.execute(
        lambda work: use_cases.validate_specialism(work, leader_specialism_id, expected, body.on, body.evidence),
        lambda kept: Reply(LeaderSpecialismOut.of(kept), version=kept.version),
    )


@router.post(
    "/v1/designations",
    status_code=201,
    response_model=DesignationOut,
    summary="Designate a leader",
    tags=["designations"],
)
def designate_leader(body: DesignationIn, command: KeyedCommand) -> Response:
    """A leader is designated from a day on. A specialist leader's deployment clock starts then; a renewal continues an
    earlier designation and starts none. While the alliance designates on need, `need_id` names one that stands and that
    the leader can serve."""
    return command.execute(
        lambda work: use_cases.designate_leader(
            work, body.leader_id, body.designated_on, body.round, body.renews_designation_id, body.need_id
        ),
        lambda kept: Reply(
            DesignationOut.of(kept, day_of(command.now)), 201, kept.version, f"/v1/designations/{kept.thing.id}"
        ),
    )


@router.get("/v1/designations", response_model=Page[DesignationOut], summary="List designations", tags=["designations"])
def list_designations(
    reading: ReadingOf,
    page: PageOf,
    leader_id: LeaderIds = None,
    round: Annotated[list[ShortText] | None, Query(max_length=50, description="Names of rounds.")] = None,
    kind: Kinds = None,
    cites_need: Annotated[
        bool | None,
        Query(description="Those made for a need they name, or those made for none; renewals cite nothing."),
    ] = None,
    due_to_lapse_to: Annotated[
        Day | None,
        Query(description="Those nobody has ended that are due to lapse before this day and are not renewed."),
    ] = None,
) -> Page[DesignationOut]:
    """The designations of the alliances you work for, ended ones included; a leader sees their own. Every reading is
    recorded: the reason of a withdrawal judges a person."""
    chosen = store.DesignationFilter(leader_id or (), round or (), kind or (), cites_need, due_to_lapse_to)
    today = day_of(reading.now)
    with reading.transaction() as session:
        found = store.page_of_designations(
            session, reading.caller, chosen, page, lambda kept: DesignationOut.of(kept, today)
        )
        reading.note_each(session, "designation-read", read={made.id: made.alliance_id for made in found.items})
    return found


@router.get(
    "/v1/designations/{designation_id}",
    response_model=DesignationOut,
    summary="Read a designation",
    tags=["designations"],
)
def get_designation(designation_id: UUID, reading: ReadingOf, response: Response) -> DesignationOut:
    """One designation. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_designation(session, designation_id)
        reading.caller.require(kept.alliance_id, str(kept.thing.leader_id))
        reading.note(session, "designation-read", subject=designation_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return DesignationOut.of(kept, day_of(reading.now))


@router.post(
    "/v1/designations/{designation_id}/transitions",
    response_model=DesignationOut,
    summary="End a designation",
    tags=["designations"],
)
def transition_designation(
    designation_id: UUID, body: DesignationTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A designation lapses, or is withdrawn for a coded reason. What is ended stays ended, and what was due to lapse
    has lapsed without a word."""
    return command.execute(
        lambda work: use_cases.end_designation(work, designation_id, expected, body.to, body.on, body.reason),
        lambda kept: Reply(DesignationOut.of(kept, day_of(command.now)), version=kept.version),
    )


@router.post(
    "/v1/designations/{designation_id}/training",
    response_model=DesignationOut,
    summary="Record that a leader was trained",
    tags=["designations"],
)
def record_training(
    designation_id: UUID, body: TrainingIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The leader's training for this designation was completed on a day. KPI B8a counts those who were designated and
    trained. The day is recorded once."""
    return command.execute(
        lambda work: use_cases.record_training(work, designation_id, expected, body.on),
        lambda kept: Reply(DesignationOut.of(kept, day_of(command.now)), version=kept.version),
    )
