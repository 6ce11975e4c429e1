"""What the cells of an official key stage 2 file leave open: published as whole percentages, and not at all of few."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, product
from math import ceil, floor
from pathlib import Path

WHOLE, DISADVANTAGED, OTHERS = "", "_fsm6cla1a", "_notfsm6cla1a"
"""The ends of the names of the three columns: of all pupils, of those in care or entitled to free school meals, and of
the rest."""


@dataclass(frozen=True)
class Cells:
    """One row: the pupils and the percentage of each of the three, None where it is suppressed."""

    urn: str
    pupils: Mapping[str, int | None]
    percent: Mapping[str, int | None]

    def published(self, who: str) -> tuple[int, int] | None:
        """The pupils and the percentage of them, where both are there and there is anybody."""
        pupils, percent = self.pupils[who], self.percent[who]
        return None if not pupils or percent is None else (pupils, percent)

    def possible(self) -> Sequence[tuple[int, int]]:
        """Every pair of whole numbers of disadvantaged pupils and of others who reached the standard that would have
        been published as this row. Some percentages are of a pupil or two fewer than were counted, who have no result:
        they are taken to be as few as the row allows."""
        return next(found for without in count() if (found := list(self._possible(without))))

    def _possible(self, without: int) -> Iterator[tuple[int, int]]:
        total, known = self.pupils[WHOLE] or 0, self.pupils[DISADVANTAGED]
        reached = set(reaching(total - without, self.percent[WHOLE]))
        for disadvantaged in range(total + 1) if known is None else [known]:
            for of_them in range(without + 1):
                both = (
                    reaching(disadvantaged - of_them, self.percent[DISADVANTAGED]),
                    reaching(total - disadvantaged - (without - of_them), self.percent[OTHERS]),
                )
                yield from (pair for pair in product(*both) if sum(pair) in reached)


def reaching(pupils: int, percent: int | None) -> range:
    """The whole numbers of pupils that are so many per cent of them, a half rounded either way; any where that is not
    published."""
    if percent is None or pupils < 0:
        return range(pupils + 1)
    return range(ceil(Fraction(2 * percent - 1) * pupils / 200), floor(Fraction(2 * percent + 1) * pupils / 200) + 1)


def read_cells(path: Path) -> tuple[Sequence[Cells], Cells]:
    """The schools of one local authority's file, and its row of totals."""
    with path.open(encoding="utf-8-sig") as file:
        rows = [{name.lower(): (cell or "").strip() for name, cell in row.items()} for row in csv.DictReader(file)]
    read = [
        Cells(
            row["urn"],
            {who: _whole(row[f"t{who.strip('_') or 'elig'}"]) for who in (WHOLE, DISADVANTAGED, OTHERS)},
            {who: _whole(row[f"ptrwm_exp{who}"].rstrip("%")) for who in (WHOLE, DISADVANTAGED, OTHERS)},
        )
        for row in rows
        if row["rectype"] in ("1", "2", "3")
    ]
    kinds = [row["rectype"] for row in rows if row["rectype"] in ("1", "2", "3")]
    (totals,) = [cells for cells, kind in zip(read, kinds, strict=True) if kind == "3"]
    return [cells for cells, kind in zip(read, kinds, strict=True) if kind != "3"], totals


def _whole(cell: str) -> int | None:
    return int(cell) if cell.isdigit() else None
