"""A KPI through the years: its result at the end of each, what was judged of it, and against what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from kpi_service.attainment_changes.result import AttainmentResult
from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.deployment_days.result import DeploymentDaysResult
from kpi_service.headships.result import HeadshipResult
from kpi_service.improvements.result import ImprovementResult
from kpi_service.leader_training.result import TrainedLeadersResult
from kpi_service.measures.rate import Rate
from kpi_service.measures.target import Comparator, TargetRule
from kpi_service.measures.year_on_year import YearOnYear
from kpi_service.official_files.file_year import FileYear
from kpi_service.results.result import AllianceResult, DeploymentResult, SchoolsResult
from kpi_service.school_grades.result import SchoolGradesResult
from kpi_service.trainees.result import EarlyEmploymentResult, TraineesResult
from kpi_service.verdicts.change import ChangeAgainst
from kpi_service.verdicts.comparison import Comparison
from service_kit.errors import RuleBroken

YEARS_WHERE_NONE_IS_SAID = 5
MOST_YEARS = 20


class SeriesEndsBeforeItBegins(RuleBroken):
    """A series has at least one day."""


class SeriesTooLong(RuleBroken):
    """A series is of no more academic years than can be answered at once."""


@dataclass(frozen=True)
class Judged:
    """What is judged of a result: the `figure`, of the `rate` where it is one, set against `against`, the figure of the
    `comparator`. A change is judged in per cent of the year before."""

    figure: Fraction | None
    rate: Rate | None
    comparator: Comparator
    against: Fraction | None

    def asked_for(self, rule: TargetRule) -> Fraction | None:
        """The figure at which the target is reached: twice the comparator's, or the comparator's own."""
        if self.against is None:
            return None
        return 2 * self.against if rule is TargetRule.DOUBLE else self.against


@dataclass(frozen=True)
class Series:
    """The results of one KPI, or of one figure of it, earliest first. A KPI that became another one has two series."""

    results: Sequence[AllianceResult]

    @property
    def definition(self) -> KpiDefinition:
        """The definition of the last result."""
        return self.results[-1].definition


def days_of(*, as_of_from: date | None, as_of_to: date | None, today: date) -> Sequence[date]:
    """The last day of each academic year from `as_of_from` on and before `as_of_to`, and today where it is one of these
    days; nothing later than today. Where no beginning is said, the last five years before the end.

    Raises `SeriesEndsBeforeItBegins`, `SeriesTooLong`.
    """
    last = today if as_of_to is None else min(as_of_to - timedelta(days=1), today)
    ending = FileYear.ended_by(last).starting
    first = as_of_from or FileYear(ending - YEARS_WHERE_NONE_IS_SAID + 1).last_day
    if as_of_to is not None and first >= as_of_to:
        raise SeriesEndsBeforeItBegins("`as_of_to` is the first day after the series: later than its first.")
    days = [day for year in range(first.year - 1, ending + 1) if (day := FileYear(year).last_day) >= first]
    if len(days) > MOST_YEARS:
        raise SeriesTooLong(f"Ask for {MOST_YEARS} academic years at most; these days are in {len(days)}.")
    return sorted({*days, *([today] if first <= today <= last else [])})


def series_of(results: Iterable[AllianceResult]) -> Sequence[Series]:
    """Results of several days, each with those of the same KPI and figure, in the order in which they come first."""
    found: dict[tuple[str, ...], list[AllianceResult]] = defaultdict(list)
    for result in results:
        terms = result.definition.terms
        part = (result.topic.key_stage, result.topic.name) if isinstance(result, AttainmentResult) else ()
        found[terms.code, terms.measure, *part].append(result)
    return [Series(sorted(of_one, key=lambda result: result.as_of)) for of_one in found.values()]


def judged(result: AllianceResult) -> Judged:
    """What is judged of a result, by what it counts."""
    match result:
        case DeploymentResult() | EarlyEmploymentResult() | SchoolGradesResult():
            return _share(result.rate, result.comparison)
        case ImprovementResult():
            own, rate = result.against[0], result.count.of_all_pairs
            return Judged(rate.percent, rate, own.comparator, own.figure)
        case AttainmentResult():
            return _change(result.sums.year_on_year, result.against[0])
        case HeadshipResult():
            return _change(result.rates.year_on_year, result.against[0])
        case SchoolsResult():
            return _number(result.count.figure, result.comparison)
        case TraineesResult():
            return _number(result.judged.years.value, result.comparison)
        case TrainedLeadersResult():
            return _number(Fraction(len(result.leaders)), result.comparison)
        case DeploymentDaysResult():
            return _number(result.used.figure, result.comparison)


def _share(rate: Rate, comparison: Comparison) -> Judged:
    return Judged(rate.percent, rate, comparison.comparator, comparison.figure)


def _change(years: YearOnYear, own: ChangeAgainst) -> Judged:
    return Judged(years.change_percent, None, own.comparator, own.other.percent)


def _number(figure: Fraction | None, comparison: Comparison) -> Judged:
    return Judged(figure, None, comparison.comparator, comparison.figure)
