"""KPIs of 800 alliances over ten years of national facts, against the bare set-based statements over the same rows.

Three things are measured: counting everything anew, taking a changed fact over, and answering one alliance. The bare
statements count the same KPIs of the same alliances, the group and the country on the same day, and write them down.
They know one day, one URN a school and nothing of what was known when, match a school with its nearest three whoever
else has them, and leave out what is said of a figure: exact fractions, verdicts, intervals and how new the facts are.
Neither they nor ours lay out sentences or suppress figures of few. What counts is the time of a core, of Python and of
its backend together: the clock on the wall tells of whoever else is at work.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from kpi_service.comparators.use_cases import Matchable
from kpi_service.definitions.store import definitions_in_force
from kpi_service.inspections.change import Judgement
from kpi_service.inspections.store import grade_pairs_by_alliance
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.national_results.use_cases import Nation
from kpi_service.official_files.file_year import FileYear
from kpi_service.results.use_cases import answer_for_alliance
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.settings import ServiceSettings
from tests.bench.national_facts import ALLIANCES, DEPLOYMENTS, DESIGNATIONS, SCHOOLS, YEARS, load_national_facts
from tests.bench.usage import backend_clock, peak_megabytes
from tests.databases import Databases, ServiceDatabase
from tests.postgres import any_postgres

AS_OF = date(2018, 3, 12)
YEAR = FileYear.ended_by(AS_OF)
ROUNDS = 3

_BARE_GRADES = """
    DROP TABLE IF EXISTS bare_pairs;
    CREATE TEMPORARY TABLE bare_pairs AS
    SELECT * FROM (
        SELECT urn, overall, lead(overall) OVER newest_first AS overall_starting,
               teaching, lead(teaching) OVER newest_first AS teaching_starting,
               leadership, lead(leadership) OVER newest_first AS leadership_starting,
               row_number() OVER newest_first AS nth
        FROM inspections WHERE inspected_on <= '{as_of}'
        WINDOW newest_first AS (PARTITION BY urn ORDER BY inspected_on DESC)
    ) AS told WHERE nth = 1
"""
_BARE_COUNTS = """
    INSERT INTO bare_results SELECT {whose}, '{judgement}', count(*) FILTER (WHERE {judgement} < {judgement}_starting),
           count({judgement}_starting) FROM bare_pairs {of}
"""
_BY_ALLIANCE = "JOIN memberships USING (urn) GROUP BY alliance_id"
_IN_ANY = "WHERE urn IN (SELECT urn FROM times_in_alliances)"
_IN_NONE = "WHERE urn NOT IN (SELECT urn FROM times_in_alliances)"
_ONE = "JOIN memberships USING (urn) WHERE alliance_id = md5('1')::uuid GROUP BY alliance_id"
_BARE_ATTAINMENT = """
    INSERT INTO bare_results
    SELECT {whose}, figure || cells.year, sum(cells.value * cells.pupils), sum(cells.pupils)
    FROM attainments AS now JOIN attainments AS before USING (level, code, figure) {of},
         LATERAL (VALUES (now.year, now.value, now.pupils), (before.year, before.value, before.pupils))
             AS cells (year, value, pupils)
    WHERE level = 'school' AND now.year = {year} AND before.year = {year} - 1 {alone}
    GROUP BY 1, figure, cells.year
"""
_BARE_HEADSHIPS = """
    INSERT INTO bare_results SELECT {whose}, 'headships', count(*) FILTER (WHERE is_vacant), count(was_vacant) FROM (
        SELECT urn, bool_or(is_vacant) FILTER (WHERE counted_on > date '{as_of}' - 365) AS is_vacant,
               bool_or(is_vacant) FILTER (WHERE counted_on <= date '{as_of}' - 365) AS was_vacant
        FROM headship_vacancies WHERE counted_on > date '{as_of}' - 730 AND counted_on <= '{as_of}' GROUP BY urn
    ) AS counted {of}
"""
_BARE_TRAINEES = """
    INSERT INTO bare_results SELECT alliance_id, figure || year, sum(value), sum(people) FROM alliance_figures
    WHERE year IN ({year}, {year} - 1) GROUP BY alliance_id, figure, year
"""
_BARE_TRAINED = """
    INSERT INTO bare_results SELECT alliance_id, 'leaders', count(DISTINCT leader_id), NULL FROM designations
    WHERE trained_on > date '{as_of}' - 365 AND trained_on <= '{as_of}' GROUP BY alliance_id
"""
_BARE_MATCHABLE = """
    DROP TABLE IF EXISTS bare_schools;
    CREATE TEMPORARY TABLE bare_schools AS
    SELECT bare_pairs.*, phase, region, pupils, disadvantaged_percent,
           urn IN (SELECT urn FROM times_in_alliances) AS in_alliance,
           stddev(pupils) OVER () AS by_pupils, stddev(disadvantaged_percent) OVER () AS by_percent
    FROM bare_pairs JOIN school_places USING (urn) JOIN (
        SELECT urn, pupils, disadvantaged_percent FROM school_characteristics
        WHERE (urn, year) IN (SELECT urn, max(year) FROM school_characteristics GROUP BY urn)
    ) AS newest USING (urn)
