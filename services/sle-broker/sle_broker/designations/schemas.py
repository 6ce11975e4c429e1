"""The JSON of leaders, what they are expert in, and their designations."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example
from sle_broker.designation_rules.schemas import KindCode
from sle_broker.designations.designation import Designation, DesignationState, WithdrawalReason
from sle_broker.designations.leader import Leader
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import (
    ALLIANCE_EXAMPLE,
    Days,
    SpecialismCode,
    SpecialismOut,
    Urn,
)
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, SpecialismStanding

LEADER_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6081"
_DESIGNATION = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6082"

Phases = Annotated[frozenset[Phase], Field(max_length=4)]
Conflicts = Annotated[
    frozenset[Urn], Field(max_length=100, description="Schools with which a conflict of interest is declared.")
]
TravelLimit = Annotated[int | None, Field(ge=0, le=1_000, description="Kilometres; null: any distance.")]
NotReleased = Annotated[
    Day | None, Field(description="Between these days, both included, the home school cannot release them.")
]
MentorId = Annotated[
    UUID | None, Field(description="The designated leader they work beside, where their kind needs a mentor.")
]


class ClaimIn(RequestBody):
    """A specialism claimed, by its code; today where no day is given."""

    model_config = RequestBody.model_config | example(code="phonics", claimed_on="2014-09-01")

    code: SpecialismCode
    claimed_on: Day | None = None


def _claimed_once(claims: list[ClaimIn]) -> list[ClaimIn]:
    if len({claim.code for claim in claims}) != len(claims):
        raise ValueError("each specialism is claimed once")
    return claims


class LeaderIn(RequestBody):
    """A leader an alliance can lend. `specialisms` are claimed by them, and validated later."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        kind="sle",
        name="Asha Bell",
        home_school_urn="108100",
        phases=["primary"],
        specialisms=[{"code": "phonics", "claimed_on": "2014-09-01"}],
        allowance_days=15,
        travel_limit_km=40,
    )

    alliance_id: UUID
    kind: KindCode
    name: ShortText
    home_school_urn: Urn
    phases: Phases
    specialisms: Annotated[list[ClaimIn], AfterValidator(_claimed_once), Field(max_length=20)] = Field(
        default_factory=list
    )
    allowance_days: Annotated[Days, Field(description="What may be booked in an academic year.")] = 15
    travel_limit_km: TravelLimit = None
    conflicts: Conflicts = frozenset()
    not_released_from_on: NotReleased = None
    not_released_to_on: NotReleased = None
    mentor_id: MentorId = None

    def to_rule(self, leader_id: UUID) -> Leader:
        """The leader, under a new id."""
        facts = self.model_dump(exclude={"alliance_id", "specialisms", "allowance_days"})
        return Leader(id=leader_id, allowance_days=Decimal(str(self.allowance_days)), **facts)

    def claims(self, today: date) -> dict[str, date]:
        """The specialisms claimed, by their codes, each with the day of the claim."""
        return {claim.code: claim.claimed_on or today for claim in self.specialisms}


class LeaderChangesIn(RequestBody):
    """What changes: a member that is absent stays as it is."""

    model_config = RequestBody.model_config | example(allowance_days=12.5, travel_limit_km=None)

    # The defaults are never used: only what was sent is a change.
    name: ShortText = Field(default_factory=str)
    home_school_urn: Urn = Field(default_factory=str)
    phases: Phases = Field(default_factory=frozenset)
    allowance_days: Days = Field(default_factory=float)
    travel_limit_km: TravelLimit = Field(default_factory=lambda: None)
    conflicts: Conflicts = Field(default_factory=frozenset)
    not_released_from_on: NotReleased = Field(default_factory=lambda: None)
    not_released_to_on: NotReleased = Field(default_factory=lambda: None)
    mentor_id: MentorId = Field(default_factory=lambda: None)

    def changes(self) -> dict[str, Any]:
        """What was sent, by the name of the fact."""
        sent = self.model_dump(exclude_unset=True)
        if "allowance_days" in sent:
            sent["allowance_days"] = Decimal(str(self.allowance_days))
        return sent


