"""The JSON of applications to be designated, of references and of what the panel found."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, model_validator

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example
from sle_broker.designation_applications.application import (
    Applicant,
    Application,
    ApplicationReason,
    ApplicationState,
    AskedReference,
    Assessment,
    Claim,
    PanelRating,
)
from sle_broker.designation_rounds.schemas import ROUND_EXAMPLE, Judgement
from sle_broker.designation_rules.schemas import KindCode
from sle_broker.designations.schemas import MentorId, Phases
from sle_broker.needs.schemas import NEED_EXAMPLE
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, SpecialismCodes, SpecialismOut, Urn
from sle_broker.specialisms.specialism import Phase

_APPLICATION = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b2"
_REFERENCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b3"


def _named_once(urns: list[str]) -> list[str]:
    if len(set(urns)) != len(urns):
        raise ValueError("each school is named once")
    return urns


Referees = Annotated[
    list[Urn], AfterValidator(_named_once), Field(max_length=5, json_schema_extra={"uniqueItems": True})
]


class ApplicantIn(RequestBody):
    """Somebody who is no leader of the alliance yet."""

    model_config = RequestBody.model_config | example(
        name="Asha Bell", home_school_urn="108100", phases=["primary"], specialisms=["phonics"]
    )

    name: ShortText
    home_school_urn: Urn
    phases: Phases
    specialisms: Annotated[SpecialismCodes, Field(description="What they claim, by its code.")] = Field(
        default_factory=list
    )


class DesignationApplicationIn(RequestBody):
    """An application: `leader_id` of a leader of the alliance, or `applicant` who is none yet. `submitted_on` is today
    where absent. `referee_urns` are the schools asked for a reference, the home school where absent."""

    model_config = RequestBody.model_config | example(
        round_id=ROUND_EXAMPLE,
        applicant={
            "name": "Asha Bell",
            "home_school_urn": "108100",
            "phases": ["primary"],
            "specialisms": ["phonics"],
        },
        kind="sle",
        years_of_leadership=3,
        home_school_judgement=2,
        head_supports=True,
    )

    round_id: UUID
    leader_id: UUID | None = None
    applicant: ApplicantIn | None = None
    kind: KindCode
    years_of_leadership: Annotated[int, Field(ge=0, le=60, description="Whole years of leadership.")]
    home_school_judgement: Judgement = None
    head_supports: Annotated[StrictBool, Field(description="Whether the head of the home school supports it.")]
    referee_urns: Referees = Field(default_factory=list)
    submitted_on: Day | None = None

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if (self.leader_id is None) == (self.applicant is None):
            raise ValueError("give leader_id of a leader of the alliance, or applicant")
        return self

    def who(self) -> Applicant | None:
        """Who applies, where it is no leader."""
        if self.applicant is None:
            return None
        one = self.applicant
        return Applicant(one.name, one.home_school_urn, one.phases, tuple(one.specialisms))

    def claim(self) -> Claim:
        """What is said beside who applies."""
        return Claim(
            kind=self.kind,
            years_of_leadership=self.years_of_leadership,
            home_school_judgement=self.home_school_judgement,
            head_supports=self.head_supports,
            referee_urns=tuple(self.referee_urns),
            submitted_on=self.submitted_on,
        )


class ApplicationTransitionIn(RequestBody):
    """The next step. To be declined or withdrawn, an application has one of the reasons of that step."""

    model_config = RequestBody.model_config | example(to="approved", on="2014-10-30")

    to: Literal[
        ApplicationState.REFERENCES_RECEIVED,
        ApplicationState.APPROVED,
        ApplicationState.DECLINED,
        ApplicationState.APPEALED,
        ApplicationState.APPEAL_UPHELD,
        ApplicationState.APPEAL_DISMISSED,
        ApplicationState.TRAINED,
        ApplicationState.WITHDRAWN,
    ]
    on: Day
    reason: ApplicationReason | None = None


class ReferenceIn(RequestBody):
    """What a school writes."""

    model_config = RequestBody.model_config | example(
        to="given", on="2014-10-01", supports=True, text="She has led phonics across the federation for three years."
    )

    to: Literal["given"]
    on: Day
    supports: Annotated[StrictBool, Field(description="Whether the school supports the application.")]
    text: Text


class AssessmentIn(RequestBody):
    """What the panel found: red is no, amber is yes with the support named, green is yes."""

    model_config = RequestBody.model_config | example(
        on="2014-10-24", rating="amber", notes="Strong in phonics, new to coaching.", support="A mentor for two terms."
    )

    on: Day
    rating: PanelRating
    notes: Text
    support: Text | None = None

    def to_rule(self, recorded_by: str) -> Assessment:
        """The finding. Errors: `SupportNotNamed`."""
        return Assessment(self.rating, self.notes, self.support, recorded_by)


class ReleaseIn(RequestBody):
    """The day from which the applicant may read the references and the panel's notes."""

    model_config = RequestBody.model_config | example(on="2014-11-05")

    on: Day


