"""Many rows at once: one statement a table, which reaches the database as one JSON value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Column, Insert, Table, Text, bindparam, cast, column, func, insert, inspect, select
from sqlalchemy.orm import DeclarativeBase, Session

Target = Table | type[DeclarativeBase]


@dataclass(frozen=True)
class Batch:
    """Rows of one table, ready to be written: to make them ready takes time that no transaction should wait for."""

    target: Target
    names: tuple[str, ...]
    rows: str


def batch(target: Target, rows: Sequence[Mapping[str, Any]]) -> Batch:
    """The rows, each with the same columns, made ready. A mapped class has its attributes' names, a table its columns'.
    Row by row they would take several times as long, and to copy them is refused where row-level security holds."""
    return Batch(target, tuple(rows[0]) if rows else (), to_json(rows).decode())


def write(session: Session, rows: Batch) -> None:
    """Writes them in their order; none for none."""
    if rows.names:
        session.execute(_insert(rows.target, rows.names), {"rows": rows.rows})


def insert_rows(session: Session, target: Target, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes the rows, each with the same columns, in their order; none for none."""
    write(session, batch(target, rows))


@cache
def _insert(target: Target, names: tuple[str, ...]) -> Insert:
    columns = [_column(target, name) for name in names]
    told = [column(name, each.type) for name, each in zip(names, columns, strict=True)]
    value = cast(bindparam("rows", type_=Text), JSON)
    rows = func.json_to_recordset(value).table_valued(*told).render_derived(with_types=True)
    return insert(columns[0].table).from_select(columns, select(*rows.c), include_defaults=False)


def _column(target: Target, name: str) -> Column[Any]:
    found = target.c[name] if isinstance(target, Table) else inspect(target).column_attrs[name].columns[0]
    assert isinstance(found, Column)  # noqa: S101 -- what is written is a column
    return found
