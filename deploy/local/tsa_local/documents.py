"""The files a person hands in: read whole, and named for what they are by their first bytes rather than their name."""

from dataclasses import dataclass
from pathlib import Path

from tsa_local.trouble import Trouble

MOST_BYTES = 20 * 1024 * 1024
MOST_BYTES_OF_OFFICIAL_FILES = 64_000_000

MARKDOWN = "text/markdown"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
GZIP = "application/gzip"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_ZIP_SIGNATURE = b"PK\x03\x04"
_GZIP_SIGNATURE = b"\x1f\x8b"


@dataclass(frozen=True)
class Document:
    """A file's content as it is sent, and the media type it is sent as."""

    content: bytes
    media_type: str


def read_plan(file: Path) -> Document:
    """An action plan: a Word file, a workbook, or a text file of Markdown or separated values. Raises `Trouble`."""
    content = _read(file)
    if content.startswith(_ZIP_SIGNATURE):
        return Document(content, WORKBOOK if b"xl/workbook.xml" in content else WORD)
    has_markdown_rows = any(line.lstrip().startswith(b"|") for line in content.splitlines())
    return Document(content, MARKDOWN if has_markdown_rows else CSV)


def read_register(file: Path) -> Document:
    """An extract of the register: CSV, plain or gzipped. Raises `Trouble`."""
    content = _read(file)
    return Document(content, GZIP if content.startswith(_GZIP_SIGNATURE) else CSV)


def read_official_file(file: Path) -> Document:
    """An official file: CSV, plain or gzipped, or a workbook. Raises `Trouble`."""
    content = _read(file, MOST_BYTES_OF_OFFICIAL_FILES)
    if content.startswith(_ZIP_SIGNATURE):
        return Document(content, WORKBOOK)
    return Document(content, GZIP if content.startswith(_GZIP_SIGNATURE) else CSV)


def _read(file: Path, most_bytes: int = MOST_BYTES) -> bytes:
    try:
        size = file.stat().st_size
        if size > most_bytes:
            raise Trouble(f"{file} has {size:,} bytes; at most {most_bytes:,} are taken.")
        content = file.read_bytes()
    except FileNotFoundError:
        raise Trouble(f"There is no file {file}. Check the name; it is looked for in {Path.cwd()}.") from None
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from error
    if not content:
        raise Trouble(f"{file} is empty.")
    return content
