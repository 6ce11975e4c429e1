"""The JSON of what leaders offer of an academic year."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import RequestBody, ResponseBody, example
from sle_broker.availability.availability import Availability
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.half_term import HalfTerm, HalfTermName, half_terms_of
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.specialisms.kept import Kept

WrittenYear = Annotated[
    str,
    Field(
        pattern=r"^(19|20|21)[0-9]{2}/[0-9]{2}$",
        description="Written as 2014/15.",
        json_schema_extra={"example": "2014/15"},
    ),
]

DaysOrNone = Annotated[
    float, Field(ge=0, le=99.5, multiple_of=0.5, allow_inf_nan=False, description="Whole or half days; 0: none.")
]


class AvailabilityIn(RequestBody):
    """What a leader offers of an academic year. Where `allowance_days` is null their usual allowance holds; in a
    half-term that is not named only the allowance of the year binds."""

    model_config = RequestBody.model_config | example(allowance_days=12, half_terms={"autumn_2": 3, "summer_1": 0})

    allowance_days: DaysOrNone | None = None
    half_terms: dict[HalfTermName, DaysOrNone] = Field(default_factory=dict)

    def allowance(self) -> Decimal | None:
        """The allowance, where it is another than usual."""
        return None if self.allowance_days is None else Decimal(str(self.allowance_days))

    def said(self, year: AcademicYear) -> Mapping[HalfTerm, Decimal]:
        """The days by half-term of the year."""
        named = {half_term.name: half_term for half_term in half_terms_of(year)}
        return {named[name]: Decimal(str(days)) for name, days in self.half_terms.items()}


class AvailabilityOut(ResponseBody):
    """What a leader offers of an academic year; `version` is the leader's."""

    model_config = ResponseBody.model_config | example(
        leader_id=LEADER_EXAMPLE,
        academic_year="2014/15",
        allowance_days=12,
        half_terms={"autumn_2": 3, "summer_1": 0},
        version=2,
    )

    leader_id: UUID
    academic_year: str
    allowance_days: float
    half_terms: dict[HalfTermName, float]
    version: int

    @classmethod
    def of(cls, leader_id: UUID, year: AcademicYear, kept: Kept[Availability]) -> Self:
        """What was recorded."""
        return cls(
            leader_id=leader_id,
            academic_year=str(year),
            allowance_days=float(kept.thing.allowance_days),
            half_terms={half_term.name: float(days) for half_term, days in kept.thing.said.items()},
            version=kept.version,
        )
