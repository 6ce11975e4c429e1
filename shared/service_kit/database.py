"""The engine, and the one way to open a transaction: the tenants it may see are set before anything else is said."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Self, TypeVar

import psycopg
from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from service_kit.access import Reach
from service_kit.settings import ServiceSettings
from service_kit.tables import NAMING_CONVENTION

RowOf = TypeVar("RowOf")

EVERY_TENANT = Reach(everywhere=True, tenants=frozenset(), parties={})
"""For the service's own work: sequencing, following, health. Never for a caller's request."""

_CURSOR = "prepared"
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")

_READ_JSON = partial(from_json, cache_strings="none")
"""Strings are made anew: looked for in a cache they cost a shortlist 0.07 ms more, most of it where they are used."""

_SET_TENANTS = text("SELECT set_config('app.tenants', :tenants, true)")


def service_metadata() -> MetaData:
    """A service's own metadata, with the house's names for constraints."""
    return MetaData(naming_convention=NAMING_CONVENTION)


def table_of(kind: type[DeclarativeBase]) -> Table:
    """The table in which the rows of a mapped class are kept."""
    table = kind.__table__
    assert isinstance(table, Table)  # noqa: S101 -- each class is mapped to a table of its own
    return table


def make_engine(settings: ServiceSettings) -> Engine:
    """An engine of `pool_size` connections with the house's timeouts, in milliseconds, on every one of them."""
    timeouts = {
        "statement_timeout": settings.statement_timeout_ms,
        "lock_timeout": settings.lock_timeout_ms,
        "idle_in_transaction_session_timeout": settings.idle_in_transaction_timeout_ms,
    }
    return create_engine(
        settings.database_url,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=5,
        json_serializer=_json,
        json_deserializer=_READ_JSON,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "prepare_threshold": settings.prepare_threshold,
            "options": " ".join(f"-c {name}={value}" for name, value in timeouts.items()),
        },
    )


def _json(value: object) -> str:
    """Days, instants and ids within JSON values, as the interfaces write them."""
    return to_json(value).decode()


@dataclass(frozen=True)
class Database:
    """The service's database, as its use cases and reads see it."""

    engine: Engine

    @contextmanager
    def transaction(self, reach: Reach) -> Iterator[Session]:
        """A transaction that sees the tenants of `reach`, and with each statement what others have committed by then;
        committed at its end, rolled back on any error."""
        with self._sessions.begin() as session:
            session.execute(_SET_TENANTS, {"tenants": tenants_setting(reach)})
            yield session

    @contextmanager
    def one_picture(self, reach: Reach) -> Iterator[Session]:
        """A transaction for reading that sees everything as it stood when it began, however many statements it takes:
        no figure that was changed between two of them, no job that is done without its result."""
        with self._sessions.begin() as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            session.execute(_SET_TENANTS, {"tenants": tenants_setting(reach)})
            yield session

    @cached_property
    def _sessions(self) -> sessionmaker[Session]:
        return sessionmaker(self.engine, expire_on_commit=False, autoflush=True)


@dataclass(frozen=True)
class Prepared:
    """A statement that is read so often, and is so long, that its parameters are numbered once and not at each call,
    and its rows come as the driver makes them: `sql` has `$1` where the first of `names` goes."""

    sql: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, sql: str, numbers: Mapping[str, int] = MappingProxyType({})) -> Self:
        """Of a statement as `sqlalchemy.text` has it, with `:name` for a parameter; the `numbers` that are the same at
        every call are written into it."""
        names = tuple(name for name in dict.fromkeys(_PARAMETER.findall(sql)) if name not in numbers)
        places = {name: f"${place}" for place, name in enumerate(names, start=1)}
        places |= {name: f"{number:d}" for name, number in numbers.items()}
        return cls(_PARAMETER.sub(lambda found: places[found[1]], sql), names)

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All it answers, after what the session has yet to write. Raises `sqlalchemy.exc.DBAPIError`, as any other."""
        session.flush()
        cursor = _kept_cursor(session.connection())
        try:
            return cursor.execute(self.sql, [values[name] for name in self.names], prepare=True).fetchall()
        except psycopg.Error as error:
            raise DBAPIError.instance(None, None, error, psycopg.Error) from error


def _kept_cursor(connection: Connection) -> "psycopg.RawCursor[tuple[Any, ...]]":
    """A cursor for as long as the connection lasts: where the same statement is asked again, it still knows how to
    write its parameters and to read its rows."""
    kept: psycopg.RawCursor[tuple[Any, ...]] | None = connection.info.get(_CURSOR)
    if kept is None:
        driver_connection = connection.connection.driver_connection
        assert driver_connection is not None  # noqa: S101 -- the connection is open
        kept = connection.info[_CURSOR] = psycopg.RawCursor(driver_connection)
    return kept


def find_row(session: Session, kind: type[RowOf], key: object, *, for_update: bool = False) -> RowOf | None:
    """The row of that primary key, if there is one that may be seen; where it is to be changed, locked until the
    transaction's end and as it is then.

    The lock, here and wherever rows are chosen otherwise, is that of a change of no key (`FOR NO KEY UPDATE`): it holds
    against every other change, and not against what is stored meanwhile and refers to the row. Who stores it may hold
    what this transaction will want next, and the two would wait for each other.
    """
    return session.get(
        kind, key, with_for_update={"key_share": True} if for_update else None, populate_existing=for_update
    )


def tenants_setting(reach: Reach) -> str:
    """The value of `app.tenants` that the row policies read: `*`, or the tenants' ids joined by commas."""
    if reach.everywhere:
        return "*"
    return ",".join(sorted(str(tenant) for tenant in reach.tenants | reach.parties.keys()))
