"""The 640 alliances of March 2018: what KPI A6 and B2 say of each against the group, the country and its matched
schools, and how alike those are, beside plain Python over the same files."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import inf
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import pytest
from sqlalchemy import text

from kpi_service.definitions.store import definitions_in_force
from kpi_service.improvements.result import judged_against
from kpi_service.improvements.use_cases import Comparators, answer_improvement
from kpi_service.inspections.change import Judgement, count_changes
from kpi_service.inspections.store import Population, count_grades, grade_pairs_by_alliance
from kpi_service.measures.target import Comparator, ResultState
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
EACH, CALIPER = 3, 1.0
"""The figures in the first version of the rule of matched schools."""
FIGURES = (Comparator.GROUP, Comparator.NATIONAL)
ONE_IN = 40
"""Of so many alliances one is asked for by itself too, as an alliance asks: the others in statements for all."""


@dataclass(frozen=True)
class Known:
    """What the files say of a school; None where they say nothing."""

    urn: str
    phase: str | None
    region: str | None
    pupils: int | None
    percent: Decimal | None
    latest: int | None
    starting: int | None

    @property
    def kind(self) -> tuple[int | None, str | None]:
        return self.starting, self.phase

    @property
    def is_complete(self) -> bool:
        return None not in (*self.kind, self.pupils, self.percent)

    @property
    def word(self) -> str:
        """How its last two inspections stand to each other."""
        if self.latest is None or self.starting is None:
            return "not_inspected" if self.latest is None else "first_inspection"
        return (
            "maintained" if self.latest == self.starting else "improved" if self.latest < self.starting else "declined"
        )


def known_schools(members: Mapping[UUID, set[str]]) -> Mapping[str, Known]:
    """Every school of the files, by its URN, read without a line of the service. The share of free school meals is that
    of 2021, the only one there is: it is told here as if it were of 2017."""
    histories: dict[str, list[tuple[date, int]]] = defaultdict(list)
    with gzip.open(FILES[1], "rt") as file:
        for row in csv.DictReader(file):
            on = date.fromisoformat(row["inspection_date"])
            if on <= DAY:
                histories[row["URN"]].append((on, int(row["grade"])))
    found = {
        urn: Known(urn, None, None, None, None, *last_two(histories[urn])) for urn in set().union(*members.values())
    }
    with gzip.open(FILES[0], "rt") as file:
        for row in csv.DictReader(file):
            urn, pupils, percent = row["URN"], row["NumberOfPupils"], row["PercentageFSM (2021 census)"]
            found[urn] = Known(
                urn,
                row["PhaseOfEducation (name)"] or None,
                row["GOR (name)"] or None,
                int(pupils) if pupils else None,
                Decimal(percent) if percent else None,
                *last_two(histories[urn]),
            )
    return found


def last_two(history: Sequence[tuple[date, int]]) -> tuple[int | None, int | None]:
    """The grade of the last inspection and of the one before it; dates within a week are one inspection."""
    told = sorted(history)
    grades = [grade for nth, (on, grade) in enumerate(told) if not nth or (on - told[nth - 1][0]).days > 7]
    return (grades[-1] if grades else None), (grades[-2] if len(grades) > 1 else None)


def facts(schools: Mapping[str, Known]) -> Iterator[Fact]:
    """The same as the service takes it over."""
    for school in schools.values():
        if school.phase or school.region:
            yield Place(school.urn, school.phase, school.region, None)
        yield Characteristics(school.urn, FileYear(2017), school.pupils, school.percent)
    with gzip.open(FILES[1], "rt") as file:
        for row in csv.DictReader(file):
            yield Inspection(row["URN"], date.fromisoformat(row["inspection_date"]), Grade(int(row["grade"])))


class Chosen:
    """Matched schools once more: one table of distances for each alliance, of which the least is taken again and
    again."""

    def __init__(self, pool: Sequence[Known]) -> None:
        self.pool = sorted(pool, key=lambda school: school.urn)
        self.values = values(self.pool)
        self.spread = self.values.std(axis=0)
        self.of_kind: dict[tuple[int | None, str | None], list[int]] = defaultdict(list)
        for nth, school in enumerate(self.pool):
            self.of_kind[school.kind].append(nth)

    def of(self, schools: Sequence[Known]) -> list[tuple[Known, Known]]:
        """The pairs of one alliance's schools and those chosen for them."""
        own = sorted(schools, key=lambda school: school.urn)
        among = sorted({nth for school in own for nth in self.of_kind[school.kind]})
        place = {nth: column for column, nth in enumerate(among)}
        apart = np.full((len(own), len(among)), inf)
        for row, school in enumerate(own):
            there = self.of_kind[school.kind]
            distance = np.sqrt((((self.values[there] - values([school])) / self.spread) ** 2).sum(axis=1))
            elsewhere = np.array([school.region is None or self.pool[nth].region != school.region for nth in there])
            apart[row, [place[nth] for nth in there]] = np.where(
                distance > CALIPER, inf, distance + elsewhere * (CALIPER + 1)
            )
        pairs = []
        for _ in range(EACH if among else 0):
            open_rows = list(range(len(own)))
            while open_rows:
                row, column = divmod(int(apart[open_rows].argmin()), len(among))
                if apart[open_rows[row], column] == inf:
                    break
                pairs.append((own[open_rows[row]], self.pool[among[column]]))
                apart[:, column] = inf
                del open_rows[row]
        return pairs


