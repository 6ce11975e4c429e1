"""The JSON of matched schools."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kpi_service.comparator_versions.comparator_version import (
    ComparatorVersion,
    MatchingRule,
    Variable,
    require_figures,
)
from kpi_service.comparators.matched_schools import (
    Balance,
    Match,
    MatchableSchool,
    MatchedSchools,
    SchoolAndMatches,
)
from kpi_service.inspections.change import Change
from kpi_service.measures.target import Comparator
from service_kit.schemas import ResponseBody, example

_RULE = {
    "name": "matched",
    "version": 1,
    "rule": MatchingRule(3, tuple(Variable), Decimal(1)).in_words,
    "schools_each": 3,
    "variables": ["pupils", "disadvantaged_percent"],
    "caliper": 1.0,
    "valid_from_on": "2000-01-01",
}
_SCHOOL = {
    "urn": "103121",
    "starting_grade": 3,
    "change": "improved",
    "phase": "Primary",
    "region": "West Midlands",
    "pupils": 240,
    "disadvantaged_percent": 31.5,
}
_MATCH = _SCHOOL | {"urn": "103455", "change": "maintained", "pupils": 251, "distance": 0.11, "is_same_region": True}
_PAIRED = _SCHOOL | {"missing": [], "matches": [_MATCH]}
_BALANCE = {
    "variable": "pupils",
    "alliance_mean": 301.2,
    "mean_before": 355.8,
    "mean_after": 304.4,
    "difference_before": -0.21,
    "difference_after": -0.01,
}


class MatchingRuleOut(ResponseBody):
    """The comparator with its version and the figures in its rule."""

    model_config = ResponseBody.model_config | example(**_RULE)

    name: Comparator
    version: int
    rule: str
    schools_each: Annotated[int, Field(description="How many schools are looked for, for each of the alliance's.")]
    variables: list[Variable]
    caliper: Annotated[float, Field(description="None farther away is taken, in standard deviations.")]
    valid_from_on: date

    @classmethod
    def of(cls, comparator: ComparatorVersion) -> "MatchingRuleOut":
        """The rule as it is shown."""
        figures = require_figures(comparator)
        return cls(
            name=comparator.name,
            version=comparator.version,
            rule=comparator.rule,
            schools_each=figures.schools_each,
            variables=list(figures.variables),
            caliper=float(figures.caliper),
            valid_from_on=comparator.valid_from_on,
        )


class MatchableSchoolOut(ResponseBody):
    """A school and what it is matched by."""

    model_config = ResponseBody.model_config | example(**_SCHOOL)

    urn: str
    starting_grade: Annotated[int | None, Field(description="Of the inspection before the latest; 1 is outstanding.")]
    change: Change
    phase: str | None
    region: str | None
    pupils: int | None
    disadvantaged_percent: float | None


class MatchOut(MatchableSchoolOut):
    """A school in no alliance that was chosen, and how far it is from the other in standard deviations."""

    model_config = ResponseBody.model_config | example(**_MATCH)

    distance: float
    is_same_region: bool

    @classmethod
    def of(cls, match: Match) -> "MatchOut":
        """The match as it is shown."""
        shown = _school(match.school)
        return cls(**shown, distance=round(match.distance, 4), is_same_region=match.same_region)


class PairedSchoolOut(MatchableSchoolOut):
    """A school of the alliance with those chosen for it, nearest first; `missing` is what was not known of it."""

    model_config = ResponseBody.model_config | example(**_PAIRED)

    missing: list[str]
    matches: list[MatchOut]

    @classmethod
    def of_school(cls, paired: SchoolAndMatches) -> "PairedSchoolOut":
        """The school as it is shown."""
        matches = [MatchOut.of(match) for match in paired.matches]
        return cls(**_school(paired.school), missing=list(paired.missing), matches=matches)


class BalanceOut(ResponseBody):
    """How alike the schools are: the alliance's mean, that of all schools that could be chosen and that of those that
    were, and both differences in standard deviations."""

    model_config = ResponseBody.model_config | example(**_BALANCE)

    variable: Variable
    alliance_mean: float | None
    mean_before: float | None
    mean_after: float | None
    difference_before: float | None
    difference_after: float | None

    @classmethod
    def of(cls, balance: Balance) -> "BalanceOut":
        """The line as it is shown."""
        return cls(
            variable=balance.variable,
            alliance_mean=_shown(balance.alliance_mean),
            mean_before=_shown(balance.mean_before),
            mean_after=_shown(balance.mean_after),
            difference_before=_shown(balance.difference_before),
            difference_after=_shown(balance.difference_after),
        )


class MatchedSchoolsOut(ResponseBody):
    """Every school of an alliance with the schools in no alliance that are most like it, and how alike they are."""

    model_config = ResponseBody.model_config | example(
        kpi="A6",
        definition_version=1,
        alliance_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071",
        as_of="2015-03-20",
        data_as_of="2015-03-19T15:04:05Z",
        comparator=_RULE,
        eligible=14031,
        left_out={"starting_grade": 3120, "pupils": 12},
        balance=[_BALANCE],
        same_region_before_percent=11.2,
        same_region_after_percent=97.4,
        items=[_PAIRED],
    )

    kpi: str
    definition_version: int
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    comparator: MatchingRuleOut
    eligible: Annotated[int, Field(description="How many schools in no alliance could be chosen.")]
    left_out: Annotated[dict[str, int], Field(description="How many could not, by what was not known of them.")]
    balance: list[BalanceOut]
    same_region_before_percent: float | None
    same_region_after_percent: float | None
    items: list[PairedSchoolOut]

    @classmethod
    def of(
        cls,
        matched: MatchedSchools,
        *,
        comparator: ComparatorVersion,
        kpi: str,
        definition_version: int,
        alliance_id: UUID,
        as_of: date,
        data_as_of: datetime | None,
    ) -> "MatchedSchoolsOut":
        """The matched schools as they are shown."""
        before, after = matched.same_region_before, matched.same_region_after
        return cls(
            kpi=kpi,
            definition_version=definition_version,
            alliance_id=alliance_id,
            as_of=as_of,
            data_as_of=data_as_of,
            comparator=MatchingRuleOut.of(comparator),
            eligible=matched.eligible,
            left_out=dict(sorted(matched.left_out.items())),
            balance=[BalanceOut.of(line) for line in matched.balance],
            same_region_before_percent=None if before is None else round(100 * before, 2),
            same_region_after_percent=None if after is None else round(100 * after, 2),
            items=[PairedSchoolOut.of_school(school) for school in matched.schools],
        )


def _school(school: MatchableSchool) -> dict[str, object]:
    return {
        "urn": school.urn,
        "starting_grade": school.grades.starting,
        "change": school.grades.change,
        "phase": school.phase,
        "region": school.region,
        "pupils": school.pupils,
        "disadvantaged_percent": school.disadvantaged_percent,
    }


def _shown(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
