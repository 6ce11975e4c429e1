"""Which two inspections of a school are set against each other: the SQL beside the rule in plain Python."""

import csv
import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest

from kpi_service.inspections.change import Change, Judgement, count_changes
from kpi_service.inspections.store import (
    Population,
    count_changes_by_year,
    count_grades,
    inspected_schools,
)
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.official_files.inspections import Inspection
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import HANDED_IN_ON, forget_everything, record_schools, take_over
from tests.kpi_service.official_files.files import ROOT

DAY = date(2015, 8, 31)
OVERALL = Judgement.OVERALL


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no inspection."""
    yield
    forget_everything(kpis)


def changes(database: Database, population: Population = Population.NATION, on: date = DAY) -> Mapping[str, Change]:
    """Each school's change, which the counting statement must agree with."""
    with database.transaction(EVERY_TENANT) as session:
        schools = inspected_schools(session, population, OVERALL, on)
        assert count_grades(session, [population], on)[population].changes[OVERALL] == count_changes(schools)
    return {school.urn: school.change for school in schools}


def inspection(urn: str, on: date, grade: int, **more: Grade) -> Inspection:
    return Inspection(urn, on, Grade(grade), **more)


def test_the_last_two_inspections_up_to_the_day_are_compared(kpis: Database) -> None:
    record_schools(kpis, ["1", "2", "3"])
    take_over(
        kpis,
        [
            inspection("1", date(2006, 3, 1), 4),
            inspection("1", date(2010, 3, 1), 3),
            inspection("1", date(2014, 3, 1), 2),
            inspection("1", date(2016, 3, 1), 4),
            inspection("2", date(2014, 3, 1), 2),
        ],
    )
    assert changes(kpis) == {"1": Change.IMPROVED, "2": Change.FIRST_INSPECTION, "3": Change.NOT_INSPECTED}
    assert changes(kpis, on=date(2016, 8, 31))["1"] is Change.DECLINED


def test_an_academy_has_the_history_of_the_school_it_was_and_the_trace_names_the_link(kpis: Database) -> None:
    record_schools(kpis, ["30"])
    take_over(kpis, [SchoolLink("10", "20", "predecessor", None), SchoolLink("20", "30", "predecessor", None)])
    take_over(kpis, [inspection("10", date(2010, 3, 1), 3), inspection("30", date(2014, 3, 1), 2)])
    with kpis.transaction(EVERY_TENANT) as session:
        (school,) = inspected_schools(session, Population.NATION, OVERALL, DAY)
    assert school.change is Change.IMPROVED
    assert school.previous is not None
    assert (school.previous.urn, school.previous.via) == ("10", ("20", "10"))


def test_a_merged_school_has_the_history_of_both_and_a_split_school_leaves_its_history_to_each(
    kpis: Database,
) -> None:
    record_schools(kpis, ["30", "41", "42"])
    links = [("10", "30"), ("20", "30"), ("40", "41"), ("40", "42")]
    take_over(kpis, [SchoolLink(earlier, later, "predecessor", None) for earlier, later in links])
    take_over(
        kpis,
        [
            inspection("10", date(2010, 3, 1), 2),
            inspection("20", date(2012, 3, 1), 3),
            inspection("30", date(2014, 3, 1), 2),
            inspection("40", date(2010, 3, 1), 3),
            inspection("41", date(2014, 3, 1), 2),
            inspection("42", date(2014, 3, 1), 4),
        ],
    )
    assert changes(kpis) == {"30": Change.IMPROVED, "41": Change.IMPROVED, "42": Change.DECLINED}


def test_links_that_go_in_a_circle_end(kpis: Database) -> None:
    record_schools(kpis, ["1"])
    take_over(kpis, [SchoolLink("1", "2", "successor", None), SchoolLink("2", "1", "successor", None)])
    take_over(kpis, [inspection("1", date(2014, 3, 1), 2), inspection("2", date(2010, 3, 1), 3)])
    assert changes(kpis) == {"1": Change.IMPROVED}


def test_one_inspection_told_with_two_days_of_it_is_one(kpis: Database) -> None:
    record_schools(kpis, ["1"])
    first = date(2014, 3, 4)
    take_over(kpis, [inspection("1", first, 2), inspection("1", first + timedelta(days=1), 2)])
    assert changes(kpis) == {"1": Change.FIRST_INSPECTION}


def test_a_restatement_changes_no_answer_of_an_earlier_day(kpis: Database) -> None:
    record_schools(kpis, ["1"])
    take_over(kpis, [inspection("1", date(2010, 3, 1), 3), inspection("1", date(2014, 3, 1), 2)])
    last = HANDED_IN_ON + timedelta(days=1)
    for grade, on in ((4, HANDED_IN_ON), (3, last)):
        take_over(kpis, [inspection("1", date(2014, 3, 1), grade)], on=on)
    assert changes(kpis)["1"] is Change.IMPROVED
    assert changes(kpis, on=HANDED_IN_ON)["1"] is Change.DECLINED
    assert changes(kpis, on=last)["1"] is Change.MAINTAINED