"""
_BARE_MATCHED = """
    INSERT INTO bare_results
    SELECT alliance_id, 'matched {judgement}', count(*) FILTER (WHERE near.{judgement} < near.{judgement}_starting),
           count(*)
    FROM memberships JOIN bare_schools AS own USING (urn), LATERAL (
        SELECT * FROM bare_schools AS other
        WHERE NOT in_alliance AND other.phase = own.phase AND other.{judgement}_starting = own.{judgement}_starting
        ORDER BY other.region <> own.region, ((other.pupils - own.pupils) / by_pupils) ^ 2
               + ((other.disadvantaged_percent - own.disadvantaged_percent) / by_percent) ^ 2, other.urn LIMIT 3
    ) AS near
    WHERE alliance_id = md5('1')::uuid GROUP BY alliance_id
"""
_BARE_DEPLOYMENTS = """
    INSERT INTO bare_results
    SELECT alliance_id, 'deployments', count(*) FILTER (WHERE first_on <= last_day_on),
           count(*) FILTER (WHERE first_on IS NOT NULL OR last_day_on < '{as_of}')
    FROM (
        SELECT made.alliance_id, made.designation_id, made.last_day_on, min(first_day_on) AS first_on
        FROM designations AS made LEFT JOIN deployments AS begun
          ON begun.leader_id = made.leader_id AND begun.alliance_id = made.alliance_id
         AND begun.first_day_on BETWEEN made.designated_on AND '{as_of}'
        WHERE made.designated_on <= '{as_of}' GROUP BY 1, 2, 3
    ) AS clocks GROUP BY alliance_id
"""
_BARE_SCHOOLS = """
    INSERT INTO bare_results SELECT alliance_id, 'schools', count(DISTINCT urn), NULL FROM memberships
    WHERE from_on <= '{as_of}' AND (to_on IS NULL OR to_on >= '{as_of}') GROUP BY alliance_id
"""
_BARE_RESULTS = """
    CREATE TEMPORARY TABLE IF NOT EXISTS bare_results
        (alliance_id uuid, what text, numerator numeric, denominator numeric)
"""
_TELL = """
    INSERT INTO inspections (urn, inspected_on, overall, teaching, leadership, known_from_on, upload_id, line,
                             recorded_at)
    SELECT (100000 + n)::text, date '2018-03-10', 1, 1, 1, date '2018-03-10', gen_random_uuid(), n, now()
    FROM generate_series(1, :schools) AS n
"""
_TAKE_BACK = """
    DELETE FROM inspections WHERE inspected_on = date '2018-03-10'
       AND urn IN (SELECT (100000 + n)::text FROM generate_series(1, :schools) AS n)
