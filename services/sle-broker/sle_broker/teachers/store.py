"""The SQL of the catalogue of teachers. What is read here is read under the consent in force on the day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from service_kit.access import Caller, Grant, Reach
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Phase
from sle_broker.specialisms.store import specialism_of
from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.teachers.tables import TeacherRow, TeacherSpecialismRow
from sle_broker.teachers.teacher import Consent, ConsentScope, Teacher, TeacherGrade

Item = TypeVar("Item")

_PARTNER = "partner_system"


@dataclass(frozen=True)
class TeacherFilter:
    """What teachers are looked for; what is empty lets everybody through."""

    alliance_ids: Sequence[UUID]
    school_urns: Sequence[str]
    phases: Sequence[Phase]
    specialism_codes: Sequence[str]
    grades: Sequence[TeacherGrade]
    name_contains: str | None


def add_teacher(session: Session, alliance_id: UUID, teacher: Teacher) -> Kept[Teacher]:
    """A new entry."""
    row = TeacherRow(
        id=teacher.id,
        alliance_id=alliance_id,
        consent_given_on=teacher.consent.given_on,
        consent_given_by=teacher.consent.given_by,
        consent_scope=teacher.consent.scope,
    )
    _write(row, teacher)
    session.add(row)
    session.flush()
    return _kept(row)


def save_teacher(session: Session, corrected: Teacher) -> Kept[Teacher]:
    """Stores what an entry that was loaded before says of the teacher, as its next version."""
    row = session.get_one(TeacherRow, corrected.id)
    row.specialisms.clear()
    session.flush()
    _write(row, corrected)
    # What changed may be the specialisms alone, and is a new version of the entry all the same.
    flag_modified(row, "name")
    session.flush()
    return _kept(row)


def get_teacher(session: Session, teacher_id: UUID, *, for_update: bool = False) -> Kept[Teacher]:
    """The entry, whatever the consent, locked where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, TeacherRow, teacher_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return _kept(row)


def read_teacher(session: Session, caller: Caller, teacher_id: UUID, today: date) -> Kept[Teacher]:
    """The entry, where the consent in force today lets the caller read it. Errors: `NotFound`."""
    row = session.scalar(select(TeacherRow).where(TeacherRow.id == teacher_id, _consented(caller, today)))
    if row is None:
        raise NotFound("There is no such thing here.")
    return _kept(row)


def save_consent(session: Session, teacher: Teacher) -> Kept[Teacher]:
    """Stores the consent of an entry that was loaded before."""
    row = session.get_one(TeacherRow, teacher.id)
    row.consent_withdrawn_on = teacher.consent.withdrawn_on
    session.flush()
    return _kept(row)


def page_of_teachers(
    session: Session,
    caller: Caller,
    chosen: TeacherFilter,
    today: date,
    page: PageRequest,
    shape: Callable[[Kept[Teacher]], Item],
) -> Page[Item]:
    """A page of the teachers who are looked for and whom the consent in force today lets the caller find."""
    row = TeacherRow
    models = TeacherSpecialismRow.teacher_id == row.id
    found = select(row).where(
        _consented(caller, today),
        row.alliance_id.in_(chosen.alliance_ids) if chosen.alliance_ids else true(),
        row.school_urn.in_(chosen.school_urns) if chosen.school_urns else true(),
        row.phase.in_(chosen.phases) if chosen.phases else true(),
        row.grade.in_(chosen.grades) if chosen.grades else true(),
        row.name.icontains(chosen.name_contains, autoescape=True) if chosen.name_contains else true(),
        select(SpecialismRow.id)
        .join(TeacherSpecialismRow, TeacherSpecialismRow.specialism_id == SpecialismRow.id)
        .where(models, SpecialismRow.code.in_(chosen.specialism_codes))
        .exists()
        if chosen.specialism_codes
        else true(),
    )
    return read_page(session, found, [row.id], page, lambda one: shape(_kept(one)))


def _write(row: TeacherRow, teacher: Teacher) -> None:
    row.name = teacher.name
    row.school_urn = teacher.school_urn
    row.phase = teacher.phase
    row.grade = teacher.grade
    row.graded_on = teacher.graded_on
    row.observer = teacher.observer
    row.specialisms = [
        TeacherSpecialismRow(alliance_id=row.alliance_id, position=position, specialism_id=specialism.id)
        for position, specialism in enumerate(teacher.specialisms)
    ]


def _consented(caller: Caller, today: date) -> ColumnElement[bool]:
    """Nobody is shown without a consent in force, and to a partner's system only those who consented to that."""
    row = TeacherRow
    roles = caller.permission.roles - {_PARTNER}
    within = Reach.of(Grant(grant.role, grant.tenant) for grant in caller.grants if grant.role in roles)
    return and_(
        row.consent_given_on <= today,
        or_(row.consent_withdrawn_on.is_(None), row.consent_withdrawn_on > today),
        or_(
            within.condition(row.alliance_id),
            and_(caller.membership.condition(row.alliance_id), row.consent_scope == ConsentScope.PARTNERS),
        ),
    )


def _kept(row: TeacherRow) -> Kept[Teacher]:
    teacher = Teacher(
        id=row.id,
        name=row.name,
        school_urn=row.school_urn,
        phase=Phase(row.phase),
        specialisms=tuple(specialism_of(one.specialism) for one in row.specialisms),
        grade=TeacherGrade(row.grade),
        graded_on=row.graded_on,
        observer=row.observer,
        consent=Consent(
            row.consent_given_on, row.consent_given_by, ConsentScope(row.consent_scope), row.consent_withdrawn_on
        ),
    )
    return Kept(teacher, row.alliance_id, row.version)
