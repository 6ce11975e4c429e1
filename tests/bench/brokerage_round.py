"""What a brokerage round costs, from Postgres to proposals, and how much better it is than brokering by hand."""

import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine

from service_kit.child import Say, in_child, keep_ready
from service_kit.database import EVERY_TENANT, Database
from sle_broker.allocation.bounds import verify_bounds
from sle_broker.allocation.bundles import SecondsLeft
from sle_broker.allocation.candidate_graph import candidate_graph
from sle_broker.allocation.own_first import RoundAnswer
from sle_broker.allocation.problem import Flags, Level, Problem
from sle_broker.allocation.store import open_brokerage
from sle_broker.brokerage_rounds.proposal import Progress, answer_round, proposals_of
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.half_term import half_terms_of
from sle_broker.matching_weights.store import weights_of
from tests.bench.brokerage_database import ALLIANCE, load
from tests.bench.brokerage_instances import AS_OF, SIZES, instance
from tests.databases import Databases
from tests.postgres import any_postgres


def run() -> None:
    """A round of an alliance and one of a region."""
    _measure(("alliance", "regional"))


def run_national() -> None:
    """A round of the whole country, and one with more requests than its leaders can meet."""
    _measure(("national", "stress"))


def _measure(names: Sequence[str]) -> None:
    keep_ready(__name__)
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        try:
            for name in names:
                store = databases.clone("sle-broker")
                load(store.admin_url, instance(SIZES[name]))
                _round(name, Database(create_engine(store.app_url)))
        finally:
            databases.remove_all()


def _round(name: str, database: Database) -> None:
    began, answers, ends = time.perf_counter(), list[RoundAnswer](), dict[Level, float]()
    megabytes: list[float] = []
    with database.transaction(EVERY_TENANT) as session:
        weights = {ALLIANCE: weights_of(session, ALLIANCE).weights}
        year = academic_year_of(AS_OF)
        half_terms = (*half_terms_of(year), *half_terms_of(AcademicYear(year.starting + 1)))
        brokerage = open_brokerage(session, weights, half_terms, AS_OF)
    loaded = time.perf_counter()
    graph = candidate_graph(brokerage)
    built = time.perf_counter()

    def heard(said: Any) -> None:
        if isinstance(said, Progress):
            ends[said.level] = time.perf_counter()
        elif isinstance(said, RoundAnswer):
            answers.append(said)
        elif isinstance(said, float):
            megabytes.append(said)

    in_child(_answer, (graph.problem, graph.is_lent), seconds=60, grace=5, heard=heard)
    solved = time.perf_counter()
    answer = answers[-1].own
    proposals = proposals_of(brokerage, graph, answers[-1])
    proposed = time.perf_counter()
    verify_bounds(graph.problem, [one.proof for one in answer.levels])
    verified = time.perf_counter()

    outside = loaded - began + built - loaded + proposed - solved
    table = Table("", "value", "bound", "gap %", "first come", "clock-aware", "s", title=f"{name}: {_say(graph)}")
    before = built
    for place, one in enumerate(answer.levels):
        gap = 100 * (one.bound - one.value) / max(abs(one.bound), 1)
        by_hand = (answer.first_come[place], answer.clock_aware[place])
        table.add_row(
            one.level, *map(str, (one.value, one.bound, f"{gap:.4f}", *by_hand)), f"{ends[one.level] - before:.2f}"
        )
        before = ends[one.level]
    seconds = {
        "read": loaded - began,
        "graph": built - loaded,
        "solve": solved - built,
        "propose": proposed - solved,
        "total": proposed - began,
        "verify": verified - proposed,
    }
    said = ", ".join(f"{what} {took:.2f} s" for what, took in seconds.items())
    console = Console(width=140)
    console.print(table)
    console.print(f"{said}; {outside / (proposed - began):.0%} outside the solver; {len(proposals)} proposals")
    console.print(f"at most {_megabytes():.0f} MB here, and {megabytes[-1]:.0f} MB in the solver's process")


def _answer(asked: tuple[Problem, Flags], seconds_left: SecondsLeft, say: Say) -> None:
    """Answers a round, and says what memory it took at most."""
    answer_round(asked, seconds_left, say)
    say(_megabytes())


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(graph: Any) -> str:
    problem = graph.problem
    return f"{problem.edges} edges, {len(problem.capacity)} half-terms of leaders, {int(problem.places.sum())} places"
