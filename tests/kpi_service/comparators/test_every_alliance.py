"""The 640 alliances of March 2018, each against the group, the country and its matched schools, beside plain Python."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from sqlalchemy import text

from kpi_service.comparators.use_cases import Matchable
from kpi_service.inspections.change import Judgement, count_changes
from kpi_service.inspections.store import (
    Population,
    count_by_alliance,
    count_inspected_schools,
    grade_pairs_by_alliance,
)
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.characteristics import Characteristics, Place
from kpi_service.official_files.facts import Fact
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.inspections.files_taken_over import record_schools, take_over
from tests.kpi_service.official_files.files import ROOT

DATA = ROOT / "shared" / "data"
FILES = [DATA / name for name in ("schools.csv.gz", "ofsted_inspections.csv.gz", "teaching_schools_2018-03-12.csv")]
DAY = date(2018, 3, 12)
OVERALL = Judgement.OVERALL


def facts() -> Iterator[Fact]:
    """Every school with its inspections. The share of free school meals is that of 2021, the only one there is: it is
    told here as if it were of 2017."""
    with gzip.open(FILES[0], "rt") as file:
        for row in csv.DictReader(file):
            yield Place(row["URN"], row["PhaseOfEducation (name)"] or None, row["GOR (name)"] or None, None)
            pupils, percent = row["NumberOfPupils"], row["PercentageFSM (2021 census)"]
            yield Characteristics(
                row["URN"], FileYear(2017), int(pupils) if pupils else None, Decimal(percent) if percent else None
            )
    with gzip.open(FILES[1], "rt") as file:
        for row in csv.DictReader(file):
            yield Inspection(row["URN"], date.fromisoformat(row["inspection_date"]), Grade(int(row["grade"])))


def expected_change(history: list[tuple[date, int]]) -> str:
    """The word for a school's last two inspections up to the day."""
    told = sorted((on, grade) for on, grade in history if on <= DAY)
    told = [each for number, each in enumerate(told) if not number or (each[0] - told[number - 1][0]).days > 7]
    if len(told) < 2:
        return "first_inspection" if told else "not_inspected"
    difference = told[-1][1] - told[-2][1]
    return "maintained" if difference == 0 else "improved" if difference < 0 else "declined"


@pytest.mark.skipif(not all(file.is_file() for file in FILES), reason="the national files are not beside this")
def test_every_alliance_of_2018_is_counted_at_once_as_plain_python_counts_it(kpis: Database) -> None:
    members: dict[UUID, set[str]] = defaultdict(set)
    with FILES[2].open() as file:
        for row in csv.DictReader(file):
            members[uuid5(NAMESPACE_URL, row["Alliance Name"])].add(row["URN"])
    in_alliances = set().union(*members.values())
    told = list(facts())
    histories: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for fact in told:
        if isinstance(fact, Inspection):
            histories[fact.urn].append((fact.inspected_on, int(fact.overall)))
    urns = {fact.urn for fact in told if isinstance(fact, Place)} | in_alliances
    record_schools(kpis, sorted(urns))
    take_over(kpis, told)
    with kpis.transaction(EVERY_TENANT) as session:
        rows = [{"alliance_id": alliance, "urn": urn} for alliance, joined in members.items() for urn in joined]
        for table in (
            "memberships (membership_id, alliance_id, urn, from_on, recorded_at)"
            " SELECT gen_random_uuid(), :alliance_id, :urn, '2011-09-01', now()",
            "times_in_alliances (membership_id, urn, from_on) SELECT gen_random_uuid(), :urn, '2011-09-01'",
        ):
            session.execute(text(f"INSERT INTO {table}"), rows)
    with kpis.transaction(EVERY_TENANT) as session:
        counts = count_by_alliance(session, OVERALL, DAY)
        own = grade_pairs_by_alliance(session, OVERALL, DAY)
        group = count_inspected_schools(session, Population.IN_NO_ALLIANCE, OVERALL, DAY)
        nation = count_inspected_schools(session, Population.NATION, OVERALL, DAY)
        matchable = Matchable(session, DAY)
        matched = {alliance: matchable.match(OVERALL, schools) for alliance, schools in own.items()}
    assert len(members) == len(counts) == len(matched) == 640
    for alliance, joined in members.items():
        words = [expected_change(histories[urn]) for urn in joined]
        counted = counts[alliance]
        assert {word: getattr(counted, word) for word in words} == {word: words.count(word) for word in words}
        assert count_changes(own[alliance]) == counted
    for count, population in ((group, urns - in_alliances), (nation, urns)):
        words = [expected_change(histories[urn]) for urn in population]
        assert (count.improved, count.of_all_pairs.denominator) == (
            words.count("improved"),
            sum(words.count(word) for word in ("improved", "maintained", "declined")),
        )
    # Of the 808 schools 159 have two inspections, a size and a share of free school meals: no school is
    # matched on what is not known.
    complete = [school for each in matched.values() for school in each.schools if not school.missing]
    assert len({school.school.urn for school in complete}) == 159
    assert sum(each.count.of_all_pairs.denominator for each in matched.values()) > 450
    for each in matched.values():
        taken = [match.school.urn for school in each.schools for match in school.matches]
        assert len(set(taken)) == len(taken)
        assert not in_alliances.intersection(taken)
        words = [expected_change(histories[urn]) for urn in taken]
        assert each.count.improved == words.count("improved")
        assert each.count.first_inspection + each.count.not_inspected == 0