def test_another_judgement_is_compared_with_itself(kpis: Database) -> None:
    record_schools(kpis, ["1"])
    take_over(
        kpis,
        [
            inspection("1", date(2010, 3, 1), 2, teaching=Grade.REQUIRES_IMPROVEMENT),
            inspection("1", date(2012, 3, 1), 4),
            inspection("1", date(2014, 3, 1), 3, teaching=Grade.GOOD),
        ],
    )
    with kpis.transaction(EVERY_TENANT) as session:
        changed = count_grades(session, [Population.NATION], DAY)[Population.NATION].changes
        assert changed[Judgement.TEACHING].improved == 1
        assert changed[Judgement.LEADERSHIP].not_inspected == 1


def test_the_group_has_no_school_that_is_in_any_alliance_whoever_asks(kpis: Database) -> None:
    record_schools(kpis, ["1", "2", "3", "4"])
    one, other = Alliance(kpis), Alliance(kpis)
    one.join("1", date(2012, 9, 1))
    other.join("2", date(2012, 9, 1))
    other.join("3", date(2012, 9, 1), to_on=date(2014, 8, 31))
    assert set(changes(kpis, Population.IN_NO_ALLIANCE)) == {"3", "4"}
    assert set(changes(kpis, Population.IN_NO_ALLIANCE, on=date(2014, 8, 31))) == {"4"}


def expected(inspections: Sequence[tuple[str, date, int]], lineage: Mapping[str, set[str]]) -> dict[str, Change]:
    """The rule once more, school by school."""
    answer = {}
    for urn, line in lineage.items():
        told = sorted({(on, grade) for given_to, on, grade in inspections if given_to in line and on <= DAY})
        if not told:
            answer[urn] = Change.NOT_INSPECTED
        elif len(told) == 1:
            answer[urn] = Change.FIRST_INSPECTION
        else:
            difference = told[-1][1] - told[-2][1]
            answer[urn] = (
                Change.MAINTAINED if difference == 0 else Change.IMPROVED if difference < 0 else Change.DECLINED
            )
    return answer


def test_random_histories_are_compared_as_the_rule_says(kpis: Database) -> None:
    chance = random.Random(6)
    urns = [str(100_000 + number) for number in range(300)]
    lineage = {urn: {urn, f"9{urn[1:]}"} if chance.random() < 0.4 else {urn} for urn in urns}
    days = [date(2005, 1, 1) + timedelta(days=30 * number) for number in range(140)]
    inspections = [
        (given_to, on, chance.randint(1, 4))
        for urn, line in lineage.items()
        for given_to, on in zip(
            chance.choices(sorted(line), k=4), chance.sample(days, chance.randint(0, 4)), strict=False
        )
    ]
    record_schools(kpis, urns)
    take_over(
        kpis,
        [
            SchoolLink(next(iter(line - {urn})), urn, "predecessor", None)
            for urn, line in lineage.items()
            if len(line) > 1
        ],
    )
    take_over(kpis, [inspection(*told) for told in inspections])
    assert changes(kpis) == expected(inspections, lineage)


NATIONAL = ROOT / "shared" / "data" / "ofsted_inspections.csv.gz"


@pytest.mark.skipif(not NATIONAL.is_file(), reason="the national history is not beside this repository")
def test_the_national_history_counts_as_plain_python_counts_it(kpis: Database) -> None:
    with gzip.open(NATIONAL, "rt") as file:
        told = [
            (row["URN"], date.fromisoformat(row["inspection_date"]), int(row["grade"])) for row in csv.DictReader(file)
        ]
    assert len(told) == 60_132
    by_school: dict[str, dict[date, int]] = defaultdict(dict)
    for urn, on, grade in told:
        by_school[urn].setdefault(on, grade)
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for history in by_school.values():
        days = sorted(history)
        kept = [on for number, on in enumerate(days) if not number or (on - days[number - 1]).days > 7]
        for earlier, later in pairwise(kept):
            difference = history[later] - history[earlier]
            word = "maintained" if difference == 0 else "improved" if difference < 0 else "declined"
            counted[later.year - (later.month < 9)][word] += 1
    record_schools(kpis, by_school)
    take_over(kpis, [inspection(*row) for row in told])
    with kpis.transaction(EVERY_TENANT) as session:
        years = count_changes_by_year(session, Population.NATION, OVERALL, date(2020, 3, 1))
    found = {
        year.starting: Counter(improved=count.improved, maintained=count.maintained, declined=count.declined)
        for year, count in years.items()
        if count.of_all_pairs.denominator
    }
    assert found == dict(counted)
    assert sum(sum(count.values()) for count in found.values()) > 35_000