class LeaderOut(ResponseBody):
    """A leader."""

    model_config = ResponseBody.model_config | example(
        id=LEADER_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        kind="sle",
        name="Asha Bell",
        home_school_urn="108100",
        phases=["primary"],
        allowance_days=15,
        travel_limit_km=40,
        conflicts=[],
        not_released_from_on=None,
        not_released_to_on=None,
        mentor_id=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    kind: str
    name: str
    home_school_urn: str
    phases: list[Phase]
    allowance_days: float
    travel_limit_km: int | None
    conflicts: list[str]
    not_released_from_on: date | None
    not_released_to_on: date | None
    mentor_id: UUID | None
    version: int

    @classmethod
    def of(cls, kept: Kept[Leader]) -> Self:
        """A stored leader."""
        leader = kept.thing
        return cls(
            id=leader.id,
            alliance_id=kept.alliance_id,
            kind=leader.kind,
            name=leader.name,
            home_school_urn=leader.home_school_urn,
            phases=sorted(leader.phases),
            allowance_days=float(leader.allowance_days),
            travel_limit_km=leader.travel_limit_km,
            conflicts=sorted(leader.conflicts),
            not_released_from_on=leader.not_released_from_on,
            not_released_to_on=leader.not_released_to_on,
            mentor_id=leader.mentor_id,
            version=kept.version,
        )


class LeaderSpecialismIn(RequestBody):
    """A specialism that a leader claims."""

    model_config = RequestBody.model_config | example(leader_id=LEADER_EXAMPLE, code="phonics", claimed_on="2014-09-01")

    leader_id: UUID
    code: SpecialismCode
    claimed_on: Day


class LeaderSpecialismTransitionIn(RequestBody):
    """Somebody vouches for a specialism that a leader has claimed."""

    model_config = RequestBody.model_config | example(
        to="validated", on="2014-11-03", evidence="Three lessons seen with the head of the phase."
    )

    to: Literal[SpecialismStanding.VALIDATED]
    on: Day
    evidence: Text


class LeaderSpecialismOut(ResponseBody):
    """A specialism of a leader. `validated_by` is the subject under which whoever recorded the validation signs in."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6083",
        alliance_id=ALLIANCE_EXAMPLE,
        leader_id=LEADER_EXAMPLE,
        specialism={
            "code": "phonics",
            "group": "pupil_achievement",
            "name": "Phonics and early reading",
            "version": 1,
            "alliance_id": None,
        },
        standing="claimed",
        claimed_on="2014-09-01",
        validated_on=None,
        validated_by=None,
        evidence=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    leader_id: UUID
    specialism: SpecialismOut
    standing: SpecialismStanding
    claimed_on: date
    validated_on: date | None
    validated_by: str | None
    evidence: str | None
    version: int

    @classmethod
    def of(cls, kept: Kept[LeaderSpecialism]) -> Self:
        """A stored specialism of a leader."""
        held = kept.thing
        return cls(
            id=held.id,
            alliance_id=kept.alliance_id,
            leader_id=held.leader_id,
            specialism=SpecialismOut.model_validate(held.specialism),
            standing=held.standing,
            claimed_on=held.claimed_on,
            validated_on=held.validated_on,
            validated_by=held.validated_by,
            evidence=held.evidence,
            version=kept.version,
        )


class DesignationIn(RequestBody):
    """A designation. `round` is the name of the round it was made in, `need_id` the need that it is made for."""

    model_config = RequestBody.model_config | example(
        leader_id=LEADER_EXAMPLE, designated_on="2014-11-03", round="2014-autumn"
    )

    leader_id: UUID
    designated_on: Day
    round: ShortText | None = None
    renews_designation_id: UUID | None = None
    need_id: Annotated[UUID | None, Field(description="Asked for while the alliance designates on need.")] = None


class TrainingIn(RequestBody):
    """The day on which a leader's training for a designation was completed."""

    model_config = RequestBody.model_config | example(on="2014-12-05")

    on: Day


class DesignationTransitionIn(RequestBody):
    """The end of a designation; `on` is the first day on which it no longer holds. A withdrawal has its reason."""

    model_config = RequestBody.model_config | example(to="withdrawn", on="2015-01-05", reason="left_home_school")

    to: DesignationState
    on: Day
    reason: WithdrawalReason | None = None


class DesignationOut(ResponseBody):
    """A designation."""

    model_config = ResponseBody.model_config | example(
        id=_DESIGNATION,
        alliance_id=ALLIANCE_EXAMPLE,
        leader_id=LEADER_EXAMPLE,
        kind="sle",
        state="designated",
        designated_on="2014-11-03",
        round="2014-autumn",
        renews_designation_id=None,
        need_id=None,
        due_to_lapse_on=None,
        trained_on="2014-12-05",
        lapsed_on=None,
        withdrawn_on=None,
        withdrawal_reason=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    leader_id: UUID
    kind: str
    state: DesignationState
    designated_on: date
    round: str | None
    renews_designation_id: UUID | None
    need_id: UUID | None
    due_to_lapse_on: date | None
    trained_on: date | None
    lapsed_on: date | None
    withdrawn_on: date | None
    withdrawal_reason: WithdrawalReason | None
    version: int

    @classmethod
    def of(cls, kept: Kept[Designation], on: date) -> Self:
        """A stored designation as it stands on a day."""
        made = kept.thing
        return cls(
            id=made.id,
            alliance_id=kept.alliance_id,
            leader_id=made.leader_id,
            kind=made.kind,
            state=made.state(on),
            designated_on=made.designated_on,
            round=made.round,
            renews_designation_id=made.renews_designation_id,
            need_id=made.need_id,
            due_to_lapse_on=made.due_to_lapse_on,
            trained_on=made.trained_on,
            lapsed_on=made.lapsed_on,
            withdrawn_on=made.withdrawn_on,
            withdrawal_reason=made.withdrawal_reason,
            version=kept.version,
        )
