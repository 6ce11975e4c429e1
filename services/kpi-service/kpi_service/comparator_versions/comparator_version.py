"""The rule of a comparator, in versions: what was said under an earlier one is never said otherwise by a later one."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from kpi_service.measures.target import Comparator
from service_kit.errors import RuleBroken


class Variable(StrEnum):
    """What the distance between two schools is made of."""

    PUPILS = "pupils"
    DISADVANTAGED_PERCENT = "disadvantaged_percent"


@dataclass(frozen=True)
class MatchingRule:
    """How schools are matched: `schools_each` are looked for, and none farther away than `caliper`, in standard
    deviations."""

    schools_each: int
    variables: tuple[Variable, ...]
    caliper: Decimal

    @property
    def in_words(self) -> str:
        """The rule to be read aloud."""
        near = " and ".join(variable.replace("_", " ") for variable in self.variables)
        return (
            f"for each school of the alliance up to {self.schools_each} of the schools in no alliance that have its "
            f"starting grade and phase: those of its region first, the nearest in {near}, none farther away than "
            f"{self.caliper.normalize():f} standard deviations, and none twice"
        )


class ComparatorIsNotSet(RuleBroken):
    """Only a comparator that has figures in its rule is set otherwise by an operator."""


class ComparatorVersionBeginsTooEarly(RuleBroken):
    """A version begins on a day of which no answer has been given yet."""


@dataclass(frozen=True)
class ComparatorVersion:
    """One version of a comparator's rule, in words, and of matched schools with the figures in it. It holds from
    `valid_from_on` to `valid_to_on`, both days included, or until there is a next one. Where the last day lies before
    the first it was superseded before it held."""

    name: Comparator
    version: int
    rule: str
    matching: MatchingRule | None
    valid_from_on: date
    valid_to_on: date | None


def require_figures(version: ComparatorVersion) -> MatchingRule:
    """The figures in the rule. Raises `ComparatorIsNotSet`."""
    if version.matching is None:
        raise ComparatorIsNotSet(
            f"The rule of {version.name} has no figures to set; only that of {Comparator.MATCHED} has."
        )
    return version.matching


def next_version(
    newest: ComparatorVersion, matching: MatchingRule, valid_from_on: date, today: date
) -> ComparatorVersion:
    """The version after the newest one. What was asked of any day up to today may have been answered already, so it
    holds from tomorrow at the earliest. Raises `ComparatorIsNotSet`, `ComparatorVersionBeginsTooEarly`."""
    require_figures(newest)
    if valid_from_on <= today:
        earliest_on = today + timedelta(days=1)
        raise ComparatorVersionBeginsTooEarly(
            f"Days up to {today} may have been answered under an earlier version: begin on {earliest_on} or later."
        )
    return ComparatorVersion(newest.name, newest.version + 1, matching.in_words, matching, valid_from_on, None)
