"""A worker is killed in the middle of a file: nothing of it is kept, and once another has read it the results are what
plain Python makes of the file."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import create_engine

from kpi_service.improvements.result import ImprovementResult
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.results.use_cases import answer_for_alliance
from service_kit.database import EVERY_TENANT, Database
from tests.databases import ServiceDatabase
from tests.deploy_local.waiting import wait_until
from tests.kpi_service.builders import Alliance, record_school
from tests.kpi_service.official_files.files import csv_file
from tests.kpi_service.uploads.worker_process import hand_in_directly, worker_process

DAY = date(2018, 3, 12)
GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate")
# A copy of a database has the numbers of its tables as well.
WRITERS = (
    "SELECT count(*) FROM pg_locks WHERE relation = 'grade_pairs'::regclass "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
WAITERS = f"{WRITERS} AND NOT granted"
STATE = "SELECT state FROM jobs"
Told = Mapping[str, Sequence[tuple[date, int]]]


@pytest.fixture
def told() -> Told:
    """The inspections of sixty schools, of some none, none within a week of another, newest last."""
    chance = random.Random(5)
    days = [date(year, 3, 1) for year in range(2006, 2018)]
    return {
        str(300_001 + number): [(on, chance.randint(1, 4)) for on in sorted(chance.sample(days, chance.randint(0, 4)))]
        for number in range(60)
    }


def improved(told: Told, urns: Sequence[str]) -> tuple[int, int]:
    """How many of the schools were better at their last inspection than at the one before, and how many had two."""
    pairs = [[grade for _, grade in told[urn]][-2:] for urn in urns]
    both = [pair for pair in pairs if len(pair) == 2]
    return sum(now < before for before, now in both), len(both)


def counted(database: Database, alliance_id: UUID) -> Mapping[str, tuple[int, int]]:
    """The two KPIs of improvements overall, as the service answers them."""
    found = {}
    with database.transaction(EVERY_TENANT) as session:
        for code in ("A6", "B2"):
            (result,) = answer_for_alliance(
                session, alliance_id, set_code=None, code=code, chosen=DesignatedIn(), as_of=DAY, today=DAY
            )
            assert isinstance(result, ImprovementResult)
            rate = result.count.of_all_pairs
            found[code] = (rate.numerator, rate.denominator)
    return found


def one(admin: "psycopg.Connection[tuple[object, ...]]", query: str) -> object:
    """The one value that a query answers."""
    (row,) = admin.execute(query.encode()).fetchall()
    return row[0]


def test_a_file_whose_reader_was_killed_is_read_whole_by_the_next(
    kpis_database: ServiceDatabase, told: Told, tmp_path: Path
) -> None:
    database = Database(create_engine(kpis_database.app_url))
    alliance, own = Alliance(database), list(told)[:40]
    for urn in told:
        record_school(database, urn)
    for urn in own:
        alliance.join(urn, date(2012, 9, 1))
    lines = [[urn, GRADES[grade - 1], f"{on:%d/%m/%Y}"] for urn, each in told.items() for on, grade in each]
    content = csv_file(("URN", "Rating", "Inspection Date"), *lines)
    with psycopg.connect(kpis_database.admin_url, autocommit=True) as admin:
        with psycopg.connect(kpis_database.admin_url) as in_the_way:
            # The grades of the file's schools cannot be kept: its reader waits with all its rows written.
            in_the_way.execute("LOCK TABLE grade_pairs IN EXCLUSIVE MODE")
            with worker_process(kpis_database, tmp_path / "killed.log") as worker:
                hand_in_directly(kpis_database, content, "ofsted.csv")
                wait_until(lambda: one(admin, WAITERS) == 1, seconds=30)
                worker.process.kill()
                worker.process.wait(30)
            in_the_way.rollback()
        wait_until(lambda: one(admin, WRITERS) == 0, seconds=30)
        assert one(admin, "SELECT (SELECT count(*) FROM inspections) + (SELECT count(*) FROM grade_pairs)") == 0
        assert counted(database, alliance.alliance_id) == {"A6": (0, 0), "B2": (0, 0)}
        assert one(admin, STATE) == "running"
        # Nobody has heard of the worker for longer than the others have patience.
        admin.execute("UPDATE jobs SET beat_at = beat_at - interval '1 hour'")
        with worker_process(kpis_database, tmp_path / "next.log"):
            wait_until(lambda: one(admin, STATE) == "done", seconds=30)
        assert one(admin, "SELECT count(*) FROM inspections") == len(lines)
    expected = improved(told, own)
    assert 0 < expected[0] < expected[1]
    assert counted(database, alliance.alliance_id) == {"A6": expected, "B2": expected}
    database.engine.dispose()
