"""What people do with official files, and what the worker does with them after that."""

import csv
import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.official_files.attainment import Level, level_of
from kpi_service.official_files.cell import CellNotReadable
from kpi_service.official_files.document import is_workbook, rows_of
from kpi_service.official_files.facts import PERFORMANCE_TABLES, Reader, reader_of
from kpi_service.official_files.family import OF_ALLIANCES, Family
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.table import Table, read_table
from kpi_service.outcomes.store import Taking, taking_over
from kpi_service.schools.store import memberships_of, require_alliance
from kpi_service.uploads import store
from kpi_service.uploads.own_figures import Own, only_alliance, refuse_what_is_the_operators
from kpi_service.uploads.upload import (
    Counted,
    HandedIn,
    ReadFile,
    RefusedRow,
    annotated,
    refuse_other_word_for_it,
    refuse_what_is_no_such_file,
    year_of,
)
from service_kit import jobs
from service_kit.access import Caller, Reach
from service_kit.clock import day_of
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT
from service_kit.ids import new_id
from service_kit.jobs import Job, JobRun

JOB = "read-upload"


@dataclass(frozen=True)
class SeenUpload:
    """A file that was handed in, what was read of it once it has been, and how its job stands."""

    handed_in: HandedIn
    read: ReadFile | None
    job: Job


_REFUSED_AT_ONCE = 1_000


def hand_in(
    work: UnitOfWork,
    content: bytes,
    *,
    file_name: str,
    family: Family | None,
    year: FileYear | None,
    alliance_id: UUID | None,
) -> tuple[SeenUpload, bool]:
    """A file is handed in and will be read by the worker; beside it, whether it is a new one. The operator hands in
    what counts for the country, an alliance its own figures. The same bytes again are the upload they were, unless that
    came to nothing.

    Errors: `NotFound`, those of `only_alliance`, `refuse_what_is_the_operators` and `refuse_other_word_for_it`.
    """
    permitted = work.caller.permitted
    if alliance_id is None and not permitted.everywhere:
        alliance_id = only_alliance(permitted.tenants)
    if alliance_id is not None:
        work.caller.require(alliance_id)
        require_alliance(work.session, alliance_id)
    if family is not None:
        refuse_what_is_the_operators(family, alliance_id)
    sha256 = hashlib.sha256(content).digest()
    same = store.find_same_file(work.session, sha256, alliance_id)
    if same is not None:
        seen = _seen(work.session, same)
        if seen.read is not None:
            refuse_other_word_for_it(seen.read, family=family, year=year)
        return seen, False
    handed_in = HandedIn(new_id(), alliance_id, file_name, len(content), sha256, family, year, work.now)
    store.add_upload(work.session, handed_in, content)
    jobs.enqueue(work.session, JOB, handed_in.id, tenant=alliance_id, at=work.now)
    work.record(
        "upload-handed-in",
        subject=handed_in.id,
        tenant=alliance_id,
        data={
            "upload_id": handed_in.id,
            "alliance_id": alliance_id,
            "size": handed_in.size,
            "sha256": sha256.hex(),
        },
    )
    return _seen(work.session, handed_in.id), True


def see_upload(session: Session, caller: Caller, upload_id: UUID) -> SeenUpload:
    """An upload as it stands: the operator's for everybody, an alliance's for those who may see its figures. Errors:
    `NotFound`."""
    seen = _seen(session, upload_id)
    if seen.handed_in.alliance_id is not None:
        caller.require(seen.handed_in.alliance_id)
    return seen


def see_rows_of_upload(session: Session, caller: Caller, upload_id: UUID) -> SeenUpload:
    """An upload of which the rows are to be shown: figures of many alliances in one file are for the operator alone.
    Errors: `NotFound`, `Forbidden`."""
    seen = see_upload(session, caller, upload_id)
    if seen.handed_in.alliance_id is None and seen.read is not None and seen.read.family in OF_ALLIANCES:
        caller.require_everywhere()
    return seen


def read_upload(job_run: JobRun) -> None:
    """Reads a file that was handed in and takes over what its rows say, in one transaction: all of it or nothing.

    A row that cannot be read, or that an alliance says of another, is refused with its reason while the others are
    taken. Errors, each of which fails the upload: `FileNotReadable`, `FileTooLarge`, `HeaderNotRecognised`,
    `NotThatFamily`, `FamilyIsTheOperators`, those of `year_of` and of `refuse_what_is_no_such_file`.
    """
    with job_run.database.transaction(_reach_of(job_run)) as session:
        handed_in, _ = store.get_upload(session, job_run.job_id)
        with _file_of(session, handed_in.id) as file:
            _take_over(job_run, session, handed_in, file)