"""
_KEPT_NOW = "SELECT md5(string_agg(kept::text, '' ORDER BY urn, from_on)) FROM grade_pairs AS kept"
_KEEP_ALL = "SELECT keep_grade_pairs(array_agg(DISTINCT urn)) FROM inspections"


def run() -> None:
    """All alliances at once, then changed facts, then one alliance; and the memory that took."""
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        try:
            database = databases.clone("kpi-service")
            load_national_facts(database.admin_url)
            compare(database)
        finally:
            databases.remove_all()


def compare(database: ServiceDatabase) -> None:
    """Asks every question in turn, in a few rounds, and prints medians beside the bare ones."""
    with _session(database) as session:
        # What a helper of the backend does is seen nowhere.
        session.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))
        one = UUID(str(session.scalar(text("SELECT md5('1')::uuid"))))
        before = session.scalar(text(_KEPT_NOW))
        full, refresh, answer = "counting everything", "a changed fact", "one alliance"
        questions: list[tuple[str, str, Callable[[], object]]] = [
            (full, "bare: every KPI of every alliance, written", lambda: _bare(session, _BY_ALLIANCE)),
            (full, "ours: every KPI of every alliance", lambda: _count_all(session)),
            (full, "ours: and every day's grades kept anew", lambda: _count_all(session, keep=True)),
            (full, "ours: every alliance's matched schools, one judgement", lambda: _match_all(session)),
            (refresh, "ours: 1 inspection told", lambda: _tell(session, 1)),
            (refresh, "ours: 1 inspection taken back", lambda: _take_back(session, 1)),
            (refresh, "ours: 1,000 inspections told", lambda: _tell(session, 1_000)),
            (refresh, "ours: 1,000 inspections taken back", lambda: _take_back(session, 1_000)),
            (answer, "bare: its KPIs, the group, the country", lambda: _bare(session, _ONE)),
            (answer, "ours: its results, every comparator, every trace", lambda: _results(session, one)),
        ]
        took: dict[tuple[str, str], list[tuple[float, float]]] = {(part, name): [] for part, name, _ in questions}
        in_database = backend_clock(session)
        for _ in range(ROUNDS):
            for part, name, ask in questions:
                began = time.perf_counter(), _on_a_core(in_database)
                ask()
                took[part, name].append((time.perf_counter() - began[0], _on_a_core(in_database) - began[1]))
        if session.scalar(text(_KEPT_NOW)) != before:
            raise RuntimeError("what is kept is not what it was before the facts were told and taken back")
        _print([(part, name, *map(statistics.median, zip(*each, strict=True))) for (part, name), each in took.items()])
    Console(width=110).print(f"peak of the process, whatever was asked: {peak_megabytes():.0f} MB")


def _on_a_core(in_database: Callable[[], float] | None) -> float:
    """The seconds this process and its backend have had of a core; where Postgres runs elsewhere, those of this process
    alone."""
    return time.process_time() + (in_database() if in_database else 0)


def _print(medians: Sequence[tuple[str, str, float, float]]) -> None:
    table = Table(
        *("", "", "s", "CPU s", "ratio of CPU"),
        title=f"{ALLIANCES} alliances, {SCHOOLS:,} schools, {YEARS} years, {DESIGNATIONS:,} designations, "
        f"{DEPLOYMENTS:,} deployments",
    )
    bare = 1.0
    for part, name, waited, each in medians:
        bare = each if name.startswith("bare") else bare
        table.add_row(part, name, f"{waited:.3f}", f"{each:.3f}", f"{each / bare:.4f} x")
    Console(width=110).print(table)


def _bare(session: Session, whose: str) -> None:
    def ask(statements: str, **words: str) -> None:
        for statement in statements.format(as_of=AS_OF, year=YEAR.starting, **words).split(";"):
            session.execute(text(statement))

    alone = "AND alliance_id = md5('1')::uuid" if whose is _ONE else ""
    populations = [("alliance_id", whose), ("NULL::uuid", _IN_NONE), ("NULL::uuid", "")]
    others = [("NULL::uuid", "", "AND code NOT IN (SELECT urn FROM times_in_alliances)")]
    if not alone:
        populations.append(("NULL::uuid", _IN_ANY))
        others.append(("NULL::uuid", "", "AND code IN (SELECT urn FROM times_in_alliances)"))
    ask(_BARE_RESULTS)
    ask(_BARE_GRADES)
    for named, of in populations:
        for judgement in Judgement:
            ask(_BARE_COUNTS, whose=named, judgement=judgement, of=of)
        ask(_BARE_HEADSHIPS, whose=named, of=of)
    for named, of, which in (("alliance_id", "JOIN memberships ON urn = code", alone), *others):
        ask(_BARE_ATTAINMENT, whose=named, of=of, alone=which)
    if alone:
        ask(_BARE_MATCHABLE)
        for judgement in Judgement:
            ask(_BARE_MATCHED, judgement=judgement)
    else:
        for statement in (_BARE_DEPLOYMENTS, _BARE_SCHOOLS, _BARE_TRAINEES, _BARE_TRAINED):
            ask(statement)


def _count_all(session: Session, *, keep: bool = False) -> None:
    if keep:
        session.execute(text("DELETE FROM grade_pairs"))
        session.execute(text(_KEEP_ALL))
    nation = Nation(session, AS_OF, AS_OF)
    for definition in definitions_in_force(session, AS_OF, set_code=None, code=None):
        for table in nation.tables(definition):
            nation.against(table, None, table.total)


def _match_all(session: Session) -> None:
    matchable = Matchable(session, AS_OF)
    for schools in grade_pairs_by_alliance(session, Judgement.OVERALL, AS_OF).values():
        matchable.match(Judgement.OVERALL, schools)


def _tell(session: Session, schools: int) -> None:
    session.execute(text(_TELL), {"schools": schools})


def _take_back(session: Session, schools: int) -> None:
    session.execute(text(_TAKE_BACK), {"schools": schools})


def _results(session: Session, alliance_id: UUID) -> None:
    answer_for_alliance(session, alliance_id, set_code=None, code=None, chosen=DesignatedIn(), as_of=AS_OF, today=AS_OF)


@contextmanager
def _session(database: ServiceDatabase) -> Iterator[Session]:
    """A transaction of the service's own role; what takes longer than its statements may is seen in the table."""
    engine = make_engine(
        ServiceSettings(
            database_url=database.app_url,
            token_issuer="http://127.0.0.1:1",
            statement_timeout_ms=600_000,
            idle_in_transaction_timeout_ms=600_000,
        )
    )
    with Database(engine).transaction(EVERY_TENANT) as session:
        yield session
    engine.dispose()
