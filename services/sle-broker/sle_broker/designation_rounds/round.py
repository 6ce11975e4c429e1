"""A designation round: the window in which people apply, the target agreed for it, and who is eligible."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict, FieldError, RuleBroken
from sle_broker.specialisms.specialism import SpecialismStanding


class EligibilityRule(StrEnum):
    """What a round may ask of whoever applies."""

    YEARS_OF_LEADERSHIP = "years_of_leadership"
    HOME_SCHOOL_JUDGEMENT = "home_school_judgement"
    SPECIALISM = "specialism"
    HEAD_SUPPORT = "head_support"


_WHERE_SAID: Mapping[EligibilityRule, str] = MappingProxyType(
    {
        EligibilityRule.YEARS_OF_LEADERSHIP: "/years_of_leadership",
        EligibilityRule.HOME_SCHOOL_JUDGEMENT: "/home_school_judgement",
        EligibilityRule.SPECIALISM: "/applicant/specialisms",
        EligibilityRule.HEAD_SUPPORT: "/head_supports",
    }
)
"""Where an application says what each rule looks at."""


class ApplicationOutsideWindow(Conflict):
    """Applications are received from the day a round opens to the day it closes, both included."""


class KindNotInRound(RuleBroken):
    """A round designates the kinds of leader it names."""


class NotEligible(RuleBroken):
    """Whoever applies meets every eligibility rule of the round."""


class TargetAgreedBefore(RuleBroken):
    """A target that was agreed later replaces the one before, which stays with its date."""


@dataclass(frozen=True)
class Eligibility:
    """The eligibility rules of a round; None, or False, where it asks nothing of the kind.

    `years_of_leadership` is the least number of whole years. `home_school_judgement` is the worst overall judgement the
    home school may have: 1 outstanding, 2 good, 3 requires improvement, 4 inadequate. `specialism` says whether a
    specialism must be claimed or validated.
    """

    years_of_leadership: int | None = None
    home_school_judgement: int | None = None
    specialism: SpecialismStanding | None = None
    head_support: bool = False


@dataclass(frozen=True)
class Standing:
    """What an applicant says, and what is known of them, when they apply. `home_school_judgement` is None where the
    home school has not been inspected; `specialism` is the best standing of any of their specialisms, None without."""

    years_of_leadership: int
    home_school_judgement: int | None
    specialism: SpecialismStanding | None
    head_supports: bool


@dataclass(frozen=True)
class AgreedTarget:
    """So many designations, agreed on a day."""

    number: int
    agreed_on: date


@dataclass(frozen=True)
class DesignationRound:
    """One round of an alliance, for the kinds of leader named.

    `targets` are the numbers of designations agreed with the Department, each later than the one before.
    `references_needed` are asked for before the panel meets. `lapses_after_years` is when what is designated in it is
    due to lapse; where None the alliance's rule says so. Raises `DatesOutOfOrder`.
    """

    id: UUID
    name: str
    kinds: frozenset[str]
    opens_on: date
    closes_on: date
    eligibility: Eligibility = Eligibility()
    references_needed: int = 1
    targets: tuple[AgreedTarget, ...] = ()
    lapses_after_years: int | None = None

    def __post_init__(self) -> None:
        refuse_out_of_order(
            earlier="the opening", earlier_on=self.opens_on, later="the closing", later_on=self.closes_on
        )

    def is_open(self, on: date) -> bool:
        """From the day it opens to the day it closes, both included."""
        return self.opens_on <= on <= self.closes_on

    def target_as_of(self, day: date) -> AgreedTarget | None:
        """The target that had been agreed last by the end of a day."""
        agreed = [target for target in self.targets if target.agreed_on <= day]
        return agreed[-1] if agreed else None


def agree_target(chosen: DesignationRound, target: AgreedTarget, *, today: date) -> DesignationRound:
    """The round with a target that was agreed; the ones before stay with their dates.

    Raises `TargetAgreedBefore`, `DateNotYetCome`.
    """
    refuse_future(what="The agreement on the target", on=target.agreed_on, today=today)
    last = chosen.targets[-1] if chosen.targets else None
    if last is not None and target.agreed_on <= last.agreed_on:
        raise TargetAgreedBefore(f"A target of {last.number} was agreed on {last.agreed_on}; give one agreed later.")
    return replace(chosen, targets=(*chosen.targets, target))


def refuse_outside_window(chosen: DesignationRound, rounds: Iterable[DesignationRound], *, kind: str, on: date) -> None:
    """Whether an application for `kind` may be received in `chosen` on a day; `rounds` are the alliance's, from which
    the refusal names the next that is open or will open for the kind.

    Raises `KindNotInRound`, `ApplicationOutsideWindow` (`next_round`, which is null where there is none).
    """
    if kind not in chosen.kinds:
        raise KindNotInRound(f"The round {chosen.name} is for {', '.join(sorted(chosen.kinds))}, and not for {kind}.")
    if chosen.is_open(on):
        return
    coming = next_round(rounds, kind=kind, on=on)
    window = f"The round {chosen.name} takes applications from {chosen.opens_on} to {chosen.closes_on}, not on {on}."
    if coming is None:
        raise ApplicationOutsideWindow(
            f"{window} No other round for this kind is open or will open.", members={"next_round": None}
        )
    raise ApplicationOutsideWindow(
        f"{window} Apply in {coming.name}, from {coming.opens_on} to {coming.closes_on}.",
        members={"next_round": _named(coming)},
    )


def next_round(rounds: Iterable[DesignationRound], *, kind: str, on: date) -> DesignationRound | None:
    """The round for a kind of leader that is open on a day, or else the first that will open."""
    coming = (one for one in rounds if kind in one.kinds and one.closes_on >= on)
    return min(coming, key=lambda one: (max(one.opens_on, on), one.closes_on, one.id), default=None)


def rules_not_met(eligibility: Eligibility, standing: Standing) -> list[tuple[EligibilityRule, str]]:
    """Each rule of a round that somebody does not meet, with what it asks; none where they are eligible."""
    years, worst, least = eligibility.years_of_leadership, eligibility.home_school_judgement, eligibility.specialism
    unmet: list[tuple[EligibilityRule, str]] = []
    if years is not None and standing.years_of_leadership < years:
        unmet.append((EligibilityRule.YEARS_OF_LEADERSHIP, f"at least {years} years of leadership are asked for"))
    judgement = standing.home_school_judgement
    if worst is not None and (judgement is None or judgement > worst):
        unmet.append((EligibilityRule.HOME_SCHOOL_JUDGEMENT, f"the home school's judgement is to be {worst} or better"))
    is_validated = standing.specialism is SpecialismStanding.VALIDATED
    if (
        least is not None
        and not is_validated
        and (standing.specialism is None or least is SpecialismStanding.VALIDATED)
    ):
        unmet.append((EligibilityRule.SPECIALISM, f"at least one specialism is to be {least}"))
    if eligibility.head_support and not standing.head_supports:
        unmet.append((EligibilityRule.HEAD_SUPPORT, "the head of the home school is to support the application"))
    return unmet


def refuse_unless_eligible(eligibility: Eligibility, standing: Standing) -> None:
    """Whether somebody may apply. Raises `NotEligible`, with every rule not met in `errors` and in `rules`."""
    unmet = rules_not_met(eligibility, standing)
    if unmet:
        raise NotEligible(
            f"The application does not meet the round's rules: {'; '.join(asked for _, asked in unmet)}.",
            errors=[FieldError(_WHERE_SAID[rule], rule.replace("_", "-"), asked) for rule, asked in unmet],
            members={"rules": [rule for rule, _ in unmet]},
        )


def _named(coming: DesignationRound) -> dict[str, Any]:
    return {
        "id": str(coming.id),
        "name": coming.name,
        "opens_on": coming.opens_on.isoformat(),
        "closes_on": coming.closes_on.isoformat(),
    }
