"""A KPI definition: which measure, for which target, in force when. A set of KPIs is a list of these, and is data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from kpi_service.inspections.change import Judgement
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.measures.target import Comparator, Target
from service_kit.errors import RuleBroken


class Measure(StrEnum):
    """What can be counted. A new measure is code; a new definition is not."""

    SLES_DEPLOYED_WITHIN_THREE_MONTHS = "sles_deployed_within_three_months"
    SCHOOLS_IN_ALLIANCES = "schools_in_alliances"
    SCHOOLS_IMPROVED_OVERALL = "schools_improved_overall"
    SCHOOLS_IMPROVED_IN_TEACHING = "schools_improved_in_teaching"
    SCHOOLS_IMPROVED_IN_LEADERSHIP = "schools_improved_in_leadership"
    ATTAINMENT_CHANGE = "attainment_change"
    ATTAINMENT_GAP_CHANGE = "attainment_gap_change"
    TRAINEES_TRAINED = "trainees_trained"
    TRAINEES_EMPLOYED_EARLY = "trainees_employed_early"
    HEADSHIP_VACANCY_CHANGE = "headship_vacancy_change"
    SLES_TRAINED = "sles_trained"
    SCHOOLS_RATED_GOOD = "schools_rated_good"
    DEPLOYMENT_DAYS = "deployment_days"
    TEACHERS_TRAINED = "teachers_trained"


class Disaggregation(StrEnum):
    """What a figure may be asked for apart: one designation round, designations of a period, each cohort, a key
    stage."""

    ROUND = "round"
    PERIOD = "period"
    COHORT = "cohort"
    KEY_STAGE_2 = "key_stage_2"
    KEY_STAGE_4 = "key_stage_4"
    KEY_STAGE_5 = "key_stage_5"


@dataclass(frozen=True)
class Counted:
    """Whom or what a measure counts, in which unit, what its figure can be set against, how it may be taken apart."""

    population: str
    unit: str
    comparators: frozenset[Comparator]
    disaggregations: frozenset[Disaggregation] = frozenset()


JUDGEMENTS: Mapping[Measure, Judgement] = MappingProxyType(
    {
        Measure.SCHOOLS_IMPROVED_OVERALL: Judgement.OVERALL,
        Measure.SCHOOLS_IMPROVED_IN_TEACHING: Judgement.TEACHING,
        Measure.SCHOOLS_IMPROVED_IN_LEADERSHIP: Judgement.LEADERSHIP,
    }
)
"""The measures that count schools whose inspection grades improved, and by which judgement."""

KEY_STAGES = frozenset({Disaggregation.KEY_STAGE_2, Disaggregation.KEY_STAGE_4, Disaggregation.KEY_STAGE_5})
"""A definition of attainment names the key stages it is of: each is answered on its own."""

_FIXED_OR_BEFORE = frozenset({Comparator.FIXED, Comparator.PREVIOUS_YEAR})
_OTHER_SCHOOLS = frozenset({Comparator.GROUP, Comparator.NATIONAL})

COUNTED: Mapping[Measure, Counted] = MappingProxyType(
    {
        Measure.SLES_DEPLOYED_WITHIN_THREE_MONTHS: Counted(
            population="first designations of SLEs",
            unit="percent",
            comparators=_FIXED_OR_BEFORE,
            disaggregations=frozenset({Disaggregation.ROUND, Disaggregation.PERIOD}),
        ),
        Measure.SCHOOLS_IN_ALLIANCES: Counted(
            population="schools that are members of an alliance",
            unit="schools",
            comparators=_FIXED_OR_BEFORE,
            disaggregations=frozenset({Disaggregation.COHORT}),
        ),
        **dict.fromkeys(
            JUDGEMENTS,
            Counted(
                population="schools with two graded inspections",
                unit="percent",
                comparators=_OTHER_SCHOOLS | {Comparator.MATCHED},
            ),
        ),
        **dict.fromkeys(
            (Measure.ATTAINMENT_CHANGE, Measure.ATTAINMENT_GAP_CHANGE),
            Counted(
                population="pupils of schools with published figures in both years",
                unit="percent",
                comparators=_OTHER_SCHOOLS,
                disaggregations=KEY_STAGES,
            ),
        ),
        Measure.TRAINEES_TRAINED: Counted(
            population="trainees who completed initial teacher training",
            unit="trainees",
            comparators=frozenset({Comparator.PREVIOUS_YEAR}),
            disaggregations=frozenset({Disaggregation.COHORT}),
        ),
        Measure.TRAINEES_EMPLOYED_EARLY: Counted(
            population="trainees of whom it is known whether they were employed early",
            unit="percent",
            comparators=frozenset({Comparator.NATIONAL}),
        ),
        Measure.HEADSHIP_VACANCY_CHANGE: Counted(
            population="schools whose headship was counted in both years",
            unit="percent",
            comparators=_OTHER_SCHOOLS,
        ),
        Measure.SLES_TRAINED: Counted(
            population="first designations of SLEs who were trained",
            unit="SLEs",
            comparators=frozenset({Comparator.AGREED_TARGET}),
        ),
        Measure.SCHOOLS_RATED_GOOD: Counted(
            population="open schools with a graded inspection",
            unit="percent",
            comparators=_OTHER_SCHOOLS | _FIXED_OR_BEFORE,
        ),
        Measure.DEPLOYMENT_DAYS: Counted(
            population="visits in deployments of the alliance's leaders",
            unit="days",
            comparators=_FIXED_OR_BEFORE | {Comparator.AGREED_TARGET},
        ),
        Measure.TEACHERS_TRAINED: Counted(
            population="people who completed a programme that is not initial teacher training",
            unit="teachers",
            comparators=_FIXED_OR_BEFORE | {Comparator.AGREED_TARGET},
        ),
    }
)


class MeasureNotDisaggregated(RuleBroken):
    """A definition may only ask for what its measure can be taken apart by."""


class MeasureNotComparedWith(RuleBroken):
    """A definition may only set its measure against a comparator that has a figure of it."""


class DefinitionEndsBeforeItBegins(RuleBroken):
    """The last day a definition is in force is not before the first."""


@dataclass(frozen=True)
class KpiTerms:
    """What a definition says. In force from `valid_from_on` to `valid_to_on`, both days included, or without an end.

    Raises `MeasureNotDisaggregated`, `DefinitionEndsBeforeItBegins`.
    """

    set_code: str
    number: str
    name: str
    measure: Measure
    target: Target
    disaggregations: frozenset[Disaggregation]
    valid_from_on: date
    valid_to_on: date | None

    def __post_init__(self) -> None:
        possible = COUNTED[self.measure].disaggregations
        if not self.disaggregations <= possible:
            only = f"is taken apart by {', '.join(sorted(possible))} only" if possible else "is not taken apart"
            raise MeasureNotDisaggregated(f"{self.measure} {only}.")
        if self.valid_to_on is not None and self.valid_to_on < self.valid_from_on:
            raise DefinitionEndsBeforeItBegins(f"{self.valid_to_on} is before {self.valid_from_on}.")

    @property
    def code(self) -> str:
        """The set and the number, `B8b`: a number alone does not say which KPI is meant."""
        return self.set_code + self.number

    def is_in_force(self, day: date) -> bool:
        """Whether it may hold on a day."""
        return self.valid_from_on <= day and (self.valid_to_on is None or day <= self.valid_to_on)

    def can_be_asked_for(self, chosen: DesignatedIn) -> bool:
        """Whether the KPI is taken apart by what the designations are chosen by."""
        asked_apart = {Disaggregation.ROUND} if chosen.round is not None else set()
        asked_apart |= {Disaggregation.PERIOD} if chosen.has_period else set()
        return asked_apart <= self.disaggregations


@dataclass(frozen=True)
class KpiDefinition:
    """One version of a definition. It is never changed: a restatement is the next version, and the highest version in
    force on a day is the one that holds on it. `comparator_version` is the version of its comparator's rule that holds
    on the day the definition was asked for; None where it was asked for without a day."""

    id: UUID
    version: int
    terms: KpiTerms
    comparator_version: int | None = None


def require_comparable(terms: KpiTerms) -> None:
    """Whether the measure has a figure of the comparator that the definition names. Raises `MeasureNotComparedWith`."""
    possible, named = COUNTED[terms.measure].comparators, terms.target.comparator
    if named not in possible:
        raise MeasureNotComparedWith(
            f"{terms.measure} is set against {', '.join(sorted(possible))} only, not against {named}."
        )
