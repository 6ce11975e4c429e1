"""The SQL that takes outcomes over from a file: copied beside the tables first, then added or merged.

A fact that says what is known changes nothing. One that says otherwise ends what was known on the day it is handed in
and counts from that day on; what was known before is still what was known before.
"""

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from psycopg import Connection, Rollback, adapters
from psycopg.errors import UniqueViolation
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.official_files.facts import Fact
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.own_templates import NationalAverage
from kpi_service.outcomes.kind_of_fact import FROM_THE_FIRST, KINDS, CountsFrom, Kind
from kpi_service.outcomes.tables import NationalAverageRow, SchoolLinkRow
from service_kit.clock import day_of

_LOT = 10_000


@dataclass(frozen=True)
class TakenOver:
    """What a file did, in facts: those not known before, those said otherwise than before, those known already.
    `contradicted` are the lines of the file that say otherwise than an earlier line of it; the earlier one stands."""

    new: int
    restated: int
    unchanged: int
    contradicted: tuple[int, ...]


def published_average(session: Session, measure: str, as_of: date) -> NationalAverage | None:
    """The national figure of a measure that was the newest published on the day, as it was known on it."""
    row = NationalAverageRow
    newest = (
        select(row)
        .where(
            row.measure == measure,
            row.published_on <= as_of,
            row.known_from_on <= as_of,
            or_(row.known_to_on.is_(None), row.known_to_on > as_of),
        )
        .order_by(row.published_on.desc(), row.year.desc())
        .limit(1)
    )
    found = session.scalar(newest)
    if found is None:
        return None
    return NationalAverage(found.measure, FileYear(found.year), found.value, found.published_on, found.source)


def put_told_link(session: Session, link: SchoolLink, at: datetime) -> None:
    """Keeps a link between schools as plans-api told of it at an instant: restated as a file restates, and beside what
    files say. What is told again changes nothing, so that the feed may be read anew at any time."""
    row = SchoolLinkRow
    told = (
        *(row.predecessor_urn == link.predecessor_urn, row.successor_urn == link.successor_urn),
        row.upload_id.is_(None),
    )
    latest = session.execute(
        select(row.recorded_at, row.kind, row.established_on).where(*told, row.known_to_on.is_(None))
    ).one_or_none()
    if latest is not None and (at <= latest.recorded_at or latest[1:] == (link.kind, link.established_on)):
        return
    today = day_of(at)
    session.execute(update(row).where(*told, row.known_to_on.is_(None)).values(known_to_on=today))
    known_from_on = today if latest is not None else link.established_on or FROM_THE_FIRST
    session.execute(insert(row).values(**asdict(link), known_from_on=known_from_on, recorded_at=at))


def remove_told_links(session: Session) -> None:
    """Removes every link that plans-api told of."""
    session.execute(delete(SchoolLinkRow).where(SchoolLinkRow.upload_id.is_(None)))


@dataclass
class _Told:
    """What a file told of one kind so far: how its columns are written, how many facts were added at once, and whether
    any are held until its end."""

    kind: Kind
    types: Sequence[int]
    added: int = 0
    is_any_held: bool = False


