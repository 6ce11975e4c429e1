"""The SQL of applications to be designated. An application is loaded and stored as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.orm.attributes import flag_modified

from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.life_cycle import Step
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.designation_applications.application import (
    Application,
    ApplicationReason,
    ApplicationState,
    AskedReference,
    Assessment,
    PanelRating,
    Reference,
)
from sle_broker.designation_applications.tables import (
    ApplicationSpecialismRow,
    ApplicationStepRow,
    DesignationApplicationRow,
    DesignationReferenceRow,
)
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Phase
from sle_broker.specialisms.store import specialism_of

Item = TypeVar("Item")

_NOT_FOUND = "There is no such thing here."


@dataclass(frozen=True)
class ApplicationFilter:
    """Which applications are meant: one of each of these; what is empty lets everything through."""

    alliance_ids: Sequence[UUID] = ()
    round_ids: Sequence[UUID] = ()
    leader_ids: Sequence[UUID] = ()
    states: Sequence[ApplicationState] = ()


def add_application(session: Session, alliance_id: UUID, application: Application) -> Kept[Application]:
    """A new application. The unique index lets a leader apply once in a round."""
    row = DesignationApplicationRow(
        id=application.id,
        alliance_id=alliance_id,
        round_id=application.round_id,
        name=application.name,
        home_school_urn=application.home_school_urn,
        kind=application.kind,
        phases=sorted(application.phases),
        years_of_leadership=application.years_of_leadership,
        home_school_judgement=application.home_school_judgement,
        head_supports=application.head_supports,
        submitted_by=application.submitted_by,
        specialisms=[
            ApplicationSpecialismRow(alliance_id=alliance_id, position=position, specialism_id=specialism.id)
            for position, specialism in enumerate(application.specialisms)
        ],
        references=[
            DesignationReferenceRow(id=asked.id, alliance_id=alliance_id, school_urn=asked.school_urn)
            for asked in application.references
        ],
        steps=[],
    )
    _write_application(row, application)
    session.add(row)
    session.flush()
    return _kept_application(row)


def get_application(session: Session, application_id: UUID, *, for_update: bool = False) -> Kept[Application]:
    """The application; where it is to be changed, locked until the transaction's end and as it is then.

    Errors: `NotFound`.
    """
    found = select(DesignationApplicationRow).where(DesignationApplicationRow.id == application_id)
    if for_update:
        found = found.with_for_update(of=DesignationApplicationRow, key_share=True).execution_options(
            populate_existing=True
        )
    row = session.scalar(found)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_application(row)


def save_application(session: Session, changed: Application) -> Kept[Application]:
    """Stores an application that was loaded before and has changed."""
    row = session.get_one(DesignationApplicationRow, changed.id)
    _write_application(row, changed)
    # What changed may be a reference alone, and is a new version of the application all the same.
    flag_modified(row, "state")
    session.flush()
    return _kept_application(row)


def page_of_applications(
    session: Session,
    caller: Caller,
    chosen: ApplicationFilter,
    page: PageRequest,
    shape: Callable[[Kept[Application]], Item],
) -> Page[Item]:
    """A page of the applications the caller may read."""
    row = DesignationApplicationRow
    found = select(row).where(
        caller.permitted.condition(row.alliance_id, row.party, row.submitted_by),
        row.alliance_id.in_(chosen.alliance_ids) if chosen.alliance_ids else true(),
        row.round_id.in_(chosen.round_ids) if chosen.round_ids else true(),
        row.leader_id.in_(chosen.leader_ids) if chosen.leader_ids else true(),
        row.state.in_(chosen.states) if chosen.states else true(),
    )
    return read_page(session, found, [row.id], page, lambda one: shape(_kept_application(one)))


def get_reference(session: Session, reference_id: UUID) -> Kept[AskedReference]:
    """The reference with what it is for. Errors: `NotFound`."""
    row = session.get(DesignationReferenceRow, reference_id, populate_existing=True)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _asked(row)


def page_of_references(
    session: Session,
    caller: Caller,
    application_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[Kept[AskedReference]], Item],
) -> Page[Item]:
    """A page of the references the caller may read: a school's own, an applicant's once they have been released."""
    row, application = DesignationReferenceRow, DesignationApplicationRow
    own = and_(
        application.released_on.is_not(None),
        caller.permitted.condition(row.alliance_id, application.party, application.submitted_by),
    )
    found = (
        select(row)
        .join(row.application)
        .options(contains_eager(row.application))
        .where(
            or_(caller.permitted.condition(row.alliance_id, row.school_urn), own),
            row.application_id.in_(application_ids) if application_ids else true(),
        )
    )
    return read_page(session, found, [row.id], page, lambda one: shape(_asked(one)))


def _write_application(row: DesignationApplicationRow, application: Application) -> None:
    for position, step in enumerate(application.steps[len(row.steps) :], start=len(row.steps)):
        row.steps.append(
            ApplicationStepRow(
                alliance_id=row.alliance_id, position=position, state=step.state, on=step.on, reason=step.reason
            )
        )
    for written, reference in zip(row.references, application.references, strict=True):
        written.given_on = reference.given_on
        written.supports = reference.supports
        written.text = reference.text
        written.given_by = reference.given_by
    found = application.assessment
    row.rating = None if found is None else found.rating
    row.notes = None if found is None else found.notes
    row.support = None if found is None else found.support
    row.assessed_by = None if found is None else found.recorded_by
    row.leader_id = application.leader_id
    row.designation_id = application.designation_id
    row.released_on = application.released_on
    row.state = application.state


def _kept_application(row: DesignationApplicationRow) -> Kept[Application]:
    application = Application(
        id=row.id,
        round_id=row.round_id,
        name=row.name,
        home_school_urn=row.home_school_urn,
        kind=row.kind,
        phases=frozenset(map(Phase, row.phases)),
        specialisms=tuple(specialism_of(claimed.specialism) for claimed in row.specialisms),
        years_of_leadership=row.years_of_leadership,
        home_school_judgement=row.home_school_judgement,
        head_supports=row.head_supports,
        submitted_by=row.submitted_by,
        references=tuple(map(_reference, row.references)),
        steps=tuple(
            Step(ApplicationState(step.state), step.on, None if step.reason is None else ApplicationReason(step.reason))
            for step in row.steps
        ),
        leader_id=row.leader_id,
        designation_id=row.designation_id,
        assessment=_assessment(row),
        released_on=row.released_on,
    )
    return Kept(application, row.alliance_id, row.version)


def _assessment(row: DesignationApplicationRow) -> Assessment | None:
    if row.rating is None or row.notes is None or row.assessed_by is None:
        return None
    return Assessment(PanelRating(row.rating), row.notes, row.support, row.assessed_by)


def _reference(row: DesignationReferenceRow) -> Reference:
    return Reference(row.id, row.school_urn, row.given_on, row.supports, row.text, row.given_by)


def _asked(row: DesignationReferenceRow) -> Kept[AskedReference]:
    application = row.application
    asked = AskedReference(
        reference=_reference(row),
        application_id=row.application_id,
        applicant_name=application.name,
        home_school_urn=application.home_school_urn,
        application_state=ApplicationState(application.state),
        released_to=() if application.released_on is None else (application.party, application.submitted_by),
    )
    return Kept(asked, row.alliance_id, row.version)
