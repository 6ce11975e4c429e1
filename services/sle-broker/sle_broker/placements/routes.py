"""Leadership residencies, coaching and shadowing over HTTP."""

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.access import Caller
from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.deployments.agreement import Objective
from sle_broker.placements import store, use_cases
from sle_broker.placements.placement import Application, Placement
from sle_broker.placements.placement_kind import PlacementKind
from sle_broker.placements.schemas import (
    AimIn,
    AimOutcomesIn,
    ApplicationIn,
    ApplicationOut,
    ApplicationTransitionIn,
    HostIn,
    HostOut,
    PlacementAgreementIn,
    PlacementIn,
    PlacementOut,
    PlacementTermsIn,
    PlacementTransitionIn,
    PlacementVisitIn,
)
from sle_broker.specialisms.kept import Kept

router = APIRouter(tags=["placements"])

_APPLICATION_READ = "placement-application-read"


@router.post("/v1/placement-hosts", status_code=201, response_model=HostOut, summary="Take applicants for placements")
def open_placement_host(body: HostIn, command: KeyedCommand) -> Response:
    """A school takes aspiring leaders for residencies (at most two a year, of two to five days), for coaching or for
    shadowing, and says what can be learned there."""
    return command.execute(
        lambda work: use_cases.open_to_applicants(
            work, body.alliance_id, body.school_urn, body.areas, lambda areas: body.to_rule(new_id(), areas)
        ),
        lambda kept: Reply(HostOut.of(kept), 201, location="/v1/placement-hosts"),
    )


@router.get("/v1/placement-hosts", response_model=Page[HostOut], summary="List hosts of placements")
def list_placement_hosts(
    reading: ReadingOf,
    page: PageOf,
    kind: Annotated[list[PlacementKind] | None, Query(max_length=3)] = None,
) -> Page[HostOut]:
    """The schools of your alliances that take applicants."""
    with reading.transaction() as session:
        return store.page_of_hosts(session, reading.caller, kind or (), page, HostOut.of)


@router.post(
    "/v1/placement-applications", status_code=201, response_model=ApplicationOut, summary="Apply for a placement"
)
def apply_for_placement(body: ApplicationIn, command: KeyedCommand) -> Response:
    """An aspiring leader applies with the areas in which they want to develop, by their home school or the broker. What
    the note says is for those who match placements, and in no feed."""
    return command.execute(
        lambda work: use_cases.apply_for_placement(
            work,
            body.alliance_id,
            body.home_school_urn,
            body.areas,
            lambda areas: body.to_rule(new_id(), areas, submitted_by=work.caller.subject, today=work.today),
        ),
        lambda kept: Reply(
            _shown_to(command.caller)(kept), 201, kept.version, f"/v1/placement-applications/{kept.thing.id}"
        ),
    )


@router.get("/v1/placement-applications", response_model=Page[ApplicationOut], summary="List applications")
def list_placement_applications(reading: ReadingOf, page: PageOf) -> Page[ApplicationOut]:
    """The applications of the alliances you match for; an applicant sees their own, a home school those of its staff.
    Every reading is recorded."""
    with reading.transaction() as session:
        found = store.page_of_applications(session, reading.caller, page, _shown_to(reading.caller))
        reading.note_each(session, _APPLICATION_READ, read={one.id: one.alliance_id for one in found.items})
    return found


@router.get("/v1/placement-applications/{application_id}", response_model=ApplicationOut, summary="Read an application")
def get_placement_application(application_id: UUID, reading: ReadingOf, response: Response) -> ApplicationOut:
    """One application. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_application(session, application_id)
        reading.caller.require(kept.alliance_id, str(application_id), kept.thing.home_school_urn)
        reading.note(session, _APPLICATION_READ, subject=application_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return _shown_to(reading.caller)(kept)


@router.post(
    "/v1/placement-applications/{application_id}/transitions",
    response_model=ApplicationOut,
    summary="Withdraw an application",
)
def transition_placement_application(
    application_id: UUID, body: ApplicationTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The applicant is to be placed no more; a placement that goes on is ended by itself."""
    return command.execute(
        lambda work: use_cases.withdraw_application(work, application_id, expected, body.on),
        lambda kept: Reply(_shown_to(command.caller)(kept), version=kept.version),
    )


