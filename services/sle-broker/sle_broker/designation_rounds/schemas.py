"""The JSON of designation rounds and of what came of them."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StrictBool

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example
from sle_broker.designation_rounds.cover import Cover
from sle_broker.designation_rounds.round import AgreedTarget, DesignationRound, Eligibility
from sle_broker.designation_rules.schemas import KindCode, LapsesAfterYears
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.needs.schemas import NEED_EXAMPLE
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE
from sle_broker.specialisms.specialism import Phase, SpecialismStanding

ROUND_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b1"

Judgement = Annotated[
    int | None,
    Field(ge=1, le=4, description="1 outstanding, 2 good, 3 requires improvement, 4 inadequate; null: none."),
]
ReferencesNeeded = Annotated[int, Field(ge=0, le=5)]
Kinds = Annotated[frozenset[KindCode], Field(min_length=1, max_length=20)]


class EligibilityJson(RequestBody):
    """What a round asks of whoever applies; null, or false, where it asks nothing of the kind."""

    model_config = RequestBody.model_config | example(
        years_of_leadership=2, home_school_judgement=2, specialism="claimed", head_support=True
    )

    years_of_leadership: Annotated[int | None, Field(ge=0, le=60, description="At least so many years.")] = None
    home_school_judgement: Judgement = None
    specialism: SpecialismStanding | None = None
    head_support: StrictBool = False

    def to_rule(self) -> Eligibility:
        """The rules."""
        return Eligibility(self.years_of_leadership, self.home_school_judgement, self.specialism, self.head_support)


class TargetJson(RequestBody):
    """A number of designations, and the day on which it was agreed with the Department."""

    model_config = RequestBody.model_config | example(number=12, agreed_on="2014-09-15")

    number: Annotated[int, Field(ge=0, le=10_000)]
    agreed_on: Day

    def to_rule(self) -> AgreedTarget:
        """The target."""
        return AgreedTarget(self.number, self.agreed_on)


class DesignationRoundIn(RequestBody):
    """A round. Applications are received from the day it opens to the day it closes, both included."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        name="2014-autumn",
        kinds=["sle"],
        opens_on="2014-09-15",
        closes_on="2014-10-17",
        target={"number": 12, "agreed_on": "2014-09-15"},
        eligibility={"years_of_leadership": 2, "specialism": "claimed", "head_support": True},
        references_needed=1,
    )

    alliance_id: UUID
    name: ShortText
    kinds: Kinds
    opens_on: Day
    closes_on: Day
    target: TargetJson | None = None
    eligibility: EligibilityJson = EligibilityJson()
    references_needed: ReferencesNeeded = 1
    lapses_after_years: LapsesAfterYears = None

    def to_rule(self, round_id: UUID) -> DesignationRound:
        """The round, under a new id."""
        return DesignationRound(
            id=round_id,
            name=self.name,
            kinds=self.kinds,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            eligibility=self.eligibility.to_rule(),
            references_needed=self.references_needed,
            targets=() if self.target is None else (self.target.to_rule(),),
            lapses_after_years=self.lapses_after_years,
        )


class DesignationRoundChangesIn(RequestBody):
    """What changes: a member that is absent stays as it is. The rules by which people applied stay as they are."""

    model_config = RequestBody.model_config | example(closes_on="2014-10-24")

    # The defaults are never used: only what was sent is a change.
    opens_on: Day = Field(default_factory=lambda: date.min)
    closes_on: Day = Field(default_factory=lambda: date.max)
    references_needed: ReferencesNeeded = Field(default_factory=int)
    lapses_after_years: LapsesAfterYears = Field(default_factory=lambda: None)

    def changes(self) -> dict[str, Any]:
        """What was sent, by the name of the fact."""
        return self.model_dump(exclude_unset=True)


class AgreedTargetOut(ResponseBody):
    """A target of a round."""

    number: int
    agreed_on: date


