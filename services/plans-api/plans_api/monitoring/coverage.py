"""What a plan leaves uncovered: KPIs with too few actions, actions without a KPI, overloaded leads, empty sections."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

KPI_SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "A": ("1", "2", "3", "4", "5", "6"),
    "B": ("1a", "1b", "2", "3", "4", "5", "6", "7", "8a", "8b"),
}
"""The KPI numbers of the two published sets; of another set only those are known that the plan names."""


@dataclass(frozen=True)
class CoveredAction:
    """An action point as far as coverage needs it: `kpi_codes` are those of the plan's set, `serves_another_set` says
    that it has others. `says_none` is a plan that states it serves no KPI."""

    id: UUID
    title: str
    kpi_codes: tuple[str, ...]
    says_none: bool
    leads: tuple[str, ...]
    serves_another_set: bool = False


@dataclass(frozen=True)
class Coverage:
    """What is missing. `thin_kpis` has each KPI's number of actions, `overloaded_leads` each lead's."""

    thin_kpis: Mapping[str, int]
    unknown_kpis: tuple[str, ...]
    actions_without_kpi: tuple[UUID, ...]
    actions_that_say_none: tuple[UUID, ...]
    overloaded_leads: Mapping[str, int]
    empty_sections: tuple[UUID, ...]


def coverage_of(
    actions: Sequence[CoveredAction],
    sections: Mapping[UUID, int],
    kpi_set: str | None,
    *,
    fewest_actions: int,
    most_actions: int,
) -> Coverage:
    """The coverage of a plan whose `sections` have so many actions each: a KPI is thin with fewer than
    `fewest_actions`, a lead overloaded with more than `most_actions`. `unknown_kpis` are numbers that the set does
    not have."""
    codes = Counter(code for action in actions for code in dict.fromkeys(action.kpi_codes))
    in_set = KPI_SETS.get(kpi_set or "", tuple(sorted(codes)))
    leads = Counter(lead for action in actions for lead in dict.fromkeys(action.leads))
    return Coverage(
        thin_kpis={code: codes[code] for code in in_set if codes[code] < fewest_actions},
        unknown_kpis=tuple(sorted(set(codes) - set(in_set))),
        actions_without_kpi=tuple(
            one.id for one in actions if not (one.kpi_codes or one.serves_another_set or one.says_none)
        ),
        actions_that_say_none=tuple(one.id for one in actions if one.says_none),
        overloaded_leads={lead: count for lead, count in sorted(leads.items()) if count > most_actions},
        empty_sections=tuple(section for section, count in sections.items() if count == 0),
    )
