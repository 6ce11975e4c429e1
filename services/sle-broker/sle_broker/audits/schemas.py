"""The JSON of audit forms and audits."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example
from sle_broker.audits.audit_form import AuditForm, Question, Scale, ScaleEnd
from sle_broker.audits.audit_submission import Answer, AuditState, AuditSubmission
from sle_broker.sharing_protocols.sharing_protocol import SharingScope
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, SpecialismCode, SpecialismOut, Urn
from sle_broker.specialisms.specialism import Phase, Specialism

FORM_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60c1"
AUDIT_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60c2"
_SCALE = {"lowest": 1, "highest": 4, "best": "lowest", "need_at": 3}
_QUESTION = {"text": "How well is phonics taught in Year 1?", "specialism": "phonics"}
_LISTED = {
    "id": AUDIT_EXAMPLE,
    "alliance_id": ALLIANCE_EXAMPLE,
    "audit_form_id": FORM_EXAMPLE,
    "form_code": "self-evaluation",
    "form_version": 1,
    "school_urn": "108101",
    "phase": "primary",
    "state": "submitted",
    "begun_on": "2014-09-01",
    "submitted_on": "2014-09-30",
    "superseded_on": None,
    "version": 2,
}

Score = Annotated[int, Field(ge=-1_000, le=1_000)]
QuestionNumber = Annotated[int, Field(ge=1, le=200)]


class ScaleIn(RequestBody):
    """Whole scores from `lowest` to `highest`; `best` says which end is best. An answer of `need_at` or worse is a
    need."""

    model_config = RequestBody.model_config | example(**_SCALE)

    lowest: Score
    highest: Score
    best: ScaleEnd
    need_at: Score


class QuestionIn(RequestBody):
    """A question and the specialism it bears on."""

    model_config = RequestBody.model_config | example(**_QUESTION)

    text: Text
    specialism: SpecialismCode


class AuditFormIn(RequestBody):
    """A form, or the next version of one under the same `code`. Questions are numbered from one, in this order."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        code="self-evaluation",
        title="Self-evaluation of teaching",
        scale=_SCALE,
        questions=[_QUESTION],
    )

    alliance_id: UUID
    code: SpecialismCode
    title: ShortText
    scale: ScaleIn
    questions: Annotated[tuple[QuestionIn, ...], Field(min_length=1, max_length=200)]

    def to_rule(self, form_id: UUID, version: int, meant: Mapping[str, Specialism], *, today: date) -> AuditForm:
        """The form, under a new id. Errors: those of `AuditForm` and `Scale`."""
        return AuditForm(
            id=form_id,
            alliance_id=self.alliance_id,
            code=self.code,
            version=version,
            title=self.title,
            scale=Scale(self.scale.lowest, self.scale.highest, self.scale.best, self.scale.need_at),
            questions=tuple(
                Question(number, question.text, meant[question.specialism])
                for number, question in enumerate(self.questions, start=1)
            ),
            published_on=today,
        )


class ScaleOut(ResponseBody):
    """The scale of a form."""

    model_config = ResponseBody.model_config | example(**_SCALE)

    lowest: int
    highest: int
    best: ScaleEnd
    need_at: int


class QuestionOut(ResponseBody):
    """A question of a form."""

    model_config = ResponseBody.model_config | example(
        number=1,
        text="How well is phonics taught in Year 1?",
        specialism={
            "code": "phonics",
            "group": "pupil_achievement",
            "name": "Phonics and early reading",
            "version": 1,
            "alliance_id": None,
        },
    )

    number: int
    text: str
    specialism: SpecialismOut


class AuditFormOut(ResponseBody):
    """One version of a form."""

    model_config = ResponseBody.model_config | example(
        id=FORM_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        code="self-evaluation",
        version=1,
        title="Self-evaluation of teaching",
        scale=_SCALE,
        questions=[
            {
                "number": 1,
                "text": "How well is phonics taught in Year 1?",
                "specialism": {
                    "code": "phonics",
                    "group": "pupil_achievement",
                    "name": "Phonics and early reading",
                    "version": 1,
                    "alliance_id": None,
                },
            }
        ],
        published_on="2014-09-01",
    )

    id: UUID
    alliance_id: UUID
    code: str
    version: int
    title: str
    scale: ScaleOut
    questions: list[QuestionOut]
    published_on: date


