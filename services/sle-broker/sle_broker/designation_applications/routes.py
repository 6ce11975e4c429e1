"""Applications to be designated, references and panels over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.errors import NotFound
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.designation_applications import store, use_cases
from sle_broker.designation_applications.application import Application, ApplicationState, refuse_unless_released
from sle_broker.designation_applications.schemas import (
    ApplicantDesignationIn,
    ApplicationTransitionIn,
    AssessmentIn,
    AssessmentOut,
    DesignationApplicationIn,
    DesignationApplicationOut,
    DesignationReferenceOut,
    ReferenceIn,
    ReleaseIn,
)
from sle_broker.specialisms.kept import Kept

router = APIRouter(tags=["designation applications"])

Ids = Annotated[list[UUID] | None, Query(max_length=50)]


@router.post(
    "/v1/designation-applications",
    status_code=201,
    response_model=DesignationApplicationOut,
    summary="Apply to be designated",
)
def submit_designation_application(body: DesignationApplicationIn, command: KeyedCommand) -> Response:
    """A leader of the alliance, or somebody who is none yet, applies in a round. Outside the round's window this is 409
    `application-outside-window`, and `next_round` names the round that is open or opens next, or is null. Who does not
    meet the round's rules is refused with 422 `not-eligible` and every rule not met. The schools named are then asked
    for their references. Whoever applies for themselves does so today; the alliance may give the day on which it
    received an application."""
    return command.execute(
        lambda work: use_cases.submit_application(work, body.round_id, body.leader_id, body.who(), body.claim()),
        lambda kept: Reply(
            DesignationApplicationOut.of(kept), 201, kept.version, f"/v1/designation-applications/{kept.thing.id}"
        ),
    )


@router.get(
    "/v1/designation-applications",
    response_model=Page[DesignationApplicationOut],
    summary="List applications to be designated",
)
def list_designation_applications(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Ids = None,
    round_id: Ids = None,
    leader_id: Ids = None,
    state: Annotated[list[ApplicationState] | None, Query(max_length=11)] = None,
) -> Page[DesignationApplicationOut]:
    """The applications of the alliances you work for; whoever applied sees their own. Every reading is recorded."""
    chosen = store.ApplicationFilter(alliance_id or (), round_id or (), leader_id or (), state or ())
    with reading.transaction() as session:
        found = store.page_of_applications(session, reading.caller, chosen, page, DesignationApplicationOut.of)
        reading.note_each(
            session, "designation-application-read", read={one.id: one.alliance_id for one in found.items}
        )
    return found


@router.get(
    "/v1/designation-applications/{application_id}",
    response_model=DesignationApplicationOut,
    summary="Read an application",
)
def get_designation_application(
    application_id: UUID, reading: ReadingOf, response: Response
) -> DesignationApplicationOut:
    """One application with all its steps. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_application(session, application_id)
        reading.caller.require(kept.alliance_id, *kept.thing.parties)
        reading.note(session, "designation-application-read", subject=application_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return DesignationApplicationOut.of(kept)


@router.post(
    "/v1/designation-applications/{application_id}/transitions",
    response_model=DesignationApplicationOut,
    summary="Move an application on",
)
def transition_designation_application(
    application_id: UUID, body: ApplicationTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """One step: submitted → references received → (assessed by the panel) → approved, or declined for a coded reason →
    (designated) → trained. Whoever was declined may appeal, and the appeal is upheld or dismissed. Until they are
    designated, applicants may withdraw. Appealing and withdrawing are the applicant's; the other steps the alliance's.
    What the present state does not allow is 409 `state-conflict`, and changes nothing."""
    return command.execute(
        lambda work: use_cases.move_application(work, application_id, expected, body.to, body.on, body.reason),
        _as_it_is_now,
    )


@router.post(
    "/v1/designation-applications/{application_id}/assessment",
    response_model=DesignationApplicationOut,
    summary="Record what the panel found",
)
def assess_designation_application(
    application_id: UUID, body: AssessmentIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The panel's rating and notes, once the references were received. Red is no, amber is yes with the support named,
    green is yes. Nobody but the alliance's administrators and its auditors reads them until they are released."""
    return command.execute(
        lambda work: use_cases.assess_application(work, application_id, expected, body.to_rule, body.on),
        _as_it_is_now,
    )


@router.get(
    "/v1/designation-applications/{application_id}/assessment",
    response_model=AssessmentOut,
    summary="Read what the panel found",
)
def get_designation_assessment(application_id: UUID, reading: ReadingOf) -> AssessmentOut:
    """The panel's rating and notes; for the applicant, once they have been released. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_application(session, application_id)
        reading.caller.require(kept.alliance_id, *kept.thing.parties)
        if not reading.caller.permitted.covers(kept.alliance_id):
            refuse_unless_released(kept.thing)
        found = kept.thing.assessment
        if found is None:
            raise NotFound("The panel has not assessed this application yet.")
        reading.note(session, "designation-assessment-read", subject=application_id, tenant=kept.alliance_id)
    return AssessmentOut.of(application_id, found)


@router.post(
    "/v1/designation-applications/{application_id}/releases",
    response_model=DesignationApplicationOut,
    summary="Release references and panel notes to the applicant",
)
def release_designation_papers(
    application_id: UUID, body: ReleaseIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """From now on the applicant may read the references and what the panel found. Released once, they stay released."""
    return command.execute(
        lambda work: use_cases.release_papers(work, application_id, expected, body.on), _as_it_is_now
    )


@router.post(
    "/v1/designation-applications/{application_id}/designations",
    response_model=DesignationApplicationOut,
    summary="Designate an applicant",
)
def designate_applicant(
    application_id: UUID, body: ApplicantDesignationIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """An approved applicant, or one whose appeal was upheld, is designated in the round they applied in. Who was no
    leader of the alliance becomes one, with the specialisms they claimed. The rules are those of every designation:
    once at a time, on need where the alliance says so, with a mentor where the kind needs one."""
    return command.execute(
        lambda work: use_cases.designate_applicant(
            work, application_id, expected, body.on, body.need_id, body.mentor_id
        ),
        _as_it_is_now,
    )


@router.get(
    "/v1/designation-references", response_model=Page[DesignationReferenceOut], summary="List references asked for"
)
def list_designation_references(
    reading: ReadingOf, page: PageOf, application_id: Ids = None
) -> Page[DesignationReferenceOut]:
    """The references that were asked for, given or not. A school sees those asked of it; an applicant sees their own
    once they have been released. Every reading is recorded."""
    with reading.transaction() as session:
        found = store.page_of_references(
            session, reading.caller, application_id or (), page, DesignationReferenceOut.of
        )
        reading.note_each(session, "designation-reference-read", read={one.id: one.alliance_id for one in found.items})
    return found


@router.get(
    "/v1/designation-references/{reference_id}",
    response_model=DesignationReferenceOut,
    summary="Read a reference",
)
def get_designation_reference(reference_id: UUID, reading: ReadingOf, response: Response) -> DesignationReferenceOut:
    """One reference. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_reference(session, reference_id)
        asked = kept.thing
        reading.caller.require(kept.alliance_id, asked.reference.school_urn, *asked.released_to)
        reading.note(session, "designation-reference-read", subject=reference_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return DesignationReferenceOut.of(kept)


@router.post(
    "/v1/designation-references/{reference_id}/transitions",
    response_model=DesignationReferenceOut,
    summary="Give a reference",
)
def give_designation_reference(
    reference_id: UUID, body: ReferenceIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A school writes the reference it was asked for, or the alliance records what the school wrote. It is given once,
    while the application still waits for its references."""
    return command.execute(
        lambda work: use_cases.give_designation_reference(
            work, reference_id, expected, body.on, supports=body.supports, text=body.text
        ),
        lambda kept: Reply(DesignationReferenceOut.of(kept), version=kept.version),
    )


def _as_it_is_now(kept: Kept[Application]) -> Reply:
    return Reply(DesignationApplicationOut.of(kept), version=kept.version)
