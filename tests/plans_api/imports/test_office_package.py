"""What may be hidden in an Office file is refused before a library opens it."""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from plans_api.imports.plan_document import DocumentNotReadable, DocumentNotSafe, DocumentTooLarge, PlanDocument
from plans_api.imports.word_plan import read_word
from plans_api.imports.workbook_plan import read_workbook
from tests.plans_api.imports.builders import with_part, word, workbook

WORD = word(tuple((text,) for text in ("Hosting", "Choose", "May 2015", "K Hibbs", "Growth", "3")))
WORKBOOK = workbook(("Hosting", "Choose", "May 2015", "K Hibbs", "Growth", "3"))
Reader = Callable[[bytes], PlanDocument]
BOTH = pytest.mark.parametrize(
    ("read", "data", "main"),
    [(read_word, WORD, "word/document.xml"), (read_workbook, WORKBOOK, "xl/worksheets/sheet1.xml")],
    ids=["word", "workbook"],
)
BILLION_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@BOTH
def test_a_file_sent_as_the_other_kind_is_named_as_what_it_is(read: Reader, data: bytes, main: str) -> None:
    other = WORKBOOK if data is WORD else WORD
    with pytest.raises(DocumentNotReadable, match="send it as what it is"):
        read(other)


@BOTH
def test_encrypted_and_old_files_are_refused(read: Reader, data: bytes, main: str) -> None:
    with pytest.raises(DocumentNotSafe, match="encrypted, or of an older kind"):
        read(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))
    with pytest.raises(DocumentNotSafe, match="without a password"):
        read(with_encryption_flags(data))


@BOTH
def test_macros_are_refused_by_content_and_not_by_name(read: Reader, data: bytes, main: str) -> None:
    kind = b"wordprocessingml.document.main" if data is WORD else b"spreadsheetml.sheet.main"
    made_for_macros = with_part(
        data,
        "[Content_Types].xml",
        lambda xml: xml.replace(b"openxmlformats-officedocument." + kind, b"ms-office.macroEnabled.main"),
    )
    assert made_for_macros != data
    with pytest.raises(DocumentNotSafe, match="made for macros"):
        read(made_for_macros)
    with pytest.raises(DocumentNotSafe, match="holds macros"):
        read(with_part(data, "xl/vbaProject.bin", lambda _: b"x"))


@BOTH
@pytest.mark.parametrize("declared", [BILLION_LAUGHS, EXTERNAL])
def test_declared_entities_are_refused(read: Reader, data: bytes, main: str, declared: bytes) -> None:
    with pytest.raises(DocumentNotSafe, match="declares entities"):
        read(with_part(data, main, lambda xml: declared + xml))


@BOTH
def test_bombs_are_refused_before_they_unpack(read: Reader, data: bytes, main: str) -> None:
    with pytest.raises(DocumentTooLarge, match="104,857,600"):
        read(with_part(data, "bomb.bin", lambda _: bytes(105 * 1024 * 1024)))
    with pytest.raises(DocumentTooLarge, match="250 times"):
        read(with_part(data, "bomb.bin", lambda _: bytes(20 * 1024 * 1024)))
    with pytest.raises(DocumentTooLarge, match="parts"):
        read(with_many_parts(data))


def test_a_sheet_of_more_cells_than_any_plan_has_is_refused() -> None:
    cells = b"<row>" + b"<c/>" * 250_001 + b"</row>"
    with pytest.raises(DocumentTooLarge, match="250,000 cells"):
        read_workbook(with_part(WORKBOOK, "xl/worksheets/sheet2.xml", lambda _: cells))


@BOTH
@pytest.mark.parametrize("cut", [0, 4, 100, -400, -10])
def test_a_truncated_file_is_refused(read: Reader, data: bytes, main: str, cut: int) -> None:
    with pytest.raises(DocumentNotReadable):
        read(data[:cut])


@BOTH
@pytest.mark.parametrize("part", ["[Content_Types].xml", "_rels/.rels", "main"])
@pytest.mark.parametrize("written", [b"", b"<x/>", b"<w:document"])
def test_a_broken_part_is_refused_in_words(read: Reader, data: bytes, main: str, part: str, written: bytes) -> None:
    with suppress(DocumentNotReadable):
        # A workbook is found without its list of parts, and is then read whole; a sheet of nothing is empty.
        document = read(with_part(data, main if part == "main" else part, lambda _: written))
        assert document in (read(data), PlanDocument(()))


def with_encryption_flags(data: bytes) -> bytes:
    """The file as if each of its parts were encrypted."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 1)
    return bytes(changed)


def with_many_parts(data: bytes) -> bytes:
    written = BytesIO(data)
    with ZipFile(written, "a", ZIP_DEFLATED) as package:
        for number in range(2_001):
            package.writestr(f"part{number}", b"")
    return written.getvalue()
