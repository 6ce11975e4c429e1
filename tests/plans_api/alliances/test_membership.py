"""When a school belongs to an alliance."""

from datetime import date

import pytest

from plans_api.alliances.membership import (
    LeadSchoolNamedTwice,
    MembershipEndsBeforeItBegins,
    MembershipState,
    end,
    require_dates_in_order,
    require_different_leads,
    state_of,
)
from service_kit.errors import StateConflict

BEGAN = date(2013, 9, 1)


def test_a_membership_lasts_until_its_last_day_is_recorded() -> None:
    assert state_of(None) is MembershipState.BEGUN
    assert state_of(date(2030, 8, 31)) is MembershipState.ENDED


def test_a_membership_may_end_on_the_day_it_began() -> None:
    assert end(BEGAN, None, BEGAN) == BEGAN
    require_dates_in_order(BEGAN, BEGAN)


def test_a_membership_never_ends_before_it_begins() -> None:
    with pytest.raises(MembershipEndsBeforeItBegins):
        end(BEGAN, None, date(2013, 8, 31))
    with pytest.raises(MembershipEndsBeforeItBegins):
        require_dates_in_order(BEGAN, date(2013, 8, 31))


def test_a_membership_ends_once() -> None:
    with pytest.raises(StateConflict) as refusal:
        end(BEGAN, date(2014, 8, 31), date(2015, 8, 31))
    assert refusal.value.members == {"current": "ended", "allowed": []}


def test_two_lead_schools_are_two_schools() -> None:
    require_different_leads(("100000", "100001"))
    with pytest.raises(LeadSchoolNamedTwice):
        require_different_leads(("100000", "100000"))