@dataclass
class Taking:
    """Takes facts over from one file, within one transaction: each is told with its line, and `end` merges them.

    They are handed to the database a lot at a time, and what comes next is read meanwhile. A lot that is new as a whole
    is added at once; any other is held until the end.
    """

    session: Session
    upload_id: UUID
    now: datetime
    at_once: bool
    lot: int
    _under_way: Generator[None] | None = None
    _waiting: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))
    _told: dict[str, _Told] = field(default_factory=dict)

    def tell(self, line: int, facts: Iterable[Fact]) -> None:
        """The facts that stand on a line of the file."""
        for fact in facts:
            kind = KINDS[type(fact)]
            rows = self._waiting[kind.table]
            rows.append((*kind.values(fact), line))
            if len(rows) >= self.lot:
                self._hand_over(kind)

    def at_rest(self) -> Session:
        """The session of the transaction, once nothing is under way in it."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            next(under_way, None)
        return self.session

    def stop(self) -> None:
        """Leaves the transaction, which is to be rolled back, with nothing under way in it."""
        if self._under_way is not None:
            self._under_way.close()

    def end(self) -> TakenOver:
        """Merges what was told into what is known."""
        for table in list(self._waiting):
            self._hand_over(next(kind for kind in KINDS.values() if kind.table == table))
        connection = self._connection()
        merged = [self._merge(connection, told) for told in self._told.values()]
        return TakenOver(
            new=sum(part.new for part in merged),
            restated=sum(part.restated for part in merged),
            unchanged=sum(part.unchanged for part in merged),
            contradicted=tuple(sorted({line for part in merged for line in part.contradicted})),
        )

    def _connection(self) -> "Connection[Any]":
        return cast("Connection[Any]", self.at_rest().connection().connection.driver_connection)

    def _hand_over(self, kind: Kind) -> None:
        connection, parts = self._connection(), _parts(kind, self)
        told = self._told.get(kind.table)
        if told is None:
            told = self._told[kind.table] = self._make_room(connection, kind)
        form = SQL("TEXT" if _NUMERIC in told.types else "BINARY")
        with connection.cursor().copy(_COPY.format(form=form, **parts)) as copy:
            copy.set_types(told.types)
            for row in self._waiting.pop(kind.table):
                copy.write_row(row)
        if self.at_once and not kind.from_both_ends:
            self._under_way = self._add_or_hold(connection, told)
            next(self._under_way, None)
        else:
            self._hold(connection, told)

    def _make_room(self, connection: "Connection[Any]", kind: Kind) -> _Told:
        parts = _parts(kind, self)
        for table in ("lot", "held"):
            connection.execute(_MAKE_ROOM.format(made=parts[table], **parts))
        columns = connection.execute(_COLUMNS_TOLD.format(**parts)).description or ()
        return _Told(kind, [column.type_code for column in columns])

    def _add_or_hold(self, connection: "Connection[Any]", told: _Told) -> Generator[None]:
        # Yields while the database adds the lot: what is sent in a pipeline is begun, and not waited for.
        parts, is_new = _parts(told.kind, self), False
        with suppress(UniqueViolation), connection.transaction():
            with connection.pipeline():
                added = connection.execute(_ADD.format(added=parts["lot"], **parts))
                yield
            is_new = not told.is_any_held or connection.execute(_IS_NONE_HELD.format(**parts)).fetchone() == (True,)
            if not is_new:
                raise Rollback
        if is_new:
            told.added += added.rowcount
            connection.execute(_NEXT_LOT.format(**parts))
        else:
            self._hold(connection, told)

    def _hold(self, connection: "Connection[Any]", told: _Told) -> None:
        parts = _parts(told.kind, self)
        connection.execute(_HOLD.format(**parts))
        connection.execute(_NEXT_LOT.format(**parts))
        told.is_any_held = True

    def _merge(self, connection: "Connection[Any]", told: _Told) -> TakenOver:
        kind, parts = told.kind, _parts(told.kind, self)
        if not told.is_any_held:
            return TakenOver(told.added, 0, 0, ())
        connection.execute(_MEASURE_BY_A_FEW)
        connection.execute(SQL("ANALYZE {held} ({key})").format(**parts))
        if kind.from_both_ends:
            connection.execute(_JOIN_ENDS.format(**parts))
        contradicted = connection.execute(_NOT_SAID_AT_ONCE.format(**parts)).fetchall()
        contradicted += connection.execute(_ONE_OF_EACH.format(**parts)).fetchall()
        if kind.may_be_silent:
            connection.execute(_FILL_SILENCE.format(**parts))
        unchanged = connection.execute(_PASS_OVER_KNOWN.format(**parts)).rowcount
        restated = connection.execute(_RESTATE.format(**parts)).rowcount
        added = told.added + connection.execute(_ADD.format(added=parts["held"], **parts)).rowcount
        return TakenOver(added - restated, restated, unchanged, tuple(line for (line,) in contradicted))


@contextmanager
def taking_over(
    session: Session, upload_id: UUID, *, now: datetime, at_once: bool = True, lot: int = _LOT
) -> Iterator[Taking]:
    """Takes over what one file says; until the block ends the session is that of `Taking`, which may be using it.

    Whether lots are added `at_once`, before all is read, is for the reader to say: from the first on, whoever else
    tells of inspections or of links between schools waits.
    """
    taking = Taking(session, upload_id, now, at_once, lot)
    try:
        yield taking
    finally:
        taking.stop()


# The binary form of a decimal is put together in Python: as text it is written and read the sooner.
_NUMERIC = adapters.types["numeric"].oid
# How many rows there are is what the planner must know; the finer statistics cost more than they would tell it.
_MEASURE_BY_A_FEW = SQL("SET LOCAL default_statistics_target = 10")
_MAKE_ROOM = SQL("""
    CREATE TEMPORARY TABLE {made} ON COMMIT DROP AS SELECT {columns}, known_from_on, line FROM {table} LIMIT 0
""")
_COLUMNS_TOLD = SQL("SELECT {columns}, line FROM {lot} LIMIT 0")
_COPY = SQL("COPY {lot} ({columns}, line) FROM STDIN (FORMAT {form})")
_IS_NONE_HELD = SQL("SELECT NOT EXISTS (SELECT FROM {lot} JOIN {held} USING ({key}))")
_HOLD = SQL("INSERT INTO {held} SELECT * FROM {lot}")
_NEXT_LOT = SQL("TRUNCATE {lot}")
# The later day is the first of the school that goes on; of the kinds of link, plain succession is the last word.
_JOIN_ENDS = SQL("""
    UPDATE {held} AS s
    SET kind = both_ends.kind, established_on = both_ends.established_on
    FROM (SELECT {key}, min(kind) AS kind, max(established_on) AS established_on
          FROM {held} GROUP BY {key} HAVING count(*) > 1) AS both_ends
    WHERE {same_ends}
