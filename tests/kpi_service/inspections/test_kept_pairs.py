"""The grades that are kept beside the facts that the same is found in: whatever is told, in whatever order, by whom."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, or_, select, text, update
from sqlalchemy.orm import Session

from kpi_service.inspections.change import ChangeCount, GradeCounts, GradePair, Judgement, count_changes
from kpi_service.inspections.store import (
    Population,
    count_changes_by_year,
    count_grades,
    grade_pairs,
    inspected_schools,
)
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.official_files.facts import Fact
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from kpi_service.outcomes.tables import InspectionRow, SchoolLinkRow
from kpi_service.results.use_cases import answer_for_alliance
from kpi_service.schools.tables import SchoolRow
from service_kit.database import EVERY_TENANT, Database
from tests.deploy_local.waiting import wait_until
from tests.kpi_service.builders import Alliance, record_school
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over

MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
URNS = [str(100_001 + number) for number in range(5)]
FIRST = date(2012, 3, 1)
# A week and a day or two apart, so that some inspections are one and some are not.
INSPECTED_ON = [FIRST + timedelta(days) for days in (0, 4, 11, 19, 400, 407, 500)]
HANDED_IN_ON = [FIRST + timedelta(days) for days in (2, 11, 30, 407, 600)]
DAYS = sorted({*INSPECTED_ON, *HANDED_IN_ON, FIRST - timedelta(1), FIRST + timedelta(5), FIRST + timedelta(900)})
KEPT = text("SELECT * FROM grade_pairs ORDER BY urn, from_on")


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no inspection."""
    forget_everything(kpis)
    yield
    forget_everything(kpis)


def changes_of_the_country(session: Session, day: date) -> ChangeCount:
    return count_grades(session, [Population.NATION], day)[Population.NATION].changes[Judgement.OVERALL]


def assert_kept_as_found(session: Session, alliance: Alliance | None = None) -> None:
    """On every day what is kept is what is found among the facts, and what is kept when counted anew from nothing."""
    for day in DAYS:
        for judgement in Judgement:
            found = inspected_schools(session, Population.NATION, judgement, day)
            assert grade_pairs(session, Population.NATION, judgement, day) == [one.grades for one in found], day
        asked: list[Any] = [(Population.IN_NO_ALLIANCE, Judgement.OVERALL, None)]
        asked += [(Population.ALLIANCE, Judgement.TEACHING, alliance.alliance_id)] if alliance else []
        for population, judgement, alliance_id in asked:
            found = inspected_schools(session, population, judgement, day, alliance_id)
            counts = count_grades(session, [population], day, alliance_id)[population]
            assert counts.changes[judgement] == count_changes(found), day
        if alliance:
            own, each = Population.ALLIANCE, Population.EACH_ALLIANCE
            counts = count_grades(session, [own], day, alliance.alliance_id)[own]
            assert count_grades(session, [each], day).get(alliance.alliance_id, GradeCounts.of_no_school()) == counts
    for day in DAYS[::3]:
        for judgement in (Judgement.OVERALL, Judgement.TEACHING):
            assert count_changes_by_year(session, Population.NATION, judgement, day) == by_year(session, judgement, day)
    kept = session.execute(KEPT).all()
    session.execute(text("DELETE FROM grade_pairs"))
    session.execute(text("SELECT keep_grade_pairs(array_agg(DISTINCT urn)) FROM inspections"))
    assert session.execute(KEPT).all() == kept


def by_year(session: Session, judgement: Judgement, day: date) -> dict[FileYear, ChangeCount]:
    """The changes of each academic year in plain Python: every graded inspection and the one before it."""

    def known(row: type[InspectionRow] | type[SchoolLinkRow]) -> Any:
        return row.known_from_on <= day, or_(row.known_to_on.is_(None), row.known_to_on > day)

    links = session.scalars(select(SchoolLinkRow).where(*known(SchoolLinkRow))).all()
    inspections = session.scalars(select(InspectionRow).where(*known(InspectionRow))).all()
    pairs: dict[FileYear, list[GradePair]] = defaultdict(list)
    for school in session.scalars(select(SchoolRow)):
        if school.closed_on is not None and school.closed_on < day:
            continue
        steps, line = {school.urn: 0}, [school.urn]
        for urn in line:
            for link in links:
                if link.successor_urn == urn and link.predecessor_urn not in steps:
                    steps[link.predecessor_urn] = steps[urn] + 1
                    line.append(link.predecessor_urn)
        graded = sorted(
            (one.inspected_on, steps[one.urn], one.urn, getattr(one, judgement))
            for one in inspections
            if one.urn in steps and one.inspected_on <= day and getattr(one, judgement) is not None
        )
        latest, last_on = None, date.min
        for inspected_on, _, _, grade in graded:
            if (inspected_on - last_on).days > 7:
                pairs[FileYear.having(inspected_on)].append(GradePair(school.urn, Grade(grade), latest))
                latest = Grade(grade)
            last_on = inspected_on
    return {year: count_changes(told) for year, told in pairs.items()}


