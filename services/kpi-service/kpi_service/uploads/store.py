"""The SQL of uploads."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TypeVar, cast
from uuid import UUID

from psycopg import Cursor
from psycopg.sql import SQL
from sqlalchemy import insert, or_, select, text, update
from sqlalchemy.orm import Session

from kpi_service.official_files.family import Family
from kpi_service.official_files.file_year import FileYear
from kpi_service.uploads.tables import RefusedRowRow, UploadPieceRow, UploadRow
from kpi_service.uploads.upload import HandedIn, ReadFile, RefusedRow
from service_kit.access import Reach
from service_kit.errors import NotFound
from service_kit.jobs import JobState
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from service_kit.tables import jobs

Item = TypeVar("Item")

_PIECE = 1 << 20
_PIECE_AT = SQL("SELECT content FROM upload_pieces WHERE upload_id = %s AND position = %s")
_SAME_FILE_WAITS = text("SELECT pg_advisory_xact_lock(hashtextextended(:sha256, 0))")
_TIME_FOR_A_NATIONAL_FILE = text(
    "SELECT set_config('statement_timeout', '10min', true), "
    "set_config('idle_in_transaction_session_timeout', '10min', true)"
)


def find_same_file(session: Session, sha256: bytes, alliance_id: UUID | None) -> UUID | None:
    """The upload of the same bytes for the same alliance, or for the country, that was read or is still to be read.
    Until the transaction ends nobody else hands in the same bytes."""
    session.execute(_SAME_FILE_WAITS, {"sha256": sha256.hex()})
    came_to_nothing = (JobState.FAILED, JobState.CANCELLED)
    same = (
        select(UploadRow.id)
        .join(jobs, jobs.c.id == UploadRow.id)
        .where(
            UploadRow.sha256 == sha256,
            UploadRow.alliance_id.is_not_distinct_from(alliance_id),
            jobs.c.state.not_in(came_to_nothing),
        )
        .limit(1)
    )
    return session.scalar(same)


def add_upload(session: Session, handed_in: HandedIn, content: bytes) -> None:
    """Keeps a file, byte for byte."""
    session.add(
        UploadRow(
            id=handed_in.id,
            alliance_id=handed_in.alliance_id,
            file_name=handed_in.file_name,
            size=handed_in.size,
            sha256=handed_in.sha256,
            asked_family=handed_in.family,
            asked_year=None if handed_in.year is None else handed_in.year.starting,
            handed_in_at=handed_in.handed_in_at,
        )
    )
    session.flush()
    for position, start in enumerate(range(0, len(content), _PIECE)):
        piece = content[start : start + _PIECE]
        kept = {"upload_id": handed_in.id, "alliance_id": handed_in.alliance_id, "position": position, "content": piece}
        session.execute(insert(UploadPieceRow), kept)


def get_upload(session: Session, upload_id: UUID) -> tuple[HandedIn, ReadFile | None]:
    """What was handed in, and what was read of it once it has been. Errors: `NotFound`."""
    row = session.get(UploadRow, upload_id)
    if row is None:
        raise NotFound("There is no such thing here.")
    return handed_in_of(row), read_file_of(row)


def pieces_of(session: Session, upload_id: UUID) -> Iterator[bytes]:
    """The file, piece by piece: as its bytes stand, which spares writing and reading them as twice as many digits."""
    cursor = cast(Cursor[tuple[bytes]], session.connection().connection.cursor())
    position = 0
    while found := cursor.execute(_PIECE_AT, (upload_id, position), binary=True).fetchone():
        yield found[0]
        position += 1


def allow_time(session: Session) -> None:
    """Lets the statements of this transaction take as long as a national file needs, and what is read between two of
    them: the rows of a workbook come slowly."""
    session.execute(_TIME_FOR_A_NATIONAL_FILE)


def add_refused_rows(session: Session, handed_in: HandedIn, refused: Sequence[RefusedRow]) -> None:
    """Keeps rows that were not taken over, with their reasons."""
    if refused:
        of_upload = {"upload_id": handed_in.id, "alliance_id": handed_in.alliance_id}
        session.execute(insert(RefusedRowRow), [of_upload | asdict(row) for row in refused])


def keep_read_file(session: Session, upload_id: UUID, read: ReadFile) -> None:
    """Keeps what was read of a file."""
    session.execute(
        update(UploadRow)
        .where(UploadRow.id == upload_id)
        .values(
            family=read.family,
            year=None if read.year is None else read.year.starting,
            rows_read=read.rows_read,
            rows_refused=read.rows_refused,
            facts_new=read.facts_new,
            facts_restated=read.facts_restated,
            facts_unchanged=read.facts_unchanged,
            unread_columns=list(read.unread_columns),
        )
    )


def page_of_uploads(
    session: Session, reach: Reach, page: PageRequest, shape: Callable[[UploadRow], Item]
) -> Page[Item]:
    """A page of the operator's uploads and of those of the alliances within reach, in the order in which they were
    handed in."""
    seen = or_(UploadRow.alliance_id.is_(None), reach.condition(UploadRow.alliance_id))
    return read_page(session, select(UploadRow).where(seen), [UploadRow.id], page, shape)


def page_of_refused_rows(
    session: Session, upload_id: UUID, page: PageRequest, shape: Callable[[RefusedRowRow], Item]
) -> Page[Item]:
    """A page of the refused rows of an upload, in the order of their lines."""
    refused = select(RefusedRowRow).where(RefusedRowRow.upload_id == upload_id)
    return read_page(session, refused, [RefusedRowRow.line, RefusedRowRow.column], page, shape)


def refused_rows(session: Session, upload_id: UUID) -> dict[int, list[RefusedRow]]:
    """Every refused row of an upload, by its line."""
    found: dict[int, list[RefusedRow]] = {}
    row = RefusedRowRow
    for refused in session.scalars(select(row).where(row.upload_id == upload_id).order_by(row.line, row.column)):
        found.setdefault(refused.line, []).append(
            RefusedRow(refused.line, refused.column, refused.code, refused.detail)
        )
    return found


def handed_in_of(row: UploadRow) -> HandedIn:
    """What was handed in, as it stands in a row."""
    return HandedIn(
        id=row.id,
        alliance_id=row.alliance_id,
        file_name=row.file_name,
        size=row.size,
        sha256=row.sha256,
        family=None if row.asked_family is None else Family(row.asked_family),
        year=None if row.asked_year is None else FileYear(row.asked_year),
        handed_in_at=row.handed_in_at,
    )


def read_file_of(row: UploadRow) -> ReadFile | None:
    """What was read, as it stands in a row; None before it was."""
    if row.family is None:
        return None
    return ReadFile(
        family=Family(row.family),
        year=None if row.year is None else FileYear(row.year),
        rows_read=row.rows_read or 0,
        rows_refused=row.rows_refused or 0,
        facts_new=row.facts_new or 0,
        facts_restated=row.facts_restated or 0,
        facts_unchanged=row.facts_unchanged or 0,
        unread_columns=tuple(row.unread_columns or ()),
    )