def values(schools: Sequence[Known]) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Size and disadvantage, a row for each school."""
    rows = [(float(school.pupils or 0), float(school.percent or 0)) for school in schools]
    return np.array(rows).reshape(len(rows), 2)


def counted(schools: Sequence[Known]) -> tuple[int, int]:
    """How many improved, of how many that were inspected twice."""
    words = Counter(school.word for school in schools)
    return words["improved"], words["improved"] + words["maintained"] + words["declined"]


def expected_state(rule: str, own: tuple[int, int], other: tuple[int, int]) -> ResultState:
    """The verdict in whole numbers: one share against another."""
    if not own[1] or not other[1]:
        return ResultState.NO_DATA
    if rule == "double" and not other[0]:
        return ResultState.UNDEFINED
    mine, theirs = own[0] * other[1], other[0] * own[1]
    return ResultState.MET if (mine >= 2 * theirs if rule == "double" else mine > theirs) else ResultState.NOT_MET


def expected_balance(own: Sequence[Known], pool: Chosen, matches: Sequence[Known]) -> list[list[float | None]]:
    """Means and differences in standard deviations, before and after, a line for each variable."""
    mine, after = values(own), values(matches)
    table: list[list[float | None]] = []
    for column in (0, 1):
        spread = float(np.sqrt((mine[:, column].var() + pool.values[:, column].var()) / 2))
        before = float(mine[:, column].mean()), float(pool.values[:, column].mean())
        then = float(after[:, column].mean()) if len(after) else None
        apart = None if then is None else (before[0] - then) / spread
        table.append([*before, then, (before[0] - before[1]) / spread, apart])
    return table


@pytest.mark.skipif(not all(file.is_file() for file in FILES), reason="the national files are not beside this")
def test_what_is_said_of_every_alliance_of_2018_is_what_plain_python_says(kpis: Database) -> None:
    members: dict[UUID, set[str]] = defaultdict(set)
    with FILES[2].open() as file:
        for row in csv.DictReader(file):
            members[uuid5(NAMESPACE_URL, row["Alliance Name"])].add(row["URN"])
    schools = known_schools(members)
    record_schools(kpis, sorted(schools))
    take_over(kpis, facts(schools))
    with kpis.transaction(EVERY_TENANT) as session:
        rows = [{"alliance_id": alliance, "urn": urn} for alliance, joined in members.items() for urn in joined]
        for table in (
            "memberships (membership_id, alliance_id, urn, from_on, recorded_at)"
            " SELECT gen_random_uuid(), :alliance_id, :urn, '2011-09-01', now()",
            "times_in_alliances (membership_id, urn, from_on) SELECT gen_random_uuid(), :urn, '2011-09-01'",
        ):
            session.execute(text(f"INSERT INTO {table}"), rows)
        session.execute(text("ANALYZE"))
    in_alliances = set().union(*members.values())
    elsewhere = [school for school in schools.values() if school.urn not in in_alliances]
    others = {Comparator.GROUP: counted(elsewhere), Comparator.NATIONAL: counted(list(schools.values()))}
    pool = Chosen([school for school in elsewhere if school.is_complete])
    said: Counter[tuple[str, str]] = Counter()
    with kpis.transaction(EVERY_TENANT) as session:
        each = count_grades(session, [Population.EACH_ALLIANCE], DAY)
        counts = {alliance: count.changes[OVERALL] for alliance, count in each.items()}
        pairs = grade_pairs_by_alliance(session, OVERALL, DAY)
        definitions = [*definitions_in_force(session, DAY, set_code=None, code="A6")]
        definitions += definitions_in_force(session, DAY, set_code=None, code="B2")
        targets = [definition.terms.target for definition in definitions]
        measure = definitions[0].terms.measure
        compared_with = Comparators(session, DAY)
        assert len(members) == len(counts) == 640
        for alliance, joined in members.items():
            own = [schools[urn] for urn in joined]
            words = Counter(school.word for school in own)
            assert {word: getattr(counts[alliance], word) for word in words} == dict(words)
            assert count_changes(pairs[alliance]) == counts[alliance]
            matched = compared_with.matchable.match(OVERALL, pairs[alliance])
            complete = [school for school in own if school.is_complete]
            chosen = pool.of(complete)
            assert {(each.school.urn, match.school.urn) for each in matched.schools for match in each.matches} == {
                (school.urn, match.urn) for school, match in chosen
            }
            matches = [match for _, match in chosen]
            assert not in_alliances.intersection(match.urn for match in matches)
            if complete:
                found = [
                    [
                        line.alliance_mean,
                        line.mean_before,
                        line.mean_after,
                        line.difference_before,
                        line.difference_after,
                    ]
                    for line in matched.balance
                ]
                for line, expected in zip(found, expected_balance(complete, pool, matches), strict=True):
                    assert line == [None if number is None else pytest.approx(number) for number in expected]
            others[Comparator.MATCHED] = counted(matches)
            figures = {name: compared_with.figure(name, measure, pairs[alliance]) for name in FIGURES}
            for target in targets:
                verdicts = {
                    name: judged_against(
                        target,
                        name,
                        counts[alliance],
                        figure,
                        version=compared_with.version(name),
                        as_of=DAY,
                        today=DAY,
                    ).state
                    for name, figure in (figures | {Comparator.MATCHED: matched.count}).items()
                }
                assert verdicts == {
                    name: expected_state(target.rule, counted(own), other) for name, other in others.items()
                }
                said.update((target.rule, name) for name, state in verdicts.items() if state is ResultState.MET)
        for alliance in sorted(members)[::ONE_IN]:
            own = [schools[urn] for urn in members[alliance]]
            for definition in definitions:
                answer = answer_improvement(session, definition, alliance, compared_with, DAY)
                assert (answer.count.improved, answer.count.of_all_pairs.denominator) == counted(own)
                others[Comparator.MATCHED] = counted([match for _, match in pool.of([s for s in own if s.is_complete])])
                rule = definition.terms.target.rule
                assert {each.comparator: each.state for each in answer.against} == {
                    name: expected_state(rule, counted(own), other) for name, other in others.items()
                }
    # Of the 808 schools 159 have two inspections, a size and a share of free school meals: no school is matched on what
    # is not known, and an alliance of others has nobody to be set against.
    assert sum(schools[urn].is_complete for urn in in_alliances) == 159
    assert {rule: [said[rule, name] for name in others] for rule in ("double", "greater_than")} == {
        "double": [102, 102, 25],
        "greater_than": [110, 110, 67],
    }, "alliances that meet A6 and B2 against the group, the country and matched schools"
