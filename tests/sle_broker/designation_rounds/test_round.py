from datetime import date
from typing import Any

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from sle_broker.designation_rounds.round import (
    AgreedTarget,
    ApplicationOutsideWindow,
    DesignationRound,
    Eligibility,
    EligibilityRule,
    KindNotInRound,
    NotEligible,
    Standing,
    TargetAgreedBefore,
    agree_target,
    next_round,
    refuse_outside_window,
    refuse_unless_eligible,
    rules_not_met,
)
from sle_broker.specialisms.specialism import SpecialismStanding
from tests.sle_broker.builders import TODAY, an_id

CLAIMED, VALIDATED = SpecialismStanding.CLAIMED, SpecialismStanding.VALIDATED
RULE = EligibilityRule


def a_round(number: int = 1, opens: date = date(2014, 9, 15), closes: date = date(2014, 10, 17), **more: Any) -> Any:
    given: dict[str, Any] = {"name": f"round {number}", "kinds": frozenset({"sle"})}
    return DesignationRound(id=an_id(number), opens_on=opens, closes_on=closes, **given | more)


AUTUMN = a_round(1)
SPRING = a_round(2, date(2015, 1, 12), date(2015, 2, 6))
FOR_NATIONAL_LEADERS = a_round(3, date(2014, 10, 18), date(2014, 11, 14), kinds=frozenset({"nle"}))
ROUNDS = [SPRING, FOR_NATIONAL_LEADERS, AUTUMN]


@pytest.mark.parametrize(
    ("on", "is_open"),
    [
        (date(2014, 9, 14), False),
        (date(2014, 9, 15), True),
        (date(2014, 10, 17), True),
        (date(2014, 10, 18), False),
    ],
)
def test_a_round_is_open_from_its_first_day_to_its_last(on: date, is_open: bool) -> None:
    assert AUTUMN.is_open(on) is is_open


@pytest.mark.parametrize(
    ("kind", "on", "coming"),
    [
        ("sle", date(2014, 9, 14), AUTUMN),
        ("sle", date(2014, 10, 17), AUTUMN),
        ("sle", date(2014, 10, 18), SPRING),
        ("sle", date(2015, 2, 6), SPRING),
        ("sle", date(2015, 2, 7), None),
        ("nle", date(2014, 10, 18), FOR_NATIONAL_LEADERS),
        ("nle", date(2014, 12, 1), None),
    ],
)
def test_the_next_round_is_the_one_that_is_open_or_else_opens_first(
    kind: str, on: date, coming: DesignationRound | None
) -> None:
    assert next_round(ROUNDS, kind=kind, on=on) == coming


def test_of_two_open_rounds_the_next_is_the_one_that_closes_first() -> None:
    long = a_round(8, date(2014, 9, 1), date(2015, 8, 31))
    assert next_round([long, AUTUMN], kind="sle", on=date(2014, 9, 20)) == AUTUMN


def test_an_application_outside_the_window_is_told_when_to_apply() -> None:
    refuse_outside_window(AUTUMN, ROUNDS, kind="sle", on=date(2014, 10, 17))
    with pytest.raises(ApplicationOutsideWindow, match="Apply in round 2, from 2015-01-12 to 2015-02-06") as refused:
        refuse_outside_window(AUTUMN, ROUNDS, kind="sle", on=date(2014, 10, 18))
    assert refused.value.members == {
        "next_round": {
            "id": str(SPRING.id),
            "name": "round 2",
            "opens_on": "2015-01-12",
            "closes_on": "2015-02-06",
        }
    }
    with pytest.raises(ApplicationOutsideWindow, match="No other round") as refused:
        refuse_outside_window(SPRING, ROUNDS, kind="sle", on=date(2015, 2, 7))
    assert refused.value.members == {"next_round": None}


def test_a_round_is_for_the_kinds_of_leader_it_names() -> None:
    with pytest.raises(KindNotInRound):
        refuse_outside_window(AUTUMN, ROUNDS, kind="nle", on=date(2014, 9, 20))


def test_a_round_does_not_close_before_it_opens() -> None:
    with pytest.raises(DatesOutOfOrder):
        a_round(opens=date(2014, 9, 15), closes=date(2014, 9, 14))


@pytest.mark.parametrize(
    ("eligibility", "standing", "unmet"),
    [
        ({}, {"years_of_leadership": 0, "home_school_judgement": None, "specialism": None, "head_supports": False}, []),
        ({"years_of_leadership": 2}, {"years_of_leadership": 2}, []),
        ({"years_of_leadership": 2}, {"years_of_leadership": 1}, [RULE.YEARS_OF_LEADERSHIP]),
        ({"home_school_judgement": 2}, {"home_school_judgement": 2}, []),
        ({"home_school_judgement": 2}, {"home_school_judgement": 3}, [RULE.HOME_SCHOOL_JUDGEMENT]),
        ({"home_school_judgement": 2}, {"home_school_judgement": None}, [RULE.HOME_SCHOOL_JUDGEMENT]),
        ({"specialism": CLAIMED}, {"specialism": CLAIMED}, []),
        ({"specialism": CLAIMED}, {"specialism": VALIDATED}, []),
        ({"specialism": CLAIMED}, {"specialism": None}, [RULE.SPECIALISM]),
        ({"specialism": VALIDATED}, {"specialism": VALIDATED}, []),
        ({"specialism": VALIDATED}, {"specialism": CLAIMED}, [RULE.SPECIALISM]),
        ({"specialism": VALIDATED}, {"specialism": None}, [RULE.SPECIALISM]),
        ({"head_support": True}, {"head_supports": True}, []),
        ({"head_support": True}, {"head_supports": False}, [RULE.HEAD_SUPPORT]),
    ],
)
def test_each_rule_is_met_or_not(eligibility: dict[str, Any], standing: dict[str, Any], unmet: list[str]) -> None:
    known: dict[str, Any] = {
        "years_of_leadership": 5,
        "home_school_judgement": 1,
        "specialism": VALIDATED,
        "head_supports": True,
    }
    assert [rule for rule, _ in rules_not_met(Eligibility(**eligibility), Standing(**known | standing))] == unmet


def test_a_refusal_names_every_rule_that_is_not_met() -> None:
    asked = Eligibility(years_of_leadership=2, home_school_judgement=2, specialism=CLAIMED, head_support=True)
    with pytest.raises(NotEligible) as refused:
        refuse_unless_eligible(asked, Standing(1, 3, None, head_supports=False))
    assert refused.value.members == {"rules": list(EligibilityRule)}
    assert [error.pointer for error in refused.value.errors] == [
        "/years_of_leadership",
        "/home_school_judgement",
        "/applicant/specialisms",
        "/head_supports",
    ]


def test_a_target_agreed_later_leaves_the_one_before_as_it_was() -> None:
    first = agree_target(AUTUMN, AgreedTarget(12, date(2014, 9, 15)), today=TODAY)
    second = agree_target(first, AgreedTarget(15, date(2014, 12, 1)), today=TODAY)
    assert second.target_as_of(date(2014, 9, 14)) is None
    assert second.target_as_of(date(2014, 11, 30)) == AgreedTarget(12, date(2014, 9, 15))
    assert second.target_as_of(date(2014, 12, 1)) == AgreedTarget(15, date(2014, 12, 1))
    with pytest.raises(TargetAgreedBefore):
        agree_target(second, AgreedTarget(20, date(2014, 12, 1)), today=TODAY)
    with pytest.raises(DateNotYetCome):
        agree_target(second, AgreedTarget(20, date(2015, 9, 1)), today=TODAY)