def annotated_file(session: Session, upload_id: UUID) -> Iterator[str]:
    """The file as it was handed in with one more column that says what is wrong with a row, piece by piece. A workbook
    comes back as CSV. All that it is made of is fetched at once: whoever takes the pieces may take their time."""
    return _annotated(_file_of(session, upload_id), store.refused_rows(session, upload_id))


def _annotated(file: BinaryIO, refused: Mapping[int, Sequence[RefusedRow]]) -> Iterator[str]:
    with file:
        header_line = read_table(rows_of(file), None).header_line
        file.seek(0)
        for row in rows_of(file):
            line = StringIO()
            csv.writer(line).writerow(annotated(row, refused.get(row[0], ()), is_header=row[0] == header_line))
            yield line.getvalue()


def _take_over(job_run: JobRun, session: Session, handed_in: HandedIn, file: BinaryIO) -> None:
    store.allow_time(session)
    at_once = not is_workbook(file)
    table = read_table(rows_of(file), handed_in.family)
    family, at = table.recognised.family, handed_in.handed_in_at
    refuse_what_is_the_operators(family, handed_in.alliance_id)
    year = year_of(table, handed_in, day_of(at))
    with taking_over(session, handed_in.id, now=at, at_once=at_once) as taking:
        counted = _read_rows(job_run, handed_in, table, reader_of(family, year), taking)
        refuse_what_is_no_such_file(family, counted)
        taken = taking.end()
    store.add_refused_rows(session, handed_in, [_contradicted(line) for line in taken.contradicted])
    read = ReadFile(
        family=family,
        year=year,
        rows_read=counted.rows_read,
        rows_refused=counted.rows_refused + len(taken.contradicted),
        facts_new=taken.new,
        facts_restated=taken.restated,
        facts_unchanged=taken.unchanged,
        unread_columns=table.recognised.unread,
    )
    store.keep_read_file(session, handed_in.id, read)
    job_run.finish(session)


def _read_rows(job_run: JobRun, handed_in: HandedIn, table: Table, reader: Reader, taking: Taking) -> Counted:
    counted, refused = Counted(), list[RefusedRow]()
    family, own = table.recognised.family, _own(taking.at_rest(), handed_in.alliance_id)
    lists_schools = family in PERFORMANCE_TABLES
    for row in table.records():
        counted.rows_read += 1
        try:
            facts = list(reader(row))
            if own is not None:
                own.refuse_anothers(row, facts)
            counted.schools_read += lists_schools and level_of(family, row) is Level.SCHOOL
        except CellNotReadable as wrong:
            refused.append(RefusedRow(row.line, wrong.column, wrong.code, wrong.detail))
            counted.refuse(refused[-1])
            if len(refused) >= _REFUSED_AT_ONCE:
                store.add_refused_rows(taking.at_rest(), handed_in, refused)
                refused.clear()
        else:
            taking.tell(row.line, facts)
        if job_run.is_report_due():
            job_run.report(rows_read=counted.rows_read, rows_refused=counted.rows_refused)
    store.add_refused_rows(taking.at_rest(), handed_in, refused)
    return counted


def _own(session: Session, alliance_id: UUID | None) -> Own | None:
    return None if alliance_id is None else Own(alliance_id, memberships_of(session, alliance_id))


def _reach_of(job_run: JobRun) -> Reach:
    """What belongs to an alliance is read with no more within reach than the alliance."""
    if job_run.tenant is None:
        return EVERY_TENANT
    return Reach(everywhere=False, tenants=frozenset({job_run.tenant}), parties={})


def _seen(session: Session, upload_id: UUID) -> SeenUpload:
    return SeenUpload(*store.get_upload(session, upload_id), jobs.read_job(session, upload_id))


def _contradicted(line: int) -> RefusedRow:
    said = "An earlier line of the file says otherwise of the same thing; the earlier one is taken."
    return RefusedRow(line, "", "said-otherwise-before", said)


def _file_of(session: Session, upload_id: UUID) -> BinaryIO:
    with ExitStack() as opened:
        file = opened.enter_context(tempfile.TemporaryFile())
        for piece in store.pieces_of(session, upload_id):
            file.write(piece)
        file.seek(0)
        opened.pop_all()
        return file
