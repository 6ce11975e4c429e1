"""The JSON of alliances and memberships."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, computed_field
from pydantic.config import JsonDict

from plans_api.alliances.membership import MembershipState, state_of
from plans_api.schools.schemas import Urn
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example

Cohort = Annotated[int, Field(ge=1, le=999, description="The teaching-school cohort it was designated in.")]
LeadSchools = Annotated[list[Urn], Field(min_length=1, max_length=2)]


def _forget_default(schema: JsonDict) -> None:
    del schema["default"]


MAY_BE_ABSENT = Field(json_schema_extra=_forget_default)
"""A member of a merge patch: absent is not the same as any value, so the contract names no default."""

_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_MEMBERSHIP = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6072"


class AllianceIn(RequestBody):
    """An alliance that joins."""

    model_config = RequestBody.model_config | example(
        name="Harbour Lights Teaching School Alliance", cohort=2, lead_school_urns=["108100"]
    )

    name: ShortText
    cohort: Cohort | None
    lead_school_urns: LeadSchools


class AllianceChangesIn(RequestBody):
    """What changes: a member that is absent stays as it is, `cohort` null removes the cohort."""

    model_config = RequestBody.model_config | example(cohort=3)

    name: Annotated[ShortText, MAY_BE_ABSENT] = ""
    cohort: Annotated[Cohort | None, MAY_BE_ABSENT] = None
    lead_school_urns: LeadSchools = Field(default_factory=list)

    def changes(self) -> dict[str, Any]:
        """What was sent, by the name of the fact."""
        sent = self.model_dump(exclude_unset=True)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in sent.items()}


class AllianceOut(ResponseBody):
    """An alliance."""

    model_config = ResponseBody.model_config | example(
        id=_ALLIANCE,
        name="Harbour Lights Teaching School Alliance",
        cohort=2,
        lead_school_urns=["108100"],
        version=1,
    )

    id: UUID
    name: str
    cohort: int | None
    lead_school_urns: list[str]
    version: int


class MembershipIn(RequestBody):
    """A school joins an alliance. `to_on`, where known, is its last day there."""

    model_config = RequestBody.model_config | example(alliance_id=_ALLIANCE, urn="108100", from_on="2013-09-01")

    alliance_id: UUID
    urn: Urn
    from_on: Day
    to_on: Day | None = None


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
        state="begun",
        version=1,
    )

    id: UUID
    alliance_id: UUID
    urn: str
    from_on: date
    to_on: date | None
    version: int

    @computed_field
    def state(self) -> MembershipState:
        """`ended` from the moment the last day is recorded."""
        return state_of(self.to_on)
