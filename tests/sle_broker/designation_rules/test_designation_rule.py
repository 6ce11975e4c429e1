from datetime import date
from typing import Any

import pytest

from sle_broker.designation_rules.designation_rule import (
    DesignationRule,
    NeedNotCited,
    NeedNotOpen,
    NeedNotServed,
    refuse_without_need,
    rule_in_force,
    years_after,
)
from sle_broker.needs.need import NeedEndReason, NeedKind, NeedSource
from sle_broker.specialisms.specialism import Phase
from tests.sle_broker.builders import MATHEMATICS, a_need, an_id

ON = date(2014, 11, 3)


def a_rule(number: int = 1, from_on: date = date(2014, 9, 1), *, on_need: bool = True) -> DesignationRule:
    return DesignationRule(an_id(number), from_on, on_need, None, "director")


def cite(rule: DesignationRule | None, need: Any, on: date = ON, **changes: Any) -> None:
    given: dict[str, Any] = {"specialism_codes": {"phonics"}, "phases": {Phase.PRIMARY}, "is_renewal": False}
    refuse_without_need(rule, need, on=on, **given | changes)


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2014, 8, 31), None),
        (date(2014, 9, 1), 1),
        (date(2014, 12, 31), 1),
        (date(2015, 1, 1), 3),
        (date(2016, 1, 1), 3),
    ],
)
def test_a_rule_holds_from_its_day_until_the_next_and_of_two_from_one_day_the_later_recorded(
    on: date, number: int | None
) -> None:
    rules = [a_rule(3, date(2015, 1, 1), on_need=False), a_rule(1), a_rule(2, date(2015, 1, 1))]
    found = rule_in_force(rules, on)
    assert (found and found.id) == (number and an_id(number))


def test_while_an_alliance_designates_on_need_nobody_is_designated_without_one() -> None:
    with pytest.raises(NeedNotCited, match="since 2014-09-01: give `need_id`"):
        cite(a_rule(), None)
    cite(a_rule(), a_need(arisen_on=ON))
    cite(a_rule(on_need=False), None)
    cite(None, None)


def test_a_renewal_cites_nothing() -> None:
    cite(a_rule(), None, is_renewal=True)


def test_a_predicted_need_is_cited_like_an_actual_one() -> None:
    forecast = a_need(arisen_on=ON, kind=NeedKind.PREDICTED, source=NeedSource.FORECAST, referred_by=None)
    cite(a_rule(), forecast)


@pytest.mark.parametrize("rule", [None, a_rule()])
@pytest.mark.parametrize(
    ("need", "on", "refusal"),
    [
        ({"arisen_on": date(2014, 11, 4)}, ON, NeedNotOpen),
        ({"arisen_on": ON, "specialism": MATHEMATICS}, ON, NeedNotServed),
        ({"arisen_on": ON, "phase": Phase.SECONDARY}, ON, NeedNotServed),
        ({"arisen_on": date(2014, 9, 1), "ended_on": ON, "end_reason": NeedEndReason.MET}, ON, NeedNotOpen),
    ],
)
def test_a_need_that_is_cited_stands_on_the_day_and_is_the_leaders_to_serve(
    rule: DesignationRule | None, need: dict[str, Any], on: date, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        cite(rule, a_need(**need), on)


def test_a_need_stands_on_the_day_before_it_ends() -> None:
    ended = a_need(arisen_on=date(2014, 9, 1), ended_on=date(2014, 11, 4), end_reason=NeedEndReason.MET)
    cite(a_rule(), ended)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2014, 11, 3), 3, date(2017, 11, 3)),
        (date(2016, 2, 29), 3, date(2019, 2, 28)),
        (date(2016, 2, 29), 4, date(2020, 2, 29)),
    ],
)
def test_so_many_years_later_is_the_same_day(day: date, years: int, later: date) -> None:
    assert years_after(day, years) == later
