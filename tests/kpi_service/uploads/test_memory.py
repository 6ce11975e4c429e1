"""A national file is never held whole: the worker's memory does not grow with the rows of a file."""

from pathlib import Path

from tests.bench.official_tables import performance_table, performance_workbook
from tests.databases import ServiceDatabase
from tests.kpi_service.uploads.worker_process import worker_process

FEW, MANY = 500, 8_000
ROOM = 30
"""Megabytes: of its 8,000 rows of 300 columns, a fifth held at once would take more, as would the whole workbook."""


def test_the_workers_memory_does_not_grow_with_the_rows(kpis_database: ServiceDatabase, tmp_path: Path) -> None:
    with worker_process(kpis_database, tmp_path / "worker.log") as worker:
        worker.read(performance_table(FEW), "few_2016-2017.csv")
        few = worker.peak_memory()
        worker.read(performance_table(MANY), "many_2016-2017.csv")
        worker.read(performance_workbook(MANY // 4), "many_2016-2017.xlsx")
        assert worker.peak_memory() - few < ROOM
        assert worker.peak_memory() < 200
