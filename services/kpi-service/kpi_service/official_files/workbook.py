"""The first sheet of an .xlsx workbook as rows of text, read as it comes and never held whole.

By which hostile XML grows is refused: a document type, with which entities are declared, and markup without an end.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import IO, Any, BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile
from zlib import error as InflateError  # noqa: N812 -- zlib names its exception in lower case

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS

from kpi_service.official_files.readable import (
    MOST_BYTES_UNPACKED,
    MOST_COLUMNS,
    FileNotReadable,
    FileTooLarge,
    Numbered,
)

_PIECE = 1 << 16
_MOST_BYTES_BESIDE_SHEETS = 32_000_000
_MOST_WRITTEN = 1 << 17  # in one cell or one tag; a spreadsheet program allows a quarter of it
_MOST_ROWS = 1 << 20
# The library and the unpacking presume a well-formed package, and raise whatever they stumble on in another.
_STUMBLES = (
    *(BadZipFile, InflateError, InvalidFileException, ExpatError, EOFError, NotImplementedError, OSError),
    *(AttributeError, LookupError, RuntimeError, StopIteration, SyntaxError, TypeError, ValueError),
)


def rows_of_workbook(file: BinaryIO) -> Iterator[Numbered]:
    """The rows of the first sheet, each with its number; those left out between them are blank ones, and columns past
    `MOST_COLUMNS` are passed over. Errors: `FileNotReadable`, `FileTooLarge`."""
    try:
        package = ExcelReader(file, read_only=True, keep_links=False)
        with package.archive as packed:
            _refuse_bomb(packed)
            package.read_manifest()
            package.read_workbook()
            apply_stylesheet(packed, package.wb)
            texts, part = _SharedTexts(), package.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
            if part is not None:
                with packed.open(part.PartName[1:]) as source:
                    for _ in _listened(source, texts):
                        pass
            with packed.open(next(sheet.target for _, sheet in package.parser.find_sheets())) as source:
                yield from _with_blank_rows(source, _Sheet(texts.found, package.wb))
    except _STUMBLES as error:
        raise FileNotReadable("This is no .xlsx workbook that can be read; save it anew, or as CSV.") from error


def _refuse_bomb(packed: ZipFile) -> None:
    parts = packed.infolist()
    if sum(part.file_size for part in parts) > MOST_BYTES_UNPACKED:
        raise FileTooLarge(f"The workbook unpacks to more than {MOST_BYTES_UNPACKED:,} bytes.")
    beside = [part.file_size for part in parts if not part.filename.startswith("xl/worksheets/")]
    if max(beside, default=0) > _MOST_BYTES_BESIDE_SHEETS:
        raise FileTooLarge(f"Beside its sheets the workbook unpacks to more than {_MOST_BYTES_BESIDE_SHEETS:,} bytes.")


class _Listener:
    """What the parser tells of a part of a workbook. `keep` is called at the end of each `unit`, with its attributes
    and the text in it: what is said aloud of a Japanese word is no part of it."""

    unit: str

    def __init__(self) -> None:
        self._attributes: dict[str, str] = {}
        self._written: list[str] = []
        self._beside: list[str] = []
        self._is_text = False

    def on_start(self, name: str, attributes: dict[str, str]) -> None:
        kind = _kind(name)
        if kind in ("v", "t"):
            self._is_text = True
        elif kind == self.unit:
            self._attributes, self._written = attributes, []
        elif kind == "rPh":
            self._beside, self._written = self._written, []
        elif kind == "row":
            self.on_row(attributes)

    def on_text(self, written: str) -> None:
        if self._is_text:
            self._written.append(written)
            if len(self._written) * _PIECE > _MOST_WRITTEN and sum(map(len, self._written)) > _MOST_WRITTEN:
                raise FileNotReadable(f"A cell of the workbook has more than {_MOST_WRITTEN:,} characters.")

    def on_end(self, name: str) -> None:
        kind = _kind(name)
        if kind in ("v", "t"):
            self._is_text = False
        elif kind == self.unit:
            self.keep(self._attributes, "".join(self._written))
        elif kind == "rPh":
            self._written = self._beside

    def on_row(self, attributes: dict[str, str]) -> None:
        """A row begins."""

    def keep(self, attributes: dict[str, str], written: str) -> None:
        """A unit ends."""
        raise NotImplementedError


class _SharedTexts(_Listener):
    """The texts that cells name by their number."""

    unit = "si"

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def keep(self, _attributes: dict[str, str], written: str) -> None:
        self.found.append(written)


class _Sheet(_Listener):
    """The rows of a sheet that have been read and not yet been handed on."""

    unit = "c"

    def __init__(self, texts: Sequence[str], book: Any) -> None:
        super().__init__()
        self.rows: list[tuple[int, list[str]]] = []
        self._texts = texts
        self._epoch, self._date_styles = book.epoch, frozenset(map(str, book._date_formats))
        self._line, self._cells = 0, list[str]()

    def on_row(self, attributes: dict[str, str]) -> None:
        line = int(attributes.get("r", self._line + 1))
        if not self._line < line <= _MOST_ROWS:
            raise FileNotReadable(f"Row {line} of the workbook does not follow on row {self._line}.")
        self._line, self._cells = line, []
        self.rows.append((line, self._cells))

    def keep(self, attributes: dict[str, str], written: str) -> None:
        cells = self._cells
        place = _column(attributes["r"].rstrip("0123456789")) if "r" in attributes else len(cells)
        if place < MOST_COLUMNS:
            while len(cells) < place:
                cells.append("")
            cells[place:] = [self._text(attributes, written)]

    def _text(self, attributes: dict[str, str], written: str) -> str:
        kind = attributes.get("t", "n")
        if not written or kind in ("str", "inlineStr", "e"):
            return written
        if kind == "s":
            return self._texts[int(written)]
        if kind == "b":
            return str(written != "0")
        if kind == "d":
            return datetime.fromisoformat(written).date().isoformat()
        if attributes.get("s") in self._date_styles:
            return self._day(float(written))
        return written if written.isdecimal() else _number(written)

    def _day(self, serial: float) -> str:
        try:
            moment = from_excel(serial, self._epoch)
        except (OverflowError, ValueError):
            return "#VALUE!"
        return moment.date().isoformat() if isinstance(moment, datetime) else str(moment)


def _with_blank_rows(source: IO[bytes], sheet: _Sheet) -> Iterator[Numbered]:
    following = 1
    for _ in _listened(source, sheet):
        # The last row may go on in the next piece.
        ready, sheet.rows = sheet.rows[:-1], sheet.rows[-1:]
        for line, cells in ready:
            yield from ((blank, ()) for blank in range(following, line))
            yield line, cells
            following = line + 1
    for line, cells in sheet.rows:
        yield from ((blank, ()) for blank in range(following, line))
        yield line, cells


def _listened(source: IO[bytes], listener: _Listener) -> Iterator[None]:
    """Tells `listener` of the XML in `source`, piece by piece, with a pause after each."""
    parser = ParserCreate()
    parser.buffer_text, parser.buffer_size = True, _PIECE
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler, parser.EndElementHandler = listener.on_start, listener.on_end
    parser.CharacterDataHandler = listener.on_text
    read = 0
    while piece := source.read(_PIECE):
        parser.Parse(piece, False)
        read += len(piece)
        if read - parser.CurrentByteIndex > _MOST_WRITTEN:
            raise FileNotReadable("The workbook has markup without an end.")
        yield
    parser.Parse(b"", True)


def _refuse_document_type(*_declared: object) -> None:
    raise FileNotReadable("The workbook declares a document type, which no spreadsheet program writes; save it anew.")


def _kind(name: str) -> str:
    return name.rpartition(":")[2]


@lru_cache(maxsize=MOST_COLUMNS)
def _column(letters: str) -> int:
    return column_index_from_string(letters) - 1


@lru_cache(maxsize=10_000)
def _number(written: str) -> str:
    found = float(written)
    return str(int(found)) if found.is_integer() else str(found)