class EligibilityOut(ResponseBody):
    """What a round asks of whoever applies."""

    years_of_leadership: int | None
    home_school_judgement: int | None
    specialism: SpecialismStanding | None
    head_support: bool


class DesignationRoundOut(ResponseBody):
    """A round. `targets` has every target that was agreed, the latest last."""

    model_config = ResponseBody.model_config | example(
        id=ROUND_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        name="2014-autumn",
        kinds=["sle"],
        opens_on="2014-09-15",
        closes_on="2014-10-17",
        targets=[{"number": 12, "agreed_on": "2014-09-15"}],
        eligibility={
            "years_of_leadership": 2,
            "home_school_judgement": None,
            "specialism": "claimed",
            "head_support": True,
        },
        references_needed=1,
        lapses_after_years=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    name: str
    kinds: list[str]
    opens_on: date
    closes_on: date
    targets: list[AgreedTargetOut]
    eligibility: EligibilityOut
    references_needed: int
    lapses_after_years: int | None
    version: int

    @classmethod
    def of(cls, kept: Kept[DesignationRound]) -> Self:
        """A stored round."""
        made = kept.thing
        return cls(
            id=made.id,
            alliance_id=kept.alliance_id,
            name=made.name,
            kinds=sorted(made.kinds),
            opens_on=made.opens_on,
            closes_on=made.closes_on,
            targets=[AgreedTargetOut.model_validate(target) for target in made.targets],
            eligibility=EligibilityOut.model_validate(made.eligibility),
            references_needed=made.references_needed,
            lapses_after_years=made.lapses_after_years,
            version=kept.version,
        )


class RoundCountOut(ResponseBody):
    """What came of a round by a day: the target agreed last, how many were designated, and how many of them trained."""

    model_config = ResponseBody.model_config | example(
        round_id=ROUND_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        name="2014-autumn",
        kinds=["sle"],
        as_of="2015-08-31",
        target=12,
        target_agreed_on="2014-09-15",
        designated=11,
        trained=9,
    )

    round_id: UUID
    alliance_id: UUID
    name: str
    kinds: list[str]
    as_of: date
    target: int | None
    target_agreed_on: date | None
    designated: int
    trained: int

    @classmethod
    def of(cls, kept: Kept[DesignationRound], as_of: date, counted: tuple[int, int]) -> Self:
        """A stored round with what was counted by a day."""
        made, target = kept.thing, kept.thing.target_as_of(as_of)
        designated, trained = counted
        return cls(
            round_id=made.id,
            alliance_id=kept.alliance_id,
            name=made.name,
            kinds=sorted(made.kinds),
            as_of=as_of,
            target=None if target is None else target.number,
            target_agreed_on=None if target is None else target.agreed_on,
            designated=designated,
            trained=trained,
        )


class CoverOut(ResponseBody):
    """One specialism in one phase: the open needs, and the designated leaders who can serve them."""

    specialism: str
    phase: Phase
    is_need_without_designation: bool
    is_designation_without_need: bool
    actual_need_ids: list[UUID]
    predicted_need_ids: list[UUID]
    leader_ids: list[UUID]


class NeedCoverOut(ResponseBody):
    """How far an alliance's needs and its designated leaders meet, by specialism and phase."""

    model_config = ResponseBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        as_of="2015-01-12",
        cover=[
            {
                "specialism": "phonics",
                "phase": "primary",
                "is_need_without_designation": False,
                "is_designation_without_need": False,
                "actual_need_ids": [NEED_EXAMPLE],
                "predicted_need_ids": [],
                "leader_ids": [LEADER_EXAMPLE],
            }
        ],
    )

    alliance_id: UUID
    as_of: date
    cover: list[CoverOut]

    @classmethod
    def of(cls, alliance_id: UUID, as_of: date, found: list[Cover]) -> Self:
        """The report of a day."""
        return cls(alliance_id=alliance_id, as_of=as_of, cover=[CoverOut.model_validate(one) for one in found])
