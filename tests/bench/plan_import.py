"""A plan of 5,000 rows comes in and goes out, against reading the file with the bare library and COPYing its rows."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path

import psycopg
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from rich.console import Console
from rich.table import Table

from plans_api.exports.plan_value import PlanValue, value_of
from plans_api.exports.word_file import word_file
from plans_api.exports.workbook_file import workbook_file
from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_files import WORD, WORKBOOK
from plans_api.imports.plan_reading import read_plan
from tests.databases import Databases
from tests.people import People, SignedIn
from tests.postgres import any_postgres
from tests.running import House

ROWS = 5_000
ROUNDS = 3
COLUMNS = "Action points | Milestones | Date | Lead | Impact | KPIs"
LEADS = ("K Hibbs", "R Example", "M Rock; L Draycott", "Leadership", "TBC")
DATES = ("October 2014", "Spring term", "May/June 2015", "On-going", "November 2015", "Easter 2015")


def run() -> None:
    """Word and workbook, turn and turn about with the baseline, over HTTP and with every row written."""
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        house = House(databases, Path(folder))
        people = People(house)
        try:
            _compare(house, people)
        finally:
            people.close()
            house.stop()
            databases.remove_all()


def long_plan() -> PlanValue:
    """A plan of 5,000 action points in ten sections, a finding on most of them."""
    lines = ["# Action plan 2014/15"]
    for section in range(1, 11):
        lines += ["", f"# {section}. Section", "", f"| {COLUMNS} |", "|---|---|---|---|---|---|"]
        for row in range(ROWS // 10):
            number = section * 1_000 + row
            lead, date = LEADS[number % len(LEADS)], DATES[number % len(DATES)]
            milestones = "Choose the hosts Place the leaders" if row % 3 else f"Hold day {number}.<br>Tell the schools."
            lines.append(f"| Point {number} | {milestones} | {date} | {lead} | Growth in {number} | 3,4, |")
    return value_of(read_plan(read_markdown("\n".join(lines).encode())))


def _compare(house: House, people: People) -> None:
    plan = long_plan()
    table = Table("file", "bare s", "ours s", "ratio", "export s", title=f"a plan of {ROWS:,} rows")
    for name, media_type, write, read in (
        ("xlsx", WORKBOOK, workbook_file, _bare_workbook),
        ("docx", WORD, word_file, _bare_word),
    ):
        bare, ours, export = [], [], []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            data = write(plan)
            export.append(time.perf_counter() - began)
            # An alliance of its own each time: the same document again would change nothing.
            alliance = people.alliance()
            bare.append(_bare_seconds(house, read, data))
            ours.append(_our_seconds(people.client(alliance, "alliance_admin"), alliance, data, media_type))
        theirs, own, out = (statistics.median(each) for each in (bare, ours, export))
        table.add_row(name, f"{theirs:.2f}", f"{own:.2f}", f"{own / theirs:.1f} x", f"{out:.2f}")
    Console(width=110).print(table)


def _our_seconds(admin: SignedIn, alliance: str, data: bytes, media_type: str) -> float:
    admin.get("/v1/plans").raise_for_status()
    began = time.perf_counter()
    headers = {"Content-Type": media_type}
    answer = admin.post(
        "/v1/plan-imports", content=data, params={"alliance_id": alliance}, headers=headers, timeout=300
    )
    took = time.perf_counter() - began
    if answer.status_code != 201 or answer.json()["action_points"] != ROWS:
        raise RuntimeError(f"the import answered {answer.status_code} {answer.text[:500]}")
    return took


def _bare_seconds(house: House, read: Callable[[bytes], Iterable[Sequence[str]]], data: bytes) -> float:
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        sql.execute("CREATE TEMP TABLE bare (a text, b text, c text, d text, e text, f text)")
        began = time.perf_counter()
        with sql.cursor().copy("COPY bare FROM STDIN") as copy:
            for row in read(data):
                copy.write_row(row)
        sql.commit()
        return time.perf_counter() - began


def _bare_workbook(data: bytes) -> Iterable[Sequence[str]]:
    for sheet in load_workbook(BytesIO(data)).worksheets:
        for row in sheet.iter_rows(max_col=6, values_only=True):
            yield [str(value or "") for value in row]


def _bare_word(data: bytes) -> Iterable[Sequence[str]]:
    for row in Document(BytesIO(data)).element.body.iter(qn("w:tr")):
        yield ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
