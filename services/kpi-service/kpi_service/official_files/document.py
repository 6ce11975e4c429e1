"""A file as rows of text: comma-separated in whatever way it was saved, gzipped or not, or a workbook's first sheet.

Nothing here holds a file whole: rows come one by one, each with the line it begins on.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from kpi_service.official_files.readable import (
    MOST_BYTES_UNPACKED,
    MOST_COLUMNS,
    FileNotReadable,
    FileTooLarge,
    Numbered,
)
from kpi_service.official_files.workbook import rows_of_workbook

_PIECE = 1 << 20
_GZIP, _ZIP, _OLD_WORKBOOK = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def rows_of(file: BinaryIO) -> Iterator[Numbered]:
    """The rows of a file that can be read again from its start, with the line each begins on, counted from 1.

    What it is, is told by its first bytes. Errors: `FileNotReadable`, `FileTooLarge`.
    """
    start = file.read(4)
    file.seek(0)
    if start.startswith(_OLD_WORKBOOK):
        raise FileNotReadable("This is a workbook of the old kind (.xls); save it as .xlsx or as CSV.")
    try:
        if start == _ZIP:
            yield from rows_of_workbook(file)
        elif start.startswith(_GZIP):
            with gzip.open(file) as unpacked:
                yield from _of_text(_Limited(unpacked))
        else:
            yield from _of_text(_Limited(file))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileNotReadable(f"The gzip file is not whole: {error}.") from error


class _Limited(io.RawIOBase):
    """A file that ends with a refusal where it turns out too large, or to be no text."""

    def __init__(self, file: BinaryIO | gzip.GzipFile) -> None:
        self._file = file
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        place = memoryview(buffer).cast("B")
        piece = self._file.read(len(place))
        self._read += len(piece)
        if self._read > MOST_BYTES_UNPACKED:
            raise FileTooLarge(f"The file unpacks to more than {MOST_BYTES_UNPACKED:,} bytes.")
        if b"\0" in piece:
            raise FileNotReadable("The file holds a NUL character: it is not text.")
        place[: len(piece)] = piece
        return len(piece)

    def start_again(self) -> None:
        """Goes back to the file's start."""
        self._file.seek(0)
        self._read = 0


def _of_text(file: _Limited) -> Iterator[Numbered]:
    encoding = _encoding_of(file)
    file.start_again()
    text = io.TextIOWrapper(io.BufferedReader(file, _PIECE), encoding=encoding, errors="replace", newline="")
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
        text.detach()


def _encoding_of(file: _Limited) -> str:
    """UTF-8 where all of it is, and otherwise what Windows writes; a mark at the start is passed over."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
