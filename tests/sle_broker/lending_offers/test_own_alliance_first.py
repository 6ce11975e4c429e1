"""Own alliance first, and how long an offer may hold days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sle_broker.designations.designation import LeaderKind
from sle_broker.lending_offers.offer import (
    LONGEST_OFFER,
    LendingRequest,
    OfferExpiryOutOfRange,
    OwnFirstReason,
    OwnLeadersCouldServe,
    asked,
    profile,
    refuse_expiry_out_of_range,
)
from sle_broker.specialisms.specialism import Phase
from tests.sle_broker.builders import MATHEMATICS, PHONICS, a_request, a_search, an_id, holds

NOW = datetime(2015, 1, 6, 12, tzinfo=UTC)
ASKED = date(2015, 1, 6)


def ask(own_leaders: list[Any], reason: OwnFirstReason | None) -> LendingRequest:
    return asked(
        a_request(),
        a_search(),
        request_id=an_id(1),
        lending_agreement_id=an_id(2),
        lender_alliance_id=an_id(3),
        borrower_alliance_id=an_id(4),
        own_leaders=own_leaders,
        own_first_reason=reason,
        on=ASKED,
    )


def test_nobody_is_borrowed_for_what_an_own_leader_could_do() -> None:
    with pytest.raises(OwnLeadersCouldServe) as refused:
        ask([an_id(7), an_id(8)], None)
    assert refused.value.members == {"leaders": [str(an_id(7)), str(an_id(8))]}
    assert refused.value.detail.startswith("2 of your own leaders")


@pytest.mark.parametrize("reason", OwnFirstReason)
def test_unless_it_is_said_why(reason: OwnFirstReason) -> None:
    assert ask([an_id(7)], reason).own_first_reason is reason


def test_where_no_own_leader_could_no_reason_is_kept() -> None:
    assert ask([], OwnFirstReason.OWN_LEADERS_DECLINED).own_first_reason is None
    assert ask([], None).areas == ("phonics",)


@pytest.mark.parametrize(
    "expires_at", [NOW, NOW - timedelta(days=1), NOW + LONGEST_OFFER + timedelta(seconds=1), NOW + timedelta(days=20)]
)
def test_an_offer_ends_after_now_within_sixty_days_and_before_its_booking_does(expires_at: datetime) -> None:
    with pytest.raises(OfferExpiryOutOfRange):
        refuse_expiry_out_of_range(expires_at, now=NOW, last_day=date(2015, 1, 20))
    refuse_expiry_out_of_range(NOW + timedelta(days=14), now=NOW, last_day=date(2015, 1, 20))


def test_a_profile_says_what_is_validated_and_what_is_only_claimed() -> None:
    held = [holds(PHONICS, validated=date(2014, 11, 3)), holds(MATHEMATICS), holds(PHONICS)]
    told = profile(an_id(2), LeaderKind.SLE, "Asha Bell", "100001", frozenset({Phase.PRIMARY}), held)
    assert (told.validated, told.claimed) == (("phonics",), ("mathematics",))
