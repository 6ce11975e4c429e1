"""The JSON of hosts, applications and placements."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example
from sle_broker.deployments.agreement import Judgement, ObjectiveOutcome, Party
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.schemas import BookingChangesIn
from sle_broker.deployments.visit import Visit
from sle_broker.placements.placement import Application, Host, Placement
from sle_broker.placements.placement_kind import ARRANGEMENT, TERMS, PlacementKind
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, Days, SpecialismCodes, Urn
from sle_broker.specialisms.specialism import Phase, Specialism
from sle_broker.support_requests.support_request import Window

HOST_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d1"
_APPLICATION = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d2"
_PLACEMENT = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d3"
_AIM = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d4"
_AIM_WORDS = {"text": "Lead a whole-school priority.", "measure": "Presents to the host head what was learned."}
_OPEN = {
    "kind": "residency",
    "school_urn": "108101",
    "areas": ["school-self-evaluation"],
    "phases": ["primary"],
    "places_a_year": 2,
    "from_on": "2014-09-01",
    "to_on": "2015-07-17",
}
_APPLIED = {
    "kind": "residency",
    "name": "Lena Cole",
    "home_school_urn": "108100",
    "areas": ["school-self-evaluation"],
    "phase": "primary",
    "days_wanted": 3,
    "earliest_start_on": "2015-01-12",
    "latest_finish_on": "2015-03-27",
    "travel_limit_km": 40,
    "note": "Ready for headship within three years.",
}
_WHEN = {"days": 3, "starts_on": "2015-01-12", "ends_on": "2015-02-06"}

Word = Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")]
Areas = Annotated[SpecialismCodes, Field(min_length=1)]


class HostIn(RequestBody):
    """A school that takes applicants of one kind, and what can be learned there."""

    model_config = RequestBody.model_config | example(alliance_id=ALLIANCE_EXAMPLE, **_OPEN)

    alliance_id: UUID
    kind: PlacementKind
    school_urn: Urn
    areas: Areas
    phases: Annotated[frozenset[Phase], Field(min_length=1)]
    places_a_year: Annotated[int, Field(ge=1, le=99)]
    from_on: Day
    to_on: Day

    def to_rule(self, host_id: UUID, areas: tuple[Specialism, ...]) -> Host:
        """The host, under a new id. Errors: those of `Host`."""
        facts = self.model_dump(exclude={"alliance_id", "areas"})
        return Host(id=host_id, areas=areas, **facts)


class HostOut(ResponseBody):
    """A school that takes applicants."""

    model_config = ResponseBody.model_config | example(id=HOST_EXAMPLE, alliance_id=ALLIANCE_EXAMPLE, **_OPEN)

    id: UUID
    alliance_id: UUID
    kind: PlacementKind
    school_urn: str
    areas: list[str]
    phases: list[Phase]
    places_a_year: int
    from_on: date
    to_on: date

    @classmethod
    def of(cls, kept: Kept[Host]) -> Self:
        """A stored host."""
        host = kept.thing
        return cls(
            id=host.id,
            alliance_id=kept.alliance_id,
            kind=host.kind,
            school_urn=host.school_urn,
            areas=[area.code for area in host.areas],
            phases=sorted(host.phases),
            places_a_year=host.places_a_year,
            from_on=host.from_on,
            to_on=host.to_on,
        )


class ApplicationIn(RequestBody):
    """An aspiring leader's application. `note` is for those who match alone."""

    model_config = RequestBody.model_config | example(alliance_id=ALLIANCE_EXAMPLE, **_APPLIED)

    alliance_id: UUID
    kind: PlacementKind
    name: ShortText
    home_school_urn: Urn
    areas: Areas
    phase: Phase
    days_wanted: Days
    earliest_start_on: Day
    latest_finish_on: Day
    travel_limit_km: Annotated[int, Field(ge=0, le=1_000)] | None = None
    note: Text | None = None
    applied_on: Day | None = None

    def to_rule(
        self, application_id: UUID, areas: tuple[Specialism, ...], *, submitted_by: str, today: date
    ) -> Application:
        """The application, under a new id. Errors: those of `Application` and `Window`."""
        return Application(
            id=application_id,
            kind=self.kind,
            name=self.name,
            home_school_urn=self.home_school_urn,
            areas=areas,
            phase=self.phase,
            days_wanted=Decimal(str(self.days_wanted)),
            window=Window(self.earliest_start_on, self.latest_finish_on),
            travel_limit_km=self.travel_limit_km,
            note=self.note or "",
            submitted_by=submitted_by,
            applied_on=self.applied_on or today,
        )


