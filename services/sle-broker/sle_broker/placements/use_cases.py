"""What people do with placements: open one, apply for one, match, agree, take step after step, say what was learned."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from service_kit import audit
from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Duplicate, Forbidden, NotFound, Refusal
from service_kit.etags import require_version
from service_kit.ids import new_id
from service_kit.life_cycle import ReasonNotInList
from sle_broker.deployments.agreement import Judgement, Objective, Party
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.deployment import Deployment, agree, move, record_visit
from sle_broker.deployments.life_cycle import DeploymentReason, DeploymentState
from sle_broker.deployments.use_cases import SPEAKERS
from sle_broker.deployments.visit import Visit
from sle_broker.evaluations.evaluation import judge_objectives
from sle_broker.placements import store
from sle_broker.placements.placement import (
    Application,
    ApplicationWithdrawn,
    Host,
    Placement,
    change_terms,
    first_free,
    propose,
)
from sle_broker.placements.placement_kind import TERMS, PlacementKind
from sle_broker.schools.store import require_alliance, require_schools
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Specialism
from sle_broker.specialisms.store import specialisms_by_code

Areas = tuple[Specialism, ...]


def open_to_applicants(
    work: UnitOfWork, alliance_id: UUID, school_urn: str, codes: Sequence[str], host_with: Callable[[Areas], Host]
) -> Kept[Host]:
    """A school takes applicants. Errors: `SchoolNotKnown`, `SpecialismNotInList`, and those of `Host`."""
    areas = _areas(work, alliance_id, school_urn, codes)
    kept = store.add_host(work.session, alliance_id, host_with(areas))
    _record(work, "host-opened", kept.thing.kind, kept.thing.id, alliance_id, {"host_school_urn": school_urn})
    return kept


def apply_for_placement(
    work: UnitOfWork,
    alliance_id: UUID,
    home_school_urn: str,
    codes: Sequence[str],
    application_with: Callable[[Areas], Application],
) -> Kept[Application]:
    """An aspiring leader applies, by their home school or the broker. That somebody applies is in no feed: who wants to
    become what is nobody's business outside the alliance.

    Errors: `SchoolNotKnown`, `SpecialismNotInList`, `DateNotYetCome`, and those of `Application`.
    """
    areas = _areas(work, alliance_id, home_school_urn, codes)
    application = application_with(areas)
    refuse_future(what="The application", on=application.applied_on, today=work.today)
    kept = store.add_application(work.session, alliance_id, application)
    _note(work, "placement-application-received", application.id, alliance_id)
    return kept


def withdraw_application(work: UnitOfWork, application_id: UUID, expected_version: int, on: date) -> Kept[Application]:
    """An applicant is to be placed no more. Errors: `VersionMismatch`, `ApplicationWithdrawn`, `DatesOutOfOrder`,
    `DateNotYetCome`."""
    kept = store.get_application(work.session, application_id, for_update=True)
    work.caller.require(kept.alliance_id, str(application_id), kept.thing.home_school_urn)
    require_version(kept.version, expected_version)
    if kept.thing.withdrawn_on is not None:
        raise ApplicationWithdrawn(f"The application was withdrawn on {kept.thing.withdrawn_on}.")
    refuse_out_of_order(
        earlier="the application", earlier_on=kept.thing.applied_on, later="its withdrawal", later_on=on
    )
    refuse_future(what="The withdrawal", on=on, today=work.today)
    saved = store.withdraw_application(work.session, replace(kept.thing, withdrawn_on=on))
    _note(work, "placement-application-withdrawn", application_id, kept.alliance_id)
    return saved


def propose_placement(
    work: UnitOfWork,
    application_id: UUID,
    host_id: UUID,
    booking: Booking,
    aims: tuple[Objective, ...],
    proposed_on: date,
) -> Kept[Placement]:
    """An applicant is proposed to a host. The host's row is locked, so that its last place is taken once.

    Errors: `Duplicate` where the applicant has been placed, and those of `propose`.
    """
    host = store.get_host(work.session, host_id, for_update=True)
    work.caller.require(host.alliance_id)
    application = store.get_application(work.session, application_id, for_update=True)
    if application.alliance_id != host.alliance_id:
        raise NotFound("There is no such thing here.")
    if store.has_placement(work.session, application_id):
        raise Duplicate("The applicant has a placement already; cancel that one, or apply for another.")
    placement_id = new_id()
    taken = store.places_taken(work.session, host_id, booking.academic_year, beside=placement_id)
    with _in_words(host.thing.kind):
        placement = propose(
            application.thing,
            host.thing,
            placement_id=placement_id,
            booking=booking,
            aims=aims,
            places_taken=len(taken),
            on=proposed_on,
            today=work.today,
        )
    kept = store.add_placement(work.session, host.alliance_id, placement, first_free(taken))
    _record_step(work, kept, DeploymentState.PROPOSED, proposed_on)
    return kept


def change_placement_terms(
    work: UnitOfWork,
    placement_id: UUID,
    expected_version: int,
    booking_changes: Mapping[str, Any],
    aims: tuple[Objective, ...] | None,
) -> Kept[Placement]:
    """Other days, dates or aims, up to the agreement. Where nothing changes nothing is recorded.

    Errors: `VersionMismatch`, those of `Booking`, and those of `change_terms`.
    """
    # The host is locked before the placement, here as in a proposal, so that the two never wait for each other.
    host_id = store.get_placement(work.session, placement_id).thing.host_id
    host = store.get_host(work.session, host_id, for_update=True).thing
    kept = _to_change(work, placement_id, expected_version)
    booking = replace(kept.thing.engine.booking, **booking_changes)
    taken = store.places_taken(work.session, host_id, booking.academic_year, beside=placement_id)
    with _in_words(host.kind):
        changed = change_terms(kept.thing, host, booking=booking, aims=aims, places_taken=len(taken))
    if booking == kept.thing.engine.booking and aims is None:
        return kept
    saved = store.save_placement(work.session, changed.engine, first_free(taken))
    _note(work, "placement-terms-changed", placement_id, kept.alliance_id)
    return saved


def agree_to_placement(
    work: UnitOfWork, placement_id: UUID, expected_version: int, party: Party, on: date
) -> Kept[Placement]:
    """The applicant, the home head or the host head says yes. Errors: `VersionMismatch`, `Forbidden`, and those of
    `agree`."""
    kept = _to_change(work, placement_id, expected_version)
    _require_word_of(work, kept, party)
    with _in_words(kept.thing.kind):
        agreed = agree(kept.thing.engine, party, on, today=work.today)
    saved = store.save_placement(work.session, agreed)
    _note(work, "placement-agreement-given", placement_id, kept.alliance_id)
    return saved


def move_placement(
    work: UnitOfWork,
    placement_id: UUID,
    expected_version: int,
    to: str,
    on: date,
    reason: str | None,
) -> Kept[Placement]:
    """A placement goes one step on, in the words of its kind. The release is the home school's to give.

    Errors: `VersionMismatch`, `Forbidden`, `StateConflict`, and those of the engine's `move`.
    """
    kept = _to_change(work, placement_id, expected_version)
    vocabulary = TERMS[kept.thing.kind].vocabulary
    state = _member(DeploymentState, vocabulary.engine_word(to))
    why = None if reason is None else _member(DeploymentReason, vocabulary.engine_word(reason))
    with _in_words(kept.thing.kind):
        if state is None:
            raise kept.thing.engine.conflict("This kind of placement has no such step; `allowed` names the next ones.")
        if reason is not None and why is None:
            raise ReasonNotInList("This kind of placement has no such reason.")
        moved = move(kept.thing.engine, state, on, today=work.today, reason=why)
    speaker = SPEAKERS.get(state if why is None else why)
    if speaker is not None:
        _require_word_of(work, kept, speaker)
    saved = store.save_placement(work.session, moved)
    began_before = kept.thing.engine.first_day_on_site is not None
    happened = ("resumed" if began_before else "begun") if state is DeploymentState.UNDER_WAY else state
    _record_step(work, saved, happened, on)
    return saved


def record_placement_visit(
    work: UnitOfWork, placement_id: UUID, expected_version: int, visit: Visit
) -> Kept[Placement]:
    """A day, or half of one, at the host school; never more than were agreed. Errors: `VersionMismatch`, and those of
    `record_visit`."""
    kept = _to_change(work, placement_id, expected_version)
    with _in_words(kept.thing.kind):
        visited = record_visit(kept.thing.engine, visit, today=work.today)
    saved = store.save_placement(work.session, visited)
    _note(work, "placement-visit-recorded", placement_id, kept.alliance_id)
    return saved


def judge_placement(
    work: UnitOfWork, placement_id: UUID, expected_version: int, judgements: Mapping[UUID, Judgement]
) -> Kept[Placement]:
    """The host says, at the closing step, how far the applicant came with each development aim.

    Errors: `VersionMismatch`, `Forbidden`, and those of `judge_objectives`.
    """
    kept = _to_change(work, placement_id, expected_version)
    _require_word_of(work, kept, Party.HOST_HEAD)
    with _in_words(kept.thing.kind):
        judged = judge_objectives(kept.thing.engine, judgements)
    saved = store.save_placement(work.session, judged)
    _note(work, "placement-aims-judged", placement_id, kept.alliance_id)
    return saved


@contextmanager
def _in_words(kind: PlacementKind) -> Iterator[None]:
    """What the engine refuses is refused in the words of the kind."""
    try:
        yield
    except Refusal as refusal:
        raise TERMS[kind].vocabulary.refusal(refusal) from refusal


Word = TypeVar("Word", bound=StrEnum)


def _member(words: type[Word], word: str | None) -> Word | None:
    return next((one for one in words if one == word), None)


def _areas(work: UnitOfWork, alliance_id: UUID, school_urn: str, codes: Sequence[str]) -> Areas:
    work.caller.require(alliance_id, school_urn)
    require_alliance(work.session, alliance_id)
    require_schools(work.session, [school_urn])
    meant = specialisms_by_code(work.session, alliance_id, codes)
    return tuple(meant[code] for code in codes)


def _to_change(work: UnitOfWork, placement_id: UUID, expected_version: int) -> Kept[Placement]:
    kept = store.get_placement(work.session, placement_id, for_update=True)
    work.caller.require(kept.alliance_id, *kept.thing.parties)
    require_version(kept.version, expected_version)
    return kept


def _require_word_of(work: UnitOfWork, kept: Kept[Placement], party: Party) -> None:
    if not work.caller.permitted.covers(kept.alliance_id, _says(kept.thing.engine, party)):
        raise Forbidden("This is for another party of the placement to say, or for the broker to record.")


def _says(engine: Deployment, party: Party) -> str:
    return {
        Party.LEADER: str(engine.leader_id),
        Party.HOME_HEAD: engine.home_school_urn,
        Party.HOST_HEAD: engine.host_school_urn,
    }[party]


def _record_step(work: UnitOfWork, kept: Kept[Placement], happened: str, on: date) -> None:
    kind, engine = kept.thing.kind, kept.thing.engine
    word = TERMS[kind].vocabulary.say(happened).replace("_", "-")
    data = {"placement_id": engine.id, "host_school_urn": engine.host_school_urn, "on": on}
    _record(work, word, kind, engine.id, kept.alliance_id, data)


def _record(
    work: UnitOfWork, what: str, kind: PlacementKind, subject: UUID, alliance_id: UUID, data: dict[str, Any]
) -> None:
    """Told in the feed where the kind is, without a word of the applicant; otherwise in the audit log alone."""
    event = f"{kind}-{what}"
    if TERMS[kind].is_told:
        work.record(event, subject=subject, tenant=alliance_id, data={"alliance_id": alliance_id} | data)
    else:
        _note(work, event, subject, alliance_id)


def _note(work: UnitOfWork, action: str, subject: UUID, alliance_id: UUID) -> None:
    audit.note(work.session, work.caller, action=action, subjects={str(subject): alliance_id}, at=work.now)
