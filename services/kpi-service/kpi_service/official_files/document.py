"""A file as rows of text: comma-separated in whatever way it was saved, gzipped or not, or a workbook's first sheet.

Nothing here holds a file whole: rows come one by one, each with the line it begins on.
"""

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import BinaryIO

from openpyxl import load_workbook

from service_kit.errors import RuleBroken

MOST_BYTES_UNPACKED = 1_500_000_000
MOST_COLUMNS = 2_000
_MOST_BYTES_BESIDE_SHEETS = 32_000_000
_MOST_ROWS = 1 << 20
_PIECE = 1 << 20
_GZIP, _ZIP, _OLD_WORKBOOK = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

# The library presumes a sound package. These are what it raised of some 16,000 that were damaged at random.
_STUMBLES = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(LookupError, RuntimeError, SyntaxError, TypeError, ValueError),
)

Numbered = tuple[int, Sequence[str]]
"""A row of text, and the line it begins on, counted from 1."""


class FileNotReadable(RuleBroken):
    """A file is CSV, gzipped CSV, or an .xlsx workbook, and whole."""


class FileTooLarge(RuleBroken):
    """A file unpacks to no more than can sensibly be an official one."""


def is_workbook(file: BinaryIO) -> bool:
    """Whether it is to be read as a workbook, by its first bytes; its rows come slowly."""
    return _start_of(file) == _ZIP


def rows_of(file: BinaryIO) -> Iterator[Numbered]:
    """The rows of a file that can be read again from its start, with the line each begins on, counted from 1.

    What it is, is told by its first bytes. Errors: `FileNotReadable`, `FileTooLarge`.
    """
    start = _start_of(file)
    if start.startswith(_OLD_WORKBOOK):
        raise FileNotReadable("This is a workbook of the old kind (.xls); save it as .xlsx or as CSV.")
    try:
        if start == _ZIP:
            yield from _of_workbook(file)
        elif start.startswith(_GZIP):
            with gzip.open(file) as unpacked:
                yield from _of_text(unpacked)
        else:
            yield from _of_text(file)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileNotReadable(f"The gzip file is not whole: {error}.") from error


def _start_of(file: BinaryIO) -> bytes:
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return start


def _of_text(file: BinaryIO | gzip.GzipFile) -> Iterator[Numbered]:
    encoding = _encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    lines = csv.reader(text, strict=False)
    begins_on = 1
    try:
        for cells in lines:
            if len(cells) > MOST_COLUMNS:
                raise FileNotReadable(f"Line {begins_on} has {len(cells)} columns; no official file has so many.")
            yield begins_on, cells
            begins_on = lines.line_num + 1
    except csv.Error as error:
        raise FileNotReadable(f"Line {begins_on} is not CSV: {error}.") from error
    finally:
        # Rows may be left unread until their file is closed.
        if not file.closed:
            text.detach()


def _encoding_of(file: BinaryIO | gzip.GzipFile) -> str:
    """UTF-8 where all of it is, and otherwise what Windows writes; a mark at the start is passed over. Refuses a file
    that turns out too large, or to be no text: all of it is looked at before its first row."""
    decoder, is_utf_8, size = codecs.getincrementaldecoder("utf-8")(), True, 0
    while piece := file.read(_PIECE):
        size += len(piece)
        if size > MOST_BYTES_UNPACKED:
            raise FileTooLarge(f"The file unpacks to more than {MOST_BYTES_UNPACKED:,} bytes.")
        if b"\0" in piece:
            raise FileNotReadable("The file holds a NUL character: it is not text.")
        is_utf_8 = is_utf_8 and _decodes(decoder, piece)
    return "utf-8-sig" if is_utf_8 and _decodes(decoder, b"", is_all=True) else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, is_all: bool = False) -> bool:
    try:
        decoder.decode(piece, final=is_all)
    except UnicodeDecodeError:
        return False
    return True


def _of_workbook(file: BinaryIO) -> Iterator[Numbered]:
    for line, cells in enumerate(_cells_of_workbook(file), start=1):
        yield line, [_as_text(cell) for cell in cells[:MOST_COLUMNS]]


def _cells_of_workbook(file: BinaryIO) -> Iterator[Sequence[object]]:
    try:
        with zipfile.ZipFile(file) as packed:
            _refuse_bomb(packed)
        file.seek(0)
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        with closing(workbook):
            sheet = workbook.worksheets[0]
            # What a sheet says of its own size may be less than it has; what is past it would be left out.
            sheet.reset_dimensions()
            yield from sheet.iter_rows(max_row=_MOST_ROWS, values_only=True)
    except _STUMBLES as error:
        raise FileNotReadable("This is no .xlsx workbook that can be read; save it anew, or as CSV.") from error


def _refuse_bomb(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if sum(part.file_size for part in parts) > MOST_BYTES_UNPACKED:
        raise FileTooLarge(f"The workbook unpacks to more than {MOST_BYTES_UNPACKED:,} bytes.")
    beside = (part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    if max(beside, default=0) > _MOST_BYTES_BESIDE_SHEETS:
        raise FileTooLarge(f"Beside its sheets the workbook unpacks to more than {_MOST_BYTES_BESIDE_SHEETS:,} bytes.")


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
