"""The JSON of alliances and memberships."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, computed_field, model_validator
from pydantic.config import JsonDict

from plans_api.alliances.membership import MOST_LEADS, MembershipState, PartnerKind, state_of
from plans_api.schools.schemas import Urn
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example

Cohort = Annotated[int, Field(ge=1, le=999, description="The teaching-school cohort it was designated in.")]
LeadSchools = Annotated[
    list[Urn], Field(min_length=1, max_length=MOST_LEADS, description="One, or two that share the job; seldom more.")
]
Alias = Annotated[list[ShortText], Field(max_length=20, description="Other names it is known by.")]
Money = Annotated[Decimal, Field(ge=0, le=Decimal("9999999.99"), max_digits=9, decimal_places=2)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


def _forget_default(schema: JsonDict) -> None:
    del schema["default"]


MAY_BE_ABSENT = Field(json_schema_extra=_forget_default)
"""A member of a merge patch: absent is not the same as any value, so the contract names no default."""

_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_MEMBERSHIP = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6072"


class StrategicPartner(RequestBody):
    """A university, a local authority or another body that works with the alliance; `code` where it has one."""

    model_config = RequestBody.model_config | {"from_attributes": True}

    kind: PartnerKind
    name: ShortText
    code: ShortText | None = None


Partners = Annotated[list[StrategicPartner], Field(max_length=100)]


class AllianceIn(RequestBody):
    """An alliance that joins."""

    model_config = RequestBody.model_config | example(
        name="Harbour Lights Teaching School Alliance", cohort=2, lead_school_urns=["108100"]
    )

    name: ShortText
    cohort: Cohort | None
    lead_school_urns: LeadSchools
    aliases: Alias = Field(default_factory=list)
    strategic_partners: Partners = Field(default_factory=list)


class AllianceChangesIn(RequestBody):
    """What changes: a member that is absent stays as it is, `cohort` null removes the cohort."""

    model_config = RequestBody.model_config | example(cohort=3)

    name: Annotated[ShortText, MAY_BE_ABSENT] = ""
    cohort: Annotated[Cohort | None, MAY_BE_ABSENT] = None
    lead_school_urns: LeadSchools = Field(default_factory=list)
    aliases: Alias = Field(default_factory=list)
    strategic_partners: Partners = Field(default_factory=list)

    def changes(self) -> dict[str, Any]:
        """What was sent, by the name of the fact."""
        sent = self.model_dump(exclude_unset=True)
        return sent | ({"lead_school_urns": tuple(sent["lead_school_urns"])} if "lead_school_urns" in sent else {})


class AllianceOut(ResponseBody):
    """An alliance."""

    model_config = ResponseBody.model_config | example(
        id=_ALLIANCE,
        name="Harbour Lights Teaching School Alliance",
        cohort=2,
        lead_school_urns=["108100"],
        aliases=["Harbour Lights"],
        strategic_partners=[{"kind": "university", "name": "University of Example", "code": None}],
        version=1,
    )

    id: UUID
    name: str
    cohort: int | None
    lead_school_urns: list[str]
    aliases: list[str]
    strategic_partners: list[StrategicPartner]
    version: int


class RefusedLeadOut(ResponseBody):
    """A row of the directory that was not taken over, and why."""

    line: int
    alliance: str
    urn: str
    code: str
    detail: str


class DirectoryImportOut(ResponseBody):
    """What a directory did, in alliances; on a dry run, what it would do."""

    model_config = ResponseBody.model_config | example(
        dry_run=False, rows_read=808, added=640, changed=0, unchanged=0, refused=[]
    )

    dry_run: bool
    rows_read: int
    added: int
    changed: int
    unchanged: int
    refused: list[RefusedLeadOut]


class MembershipIn(RequestBody):
    """A school joins an alliance. `to_on`, where known, is its last day there."""

    model_config = RequestBody.model_config | example(alliance_id=_ALLIANCE, urn="108100", from_on="2013-09-01")

    alliance_id: UUID
    urn: Urn
    from_on: Day
    to_on: Day | None = None
    fee_amount: Annotated[Money | None, Field(description="The membership fee, where there is one.")] = None
    fee_currency: Currency | None = None

    @model_validator(mode="after")
    def _fee_is_whole(self) -> "MembershipIn":
        if (self.fee_amount is None) != (self.fee_currency is None):
            raise ValueError("a fee stands with its currency")
        return self


class MembershipTransitionIn(RequestBody):
    """A school leaves; `on` is its last day in the alliance."""

    model_config = RequestBody.model_config | example(to="ended", on="2015-08-31")

    to: Literal["ended"]
    on: Day


class MembershipOut(ResponseBody):
    """A school in an alliance from its first day there to its last, both included."""

    model_config = ResponseBody.model_config | example(
        id=_MEMBERSHIP,
        alliance_id=_ALLIANCE,
        urn="108100",
        from_on="2013-09-01",
        to_on=None,
        fee_amount="1500.00",
        fee_currency="GBP",
        state="begun",
        version=1,
    )

    id: UUID
    alliance_id: UUID
    urn: str
    from_on: date
    to_on: date | None
    fee_amount: Decimal | None
    fee_currency: str | None
    version: int

    @computed_field
    def state(self) -> MembershipState:
        """`ended` from the moment the last day is recorded."""
        return state_of(self.to_on)