class ApplicantDesignationIn(RequestBody):
    """The day of designation; the need it is made for, where the alliance designates on need; the mentor, where the
    kind of leader needs one."""

    model_config = RequestBody.model_config | example(on="2014-11-03", need_id=NEED_EXAMPLE, mentor_id=None)

    on: Day
    need_id: UUID | None = None
    mentor_id: MentorId = None


class ApplicationStepOut(ResponseBody):
    """A state that was reached."""

    state: ApplicationState
    on: date
    reason: ApplicationReason | None


class DesignationApplicationOut(ResponseBody):
    """An application with all its steps. What the panel and the referees wrote is read apart from it."""

    model_config = ResponseBody.model_config | example(
        id=_APPLICATION,
        alliance_id=ALLIANCE_EXAMPLE,
        round_id=ROUND_EXAMPLE,
        leader_id=None,
        designation_id=None,
        name="Asha Bell",
        home_school_urn="108100",
        kind="sle",
        phases=["primary"],
        specialisms=[
            {
                "code": "phonics",
                "group": "pupil_achievement",
                "name": "Phonics and early reading",
                "version": 1,
                "alliance_id": None,
            }
        ],
        years_of_leadership=3,
        home_school_judgement=2,
        head_supports=True,
        referee_urns=["108100"],
        references_given=0,
        state="submitted",
        steps=[{"state": "submitted", "on": "2014-09-20", "reason": None}],
        released_on=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    round_id: UUID
    leader_id: UUID | None
    designation_id: UUID | None
    name: str
    home_school_urn: str
    kind: str
    phases: list[Phase]
    specialisms: list[SpecialismOut]
    years_of_leadership: int
    home_school_judgement: int | None
    head_supports: bool
    referee_urns: list[str]
    references_given: int
    state: ApplicationState
    steps: list[ApplicationStepOut]
    released_on: date | None
    version: int

    @classmethod
    def of(cls, kept: Kept[Application]) -> Self:
        """A stored application."""
        made = kept.thing
        return cls(
            id=made.id,
            alliance_id=kept.alliance_id,
            round_id=made.round_id,
            leader_id=made.leader_id,
            designation_id=made.designation_id,
            name=made.name,
            home_school_urn=made.home_school_urn,
            kind=made.kind,
            phases=sorted(made.phases),
            specialisms=[SpecialismOut.model_validate(one) for one in made.specialisms],
            years_of_leadership=made.years_of_leadership,
            home_school_judgement=made.home_school_judgement,
            head_supports=made.head_supports,
            referee_urns=[one.school_urn for one in made.references],
            references_given=sum(one.given_on is not None for one in made.references),
            state=made.state,
            steps=[ApplicationStepOut.model_validate(step) for step in made.steps],
            released_on=made.released_on,
            version=kept.version,
        )


class AssessmentOut(ResponseBody):
    """What the panel found. `recorded_by` is the subject under which whoever recorded it signs in."""

    model_config = ResponseBody.model_config | example(
        application_id=_APPLICATION,
        rating="amber",
        notes="Strong in phonics, new to coaching.",
        support="A mentor for two terms.",
        recorded_by="director",
    )

    application_id: UUID
    rating: PanelRating
    notes: str
    support: str | None
    recorded_by: str

    @classmethod
    def of(cls, application_id: UUID, found: Assessment) -> Self:
        """A stored finding."""
        return cls(
            application_id=application_id,
            rating=found.rating,
            notes=found.notes,
            support=found.support,
            recorded_by=found.recorded_by,
        )


class DesignationReferenceOut(ResponseBody):
    """A reference that was asked of a school; `given_on`, `supports` and `text` are null until it is given. It is
    awaited no longer once the panel has all it needs, or the application was withdrawn."""

    model_config = ResponseBody.model_config | example(
        id=_REFERENCE,
        application_id=_APPLICATION,
        alliance_id=ALLIANCE_EXAMPLE,
        applicant_name="Asha Bell",
        home_school_urn="108100",
        school_urn="108100",
        is_awaited=True,
        given_on=None,
        supports=None,
        text=None,
        version=1,
    )

    id: UUID
    application_id: UUID
    alliance_id: UUID
    applicant_name: str
    home_school_urn: str
    school_urn: str
    is_awaited: bool
    given_on: date | None
    supports: bool | None
    text: str | None
    version: int

    @classmethod
    def of(cls, kept: Kept[AskedReference]) -> Self:
        """A stored reference."""
        asked = kept.thing
        return cls(
            id=asked.reference.id,
            application_id=asked.application_id,
            alliance_id=kept.alliance_id,
            applicant_name=asked.applicant_name,
            home_school_urn=asked.home_school_urn,
            school_urn=asked.reference.school_urn,
            is_awaited=asked.is_awaited,
            given_on=asked.reference.given_on,
            supports=asked.reference.supports,
            text=asked.reference.text,
            version=kept.version,
        )
