"""The JSON of the rules of comparators."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from kpi_service.comparator_versions.comparator_version import ComparatorVersion, MatchingRule, Variable
from kpi_service.measures.target import Comparator
from service_kit.schemas import Day, RequestBody, ResponseBody, example

_MATCHING = {"schools_each": 5, "variables": ["pupils", "disadvantaged_percent"], "caliper": 0.5}
_RECORDED = {"name": "matched", "matching": _MATCHING, "valid_from_on": "2027-09-01"}


def _each_once(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    if len(set(variables)) < len(variables):
        raise ValueError("Name each variable once.")
    return variables


class MatchingRuleIn(RequestBody):
    """How schools are to be matched."""

    model_config = RequestBody.model_config | example(**_MATCHING)

    schools_each: Annotated[int, Field(ge=1, le=20, description="How many to look for, for each of the alliance's.")]
    variables: Annotated[tuple[Variable, ...], Field(min_length=1, max_length=2), AfterValidator(_each_once)]
    caliper: Annotated[
        Decimal, Field(gt=0, le=100, decimal_places=2, description="None farther away, in standard deviations.")
    ]

    def to_rule(self) -> MatchingRule:
        """The rule."""
        return MatchingRule(self.schools_each, self.variables, self.caliper)


class ComparatorVersionIn(RequestBody):
    """The next version of a comparator's rule: from its first day on, never for a day before that."""

    model_config = RequestBody.model_config | example(**_RECORDED)

    name: Comparator
    matching: MatchingRuleIn
    valid_from_on: Annotated[Day, Field(description="Tomorrow at the earliest.")]


class FiguresOfRuleOut(ResponseBody):
    """The figures in the rule by which schools are matched."""

    model_config = ResponseBody.model_config | example(**_MATCHING)

    schools_each: int
    variables: list[Variable]
    caliper: float


class ComparatorVersionOut(ResponseBody):
    """One version of a comparator's rule. `matching` has the figures in it, of matched schools alone."""

    model_config = ResponseBody.model_config | example(
        **_RECORDED,
        version=2,
        rule=MatchingRule(5, tuple(Variable), Decimal("0.5")).in_words,
        valid_to_on=None,
    )

    name: Comparator
    version: int
    rule: str
    matching: FiguresOfRuleOut | None
    valid_from_on: date
    valid_to_on: Annotated[
        date | None,
        Field(description="The last day it holds, null until a next one is recorded; before the first, it never held."),
    ]

    @classmethod
    def of(cls, version: ComparatorVersion) -> "ComparatorVersionOut":
        """The version as it is shown."""
        return cls.model_validate(version)
