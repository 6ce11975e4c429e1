"""What a file is read as, what it may have at the most, and how one that cannot be read is refused."""

from collections.abc import Sequence

from service_kit.errors import RuleBroken

MOST_BYTES_UNPACKED = 1_500_000_000
MOST_COLUMNS = 2_000

Numbered = tuple[int, Sequence[str]]
"""A row of text, and the line it begins on, counted from 1."""


class FileNotReadable(RuleBroken):
    """A file is CSV, gzipped CSV, or an .xlsx workbook, and whole."""


class FileTooLarge(RuleBroken):
    """A file unpacks to no more than can sensibly be an official one."""
