"""The JSON of kinds of leader and of an alliance's rules about designating."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, StringConstraints

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example
from sle_broker.designation_rules.designation_rule import DesignationRule
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE

KindCode = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,59}$"),
    Field(description="`sle`, `nle`, `lle`, or the code of a kind that the alliance has added."),
]
"""What a kind of leader is named by."""

LapsesAfterYears = Annotated[
    int | None,
    Field(ge=1, le=10, description="Years after which a designation is due to lapse; null: it is not."),
]


class LeaderKindIn(RequestBody):
    """A kind of leader that an alliance adds. None but specialist leaders has a deployment clock."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE, code="ple", name="Plymouth lead educator", needs_mentor=True
    )

    alliance_id: UUID
    code: KindCode
    name: ShortText
    needs_mentor: Annotated[StrictBool, Field(description="Whether each is an apprentice to a designated leader.")] = (
        False
    )


class LeaderKindOut(ResponseBody):
    """A kind of leader. `alliance_id` is null for a national kind."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6091",
        code="ple",
        name="Plymouth lead educator",
        needs_mentor=True,
        alliance_id=ALLIANCE_EXAMPLE,
    )

    id: UUID
    code: str
    name: str
    needs_mentor: bool
    alliance_id: UUID | None


class DesignationRuleIn(RequestBody):
    """What an alliance has decided about designating, from a day on and until the next such decision."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE, from_on="2014-09-01", designates_on_need=True, lapses_after_years=None
    )

    alliance_id: UUID
    from_on: Day
    designates_on_need: Annotated[StrictBool, Field(description="Whether each designation must cite a need.")]
    lapses_after_years: LapsesAfterYears = None


class DesignationRuleOut(ResponseBody):
    """A rule of an alliance. `decided_by` is the subject under which whoever recorded it signs in."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6092",
        alliance_id=ALLIANCE_EXAMPLE,
        from_on="2014-09-01",
        designates_on_need=True,
        lapses_after_years=None,
        decided_by="director",
    )

    id: UUID
    alliance_id: UUID
    from_on: date
    designates_on_need: bool
    lapses_after_years: int | None
    decided_by: str

    @classmethod
    def of(cls, alliance_id: UUID, rule: DesignationRule) -> Self:
        """A stored rule."""
        return cls(
            id=rule.id,
            alliance_id=alliance_id,
            from_on=rule.from_on,
            designates_on_need=rule.designates_on_need,
            lapses_after_years=rule.lapses_after_years,
            decided_by=rule.decided_by,
        )
