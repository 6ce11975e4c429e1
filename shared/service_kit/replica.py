"""Copies of what another service owns, as its events tell of it."""

from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import DeclarativeBase, Session

from service_kit.database import table_of


def put(session: Session, kind: type[DeclarativeBase], /, **facts: Any) -> None:
    """Takes over one thing as it now is, in one statement: its row is made, or brought to `facts`, by its key."""
    session.execute(_upsert(table_of(kind), tuple(facts)), facts)


@cache
def _upsert(table: Table, names: tuple[str, ...]) -> Insert:
    # Building the statement costs more than running it, and a feed can hold tens of thousands of them.
    keys = {column.name for column in table.primary_key}
    given = insert(table)
    changes = {name: given.excluded[name] for name in names if name not in keys}
    return given.on_conflict_do_update(index_elements=sorted(keys), set_=changes)
