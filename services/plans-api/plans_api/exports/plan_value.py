"""What a plan says, whatever file or table it stands in: two plans are the same where their values are."""

from dataclasses import dataclass

from plans_api.imports.plan_reading import ReadActionPoint, ReadPlan, ReadSection
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.kpi_links import KpiLink
from plans_api.plans.leads import Lead
from plans_api.plans.milestone_date import MilestoneDate


@dataclass(frozen=True)
class ActionPointValue:
    """What an action point says. Its one milestone is the whole cell where `milestones_are_split` is false."""

    title: str
    milestones: tuple[str, ...]
    milestones_are_split: bool
    dates: tuple[MilestoneDate, ...]
    leads: tuple[Lead, ...]
    impact: str
    kpi_links: tuple[KpiLink, ...]
    kpi_links_are_none: bool
    kpi_links_unread: tuple[str, ...]


@dataclass(frozen=True)
class SectionValue:
    """What a section says; it may have no action points."""

    number: int | None
    title: str
    action_points: tuple[ActionPointValue, ...]


@dataclass(frozen=True)
class PlanValue:
    """What a plan says."""

    academic_year: AcademicYear
    title: str
    sections: tuple[SectionValue, ...]


def value_of(plan: ReadPlan) -> PlanValue:
    """What a plan says that was read from a document."""
    return PlanValue(plan.academic_year, plan.title, tuple(map(_section, plan.sections)))


def _section(section: ReadSection) -> SectionValue:
    return SectionValue(section.number, section.title, tuple(map(_action_point, section.action_points)))


def _action_point(point: ReadActionPoint) -> ActionPointValue:
    return ActionPointValue(
        point.title,
        tuple(milestone.text for milestone in point.milestones),
        point.milestones_are_split,
        point.dates,
        point.leads.named,
        point.impact,
        point.kpi_links.links,
        point.kpi_links.are_none,
        point.kpi_links.unread,
    )