class ApplicationTransitionIn(RequestBody):
    """The application is withdrawn."""

    model_config = RequestBody.model_config | example(to="withdrawn", on="2015-01-09")

    to: Literal["withdrawn"]
    on: Day


class ApplicationOut(ResponseBody):
    """An application. `note` is null for whoever does not match placements."""

    model_config = ResponseBody.model_config | example(
        id=_APPLICATION,
        alliance_id=ALLIANCE_EXAMPLE,
        **_APPLIED,
        applied_on="2014-12-01",
        withdrawn_on=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    kind: PlacementKind
    name: str
    home_school_urn: str
    areas: list[str]
    phase: Phase
    days_wanted: float
    earliest_start_on: date
    latest_finish_on: date
    travel_limit_km: int | None
    note: str | None
    applied_on: date
    withdrawn_on: date | None
    version: int

    @classmethod
    def of(cls, kept: Kept[Application], *, shows_note: bool) -> Self:
        """A stored application, with its note where that may be shown."""
        application = kept.thing
        return cls(
            id=application.id,
            alliance_id=kept.alliance_id,
            kind=application.kind,
            name=application.name,
            home_school_urn=application.home_school_urn,
            areas=[area.code for area in application.areas],
            phase=application.phase,
            days_wanted=float(application.days_wanted),
            earliest_start_on=application.window.earliest_start_on,
            latest_finish_on=application.window.latest_finish_on,
            travel_limit_km=application.travel_limit_km,
            note=application.note if shows_note else None,
            applied_on=application.applied_on,
            withdrawn_on=application.withdrawn_on,
            version=kept.version,
        )


class AimIn(RequestBody):
    """What the applicant is to learn, and how that will be seen."""

    model_config = RequestBody.model_config | example(**_AIM_WORDS)

    text: Text
    measure: Text


Aims = Annotated[list[AimIn], Field(max_length=20)]


class PlacementIn(RequestBody):
    """An applicant proposed to a host. `proposed_on` is today where absent."""

    model_config = RequestBody.model_config | example(
        application_id=_APPLICATION, host_id=HOST_EXAMPLE, **_WHEN, aims=[_AIM_WORDS]
    )

    application_id: UUID
    host_id: UUID
    days: Days
    starts_on: Day
    ends_on: Day
    aims: Aims = Field(default_factory=list)
    proposed_on: Day | None = None

    def booking(self) -> Booking:
        """The days asked for. Errors: those of `Booking`."""
        return Booking(self.starts_on, self.ends_on, Decimal(str(self.days)))


class PlacementTermsIn(BookingChangesIn):
    """What changes of the terms: a member that is absent stays as it is."""

    model_config = RequestBody.model_config | example(days=4, ends_on="2015-02-13")

    aims: Aims | None = None


class PlacementTransitionIn(RequestBody):
    """One step in the words of the kind, with its day, and its coded reason where it leaves the main path."""

    model_config = RequestBody.model_config | example(to="closing_presentation_held", on="2015-02-06")

    to: Word
    on: Day
    reason: Word | None = None


class PlacementAgreementIn(RequestBody):
    """One party's yes to the terms as they stand."""

    model_config = RequestBody.model_config | example(party="applicant", on="2015-01-08")

    party: Literal["applicant", "home_head", "host_head"]
    on: Day

    def to_rule(self) -> Party:
        """The party, as the engine names it."""
        return Party.LEADER if self.party == "applicant" else Party(self.party)


class PlacementVisitIn(RequestBody):
    """A day at the host school, or half of one."""

    model_config = RequestBody.model_config | example(on="2015-01-19", days=0.5)

    on: Day
    days: Annotated[Days, Field(le=1)]

    def to_rule(self) -> Visit:
        """The visit."""
        return Visit(self.on, Decimal(str(self.days)))


class AimOutcomeIn(RequestBody):
    """How far the applicant came with one development aim."""

    model_config = RequestBody.model_config | example(aim_id=_AIM, outcome="met")

    aim_id: UUID
    outcome: ObjectiveOutcome


class AimOutcomesIn(RequestBody):
    """How far the applicant came; of an aim named twice the last holds."""

    model_config = RequestBody.model_config | example(outcomes=[{"aim_id": _AIM, "outcome": "met"}])

    outcomes: Annotated[list[AimOutcomeIn], Field(min_length=1, max_length=20)]

    def by_aim(self) -> Mapping[UUID, Judgement]:
        """What is said, by the ids of the aims."""
        return {one.aim_id: Judgement(one.outcome) for one in self.outcomes}


class AimOut(ResponseBody):
    """A development aim, and how far it was reached once that has been said."""

    model_config = ResponseBody.model_config | example(id=_AIM, **_AIM_WORDS, outcome=None)

    id: UUID
    text: str
    measure: str
    outcome: ObjectiveOutcome | None


class PlacementStepOut(ResponseBody):
    """A state that the placement reached."""

    model_config = ResponseBody.model_config | example(state="proposed", on="2015-01-06", reason=None)

    state: str
    on: date
    reason: str | None


class PlacementAgreementOut(ResponseBody):
    """One party's yes."""

    model_config = ResponseBody.model_config | example(party="applicant", on="2015-01-08")

    party: str
    on: date


class PlacementOut(ResponseBody):
    """A placement in the words of its kind. `state` is that of the last of `steps`, `allowed` are the states that may
    come next."""

    model_config = ResponseBody.model_config | example(
        id=_PLACEMENT,
        alliance_id=ALLIANCE_EXAMPLE,
        kind="residency",
        application_id=_APPLICATION,
        host_id=HOST_EXAMPLE,
        home_school_urn="108100",
        host_school_urn="108101",
        **_WHEN,
        days_used=0,
        state="proposed",
        allowed=["released", "declined", "cancelled"],
        steps=[{"state": "proposed", "on": "2015-01-06", "reason": None}],
        aims=[{"id": _AIM, **_AIM_WORDS, "outcome": None}],
        agreements=[],
        version=1,
    )

    id: UUID
    alliance_id: UUID
    kind: PlacementKind
    application_id: UUID
    host_id: UUID
    home_school_urn: str
    host_school_urn: str
    days: float
    days_used: float
    starts_on: date
    ends_on: date
    state: str
    allowed: list[str]
    steps: list[PlacementStepOut]
    aims: list[AimOut]
    agreements: list[PlacementAgreementOut]
    version: int

    @classmethod
    def of(cls, kept: Kept[Placement]) -> Self:
        """A stored placement."""
        placement, engine = kept.thing, kept.thing.engine
        say = TERMS[placement.kind].vocabulary.say
        return cls(
            id=engine.id,
            alliance_id=kept.alliance_id,
            kind=placement.kind,
            application_id=engine.leader_id,
            host_id=placement.host_id,
            home_school_urn=engine.home_school_urn,
            host_school_urn=engine.host_school_urn,
            days=float(engine.booking.days),
            days_used=float(engine.days_used),
            starts_on=engine.booking.starts_on,
            ends_on=engine.booking.ends_on,
            state=say(engine.state),
            allowed=[say(state) for state in ARRANGEMENT.life_cycle.allowed_from(engine.state)],
            steps=[
                PlacementStepOut(
                    state=say(step.state), on=step.on, reason=None if step.reason is None else say(step.reason)
                )
                for step in engine.steps
            ],
            aims=[AimOut.model_validate(aim) for aim in engine.objectives],
            agreements=[PlacementAgreementOut(party=say(one.party), on=one.on) for one in engine.agreements],
            version=kept.version,
        )
