"""On any facts, and for every measure, what the entries of a trace add is the figure of the result."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest

from kpi_service.attainment_changes.result import AttainmentResult
from kpi_service.definitions.kpi_definition import Measure
from kpi_service.deployment_days.result import DeploymentDaysResult
from kpi_service.headships.result import HeadshipResult
from kpi_service.improvements.result import ImprovementResult
from kpi_service.leader_training.result import TrainedLeadersResult
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.measures.rate import Rate
from kpi_service.results.result import AllianceResult, DeploymentResult, SchoolsResult
from kpi_service.results.schemas import alliance_result
from kpi_service.results.use_cases import answer_for_alliance
from kpi_service.school_grades.result import SchoolGradesResult
from kpi_service.traces.trace import Adds, TraceEntry
from kpi_service.traces.use_cases import trace_result
from kpi_service.trainees.result import EarlyEmploymentResult, TraineesResult
from kpi_service.verdicts.result_id import ResultId
from service_kit.access import Grant, Reach
from service_kit.database import Database
from tests.kpi_service.any_facts import DAY, any_alliance, forget_all_facts
from tests.kpi_service.builders import TODAY
from tests.kpi_service.third_set import add_third_set


@pytest.fixture(scope="module", autouse=True)
def third_set(kpis: Database) -> None:
    """Every measure stands in a set that is in force."""
    add_third_set(kpis)


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no fact."""
    yield
    forget_all_facts(kpis)


def added(entries: Sequence[TraceEntry]) -> tuple[Adds, Adds]:
    """What they add together to the figure of the day, and to that of the year before."""
    both = []
    for adds in ([entry.adds for entry in entries], [entry.added_before for entry in entries]):
        numerator = sum((one.numerator for one in adds), Fraction(0))
        both.append(Adds(numerator, sum((one.denominator for one in adds), Fraction(0))))
    return both[0], both[1]


def of(rate: Rate) -> Adds:
    return Adds(Fraction(rate.numerator), Fraction(rate.denominator))


def check(result: AllianceResult, entries: Sequence[TraceEntry]) -> None:
    """The trace gives the figure, exactly."""
    now, before = added(entries)
    counted_as = Counter(entry.counted_as for entry in entries)
    match result:
        case DeploymentResult():
            assert now == of(result.rate)
            assert counted_as == Counter(clock.counted_as for clock in result.clocks)
        case SchoolsResult():
            assert now.numerator == result.count.schools
            assert before.numerator == result.count.schools_year_before
        case ImprovementResult():
            assert now == of(result.count.of_all_pairs)
            assert counted_as["declined"] == result.count.declined
            assert counted_as["not_inspected"] == result.count.not_inspected
        case TraineesResult():
            years = result.judged.years
            assert (now.numerator, before.numerator) == (years.value or 0, years.previous_value or 0)
        case EarlyEmploymentResult() | SchoolGradesResult():
            assert now == of(result.rate)
        case HeadshipResult():
            assert (now, before) == (of(result.rates.rate), of(result.rates.previous_rate))
        case DeploymentDaysResult():
            assert (now.numerator, before.numerator) == (result.used.days, result.used.days_year_before)
        case TrainedLeadersResult():
            assert now.numerator == len(result.leaders)
        case AttainmentResult():
            for figure in result.topic.figures:
                sums = [result.sums.sums.get((figure, year)) for year in (result.sums.year, result.sums.year.before)]
                expected = [Adds() if one is None else Adds(one.numerator, Fraction(one.pupils)) for one in sums]
                assert list(added([entry for entry in entries if entry.figure == figure])) == expected


@pytest.mark.parametrize("seed", range(4))
def test_the_trace_of_every_measure_adds_up_to_its_figure(kpis: Database, seed: int) -> None:
    chance = Random(seed)
    alliance, _ = any_alliance(kpis, chance), any_alliance(kpis, chance)
    seen: set[Measure] = set()
    days = (DAY, DAY - timedelta(chance.randint(1, 400)), date(2014, 1, 1))
    with kpis.transaction(Reach.of([Grant("broker", alliance.alliance_id)])) as session:
        for as_of in days:
            for chosen in (DesignatedIn(), DesignatedIn("autumn", DAY - timedelta(200), DAY)):
                for result in answer_for_alliance(
                    session,
                    alliance.alliance_id,
                    set_code=None,
                    code=None,
                    chosen=chosen,
                    as_of=as_of,
                    today=TODAY,
                    beside=(),
                ):
                    entries = trace_result(session, ResultId.read(alliance_result(result).id))
                    check(result, entries)
                    assert len({entry.key for entry in entries}) == len(entries)
                    assert all(entry.records for entry in entries if entry.counted_as != "not_inspected")
                    seen.add(result.definition.terms.measure)
    assert seen == set(Measure)
