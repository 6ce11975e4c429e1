"""The catalogue of teachers over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.teachers import store, use_cases
from sle_broker.teachers.schemas import TeacherCorrectionIn, TeacherIn, TeacherOut, TeacherSearchIn, TeacherTransitionIn

router = APIRouter(tags=["teachers"])


@router.post("/v1/teachers", status_code=201, response_model=TeacherOut, summary="Put a teacher in the catalogue")
def catalogue_teacher(body: TeacherIn, command: KeyedCommand) -> Response:
    """A teacher whose teaching was judged good or outstanding lets others see them teach. Nobody is in the catalogue
    without a consent: who gave it, when, and whether the alliance alone may find them or its partners too."""
    return command.execute(
        lambda work: use_cases.catalogue_teacher(
            work,
            body.alliance_id,
            body.school_urn,
            body.specialisms,
            lambda specialisms: body.to_rule(new_id(), specialisms),
        ),
        lambda kept: Reply(TeacherOut.of(kept), 201, kept.version, f"/v1/teachers/{kept.thing.id}"),
    )


@router.post("/v1/teacher-searches", response_model=Page[TeacherOut], summary="Find teachers to learn from")
def search_teachers(body: TeacherSearchIn, reading: ReadingOf, page: PageOf) -> Page[TeacherOut]:
    """The teachers who are looked for, as far as the consent in force today goes: a partner's system finds those who
    consented to partners, and after a withdrawal nobody finds them. Nothing is changed; every reading is recorded."""
    chosen = store.TeacherFilter(
        alliance_ids=body.alliance_ids,
        school_urns=body.school_urns,
        phases=body.phases,
        specialism_codes=body.specialisms,
        grades=body.grades,
        name_contains=body.name_contains,
    )
    with reading.transaction() as session:
        found = store.page_of_teachers(
            session, reading.caller, chosen, day_of(reading.now), page.bound_to(body), TeacherOut.of
        )
        reading.note_each(session, "teacher-read", read={one.id: one.alliance_id for one in found.items})
    return found


@router.get("/v1/teachers/{teacher_id}", response_model=TeacherOut, summary="Read a teacher")
def get_teacher(teacher_id: UUID, reading: ReadingOf, response: Response) -> TeacherOut:
    """One teacher, while the consent is in force; afterwards it is as if there were no such entry. The reading is
    recorded."""
    with reading.transaction() as session:
        kept = store.read_teacher(session, reading.caller, teacher_id, day_of(reading.now))
        reading.note(session, "teacher-read", subject=teacher_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return TeacherOut.of(kept)


@router.patch("/v1/teachers/{teacher_id}", response_model=TeacherOut, summary="Correct a teacher's entry")
def correct_teacher(
    teacher_id: UUID, body: TeacherCorrectionIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Puts right what was written wrongly of a teacher, and leaves what is not sent (a merge patch). The consent is not
    changed: it is withdrawn, and a new one is a new entry."""
    return command.execute(
        lambda work: use_cases.correct_teacher(work, teacher_id, expected, body.changes(), body.sent_specialisms()),
        lambda kept: Reply(TeacherOut.of(kept), version=kept.version),
    )


@router.post("/v1/teachers/{teacher_id}/transitions", response_model=TeacherOut, summary="Withdraw a teacher's consent")
def transition_teacher(
    teacher_id: UUID, body: TeacherTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The consent is withdrawn; from that day on nobody finds or reads the entry. A new consent is a new entry."""
    return command.execute(
        lambda work: use_cases.withdraw_teacher_consent(work, teacher_id, expected, body.on),
        lambda kept: Reply(TeacherOut.of(kept), version=kept.version),
    )
