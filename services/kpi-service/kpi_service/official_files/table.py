"""A file as a recognised table: which family it is of, where its header stands, and what each row says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from kpi_service.official_files.cell import Row
from kpi_service.official_files.document import Numbered
from kpi_service.official_files.family import Family, Recognised, nearest, recognise
from service_kit.errors import RuleBroken

_HEADER_WITHIN = 10


class HeaderNotRecognised(RuleBroken):
    """None of a file's first rows is a header of a known family of files."""


class NotThatFamily(RuleBroken):
    """The file is of another family than the one it was handed in as."""


@dataclass(frozen=True)
class Table:
    """A recognised table. `preamble` are the rows above the header: official files may have a title or two there."""

    recognised: Recognised
    header_line: int
    header: Sequence[str]
    preamble: Sequence[Numbered]
    rows: Iterator[Numbered]

    def records(self) -> Iterator[Row]:
        """The rows below the header, one by one. A short row is filled with blanks, a row of blanks is passed over."""
        places, headings = dict(self.recognised.places), self.recognised.headings
        width = max(places.values()) + 1
        for line, cells in self.rows:
            if any(map(str.strip, cells)):
                filled = cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))]
                yield Row(line, filled, places, headings)


def read_table(rows: Iterator[Numbered], asked: Family | None) -> Table:
    """Finds the header among the first rows.

    Raises `HeaderNotRecognised`, which says what was looked for and what came nearest; `NotThatFamily` where the file
    is not what it was handed in as.
    """
    first = list(islice(rows, _HEADER_WITHIN))
    for place, (line, cells) in enumerate(first):
        recognised = recognise(cells)
        if recognised is not None:
            if asked is not None and recognised.family is not asked:
                raise NotThatFamily(f"By its columns this is {recognised.family}, and it was handed in as {asked}.")
            return Table(recognised, line, cells, first[:place], chain(first[place + 1 :], rows))
    raise _not_recognised(first, asked)


def _not_recognised(first: Sequence[Numbered], asked: Family | None) -> HeaderNotRecognised:
    among = tuple(Family) if asked is None else (asked,)
    if not first:
        return HeaderNotRecognised("The file is empty.")
    misses = [(nearest(cells, among), line) for line, cells in first if any(cell.strip() for cell in cells)]
    if not misses:
        return HeaderNotRecognised("The file's first rows are blank.")
    near, line = min(misses, key=lambda found: (len(found[0].missing), found[1]))
    looked_for = "the columns of any known file" if asked is None else f"the columns of {asked}"
    return HeaderNotRecognised(
        f"No row among the first {len(first)} has {looked_for}. Nearest came line {line} to {near.family}, "
        f"which lacks {', '.join(near.missing)}.",
        members={"nearest": near.family, "missing": list(near.missing), "known": [family.value for family in Family]},
    )
