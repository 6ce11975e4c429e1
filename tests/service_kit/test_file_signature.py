"""What a file is by its first bytes."""

import pytest

from service_kit.file_signature import kind_by_signature


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1"), "an old Office file (.xls, .doc)"),
        (b"PK\x03\x04", "an Office file (.xlsx, .docx)"),
        (b"%PDF-1.7", "a PDF file"),
        (b"URN,Name", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_first_bytes(data: bytes, kind: str | None) -> None:
    assert kind_by_signature(data) == kind
