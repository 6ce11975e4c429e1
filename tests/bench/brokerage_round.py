"""What a brokerage round costs, from Postgres to proposals, and how much better it is than brokering by hand."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine

from service_kit.child import Say, in_child, keep_ready
from service_kit.collection import collection_paused
from service_kit.database import EVERY_TENANT, Database
from sle_broker.allocation.bounds import verify_bounds
from sle_broker.allocation.bundles import SecondsLeft
from sle_broker.allocation.candidate_graph import CandidateGraph, candidate_graph
from sle_broker.allocation.greedy import first_come
from sle_broker.allocation.open_brokerage import OpenBrokerage
from sle_broker.allocation.own_first import RoundAnswer
from sle_broker.allocation.problem import Flags, Level, Problem, Value
from sle_broker.allocation.store import open_brokerage
from sle_broker.brokerage_rounds.proposal import Progress, answer_round, proposals_of
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.half_term import half_terms_of
from sle_broker.matching_weights.store import weights_of
from tests.bench.brokerage_database import ALLIANCE, load
from tests.bench.brokerage_instances import AS_OF, SIZES, instance
from tests.bench.usage import peak_megabytes
from tests.databases import Databases
from tests.postgres import any_postgres

TIMES = {"alliance": 5, "regional": 3}
"""How often a round is solved, as by a worker that has solved one before; the quickest is told. Others once."""


@dataclass
class Measured:
    """One round: what came of it, the seconds of each part by the clock, and of the whole by the processor, in this
    process and in the solver's."""

    graph: CandidateGraph
    answer: RoundAnswer
    proposals: int
    seconds: dict[str, float]
    levels: dict[Level, float]
    processor: float
    megabytes: tuple[float, float]

    @property
    def total(self) -> float:
        """From Postgres to proposals."""
        return sum(self.seconds.values())


def run() -> None:
    """A round of an alliance and one of a region."""
    _measure(("alliance", "regional"))


def run_national() -> None:
    """A round of the whole country, and one with more requests than its leaders can meet."""
    _measure(("alliance", "national", "stress"))


def _measure(names: Sequence[str]) -> None:
    keep_ready(__name__)
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        try:
            for name in names:
                store = databases.clone("sle-broker")
                load(store.admin_url, instance(SIZES[name]))
                database = Database(create_engine(store.app_url))
                rounds = [_round(database) for _ in range(TIMES.get(name, 1))]
                _say(name, min(rounds, key=lambda one: one.total), _blind_to_the_clock(database))
                database.engine.dispose()
        finally:
            databases.remove_all()


def _round(database: Database) -> Measured:
    answers, megabytes, processors = list[RoundAnswer](), list[float](), list[float]()
    moments, ends, processor = [time.perf_counter()], dict[Level, float](), time.process_time()
    brokerage = _looked_at(database)
    moments.append(time.perf_counter())
    with collection_paused():
        graph = candidate_graph(brokerage)
    moments.append(time.perf_counter())

    def heard(said: Any) -> None:
        if isinstance(said, Progress):
            ends[said.level] = time.perf_counter()
        elif isinstance(said, RoundAnswer):
            answers.append(said)
        elif isinstance(said, tuple):
            megabytes.append(said[0])
            processors.append(said[1])

    in_child(_answer, (graph.problem, graph.is_lent), seconds=60, grace=5, heard=heard)
    moments.append(time.perf_counter())
    with collection_paused():
        proposals = proposals_of(brokerage, graph, answers[-1])
    moments.append(time.perf_counter())
    processor = time.process_time() - processor + processors[-1]
    began = [moments[2], *ends.values()]
    return Measured(
        graph,
        answers[-1],
        len(proposals),
        dict(zip(("read", "graph", "solve", "propose"), np.diff(moments).tolist(), strict=True)),
        dict(zip(ends, np.diff(began).tolist(), strict=True)),
        processor,
        (peak_megabytes(), megabytes[-1]),
    )


def _looked_at(database: Database) -> OpenBrokerage:
    with database.transaction(EVERY_TENANT) as session:
        weights = {ALLIANCE: weights_of(session, ALLIANCE).weights}
        year = academic_year_of(AS_OF)
        half_terms = (*half_terms_of(year), *half_terms_of(AcademicYear(year.starting + 1)))
        return open_brokerage(session, weights, half_terms, AS_OF)


def _blind_to_the_clock(database: Database) -> Value:
    """First come, first served, by a broker who ranks leaders as matching does but has no clock to look at."""
    brokerage = _looked_at(database)
    lines = [replace(line, weights=replace(line.weights, clock=0)) for line in brokerage.lines]
    choice = first_come(candidate_graph(replace(brokerage, lines=lines)).problem)
    return candidate_graph(brokerage).problem.value_of(choice)


def _answer(asked: tuple[Problem, Flags], seconds_left: SecondsLeft, say: Say) -> None:
    """Answers a round, and says what memory and what of the processor's time it took."""
    answer_round(asked, seconds_left, say)
    say((peak_megabytes(), time.process_time()))


def _say(name: str, one: Measured, blind: Value) -> None:
    problem, answer = one.graph.problem, one.answer.own
    size = (problem.edges, len(problem.capacity), problem.places.sum())
    title = "{}: {} edges, {} half-terms of leaders, {} places".format(name, *size)
    table = Table("", "value", "bound", "gap %", "blind to the clock", "first come", "clock-aware", "s", title=title)
    for place, level in enumerate(answer.levels):
        gap = 100 * (level.bound - level.value) / max(abs(level.bound), 1)
        by_hand = (blind[place], answer.first_come[place], answer.clock_aware[place])
        told = (level.value, level.bound, f"{gap:.4f}", *by_hand, f"{one.levels[level.level]:.2f}")
        table.add_row(level.level, *map(str, told))
    verified = time.perf_counter()
    verify_bounds(problem, [level.proof for level in answer.levels])
    verified = time.perf_counter() - verified
    outside = 1 - one.seconds["solve"] / one.total
    said = ", ".join(f"{what} {took:.2f} s" for what, took in one.seconds.items())
    console = Console(width=140)
    console.print(table)
    console.print(
        f"{said}; total {one.total:.2f} s by the clock, {one.processor:.2f} s of the processor without Postgres"
    )
    console.print(f"{outside:.0%} outside the solver; {one.proposals} proposals; bounds verified in {verified:.2f} s")
    console.print(f"at most {one.megabytes[0]:.0f} MB here, and {one.megabytes[1]:.0f} MB in the solver's process")