@dataclass(frozen=True)
class Told:
    """Facts handed in on a day, and the alliance's schools and those that close from then on."""

    on: date
    facts: Sequence[Fact]
    joins: str | None
    closes: str | None
    removed: str | None


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """What is told day after day: new and restated inspections, links, some taken away again."""
    grades = st.sampled_from(Grade)
    perhaps = st.one_of(st.none(), grades)
    urns = st.sampled_from(URNS)
    inspections = st.builds(Inspection, urns, st.sampled_from(INSPECTED_ON), grades, perhaps, perhaps)
    successions = st.sampled_from([(earlier, later) for earlier in URNS for later in URNS if earlier != later])
    links = st.builds(
        lambda urns, on: SchoolLink(urns[0], urns[1], "predecessor", on),
        successions,
        st.one_of(st.none(), st.sampled_from(INSPECTED_ON)),
    )
    files = st.one_of(st.lists(inspections, min_size=1, max_size=6), st.lists(links, min_size=1, max_size=2))
    rarely = st.one_of(st.none(), st.none(), urns)
    days = sorted(draw(st.lists(st.sampled_from(HANDED_IN_ON), min_size=2, max_size=6)))
    return [Told(day, draw(files), draw(rarely), draw(rarely), draw(rarely)) for day in days]


@MANY
@given(history=histories())
def test_what_is_kept_is_what_is_found(kpis: Database, history: list[Told]) -> None:
    forget_everything(kpis)
    record_schools(kpis, URNS)
    alliance = Alliance(kpis)
    for told in history:
        take_over(kpis, told.facts, told.on)
        if told.joins is not None:
            alliance.join(told.joins, told.on, told.on + timedelta(400))
        if told.closes is not None:
            record_school(kpis, told.closes, closed_on=told.on)
        if told.removed is not None:
            with kpis.transaction(EVERY_TENANT) as session:
                session.execute(delete(InspectionRow).where(InspectionRow.urn == told.removed))
                session.execute(delete(SchoolLinkRow).where(SchoolLinkRow.predecessor_urn == told.removed))
    with kpis.transaction(EVERY_TENANT) as session:
        assert_kept_as_found(session, alliance)


def test_a_week_apart_is_one_inspection_and_a_day_more_is_two(kpis: Database) -> None:
    record_schools(kpis, URNS[:2])
    told = [(URNS[0], 0, Grade.GOOD), (URNS[0], 7, Grade.OUTSTANDING), (URNS[1], 0, Grade.GOOD)]
    told += [(URNS[1], 8, Grade.OUTSTANDING)]
    take_over(kpis, [Inspection(urn, FIRST + timedelta(days), grade) for urn, days, grade in told])
    with kpis.transaction(EVERY_TENANT) as session:
        counted = changes_of_the_country(session, DAYS[-1])
        assert (counted.first_inspection, counted.improved) == (1, 1)
        assert_kept_as_found(session)


def test_a_corrected_urn_is_taken_from_one_school_and_given_to_the_other(kpis: Database) -> None:
    record_schools(kpis, URNS)
    take_over(kpis, [Inspection(URNS[0], FIRST, Grade.GOOD)])
    with kpis.transaction(EVERY_TENANT) as session:
        session.execute(update(InspectionRow).values(urn=URNS[1]))
        assert_kept_as_found(session)


Row = tuple[str, int, Grade | None, int, int | None]
"""A URN, the day it was inspected on, how it was judged beside over all, and the days between which that counts."""

NEW, NEIGHBOUR = URNS[0], URNS[1]
PLAIN: Row = (NEIGHBOUR, 0, Grade.GOOD, 0, None)
OUTSTANDING = Grade.OUTSTANDING
TOLD_OF_A_SCHOOL: dict[str, list[Row]] = {
    "nothing": [],
    "one": [(NEW, 0, OUTSTANDING, 0, None)],
    "two": [(NEW, 400, OUTSTANDING, 400, None), (NEW, 0, OUTSTANDING, 0, None)],
    "two within a week": [(NEW, 4, OUTSTANDING, 4, None), (NEW, 0, OUTSTANDING, 0, None)],
    "a chain of weeks": [(NEW, days, OUTSTANDING, days, None) for days in (0, 4, 11, 19)],
    "no teaching in one": [(NEW, 0, OUTSTANDING, 0, None), (NEW, 400, None, 400, None)],
    "no teaching in any": [(NEW, 0, None, 0, None), (NEW, 400, None, 400, None)],
    "one that counts from a later day": [(NEW, 0, OUTSTANDING, 30, None)],
    "one that no longer counts": [(NEW, 0, OUTSTANDING, 0, 30), (NEW, 400, OUTSTANDING, 400, None)],
}


