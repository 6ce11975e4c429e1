"""The rows of a plan's tables: which column is which, and what an action point's row holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plans_api.imports.finding import PlanColumn
from plans_api.imports.plan_document import Row, Table, column_name


@dataclass(frozen=True)
class PlanCell:
    """A cell of an action point, with its text as written and what it says line by line."""

    row: int
    column: str
    text: str
    lines: tuple[str, ...]
    plan_column: PlanColumn
    is_bulleted: bool = False

    @property
    def words(self) -> str:
        """What the cell says, without the marks of its file."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class PlanRow:
    """An action point as laid out: the rows it takes, and its cell in each column that its rows have."""

    rows: tuple[int, ...]
    cells: Mapping[PlanColumn, PlanCell]


_HEADINGS = {
    PlanColumn.ACTION_POINT: {"action points", "action point", "actions", "action"},
    PlanColumn.MILESTONES: {"milestones", "milestone"},
    PlanColumn.DATE: {"date", "dates", "timescale", "timescales", "when", "by when"},
    PlanColumn.LEAD: {"lead", "leads", "led by", "who"},
    PlanColumn.IMPACT: {"impact", "intended impact", "outcome", "outcomes"},
    PlanColumn.KPIS: {"kpis", "kpi"},
}


def columns_of(table: Table) -> dict[int, PlanColumn]:
    """Which column of the plan stands at which position (from 0); the first that fits a heading has it."""
    columns: dict[int, PlanColumn] = {}
    for position, cell in enumerate(table.headings.cells):
        heading = " ".join(cell.text.lower().split()).rstrip(":")
        for column, names in _HEADINGS.items():
            if heading in names and column not in columns.values():
                columns[position] = column
    return columns


def is_plan_headings(row: Row) -> bool:
    """Whether the row heads a table of action points."""
    return {PlanColumn.ACTION_POINT, PlanColumn.MILESTONES} <= set(columns_of(Table(row, ())).values())


def opens_national_kpis(row: Row) -> bool:
    """Whether the row heads the table of national KPIs that plans print for their readers."""
    first, second = ([" ".join(cell.text.lower().split()) for cell in row.cells] + ["", ""])[:2]
    return first in ("national kpi", "national kpis") and second.startswith("kpi")


def plan_row(row: Row, table: Table, columns: Mapping[int, PlanColumn]) -> PlanRow:
    """One row of a plan's table; where the row is too short, cells are missing from it."""
    cells: dict[PlanColumn, PlanCell] = {}
    for position, column in columns.items():
        if position < len(row.cells):
            cell = row.cells[position]
            cells[column] = PlanCell(
                row.number, column_name(table, position), cell.text, cell.lines, column, cell.is_bulleted
            )
    return PlanRow((row.number,), cells)


def joined(above: PlanRow, below: PlanRow) -> PlanRow:
    """An action point whose row was cut, with the row that goes on: each cell's words follow those above.

    A page may have cut a sentence, so the words are one line; dates, leads, and milestones with bullets stay apart.
    """
    cells = dict(above.cells)
    for column, rest in below.cells.items():
        start = cells.get(column)
        if start is None or not start.lines:
            cells[column] = rest
        elif rest.lines:
            lines = (*start.lines, *rest.lines)
            are_apart = column in (PlanColumn.DATE, PlanColumn.LEAD) or (start.is_bulleted and rest.is_bulleted)
            cells[column] = replace(
                start,
                text=f"{start.text} {rest.text}",
                lines=lines if are_apart else (" ".join(lines),),
                is_bulleted=start.is_bulleted and rest.is_bulleted,
            )
    return PlanRow((*above.rows, *below.rows), cells)


def name_of(row: PlanRow) -> str:
    """What the action point is called, on one line."""
    return " ".join(row.cells[PlanColumn.ACTION_POINT].text.split()) if PlanColumn.ACTION_POINT in row.cells else ""
