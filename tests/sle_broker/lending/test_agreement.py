"""When one alliance may lend leaders to another."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service_kit.dates_in_order import DatesOutOfOrder
from service_kit.errors import StateConflict
from sle_broker.lending.agreement import (
    LendingAgreement,
    LendingAgreementReason,
    LendingAgreementState,
    LendsToItself,
    NoLendingAgreement,
    NotForThisSideToSay,
    Side,
    move,
    proposed,
    refuse_unless_in_force,
)
from tests.sle_broker.builders import TODAY, an_id

BOTH = frozenset(Side)
BORROWER, LENDER = frozenset({Side.BORROWER}), frozenset({Side.LENDER})
PROPOSED_ON = date(2015, 1, 5)


def an_agreement(**changes: Any) -> LendingAgreement:
    given: dict[str, Any] = {
        "id": an_id(1),
        "lender_alliance_id": an_id(2),
        "borrower_alliance_id": an_id(3),
        "from_on": date(2015, 1, 12),
        "to_on": date(2015, 7, 17),
        "proposed_by": Side.BORROWER,
        "steps": (proposed(PROPOSED_ON, today=TODAY),),
    }
    return LendingAgreement(**given | changes)


def agreed(agreement: LendingAgreement) -> LendingAgreement:
    return move(agreement, LendingAgreementState.AGREED, PROPOSED_ON, sides=BOTH, today=TODAY)


def test_an_alliance_does_not_lend_to_itself() -> None:
    with pytest.raises(LendsToItself):
        an_agreement(lender_alliance_id=an_id(3))


def test_an_agreement_ends_no_earlier_than_it_begins() -> None:
    with pytest.raises(DatesOutOfOrder):
        an_agreement(to_on=date(2015, 1, 11))


@pytest.mark.parametrize("to", [LendingAgreementState.AGREED, LendingAgreementState.DECLINED])
def test_who_proposed_does_not_answer_for_the_other(to: LendingAgreementState) -> None:
    reason = None if to is LendingAgreementState.AGREED else LendingAgreementReason.NOT_NEEDED
    for proposer, other in ((Side.BORROWER, LENDER), (Side.LENDER, BORROWER)):
        agreement = an_agreement(proposed_by=proposer)
        with pytest.raises(NotForThisSideToSay):
            move(agreement, to, PROPOSED_ON, sides=frozenset({proposer}), today=TODAY, reason=reason)
        assert move(agreement, to, PROPOSED_ON, sides=other, today=TODAY, reason=reason).state is to


@pytest.mark.parametrize("sides", [BORROWER, LENDER])
def test_either_side_ends_it(sides: frozenset[Side]) -> None:
    reason = LendingAgreementReason.NOT_NEEDED
    for agreement in (an_agreement(), agreed(an_agreement())):
        ended = move(agreement, LendingAgreementState.ENDED, TODAY, sides=sides, today=TODAY, reason=reason)
        assert ended.state is LendingAgreementState.ENDED


def test_what_was_declined_is_not_agreed_later() -> None:
    declined = move(
        an_agreement(),
        LendingAgreementState.DECLINED,
        PROPOSED_ON,
        sides=LENDER,
        today=TODAY,
        reason=LendingAgreementReason.NO_LEADERS_TO_LEND,
    )
    with pytest.raises(StateConflict):
        agreed(declined)


@pytest.mark.parametrize(
    ("on", "is_in_force"),
    [
        (date(2015, 1, 11), False),
        (date(2015, 1, 12), True),
        (date(2015, 7, 17), True),
        (date(2015, 7, 18), False),
    ],
)
def test_an_agreement_is_in_force_on_its_first_and_last_day_and_between(on: date, is_in_force: bool) -> None:
    agreement = agreed(an_agreement())
    assert agreement.is_in_force(on) is is_in_force
    assert not an_agreement().is_in_force(on)
    if not is_in_force:
        with pytest.raises(NoLendingAgreement):
            refuse_unless_in_force(agreement, on)


def test_without_a_last_day_it_goes_on() -> None:
    assert agreed(replace(an_agreement(), to_on=None)).is_in_force(date(2199, 12, 31))