class AnswerIn(RequestBody):
    """The answer to the question of this number: a score on the form's scale, and what there is to say beside it."""

    model_config = RequestBody.model_config | example(number=1, score=3, comment="Two classes of four.")

    number: QuestionNumber
    score: Score
    comment: Text | None = None

    def to_rule(self) -> Answer:
        """The answer."""
        return Answer(self.number, self.score, self.comment)


Answers = Annotated[tuple[AnswerIn, ...], Field(max_length=200)]


class AuditSubmissionIn(RequestBody):
    """The beginning of an audit; answers may be given now or later. `begun_on` is today where absent, an earlier day
    where the audit was made on paper."""

    model_config = RequestBody.model_config | example(
        audit_form_id=FORM_EXAMPLE,
        school_urn="108101",
        phase="primary",
        answers=[{"number": 1, "score": 3, "comment": "Two classes of four."}],
    )

    audit_form_id: UUID
    school_urn: Urn
    phase: Phase
    answers: Answers = ()
    begun_on: Day | None = None

    def to_rule(self, audit_id: UUID, form: AuditForm, *, today: date) -> AuditSubmission:
        """The draft, under a new id. Errors: those of `AuditSubmission`."""
        return AuditSubmission(
            id=audit_id,
            form=form,
            school_urn=self.school_urn,
            phase=self.phase,
            answers=tuple(answer.to_rule() for answer in self.answers),
            begun_on=self.begun_on or today,
        )


class AuditChangesIn(RequestBody):
    """The answers of a draft from now on, in place of those it has."""

    model_config = RequestBody.model_config | example(answers=[{"number": 1, "score": 3}])

    answers: Answers


class AuditTransitionIn(RequestBody):
    """The submission of an audit, with the day on which the school made it."""

    model_config = RequestBody.model_config | example(to="submitted", on="2014-09-30")

    to: AuditState
    on: Day


class AuditListedOut(ResponseBody):
    """An audit without its answers."""

    model_config = ResponseBody.model_config | example(**_LISTED)

    id: UUID
    alliance_id: UUID
    audit_form_id: UUID
    form_code: str
    form_version: int
    school_urn: str
    phase: Phase
    state: AuditState
    begun_on: date
    submitted_on: date | None
    superseded_on: date | None
    version: int

    @classmethod
    def of(cls, kept: Kept[AuditSubmission]) -> Self:
        """A stored audit."""
        audit = kept.thing
        return cls(
            id=audit.id,
            alliance_id=kept.alliance_id,
            audit_form_id=audit.form.id,
            form_code=audit.form.code,
            form_version=audit.form.version,
            school_urn=audit.school_urn,
            phase=audit.phase,
            state=audit.state,
            begun_on=audit.begun_on,
            submitted_on=audit.submitted_on,
            superseded_on=audit.superseded_on,
            version=kept.version,
        )


class AnswerOut(ResponseBody):
    """An answer beside its question; `comment` is null where the school shares scores alone."""

    model_config = ResponseBody.model_config | example(
        number=1,
        question="How well is phonics taught in Year 1?",
        specialism="phonics",
        score=3,
        comment="Two classes of four.",
    )

    number: int
    question: str
    specialism: str
    score: int
    comment: str | None


class AuditSubmissionOut(AuditListedOut):
    """An audit, as much of it as you may read: `scope` is `whole` for the school itself, and for everybody else the
    widest that a protocol in force lets them read."""

    model_config = ResponseBody.model_config | example(
        **_LISTED,
        scope="whole",
        answers=[
            {
                "number": 1,
                "question": "How well is phonics taught in Year 1?",
                "specialism": "phonics",
                "score": 3,
                "comment": "Two classes of four.",
            }
        ],
    )

    scope: SharingScope
    answers: list[AnswerOut]

    @classmethod
    def shared(cls, kept: Kept[AuditSubmission], scope: SharingScope) -> Self:
        """A stored audit, as far as `scope` goes."""
        questions = {question.number: question for question in kept.thing.form.questions}
        return cls(
            **AuditListedOut.of(kept).model_dump(),
            scope=scope,
            answers=[
                AnswerOut(
                    number=answer.number,
                    question=questions[answer.number].text,
                    specialism=questions[answer.number].specialism.code,
                    score=answer.score,
                    comment=answer.comment if scope is SharingScope.WHOLE else None,
                )
                for answer in kept.thing.answers
            ],
        )
