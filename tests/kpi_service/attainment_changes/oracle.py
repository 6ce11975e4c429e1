"""Attainment year on year once more, in plain Python and from the facts alone, to set the SQL against."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from kpi_service.official_files.attainment import Attainment, Figure
from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.official_files.file_year import FileYear


def generations(urn: str, links: Sequence[SchoolLink]) -> list[set[str]]:
    """The school, then those it took the place of, then those they did; each where it is nearest."""
    found, seen = [{urn}], {urn}
    while found[-1]:
        before = {link.predecessor_urn for link in links if link.successor_urn in found[-1]} - seen
        seen |= before
        found.append(before)
    return found[:-1]


def sums(
    members: Sequence[str],
    figures: Sequence[Figure],
    year: FileYear,
    told: Sequence[Attainment],
    links: Sequence[SchoolLink],
) -> Mapping[tuple[Figure, FileYear], tuple[Fraction, int]]:
    """Weighted values and pupils of each figure and year, over the schools that have all of them."""
    by_place = {(one.code, one.figure, one.year): one for one in told}
    used: dict[tuple[str, Figure, FileYear], Attainment] = {}
    cells = [(figure, of) for figure in figures for of in (year, year.before)]
    for member in members:
        nearest = {}
        for cell in cells:
            for urns in generations(member, links):
                here = {(urn, *cell): by_place[urn, *cell] for urn in urns if (urn, *cell) in by_place}
                if here:
                    nearest[cell] = here
                    break
        if len(nearest) == len(cells):
            for here in nearest.values():
                used |= here
    added: dict[tuple[Figure, FileYear], tuple[Fraction, int]] = {}
    for (_, figure, of), one in used.items():
        weighted, pupils = added.get((figure, of), (Fraction(0), 0))
        added[figure, of] = (weighted + Fraction(one.value) * one.pupils, pupils + one.pupils)
    return added
