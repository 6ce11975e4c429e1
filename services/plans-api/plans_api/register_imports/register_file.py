"""The register's files as they are downloaded, read row by row: the file is never unpacked or parsed as a whole."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final

from plans_api.register_imports.links_file import LinksReader
from plans_api.register_imports.recognition import FileKind, Header, RegisterNotReadable, recognise
from plans_api.register_imports.register_row import Record, RefusedRow, Unreadable, read_group, read_school
from service_kit.errors import RuleBroken
from service_kit.file_signature import kind_by_signature

MOST_BYTES_UNPACKED: Final = 100 * 1024 * 1024
MOST_ROWS: Final = 200_000
_CHUNK = 1024 * 1024


class RegisterTooLarge(RuleBroken):
    """A register file has at most 200,000 rows and 100 MB unpacked."""


@dataclass
class RegisterFile:
    """A register file, recognised by its header. `records` reads its rows one after the other, once; `rows_read` is how
    many have been read."""

    kind: FileKind
    header: Header
    rows: Iterator[tuple[int, list[str]]]
    rows_read: int = 0

    @property
    def records(self) -> Iterator[Record]:
        """What the rows say; a link that both its ends name comes once."""
        counted = self._counted()
        return LinksReader(self.header).read(counted) if self.kind is FileKind.LINKS else _records(self.header, counted)

    def _counted(self) -> Iterator[tuple[int, list[str]]]:
        for row in self.rows:
            self.rows_read += 1
            yield row


def open_register(data: bytes, *, gzipped: bool) -> RegisterFile:
    """A register file, plain or gzipped, in UTF-8 or Windows-1252; a row that cannot be read comes as a `RefusedRow`
    with its line. Memory is bounded by a row, a megabyte of text, and the URNs met.

    Source: the Department's register: its extracts of 2017 to 2022, its links and its group links. Errors:
    `RegisterNotReadable`, `RegisterTooLarge`, here or while the records are read.
    """
    if kind := kind_by_signature(data):
        raise RegisterNotReadable(f"The file is {kind}: save it as CSV and send that.")
    encoding = _encoding(data, gzipped=gzipped)
    rows = _rows(io.TextIOWrapper(_unpacked(data, gzipped=gzipped), encoding, errors="replace", newline=""))
    _, headings = next(rows, (1, []))
    header = recognise(headings)
    return RegisterFile(header.kind, header, rows)


def _records(header: Header, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Record]:
    seen: set[str] = set()
    for line, cells in rows:
        row = header.cells(cells)
        try:
            if header.kind is FileKind.GROUPS:
                yield read_group(line, row)
                continue
            known = read_school(line, row, header, runs_on=len(cells) > header.width)
            if known.school.urn in seen:
                raise Unreadable("urn-repeated", "This URN stands in the extract before; the first row is taken.")
            seen.add(known.school.urn)
            yield known
        except Unreadable as reason:
            yield _refused(line, row, reason)


def _refused(line: int, row: Mapping[str, str], reason: Unreadable) -> RefusedRow:
    return RefusedRow(line, row.get("urn", "")[:20], reason.code, reason.detail)


def _unpacked(data: bytes, *, gzipped: bool) -> IO[bytes]:
    return gzip.open(io.BytesIO(data)) if gzipped else io.BytesIO(data)  # type: ignore[return-value]


def _encoding(data: bytes, *, gzipped: bool) -> str:
    """Which of the two encodings it is in, after one look at all of it that keeps none of it."""
    decoder, encoding, size, has_nul = codecs.getincrementaldecoder("utf-8-sig")(), "utf-8-sig", 0, False
    try:
        with _unpacked(data, gzipped=gzipped) as packed:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > MOST_BYTES_UNPACKED:
                    raise RegisterTooLarge(f"The file unpacks to more than {MOST_BYTES_UNPACKED:,} bytes.")
                has_nul = has_nul or b"\0" in chunk
                encoding = encoding if encoding == "cp1252" or _decodes(decoder, chunk) else "cp1252"
    except (OSError, EOFError, zlib.error) as error:
        raise RegisterNotReadable(f"The file is not a whole gzip file: {error}.") from error
    if has_nul:
        raise RegisterNotReadable("The file holds a NUL character: it is not a CSV file.")
    return encoding if _decodes(decoder, b"", final=True) else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _rows(text: IO[str]) -> Iterator[tuple[int, list[str]]]:
    lines = csv.reader(text, strict=True)
    read = 0
    try:
        for cells in lines:
            if cells:
                yield lines.line_num, cells
                read += 1
            if read > MOST_ROWS + 1:
                raise RegisterTooLarge(f"The file has more than {MOST_ROWS:,} rows.")
    except csv.Error as error:
        raise RegisterNotReadable(f"Line {lines.line_num} of the file is not CSV: {error}.") from error
