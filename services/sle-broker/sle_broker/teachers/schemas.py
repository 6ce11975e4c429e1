"""The JSON of the catalogue of teachers."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, SpecialismCodes, SpecialismOut, Urn
from sle_broker.specialisms.specialism import Phase, Specialism
from sle_broker.teachers.teacher import Consent, ConsentScope, Teacher, TeacherGrade

_TEACHER = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60c1"
_CONSENT = {"given_on": "2014-10-06", "given_by": "Tom Reed", "scope": "alliance"}
_JUDGED = {
    "name": "Tom Reed",
    "school_urn": "108100",
    "phase": "primary",
    "grade": "outstanding",
    "graded_on": "2014-10-03",
    "observer": "Head of the lead school",
}


class ConsentIn(RequestBody):
    """The consent to be found. `given_by` is who said so: the teacher, or who holds their written consent."""

    model_config = RequestBody.model_config | example(**_CONSENT)

    given_on: Day
    given_by: ShortText
    scope: ConsentScope = ConsentScope.ALLIANCE


class TeacherIn(RequestBody):
    """A good or outstanding teacher who lets others see them teach."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE, **_JUDGED, specialisms=["phonics"], consent=_CONSENT
    )

    alliance_id: UUID
    name: ShortText
    school_urn: Urn
    phase: Phase
    specialisms: Annotated[SpecialismCodes, Field(min_length=1)]
    grade: TeacherGrade
    graded_on: Day
    observer: ShortText
    consent: ConsentIn

    def to_rule(self, teacher_id: UUID, specialisms: tuple[Specialism, ...]) -> Teacher:
        """The teacher, under a new id."""
        return Teacher(
            id=teacher_id,
            name=self.name,
            school_urn=self.school_urn,
            phase=self.phase,
            specialisms=specialisms,
            grade=self.grade,
            graded_on=self.graded_on,
            observer=self.observer,
            consent=Consent(self.consent.given_on, self.consent.given_by, self.consent.scope),
        )


class TeacherCorrectionIn(RequestBody):
    """What was written wrongly: a member that is absent stays as it is."""

    model_config = RequestBody.model_config | example(name="Tom Reid", specialisms=["phonics", "mathematics"])

    # The defaults are never used: only what was sent is a change.
    name: ShortText = Field(default_factory=str)
    school_urn: Urn = Field(default_factory=str)
    phase: Phase = Phase.PRIMARY
    specialisms: Annotated[SpecialismCodes, Field(min_length=1)] = Field(default_factory=list)
    grade: TeacherGrade = TeacherGrade.GOOD
    graded_on: Day = Field(default_factory=lambda: date.min)
    observer: ShortText = Field(default_factory=str)

    def changes(self) -> dict[str, Any]:
        """What was sent, by the name of the fact, but the specialisms."""
        return self.model_dump(exclude_unset=True, exclude={"specialisms"})

    def sent_specialisms(self) -> list[str] | None:
        """The codes of the specialisms, where they were sent."""
        return self.specialisms if "specialisms" in self.model_fields_set else None


class TeacherSearchIn(RequestBody):
    """Which teachers are looked for: several of a kind mean any of them; what is left out lets everybody through."""

    model_config = RequestBody.model_config | example(specialisms=["phonics"], phases=["primary"])

    alliance_ids: Annotated[list[UUID], Field(max_length=50)] = Field(default_factory=list)
    school_urns: Annotated[list[Urn], Field(max_length=50)] = Field(default_factory=list)
    phases: Annotated[list[Phase], Field(max_length=4)] = Field(default_factory=list)
    specialisms: SpecialismCodes = Field(default_factory=list)
    grades: Annotated[list[TeacherGrade], Field(max_length=2)] = Field(default_factory=list)
    name_contains: ShortText | None = None


class TeacherTransitionIn(RequestBody):
    """The consent is withdrawn, from that day on."""

    model_config = RequestBody.model_config | example(to="withdrawn", on="2015-02-02")

    to: Literal["withdrawn"]
    on: Day


class ConsentOut(ResponseBody):
    """The consent to be found."""

    model_config = ResponseBody.model_config | example(**_CONSENT, withdrawn_on=None)

    given_on: date
    given_by: str
    scope: ConsentScope
    withdrawn_on: date | None


class TeacherOut(ResponseBody):
    """A teacher who lets others see them teach, as long as the consent is in force."""

    model_config = ResponseBody.model_config | example(
        id=_TEACHER,
        alliance_id=ALLIANCE_EXAMPLE,
        **_JUDGED,
        specialisms=[
            {
                "code": "phonics",
                "group": "pupil_achievement",
                "name": "Phonics and early reading",
                "version": 1,
                "alliance_id": None,
            }
        ],
        consent=_CONSENT | {"withdrawn_on": None},
        version=1,
    )

    id: UUID
    alliance_id: UUID
    name: str
    school_urn: str
    phase: Phase
    specialisms: list[SpecialismOut]
    grade: TeacherGrade
    graded_on: date
    observer: str
    consent: ConsentOut
    version: int

    @classmethod
    def of(cls, kept: Kept[Teacher]) -> Self:
        """A stored entry."""
        teacher = kept.thing
        return cls(
            id=teacher.id,
            alliance_id=kept.alliance_id,
            name=teacher.name,
            school_urn=teacher.school_urn,
            phase=teacher.phase,
            specialisms=[SpecialismOut.model_validate(one) for one in teacher.specialisms],
            grade=teacher.grade,
            graded_on=teacher.graded_on,
            observer=teacher.observer,
            consent=ConsentOut.model_validate(teacher.consent),
            version=kept.version,
        )
