"""What a corrected document of a plan says differently, action point by action point."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from plans_api.imports.finding import PlanColumn
from plans_api.imports.plan_reading import ReadActionPoint, ReadPlan, ReadSection


class DifferenceKind(StrEnum):
    """What happened to an action point between two documents. What is gone from the document stays in the plan."""

    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class CellDifference:
    """What one column said and says."""

    column: PlanColumn
    before: str
    after: str


@dataclass(frozen=True)
class PlacedActionPoint:
    """An action point in its section."""

    section: ReadSection
    point: ReadActionPoint


@dataclass(frozen=True)
class Match:
    """An action point of the earlier document and the one of the later that is the same; one may be missing."""

    before: PlacedActionPoint | None
    after: PlacedActionPoint | None

    @property
    def kind(self) -> DifferenceKind | None:
        """What happened to it; None where both documents say the same."""
        if self.before is None:
            return DifferenceKind.ADDED
        if self.after is None:
            return DifferenceKind.GONE
        return DifferenceKind.CHANGED if self.cells or self.has_moved else None

    @property
    def has_moved(self) -> bool:
        """Whether it stands in another section now."""
        if self.before is None or self.after is None:
            return False
        return section_key(self.before.section) != section_key(self.after.section)

    @property
    def cells(self) -> tuple[CellDifference, ...]:
        """The columns that differ; every written one where the action point is new or gone."""
        before, after = _written(self.before), _written(self.after)
        columns = [column for column in PlanColumn if before[column] != after[column]]
        if self.before and self.after and self.before.point.dates != self.after.point.dates:
            columns = [column for column in PlanColumn if column in columns or column is PlanColumn.DATE]
        return tuple(CellDifference(column, before[column], after[column]) for column in columns)


def matched(before: ReadPlan, after: ReadPlan) -> tuple[Match, ...]:
    """Every action point of both documents once, in the order of the later one, what is gone at the end.

    Two are the same where all their words agree; else where their names do, in their section first and then anywhere;
    else where their milestones do. Nearly the same is not the same: nothing is guessed, and what is not matched is new
    or gone. Of several alike the first is matched with the first.
    """
    earlier, later = list(_placed(before)), list(_placed(after))
    partners: dict[int, int] = {}
    for key in _KEYS:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        taken = set(partners.values())
        for position, placed in enumerate(earlier):
            if position not in taken and (name := key(placed)) is not None:
                waiting[name].append(position)
        for position, placed in enumerate(later):
            if position not in partners and (alike := waiting.get(key(placed))):
                partners[position] = alike.pop(0)
    taken = set(partners.values())
    matches = [
        Match(earlier[partners[position]] if position in partners else None, placed)
        for position, placed in enumerate(later)
    ]
    gone = [Match(placed, None) for position, placed in enumerate(earlier) if position not in taken]
    return (*matches, *gone)


class Section(Protocol):
    """What a section of a document and a section of a plan have in common."""

    @property
    def number(self) -> int | None:
        """The number of its heading."""

    @property
    def title(self) -> str:
        """The title of its heading."""


def section_key(section: Section) -> Hashable:
    """What a section is known by: its number, or its title where it has none."""
    return section.number if section.number is not None else section.title.casefold()


def _placed(plan: ReadPlan) -> Iterator[PlacedActionPoint]:
    return (PlacedActionPoint(section, point) for section in plan.sections for point in section.action_points)


def _written(placed: PlacedActionPoint | None) -> dict[PlanColumn, str]:
    if placed is None:
        return dict.fromkeys(PlanColumn, "")
    point = placed.point
    return {
        PlanColumn.ACTION_POINT: point.title,
        PlanColumn.MILESTONES: "\n".join(milestone.text for milestone in point.milestones),
        PlanColumn.DATE: "\n".join(value.text for value in point.dates),
        PlanColumn.LEAD: "\n".join(lead.text for lead in point.leads.named),
        PlanColumn.IMPACT: point.impact,
        PlanColumn.KPIS: point.kpi_links.words,
    }


def _name(placed: PlacedActionPoint) -> str | None:
    return " ".join(placed.point.title.casefold().split()) or None


def _milestones(placed: PlacedActionPoint) -> str | None:
    return " ".join(" ".join(milestone.text for milestone in placed.point.milestones).casefold().split()) or None


def _in_section(
    key: Callable[[PlacedActionPoint], Hashable | None],
) -> Callable[[PlacedActionPoint], Hashable | None]:
    def with_section(placed: PlacedActionPoint) -> Hashable | None:
        name = key(placed)
        return None if name is None else (section_key(placed.section), name)

    return with_section


def _all_words(placed: PlacedActionPoint) -> Hashable:
    return tuple(_written(placed).values())


_KEYS: Sequence[Callable[[PlacedActionPoint], Hashable | None]] = (
    _in_section(_all_words),
    _all_words,
    _in_section(_name),
    _name,
    _in_section(_milestones),
    _milestones,
)
