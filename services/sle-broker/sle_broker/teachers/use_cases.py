"""What people do with the catalogue of teachers: put somebody in with their consent, and take the consent back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.etags import require_version
from sle_broker.schools.store import require_alliance, require_schools
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Specialism
from sle_broker.specialisms.store import specialisms_by_code
from sle_broker.teachers import store
from sle_broker.teachers.teacher import Teacher, catalogued, correct, withdraw_consent


def catalogue_teacher(
    work: UnitOfWork,
    alliance_id: UUID,
    school_urn: str,
    codes: Sequence[str],
    teacher_with: Callable[[tuple[Specialism, ...]], Teacher],
) -> Kept[Teacher]:
    """A teacher is put in the catalogue, with their consent, by their school or the alliance.

    Errors: `SchoolNotKnown`, `SpecialismNotInList`, `DateNotYetCome`.
    """
    work.caller.require(alliance_id, school_urn)
    require_alliance(work.session, alliance_id)
    require_schools(work.session, [school_urn])
    meant = specialisms_by_code(work.session, alliance_id, codes)
    teacher = catalogued(teacher_with(tuple(meant[code] for code in codes)), today=work.today)
    kept = store.add_teacher(work.session, alliance_id, teacher)
    # That there is an entry is told, and nothing of whom it is about: the feed outlives a consent.
    told = {"teacher_id": teacher.id, "alliance_id": alliance_id}
    work.record("teacher-catalogued", subject=teacher.id, tenant=alliance_id, data=told)
    return kept


def correct_teacher(
    work: UnitOfWork, teacher_id: UUID, expected_version: int, changes: Mapping[str, Any], codes: Sequence[str] | None
) -> Kept[Teacher]:
    """What was written wrongly of a teacher is put right, by their school or the alliance; what is not named stays.

    Errors: `VersionMismatch`, `SchoolNotKnown`, `SpecialismNotInList`, and those of `correct`.
    """
    kept = store.get_teacher(work.session, teacher_id, for_update=True)
    work.caller.require(kept.alliance_id, kept.thing.school_urn)
    require_version(kept.version, expected_version)
    if "school_urn" in changes:
        work.caller.require(kept.alliance_id, changes["school_urn"])
        require_schools(work.session, [changes["school_urn"]])
    if codes is not None:
        meant = specialisms_by_code(work.session, kept.alliance_id, codes)
        changes = {**changes, "specialisms": tuple(meant[code] for code in codes)}
    corrected = correct(kept.thing, changes, today=work.today)
    if corrected == kept.thing:
        return kept
    saved = store.save_teacher(work.session, corrected)
    told = {"teacher_id": teacher_id, "alliance_id": saved.alliance_id}
    work.record("teacher-corrected", subject=teacher_id, tenant=saved.alliance_id, data=told)
    return saved


def withdraw_teacher_consent(work: UnitOfWork, teacher_id: UUID, expected_version: int, on: date) -> Kept[Teacher]:
    """The consent is taken back: reads obey at once. Errors: `VersionMismatch`, and those of `withdraw_consent`."""
    kept = store.get_teacher(work.session, teacher_id, for_update=True)
    work.caller.require(kept.alliance_id, kept.thing.school_urn)
    require_version(kept.version, expected_version)
    saved = store.save_consent(work.session, withdraw_consent(kept.thing, on, today=work.today))
    work.record(
        "teacher-consent-withdrawn",
        subject=teacher_id,
        tenant=saved.alliance_id,
        data={"teacher_id": teacher_id, "alliance_id": saved.alliance_id, "on": on},
    )
    return saved