@router.post("/v1/placements", status_code=201, response_model=PlacementOut, summary="Propose a placement")
def propose_placement(body: PlacementIn, command: KeyedCommand) -> Response:
    """An applicant is proposed to a host that has a place left in the academic year, for days within the limits of the
    kind."""
    aims = _under_new_ids(body.aims)
    return command.execute(
        lambda work: use_cases.propose_placement(
            work, body.application_id, body.host_id, body.booking(), aims, body.proposed_on or work.today
        ),
        lambda kept: Reply(PlacementOut.of(kept), 201, kept.version, f"/v1/placements/{kept.thing.engine.id}"),
    )


@router.get("/v1/placements", response_model=Page[PlacementOut], summary="List placements")
def list_placements(reading: ReadingOf, page: PageOf) -> Page[PlacementOut]:
    """The placements of the alliances you match for; an applicant or a school sees those it is in. Every reading is
    recorded."""
    with reading.transaction() as session:
        found = store.page_of_placements(session, reading.caller, page, PlacementOut.of)
        reading.note_each(session, "placement-read", read={one.id: one.alliance_id for one in found.items})
    return found


@router.get("/v1/placements/{placement_id}", response_model=PlacementOut, summary="Read a placement")
def get_placement(placement_id: UUID, reading: ReadingOf, response: Response) -> PlacementOut:
    """One placement with all its steps. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_placement(session, placement_id)
        reading.caller.require(kept.alliance_id, *kept.thing.parties)
        reading.note(session, "placement-read", subject=placement_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return PlacementOut.of(kept)


@router.patch("/v1/placements/{placement_id}", response_model=PlacementOut, summary="Change a placement's terms")
def change_placement_terms(
    placement_id: UUID, body: PlacementTermsIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Changes days, dates or development aims up to the agreement, within the limits of the kind and the places of the
    host, and leaves what is not sent (a merge patch). Every yes given before is asked for again."""
    aims = None if body.aims is None else _under_new_ids(body.aims)
    return command.execute(
        lambda work: use_cases.change_placement_terms(work, placement_id, expected, body.booking_changes(), aims),
        _as_it_is_now,
    )


@router.post("/v1/placements/{placement_id}/agreements", response_model=PlacementOut, summary="Agree to a placement")
def agree_to_placement(
    placement_id: UUID, body: PlacementAgreementIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The applicant, the home head or the host head says yes, once the home school has released the applicant."""
    return command.execute(
        lambda work: use_cases.agree_to_placement(work, placement_id, expected, body.to_rule(), body.on),
        _as_it_is_now,
    )


@router.post("/v1/placements/{placement_id}/transitions", response_model=PlacementOut, summary="Move a placement on")
def transition_placement(
    placement_id: UUID, body: PlacementTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """One step: proposed → released by the home school → agreed → under way → the closing step, which is the evaluation
    (`closing_presentation_held` of a residency, `closing_conversation_held` of coaching, `debriefing_held` of
    shadowing) → closed; or declined, cancelled, paused or ended early, each for a coded reason."""
    return command.execute(
        lambda work: use_cases.move_placement(work, placement_id, expected, body.to, body.on, body.reason),
        _as_it_is_now,
    )


@router.post("/v1/placements/{placement_id}/visits", response_model=PlacementOut, summary="Record a placement's day")
def record_placement_visit(
    placement_id: UUID, body: PlacementVisitIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A day at the host school, or half of one, while the placement is under way; never more than were agreed."""
    return command.execute(
        lambda work: use_cases.record_placement_visit(work, placement_id, expected, body.to_rule()), _as_it_is_now
    )


@router.post("/v1/placements/{placement_id}/outcomes", response_model=PlacementOut, summary="Judge development aims")
def judge_placement(
    placement_id: UUID, body: AimOutcomesIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The host says at the closing step how far the applicant came with each aim; then the placement can be closed."""
    return command.execute(
        lambda work: use_cases.judge_placement(work, placement_id, expected, body.by_aim()), _as_it_is_now
    )


def _under_new_ids(aims: Sequence[AimIn]) -> tuple[Objective, ...]:
    return tuple(Objective(new_id(), one.text, one.measure) for one in aims)


def _as_it_is_now(kept: Kept[Placement]) -> Reply:
    return Reply(PlacementOut.of(kept), version=kept.version)


def _shown_to(caller: Caller) -> Callable[[Kept[Application]], ApplicationOut]:
    return lambda kept: ApplicationOut.of(kept, shows_note=caller.permitted.covers(kept.alliance_id))
