"""What people do about applications: apply, write references, assess, decide, designate."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.errors import Forbidden, NotFound
from service_kit.etags import require_version
from service_kit.ids import new_id
from sle_broker.designation_applications import store
from sle_broker.designation_applications.application import (
    SAID_BY_THE_APPLICANT,
    Applicant,
    Application,
    ApplicationReason,
    ApplicationState,
    AskedReference,
    Assessment,
    Claim,
    Reference,
    assess,
    best_standing,
    give_reference,
    move,
    receive_references,
    refuse_too_few_referees,
    release,
    submitted,
)
from sle_broker.designation_rounds.round import Standing, refuse_outside_window, refuse_unless_eligible
from sle_broker.designation_rounds.store import get_round, rounds_of
from sle_broker.designations.designation import refuse_while_designated
from sle_broker.designations.leader import Leader
from sle_broker.designations.store import designations_of, get_designation, get_leader, specialisms_held_by
from sle_broker.designations.use_cases import change_leader, designate_leader, record_training, register_leader
from sle_broker.schools.store import require_schools
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Specialism, SpecialismStanding
from sle_broker.specialisms.store import specialisms_by_code


def submit_application(
    work: UnitOfWork, round_id: UUID, leader_id: UUID | None, applicant: Applicant | None, claim: Claim
) -> Kept[Application]:
    """Somebody applies in a round, a leader of the alliance or somebody who is none yet (one of `leader_id` and
    `applicant`). Whoever applies for themselves does so today; the alliance may record what it received before.

    Errors: `ApplicationOutsideWindow`, `NotEligible`, `TooFewReferees`, `AlreadyApplied`, `AlreadyDesignated`,
    `KindNotInRound`, `SchoolNotKnown`, `SpecialismNotInList`, `DateNotYetCome`, `Forbidden`.
    """
    kept = get_round(work.session, round_id)
    chosen, alliance_id = kept.thing, kept.alliance_id
    work.caller.require(alliance_id, work.caller.subject if leader_id is None else str(leader_id))
    on = claim.submitted_on or work.today
    if on != work.today and not work.caller.permitted.covers(alliance_id):
        raise Forbidden("Whoever applies does so today; the alliance may record an application it received before.")
    person, specialisms, standing = _who_applies(work, alliance_id, leader_id, applicant, on)
    referees = list(claim.referee_urns) or [person.home_school_urn]
    require_schools(work.session, {person.home_school_urn, *referees})
    first = submitted(on, today=work.today)
    refuse_outside_window(chosen, rounds_of(work.session, alliance_id), kind=claim.kind, on=on)
    refuse_unless_eligible(
        chosen.eligibility,
        Standing(claim.years_of_leadership, claim.home_school_judgement, standing, claim.head_supports),
    )
    refuse_too_few_referees(referees, chosen.references_needed)
    application = Application(
        id=new_id(),
        round_id=round_id,
        name=person.name,
        home_school_urn=person.home_school_urn,
        kind=claim.kind,
        phases=person.phases,
        specialisms=specialisms,
        years_of_leadership=claim.years_of_leadership,
        home_school_judgement=claim.home_school_judgement,
        head_supports=claim.head_supports,
        submitted_by=work.caller.subject,
        references=tuple(Reference(new_id(), urn) for urn in referees),
        steps=(first,),
        leader_id=leader_id,
    )
    saved = store.add_application(work.session, alliance_id, application)
    _record(work, "submitted", saved, on)
    return saved


def give_designation_reference(
    work: UnitOfWork, reference_id: UUID, expected_version: int, on: date, *, supports: bool, text: str
) -> Kept[AskedReference]:
    """A school writes the reference it was asked for, or the alliance records what it wrote.

    Errors: `VersionMismatch`, and those of `give_reference`.
    """
    asked = store.get_reference(work.session, reference_id)
    work.caller.require(asked.alliance_id, asked.thing.reference.school_urn)
    kept = store.get_application(work.session, asked.thing.application_id, for_update=True)
    require_version(store.get_reference(work.session, reference_id).version, expected_version)
    given = give_reference(
        kept.thing, reference_id, on=on, today=work.today, supports=supports, text=text, by=work.caller.subject
    )
    _record(work, "reference-given", store.save_application(work.session, given), on)
    return store.get_reference(work.session, reference_id)


def assess_application(
    work: UnitOfWork, application_id: UUID, expected_version: int, assessment_by: Callable[[str], Assessment], on: date
) -> Kept[Application]:
    """The panel's finding is recorded; `assessment_by` makes it of who records it.

    Errors: `VersionMismatch`, `SupportNotNamed`, and those of `assess`.
    """
    kept = _to_change(work, application_id, expected_version)
    assessed = assess(kept.thing, assessment_by(work.caller.subject), on, today=work.today)
    saved = store.save_application(work.session, assessed)
    _record(work, "assessed", saved, on)
    return saved


def release_papers(work: UnitOfWork, application_id: UUID, expected_version: int, on: date) -> Kept[Application]:
    """The applicant may read the references and the panel's notes from now on.

    Errors: `VersionMismatch`, and those of `release`.
    """
    kept = _to_change(work, application_id, expected_version)
    released = release(kept.thing, on, today=work.today)
    if released == kept.thing:
        return kept
    saved = store.save_application(work.session, released)
    _record(work, "papers-released", saved, on)
    return saved


def move_application(
    work: UnitOfWork,
    application_id: UUID,
    expected_version: int,
    to: ApplicationState,
    on: date,
    reason: ApplicationReason | None,
) -> Kept[Application]:
    """An application goes one step on. The applicant withdraws it or appeals, or the alliance records that they did;
    every other step is the alliance's. With the training, the designation is recorded as trained.

    Errors: `VersionMismatch`, `Forbidden`, `TooFewReferences`, `AlreadyTrained`, and those of `move`.
    """
    kept = _to_change(work, application_id, expected_version)
    if to not in SAID_BY_THE_APPLICANT and not work.caller.permitted.covers(kept.alliance_id):
        raise Forbidden("The applicant may appeal or withdraw; the other steps are the alliance's.")
    moved = move(kept.thing, to, on, today=work.today, reason=reason)
    if to is ApplicationState.REFERENCES_RECEIVED:
        needed = get_round(work.session, moved.round_id).thing.references_needed
        moved = receive_references(kept.thing, needed, on, today=work.today)
    if to is ApplicationState.TRAINED and moved.designation_id is not None:
        made = get_designation(work.session, moved.designation_id, for_update=True)
        if made.thing.trained_on != on:
            record_training(work, moved.designation_id, made.version, on)
    saved = store.save_application(work.session, moved)
    _record(work, _EVENTS.get(to, to.replace("_", "-")), saved, on)
    return saved


def designate_applicant(
    work: UnitOfWork,
    application_id: UUID,
    expected_version: int,
    on: date,
    need_id: UUID | None,
    mentor_id: UUID | None,
) -> Kept[Application]:
    """An applicant is designated in the round they applied in, by the same rules as anybody; who was no leader of the
    alliance becomes one first, with the specialisms they claimed. All of it happens, or nothing.

    Errors: `VersionMismatch`, `AlreadyDesignated`, those of the need and the mentor, and those of `move`.
    """
    kept = _to_change(work, application_id, expected_version)
    moved = move(kept.thing, ApplicationState.DESIGNATED, on, today=work.today)
    leader_id = _become_leader(work, kept, mentor_id)
    chosen = get_round(work.session, moved.round_id).thing
    made = designate_leader(work, leader_id, on, chosen.name, None, need_id, chosen.lapses_after_years)
    saved = store.save_application(work.session, replace(moved, leader_id=leader_id, designation_id=made.thing.id))
    _record(work, "designated", saved, on)
    return saved


_EVENTS: Mapping[ApplicationState, str] = {
    ApplicationState.APPROVED: "decided",
    ApplicationState.DECLINED: "decided",
    ApplicationState.APPEAL_UPHELD: "appeal-decided",
    ApplicationState.APPEAL_DISMISSED: "appeal-decided",
}
"""What the feed calls a step that judges a person: that there was a decision, and not which."""


def _who_applies(
    work: UnitOfWork, alliance_id: UUID, leader_id: UUID | None, applicant: Applicant | None, on: date
) -> tuple[Applicant | Leader, tuple[Specialism, ...], SpecialismStanding | None]:
    if applicant is not None:
        codes = applicant.specialism_codes
        meant = specialisms_by_code(work.session, alliance_id, codes)
        return applicant, tuple(meant[code] for code in codes), SpecialismStanding.CLAIMED if codes else None
    if leader_id is None:
        raise NotFound("There is no such thing here.")
    leader = get_leader(work.session, leader_id)
    if leader.alliance_id != alliance_id:
        raise NotFound("There is no such thing here.")
    refuse_while_designated(designations_of(work.session, [leader_id]), on)
    held = specialisms_held_by(work.session, [leader_id])
    return leader.thing, tuple(one.specialism for one in held), best_standing(held, on)


def _become_leader(work: UnitOfWork, kept: Kept[Application], mentor_id: UUID | None) -> UUID:
    application = kept.thing
    if application.leader_id is None:
        leader = Leader(
            id=new_id(),
            kind=application.kind,
            name=application.name,
            home_school_urn=application.home_school_urn,
            phases=application.phases,
            mentor_id=mentor_id,
        )
        claims = {specialism.code: application.submitted_on for specialism in application.specialisms}
        return register_leader(work, kept.alliance_id, leader, claims).thing.id
    known = get_leader(work.session, application.leader_id, for_update=True)
    changes: dict[str, Any] = {"kind": application.kind} | ({} if mentor_id is None else {"mentor_id": mentor_id})
    return change_leader(work, application.leader_id, known.version, changes).thing.id


def _to_change(work: UnitOfWork, application_id: UUID, expected_version: int) -> Kept[Application]:
    kept = store.get_application(work.session, application_id, for_update=True)
    work.caller.require(kept.alliance_id, *kept.thing.parties)
    require_version(kept.version, expected_version)
    return kept


def _record(work: UnitOfWork, what: str, kept: Kept[Application], on: date) -> None:
    application = kept.thing
    work.record(
        f"designation-application-{what}",
        subject=application.id,
        tenant=kept.alliance_id,
        data={
            "designation_application_id": application.id,
            "alliance_id": kept.alliance_id,
            "designation_round_id": application.round_id,
            "leader_id": application.leader_id,
            "designation_id": application.designation_id,
            "kind": application.kind,
            "on": on,
        },
    )