@pytest.mark.parametrize(("judgement", "beside"), [(Judgement.TEACHING, []), (Judgement.LEADERSHIP, [PLAIN])])
@pytest.mark.parametrize("told", TOLD_OF_A_SCHOOL.values(), ids=TOLD_OF_A_SCHOOL)
def test_a_school_of_which_nothing_was_known_is_kept_as_found(
    kpis: Database, told: list[Row], judgement: Judgement, beside: list[Row]
) -> None:
    record_schools(kpis, URNS)
    with kpis.transaction(EVERY_TENANT) as session:
        tell_at_once(session, told + beside, judgement)
        assert len(session.execute(KEPT).all()) >= bool(told) + bool(beside)
        assert_kept_as_found(session)


@pytest.mark.parametrize("told", TOLD_OF_A_SCHOOL.values(), ids=TOLD_OF_A_SCHOOL)
def test_a_school_of_which_something_was_known_is_kept_as_found(kpis: Database, told: list[Row]) -> None:
    record_schools(kpis, URNS)
    take_over(kpis, [Inspection(NEW, FIRST + timedelta(500), Grade.GOOD, Grade.GOOD)])
    with kpis.transaction(EVERY_TENANT) as session:
        tell_at_once(session, [*told, PLAIN])
        assert_kept_as_found(session)


@pytest.mark.parametrize("beside", [PLAIN, (URNS[2], 100, Grade.GOOD, 100, None)], ids=["alone", "with the other"])
@pytest.mark.parametrize("pair", [(NEW, URNS[2]), (URNS[2], NEW)], ids=["followed by another", "that follows another"])
def test_a_new_school_that_a_link_tells_of_is_kept_as_found(kpis: Database, pair: tuple[str, str], beside: Row) -> None:
    record_schools(kpis, URNS)
    take_over(kpis, [SchoolLink(*pair, "predecessor", None)])
    with kpis.transaction(EVERY_TENANT) as session:
        tell_at_once(session, [*TOLD_OF_A_SCHOOL["two"], beside])
        assert_kept_as_found(session)


def tell_at_once(session: Session, told: Sequence[Row], judgement: Judgement = Judgement.TEACHING) -> None:
    """Inspections in one statement, all inadequate over all; their days are counted from the first."""
    columns = f"(urn, inspected_on, overall, {judgement}, known_from_on, known_to_on, upload_id, line, recorded_at)"
    days = "CAST(:first AS date) + (row ->> {})::int"
    session.execute(
        text(
            f"INSERT INTO inspections {columns} "
            f"SELECT row ->> 0, {days.format(1)}, 4, (row ->> 2)::int, {days.format(3)}, {days.format(4)}, "
            "gen_random_uuid(), 2, now() FROM jsonb_array_elements(CAST(:told AS jsonb)) AS row"
        ),
        {"first": FIRST, "told": json.dumps(told)},
    )


def test_what_is_not_kept_of_the_facts_is_not_kept_of_the_grades(kpis: Database) -> None:
    record_schools(kpis, URNS)
    take_over(kpis, [Inspection(URNS[0], FIRST, Grade.GOOD)])
    with kpis.transaction(EVERY_TENANT) as session:
        session.execute(update(InspectionRow).values(overall=1))
        session.rollback()
    with kpis.transaction(EVERY_TENANT) as session:
        (kept,) = session.execute(KEPT).all()
        assert kept.overall == Grade.GOOD
        assert_kept_as_found(session)


def test_two_that_tell_of_one_school_at_the_same_moment_lose_nothing(kpis: Database) -> None:
    # Each statement alone would count without what the other has not committed yet.
    record_schools(kpis, URNS)
    second = threading.Thread(target=take_over, args=(kpis, [Inspection(URNS[0], INSPECTED_ON[4], Grade.GOOD)]))
    with kpis.transaction(EVERY_TENANT) as session:
        tell_at_once(session, [(URNS[0], 0, None, 0, None)])
        second.start()
        with kpis.transaction(EVERY_TENANT) as another:
            wait_until(lambda: waits_for_its_turn(another) or not second.is_alive())
    second.join(timeout=60)
    with kpis.transaction(EVERY_TENANT) as session:
        assert changes_of_the_country(session, DAYS[-1]).improved == 1
        assert_kept_as_found(session)


def waits_for_its_turn(session: Session) -> bool:
    """Whether another transaction waits until this one's writer has ended."""
    return bool(
        session.scalar(
            text(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
        )
    )


def test_no_answer_looks_through_the_inspections_of_a_country(kpis: Database) -> None:
    record_schools(kpis, URNS)
    alliance = Alliance(kpis)
    alliance.join(URNS[0], FIRST)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(kpis.engine, "before_cursor_execute", note)
    try:
        with kpis.transaction(EVERY_TENANT) as session:
            answer_for_alliance(
                *(session, alliance.alliance_id),
                set_code=None,
                code=None,
                chosen=DesignatedIn(),
                as_of=DAYS[-1],
                today=DAYS[-1],
            )
    finally:
        event.remove(kpis.engine, "before_cursor_execute", note)
    looking_through = [parameters for statement, parameters in asked if "JOIN inspections" in statement]
    assert looking_through, "the schools behind the figures are found among the facts"
    assert all(parameters["alliance_id"] == alliance.alliance_id for parameters in looking_through)
