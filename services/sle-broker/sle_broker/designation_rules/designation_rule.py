"""What an alliance has decided about designating, from a day on; above all, to designate on need."""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service_kit.errors import RuleBroken
from sle_broker.needs.need import Need
from sle_broker.specialisms.specialism import Phase


class NeedNotCited(RuleBroken):
    """An alliance that designates on need designates nobody without naming the need, actual or predicted."""


class NeedNotOpen(RuleBroken):
    """The need that a designation cites stands on the day of designation."""


class NeedNotServed(RuleBroken):
    """The need that a designation cites is one that the leader can serve: its specialism is theirs, and its phase."""


@dataclass(frozen=True)
class DesignationRule:
    """What holds from `from_on` until the next rule: whether a designation must cite a need, and after how many years a
    designation is due to lapse, None where it is not. `decided_by` is the subject under which whoever recorded the
    decision signs in.

    Source of designating on need: the report on nineteen alliances (`002…`).
    """

    id: UUID
    from_on: date
    designates_on_need: bool
    lapses_after_years: int | None
    decided_by: str


def rule_in_force(rules: Iterable[DesignationRule], on: date) -> DesignationRule | None:
    """The rule that holds on a day; of two from the same day the one recorded later. None before the first."""
    begun = (rule for rule in rules if rule.from_on <= on)
    return max(begun, key=lambda rule: (rule.from_on, rule.id), default=None)


def refuse_without_need(
    rule: DesignationRule | None,
    need: Need | None,
    *,
    specialism_codes: Collection[str],
    phases: Collection[Phase],
    on: date,
    is_renewal: bool,
) -> None:
    """Whether somebody with these specialisms and phases may be designated on a day, citing `need` or none.

    A renewal continues what was needed before, and cites nothing. A need that is cited is looked at whether or not the
    alliance asks for one: a record that names a need the leader cannot serve would be wrong.

    Raises `NeedNotCited`, `NeedNotOpen`, `NeedNotServed`.
    """
    if need is None:
        if rule is not None and rule.designates_on_need and not is_renewal:
            raise NeedNotCited(
                f"The alliance has designated on need since {rule.from_on}: give `need_id`, an actual or predicted "
                "need of the alliance that the leader can serve. Record a predicted need first where none stands."
            )
        return
    if on < need.arisen_on or (need.ended_on is not None and on >= need.ended_on):
        raise NeedNotOpen(f"The need is not open on {on}; cite one that is, or designate on a day on which it was.")
    if need.specialism.code not in specialism_codes:
        raise NeedNotServed(
            f"The need is for {need.specialism.name}, which the leader has not claimed; cite a need that is theirs to "
            "serve, or let them claim the specialism first."
        )
    if need.phase not in phases:
        raise NeedNotServed(
            f"The need is in the phase {need.phase}, and the leader works in another; cite a need in theirs."
        )


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes the 28th where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
