"""Open needs counted by specialism, phase and local authority, with what would give a school away left out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from service_kit.suppression import Figure, hidden_figures
from sle_broker.specialisms.specialism import Phase

DEFAULT_MINIMUM_COUNT = 5
LEAST_MINIMUM_COUNT = 3

Figures = dict[tuple[str | None, ...], int | None]


@dataclass(frozen=True)
class MinimumCount:
    """The minimum count of an alliance; version 1 is the default, which nobody has set."""

    minimum_count: int = DEFAULT_MINIMUM_COUNT
    version: int = 1


@dataclass(frozen=True)
class Supply:
    """The leaders designated on a day who hold a specialism: all of them, and those of them in whom it is validated."""

    leaders: int
    validated: int


@dataclass(frozen=True)
class CountedNeed:
    """A need as it is counted: a school counts once for a specialism and a phase, however many sources tell of it.
    `local_authority_code` is None where the register has not told of it."""

    school_urn: str
    specialism_code: str
    phase: Phase
    local_authority_code: str | None


@dataclass(frozen=True)
class AuthorityNeeds:
    """The needs of the schools of one local authority; None where the figure is hidden."""

    local_authority_code: str | None
    needs: int | None


@dataclass(frozen=True)
class PhaseNeeds:
    """The needs in one specialism for one phase, and how they fall to the authorities."""

    phase: Phase
    needs: int | None
    local_authorities: tuple[AuthorityNeeds, ...]


@dataclass(frozen=True)
class SpecialismNeeds:
    """The needs in one specialism, and how they fall to the phases."""

    code: str
    needs: int | None
    phases: tuple[PhaseNeeds, ...]


@dataclass(frozen=True)
class NeedSummary:
    """All needs, by specialism, and by authority whatever the specialism."""

    minimum_count: int
    needs: int | None
    specialisms: tuple[SpecialismNeeds, ...]
    local_authorities: tuple[AuthorityNeeds, ...]


def summarise(needs: Iterable[CountedNeed], minimum_count: int) -> NeedSummary:
    """The summary of `needs`. A figure with fewer than `minimum_count` schools behind it is hidden, and so is every
    other figure without which it could be worked out. What is nought is left out, and all is in the order of codes:
    neither says more than the figures do."""
    counted = set(needs)
    shown = _shown(counted, minimum_count)
    codes = sorted({need.specialism_code for need in counted})
    return NeedSummary(
        minimum_count,
        shown.get(("all",), 0),
        tuple(SpecialismNeeds(code, shown["specialism", code], _phases(counted, shown, code)) for code in codes),
        tuple(
            AuthorityNeeds(authority, shown["authority", authority])
            for authority in _in_order({need.local_authority_code for need in counted})
        ),
    )


def _phases(counted: set[CountedNeed], shown: Figures, code: str) -> tuple[PhaseNeeds, ...]:
    of_the_code = {need for need in counted if need.specialism_code == code}
    return tuple(
        PhaseNeeds(
            phase,
            shown["phase", code, phase],
            tuple(
                AuthorityNeeds(authority, shown["cell", code, phase, authority])
                for authority in _in_order({need.local_authority_code for need in of_the_code if need.phase is phase})
            ),
        )
        for phase in Phase
        if any(need.phase is phase for need in of_the_code)
    )


def _shown(counted: set[CountedNeed], minimum_count: int) -> Figures:
    """Every figure by what it counts, None where it is hidden. All needs run to their specialism, on to its phase, on
    to their authority, and from the authorities back to all."""
    schools: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    for need in counted:
        code, phase, authority = need.specialism_code, need.phase, need.local_authority_code
        for figure in (
            ("all",),
            ("specialism", code),
            ("phase", code, phase),
            ("cell", code, phase, authority),
            ("authority", authority),
        ):
            schools[figure].append(need.school_urn)
    names = sorted(schools, key=lambda name: [part or "" for part in name])
    nodes = defaultdict[tuple[str | None, ...], int](count().__next__)
    figures = [Figure(nodes[tail], nodes[head], len(schools[name])) for name in names for tail, head in [_ends(name)]]
    too_small = [place for place, name in enumerate(names) if len(set(schools[name])) < minimum_count]
    hidden = hidden_figures(figures, too_small)
    return {name: None if place in hidden else figures[place].value for place, name in enumerate(names)}


def _ends(name: tuple[str | None, ...]) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
    match name:
        case ("all",):
            return ("authorities",), ("all",)
        case ("specialism", code):
            return ("all",), ("specialism", code)
        case ("phase", code, phase):
            return ("specialism", code), ("phase", code, phase)
        case ("cell", code, phase, authority):
            return ("phase", code, phase), ("authority", authority)
        case _:
            return name, ("authorities",)


def _in_order(authorities: Iterable[str | None]) -> list[str | None]:
    return sorted(authorities, key=lambda code: (code is None, code or ""))
