"""What people do about leaders: register and change them, claim and validate specialisms, designate."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future
from service_kit.errors import NotFound
from service_kit.etags import require_version
from service_kit.ids import new_id
from sle_broker.designation_rules.designation_rule import refuse_without_need, rule_in_force, years_after
from sle_broker.designation_rules.store import get_kind, rules_of
from sle_broker.designations import store
from sle_broker.designations.designation import (
    Designation,
    DesignationState,
    WithdrawalReason,
    complete_training,
    end,
    refuse_second_designation,
)
from sle_broker.designations.leader import Leader
from sle_broker.designations.mentor import mentor_not_designated, refuse_as_mentor, refuse_without_mentor
from sle_broker.needs.need import Need
from sle_broker.needs.use_cases import read_need
from sle_broker.schools.store import require_alliance, require_schools
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import LeaderSpecialism, Specialism, validate
from sle_broker.specialisms.store import specialisms_by_code


def register_leader(work: UnitOfWork, alliance_id: UUID, leader: Leader, claims: Mapping[str, date]) -> Kept[Leader]:
    """Somebody becomes known to an alliance as a leader it can lend, with the specialisms they claim,
    each by its code with the day of the claim.

    Errors: `SchoolNotKnown`, `SpecialismNotInList`, `DateNotYetCome`, `LeaderKindNotInList`, `MentorNeeded`,
    `MentorNotDesignated`, `MentorIsMentored`.
    """
    work.caller.require(alliance_id)
    require_alliance(work.session, alliance_id)
    require_schools(work.session, {leader.home_school_urn, *leader.conflicts})
    _require_mentor(work, alliance_id, leader, work.today)
    kept = store.add_leader(work.session, alliance_id, leader)
    work.record("leader-registered", subject=leader.id, tenant=alliance_id, data=_leader_event(kept))
    for code, specialism in specialisms_by_code(work.session, alliance_id, list(claims)).items():
        _claim(work, kept, specialism, claims[code])
    return kept


def change_leader(work: UnitOfWork, leader_id: UUID, expected_version: int, changes: Mapping[str, Any]) -> Kept[Leader]:
    """A leader's profile, days or availability change; what `changes` does not name stays. Bookings made stay too.

    Errors: `VersionMismatch`, `SchoolNotKnown`, `MentorNeeded`, `MentorIsThemselves`, `MentorNotDesignated`,
    `MentorIsMentored`, and those of `Leader`.
    """
    kept = store.get_leader(work.session, leader_id, for_update=True)
    work.caller.require(kept.alliance_id, str(leader_id))
    require_version(kept.version, expected_version)
    changed = replace(kept.thing, **changes)
    require_schools(work.session, {changed.home_school_urn, *changed.conflicts})
    if changed == kept.thing:
        return kept
    if (changed.kind, changed.mentor_id) != (kept.thing.kind, kept.thing.mentor_id):
        _require_mentor(work, kept.alliance_id, changed, work.today)
    saved = store.save_leader(work.session, changed)
    work.record("leader-changed", subject=leader_id, tenant=saved.alliance_id, data=_leader_event(saved))
    return saved


def claim_specialism(work: UnitOfWork, leader_id: UUID, code: str, claimed_on: date) -> Kept[LeaderSpecialism]:
    """A leader claims a specialism of the list. Errors: `SpecialismNotInList`, `DateNotYetCome`, `Duplicate`."""
    leader = store.get_leader(work.session, leader_id)
    work.caller.require(leader.alliance_id, str(leader_id))
    specialism = specialisms_by_code(work.session, leader.alliance_id, [code])[code]
    return _claim(work, leader, specialism, claimed_on)


def validate_specialism(
    work: UnitOfWork, leader_specialism_id: UUID, expected_version: int, on: date, evidence: str
) -> Kept[LeaderSpecialism]:
    """Somebody vouches for a specialism a leader has claimed.

    Errors: `VersionMismatch`, `SpecialismAlreadyValidated`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    kept = store.get_leader_specialism(work.session, leader_specialism_id, for_update=True)
    work.caller.require(kept.alliance_id, str(kept.thing.leader_id))
    require_version(kept.version, expected_version)
    validated = validate(kept.thing, on=on, today=work.today, by=work.caller.subject, evidence=evidence)
    saved = store.save_leader_specialism(work.session, validated)
    work.record(
        "leader-specialism-validated",
        subject=leader_specialism_id,
        tenant=saved.alliance_id,
        data=_specialism_event(saved, "validated_on", on),
    )
    return saved


