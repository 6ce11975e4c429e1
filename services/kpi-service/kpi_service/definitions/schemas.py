"""The JSON of KPI definitions."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from kpi_service.definitions.kpi_definition import COUNTED, Disaggregation, KpiDefinition, KpiTerms, Measure
from kpi_service.measures.target import Comparator, Direction, Target, TargetRule
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example

SetCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,10}$")]
"""The set a KPI belongs to, such as `B`: letters only, so that a code can be read in one way."""

KpiNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}[a-z]?$")]
"""A KPI's number in its set, such as `8b`."""

KpiCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,10}[1-9][0-9]{0,2}[a-z]?$")]
"""Set and number together, such as `B8b`."""


_B8B_TARGET = {"rule": "at_least", "comparator": "fixed", "direction": "up", "value": 50}
_B8B = {
    "set": "B",
    "number": "8b",
    "name": "SLEs deployed within three months of designation",
    "measure": "sles_deployed_within_three_months",
    "target": _B8B_TARGET,
    "disaggregations": ["period", "round"],
    "valid_from_on": "2011-09-01",
    "valid_to_on": None,
}


class TargetIn(RequestBody):
    """What is to be reached."""

    model_config = RequestBody.model_config | example(**_B8B_TARGET)

    rule: TargetRule
    comparator: Comparator
    direction: Direction = Direction.UP
    value: Annotated[
        Decimal | None,
        Field(ge=0, le=1_000_000, decimal_places=2, description="In the unit of the measure, where it is fixed."),
    ] = None


class KpiDefinitionIn(RequestBody):
    """What a definition is to say. `measure` is one of those this service can count."""

    model_config = RequestBody.model_config | example(**_B8B)

    set: SetCode
    number: KpiNumber
    name: ShortText
    measure: Measure
    target: TargetIn
    disaggregations: Annotated[tuple[Disaggregation, ...], Field(max_length=10)] = ()
    valid_from_on: Day
    valid_to_on: Annotated[Day | None, Field(description="The last day it is in force.")] = None

    def to_rule(self) -> KpiTerms:
        """The terms, checked. Raises `TargetValueMisplaced` and what `KpiTerms` raises."""
        asked = self.target
        return KpiTerms(
            set_code=self.set,
            number=self.number,
            name=self.name,
            measure=self.measure,
            target=Target(asked.rule, asked.comparator, asked.direction, asked.value),
            disaggregations=frozenset(self.disaggregations),
            valid_from_on=self.valid_from_on,
            valid_to_on=self.valid_to_on,
        )


class TargetOut(ResponseBody):
    """What is to be reached, in the unit of the measure."""

    model_config = ResponseBody.model_config | example(**_B8B_TARGET)

    rule: TargetRule
    comparator: Comparator
    direction: Direction
    value: float | None


class KpiDefinitionOut(ResponseBody):
    """One version of a definition."""

    model_config = ResponseBody.model_config | example(
        id="019aa8c4-7a00-7000-8000-0000000000b8",
        code="B8b",
        version=1,
        population="first designations of SLEs",
        unit="percent",
        comparators=["fixed", "previous_year"],
        **_B8B,
    )

    id: UUID
    code: str
    set: str
    number: str
    version: int
    name: str
    measure: Measure
    population: str
    unit: str
    target: TargetOut
    comparators: Annotated[list[Comparator], Field(description="What a figure of this measure can be set against.")]
    disaggregations: list[Disaggregation]
    valid_from_on: date
    valid_to_on: date | None

    @classmethod
    def of(cls, definition: KpiDefinition) -> "KpiDefinitionOut":
        """The definition as it is shown."""
        terms = definition.terms
        counted = COUNTED[terms.measure]
        return cls(
            id=definition.id,
            code=terms.code,
            set=terms.set_code,
            number=terms.number,
            version=definition.version,
            name=terms.name,
            measure=terms.measure,
            population=counted.population,
            unit=counted.unit,
            target=TargetOut.model_validate(terms.target),
            comparators=sorted(counted.comparators),
            disaggregations=sorted(terms.disaggregations),
            valid_from_on=terms.valid_from_on,
            valid_to_on=terms.valid_to_on,
        )
