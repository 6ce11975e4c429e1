"""What an Office file must be before it is opened: whole, of the kind it is sent as, with nothing in it that acts."""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as InflateError  # noqa: N812  zlib names its exception in lower case

from docx.opc.exceptions import OpcError
from openpyxl.utils.exceptions import InvalidFileException

from plans_api.imports.plan_document import DocumentNotReadable, DocumentNotSafe, DocumentTooLarge, refuse_oversize

WORD_FILE = "a Word document (.docx)"
WORKBOOK_FILE = "a workbook (.xlsx)"

# The libraries presume a well-formed package, and raise whatever they stumble on in another.
STUMBLES = (
    BadZipFile,
    InflateError,
    OpcError,
    InvalidFileException,
    EOFError,
    NotImplementedError,
    OSError,
    AttributeError,
    IndexError,
    KeyError,
    OverflowError,
    SyntaxError,
    TypeError,
    ValueError,
)

_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_PARTS = 2_000
_MOST_CELLS = 250_000
# Plain tables pack to about a fiftieth; a bomb is a thousandth.
_MOST_RATIO = 250
_RATIO_COUNTS_FROM = 10 * 1024 * 1024
_ENCRYPTED = 0x1
_OLD_OR_ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1")
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": WORD_FILE,
    b"spreadsheetml.sheet.main+xml": WORKBOOK_FILE,
}
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


def refuse_unsafe(data: bytes, kind: str) -> None:
    """Raise unless `data` is a package of this `kind`, `WORD_FILE` or `WORKBOOK_FILE`, by its content and not its name.

    Raises `DocumentTooLarge` for more than 20 MB, 100 MB unpacked, 250 times its packed size or 250,000 cells of a
    sheet; `DocumentNotSafe` for macros, encryption or declared entities; `DocumentNotReadable` for anything else.
    """
    refuse_oversize(data)
    if data.startswith(_OLD_OR_ENCRYPTED):
        raise DocumentNotSafe(f"The file is encrypted, or of an older kind: save it as {kind} without a password.")
    try:
        with ZipFile(BytesIO(data)) as package:
            _refuse_bomb(package.infolist())
            for part in package.infolist():
                _refuse_part(package, part)
            _refuse_other_kind(package, kind)
    except STUMBLES as error:
        raise DocumentNotReadable(f"The file is not {kind}, or is not whole: {error}.") from error


def _refuse_bomb(parts: list[ZipInfo]) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED:
        raise DocumentTooLarge(f"The file unpacks to more than {_MOST_UNPACKED:,} bytes or {_MOST_PARTS:,} parts.")
    if unpacked > max(_RATIO_COUNTS_FROM, _MOST_RATIO * packed):
        raise DocumentTooLarge(f"The file unpacks to more than {_MOST_RATIO} times its size, which no plan does.")


def _refuse_part(package: ZipFile, part: ZipInfo) -> None:
    name = part.filename.lower()
    if part.flag_bits & _ENCRYPTED:
        raise DocumentNotSafe("The file is encrypted: save it without a password.")
    if name.endswith("vbaproject.bin"):
        raise DocumentNotSafe("The file holds macros: save it as a document without them (.docx, .xlsx).")
    if name.endswith((".xml", ".rels")):
        written = package.read(part)
        # Office files declare no document type; one that does means to expand entities. UTF-16 would hide the words.
        if b"<!DOCTYPE" in written or b"<!ENTITY" in written or b"\0" in written:
            raise DocumentNotSafe(f"{part.filename} in the file declares entities, which no plan needs.")
        if name.startswith("xl/worksheets/") and sum(1 for _ in _CELL.finditer(written)) > _MOST_CELLS:
            raise DocumentTooLarge(f"A sheet has more than {_MOST_CELLS:,} cells: delete the empty ones.")


def _refuse_other_kind(package: ZipFile, kind: str) -> None:
    types = package.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        raise DocumentNotSafe("The file is made for macros: save it as a document without them (.docx, .xlsx).")
    found = [name for part, name in _MAIN_PARTS.items() if part in types]
    if found and kind not in found:
        raise DocumentNotReadable(f"The file is {found[0]} and was sent as {kind}: send it as what it is.")