def designate_leader(
    work: UnitOfWork,
    leader_id: UUID,
    designated_on: date,
    round: str | None,
    renews_designation_id: UUID | None,
    need_id: UUID | None,
    lapses_after_years: int | None = None,
) -> Kept[Designation]:
    """A leader is designated as what they were registered as, or an earlier designation of theirs is renewed. The
    leader's row is locked, so that of two designations made at the same moment the second sees the first. The round may
    say after how many years the designation is due to lapse; where it does not, the alliance's rule of the day does.

    Errors: `RenewsNoneOfTheirs`, `RenewsWhatWasWithdrawn`, `AlreadyDesignated`, `DatesOutOfOrder`, those of
    `refuse_without_need`, and of the mentor where the leader's kind needs one.
    """
    leader = store.get_leader(work.session, leader_id, for_update=True)
    work.caller.require(leader.alliance_id, str(leader_id))
    _require_mentor(work, leader.alliance_id, leader.thing, designated_on)
    rule = rule_in_force(rules_of(work.session, leader.alliance_id), designated_on)
    held = store.specialisms_held_by(work.session, [leader_id])
    refuse_without_need(
        rule,
        None if need_id is None else _need_of(work, leader.alliance_id, need_id),
        specialism_codes={one.specialism.code for one in held},
        phases=leader.thing.phases,
        on=designated_on,
        is_renewal=renews_designation_id is not None,
    )
    years = lapses_after_years or (rule.lapses_after_years if rule else None)
    made = Designation(
        id=new_id(),
        leader_id=leader_id,
        kind=leader.thing.kind,
        designated_on=designated_on,
        round=round,
        renews_designation_id=renews_designation_id,
        need_id=need_id,
        due_to_lapse_on=None if years is None else years_after(designated_on, years),
    )
    refuse_second_designation(made, store.designations_of(work.session, [leader_id]))
    kept = store.add_designation(work.session, leader.alliance_id, made)
    work.record(
        "designation-made",
        subject=made.id,
        tenant=kept.alliance_id,
        data=_designation_event(kept)
        | {
            "kind": made.kind,
            "round": made.round,
            "designated_on": made.designated_on,
            "renews_designation_id": made.renews_designation_id,
            "need_id": made.need_id,
            "due_to_lapse_on": made.due_to_lapse_on,
        },
    )
    return kept


def record_training(work: UnitOfWork, designation_id: UUID, expected_version: int, on: date) -> Kept[Designation]:
    """A leader's training for a designation was completed. Errors: `VersionMismatch`, and those of
    `complete_training`."""
    kept = store.get_designation(work.session, designation_id, for_update=True)
    work.caller.require(kept.alliance_id, str(kept.thing.leader_id))
    require_version(kept.version, expected_version)
    saved = store.save_designation(work.session, complete_training(kept.thing, on, today=work.today))
    work.record(
        "designation-trained",
        subject=designation_id,
        tenant=saved.alliance_id,
        data=_designation_event(saved) | {"trained_on": on},
    )
    return saved


def end_designation(
    work: UnitOfWork,
    designation_id: UUID,
    expected_version: int,
    to: DesignationState,
    on: date,
    reason: WithdrawalReason | None,
) -> Kept[Designation]:
    """A designation lapses or is withdrawn. Errors: `VersionMismatch`, and those of `end`."""
    kept = store.get_designation(work.session, designation_id, for_update=True)
    work.caller.require(kept.alliance_id, str(kept.thing.leader_id))
    require_version(kept.version, expected_version)
    ended = end(kept.thing, to, on, today=work.today, reason=reason)
    saved = store.save_designation(work.session, ended)
    work.record(
        f"designation-{to}",
        subject=designation_id,
        tenant=saved.alliance_id,
        data=_designation_event(saved) | {f"{to}_on": on},
    )
    return saved


def _claim(work: UnitOfWork, leader: Kept[Leader], specialism: Specialism, claimed_on: date) -> Kept[LeaderSpecialism]:
    refuse_future(what="The claim", on=claimed_on, today=work.today)
    claimed = store.add_leader_specialism(work.session, leader.alliance_id, leader.thing.id, specialism.id, claimed_on)
    work.record(
        "leader-specialism-claimed",
        subject=claimed.thing.id,
        tenant=leader.alliance_id,
        data=_specialism_event(claimed, "claimed_on", claimed_on),
    )
    return claimed


def _require_mentor(work: UnitOfWork, alliance_id: UUID, leader: Leader, on: date) -> None:
    refuse_without_mentor(leader, get_kind(work.session, alliance_id, leader.kind))
    if leader.mentor_id is None:
        return
    mentor = store.find_leader(work.session, alliance_id, leader.mentor_id)
    if mentor is None:
        raise mentor_not_designated(on)
    kind = get_kind(work.session, alliance_id, mentor.kind)
    refuse_as_mentor(kind, store.designations_of(work.session, [mentor.id]), on)


def _need_of(work: UnitOfWork, alliance_id: UUID, need_id: UUID) -> Need:
    need = read_need(work.session, work.caller, need_id, work.today, for_update=True)
    if need.alliance_id != alliance_id:
        raise NotFound("There is no such thing here.")
    return need.thing


def _leader_event(leader: Kept[Leader]) -> dict[str, Any]:
    return {
        "leader_id": leader.thing.id,
        "alliance_id": leader.alliance_id,
        "kind": leader.thing.kind,
        "mentor_id": leader.thing.mentor_id,
        "home_school_urn": leader.thing.home_school_urn,
        "phases": sorted(leader.thing.phases),
        "allowance_days": float(leader.thing.allowance_days),
    }


def _specialism_event(kept: Kept[LeaderSpecialism], what: str, on: date) -> dict[str, Any]:
    return {
        "leader_specialism_id": kept.thing.id,
        "alliance_id": kept.alliance_id,
        "leader_id": kept.thing.leader_id,
        "code": kept.thing.specialism.code,
        what: on,
    }


def _designation_event(kept: Kept[Designation]) -> dict[str, Any]:
    return {
        "designation_id": kept.thing.id,
        "alliance_id": kept.alliance_id,
        "leader_id": kept.thing.leader_id,
    }