""")
# What was added at once stands in the table as the file said it.
_NOT_SAID_AT_ONCE = SQL("""
    WITH removed AS (
        DELETE FROM {held} AS s USING {table} AS t
        WHERE {same} AND t.known_to_on IS NULL AND t.upload_id = {upload_id}
        RETURNING s.line, ROW({told_s}) IS DISTINCT FROM ROW({told_t}) AS differs
    )
    SELECT DISTINCT line FROM removed WHERE differs
""")
_ONE_OF_EACH = SQL("""
    WITH said_twice AS (
        SELECT {key} FROM {held} GROUP BY {key} HAVING count(*) > 1
    ), ranked AS (
        SELECT s.ctid AS place, line, row_number() OVER same AS nth,
               ROW({told}) IS DISTINCT FROM first_value(ROW({told})) OVER same AS differs
        FROM {held} AS s JOIN said_twice USING ({key}) WINDOW same AS (PARTITION BY {key} ORDER BY line, s.ctid)
    ), removed AS (
        DELETE FROM {held} AS s USING ranked WHERE s.ctid = ranked.place AND ranked.nth > 1
        RETURNING ranked.line, ranked.differs
    )
    SELECT DISTINCT line FROM removed WHERE differs ORDER BY line
""")
_FILL_SILENCE = SQL("""
    UPDATE {held} AS s SET {filled} FROM {table} AS t WHERE {same} AND t.known_to_on IS NULL
""")
_PASS_OVER_KNOWN = SQL("""
    DELETE FROM {held} AS s USING {table} AS t
    WHERE {same} AND t.known_to_on IS NULL AND ROW({told_s}) IS NOT DISTINCT FROM ROW({told_t})
""")
_RESTATE = SQL("""
    WITH ended AS (
        UPDATE {table} AS t SET known_to_on = {today} FROM {held} AS s WHERE {same} AND t.known_to_on IS NULL
        RETURNING s.ctid AS place
    )
    UPDATE {held} AS s SET known_from_on = {today} FROM ended WHERE s.ctid = ended.place
""")
_START_OF_YEAR, _END_OF_YEAR = SQL("make_date(year, 9, 1)"), SQL("make_date(year + 1, 8, 31)")
_DAYS: Mapping[CountsFrom, Composable] = {
    CountsFrom.START_OF_YEAR: _START_OF_YEAR,
    CountsFrom.END_OF_YEAR: _END_OF_YEAR,
    CountsFrom.TARGET_OR_RESULT: SQL("CASE WHEN starts_with(figure, 'target_') THEN {} ELSE {} END").format(
        _START_OF_YEAR, _END_OF_YEAR
    ),
    CountsFrom.THE_FIRST: Literal(FROM_THE_FIRST),
}
_ADD = SQL("""
    INSERT INTO {table} ({columns}, known_from_on, upload_id, line, recorded_at)
    SELECT {columns}, coalesce(known_from_on, {counts_from}), {upload_id}, line, {now} FROM {added}
""")


def _parts(kind: Kind, taking: Taking) -> dict[str, Composable]:
    return {
        "table": Identifier(kind.table),
        "lot": Identifier(f"lot_{kind.table}"),
        "held": Identifier(f"held_{kind.table}"),
        "key": _names(kind.key),
        "told": _names(kind.told),
        "told_s": _names(kind.told, "s"),
        "told_t": _names(kind.told, "t"),
        "columns": _names((*kind.key, *kind.told)),
        "same": SQL(" AND ").join(
            [*(SQL("s.{0} = t.{0}").format(Identifier(name)) for name in kind.key), SQL("t.upload_id IS NOT NULL")]
        ),
        "same_ends": SQL(" AND ").join(SQL("s.{0} = both_ends.{0}").format(Identifier(name)) for name in kind.key),
        "filled": SQL(", ").join(
            SQL("{0} = COALESCE(s.{0}, t.{0})").format(Identifier(name)) for name in kind.may_be_silent
        ),
        "counts_from": _counts_from(kind),
        "today": Literal(day_of(taking.now)),
        "now": Literal(taking.now),
        "upload_id": Literal(taking.upload_id),
    }


def _counts_from(kind: Kind) -> Composable:
    if isinstance(kind.counts_from, CountsFrom):
        return _DAYS[kind.counts_from]
    return SQL("coalesce({}, {})").format(Identifier(kind.counts_from), Literal(FROM_THE_FIRST))


def _names(names: Sequence[str], of: str | None = None) -> Composed:
    return SQL(", ").join(Identifier(name) if of is None else Identifier(of, name) for name in names)
