from datetime import date, timedelta
from itertools import permutations

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import StateConflict
from sle_broker.sharing_protocols.sharing_protocol import (
    PartyKind,
    PartyNamedTwice,
    PartyNotWhole,
    Reader,
    SharingParty,
    SharingProtocolState,
    SharingScope,
    scope_for,
    withdraw,
)
from tests.sle_broker.builders import TODAY, a_protocol, an_id

ALLIANCE, OTHER_ALLIANCE = an_id(1), an_id(9)
ITSELF = SharingParty(PartyKind.ALLIANCE, str(ALLIANCE))
SCHOOL = SharingParty(PartyKind.SCHOOL, "100003")
AUTHORITY = SharingParty(PartyKind.LOCAL_AUTHORITY, "335", "walsall")
ANOTHER = SharingParty(PartyKind.ALLIANCE, str(OTHER_ALLIANCE), "other-alliance")
READERS = {
    ITSELF: Reader(alliances=frozenset({ALLIANCE})),
    SCHOOL: Reader(schools=frozenset({(ALLIANCE, "100003")})),
    AUTHORITY: Reader(systems=frozenset({(ALLIANCE, "walsall")})),
    ANOTHER: Reader(systems=frozenset({(ALLIANCE, "other-alliance")})),
}
FIRST, LAST = date(2014, 9, 1), date(2015, 8, 31)


@pytest.mark.parametrize("scope", SharingScope)
@pytest.mark.parametrize("party", READERS)
def test_a_party_reads_as_much_as_is_shared_from_the_first_day_to_the_last(
    party: SharingParty, scope: SharingScope
) -> None:
    protocol = a_protocol(party, scope=scope)
    for on in (FIRST, date(2015, 1, 12), LAST):
        assert scope_for([protocol], READERS[party], on) is scope
    for on in (FIRST - timedelta(days=1), LAST + timedelta(days=1)):
        assert scope_for([protocol], READERS[party], on) is None


@pytest.mark.parametrize(("named", "other"), list(permutations(READERS, 2)))
def test_who_is_not_named_reads_nothing(named: SharingParty, other: SharingParty) -> None:
    assert scope_for([a_protocol(named)], READERS[other], FIRST) is None
    assert scope_for([a_protocol(named)], Reader(), FIRST) is None


def test_a_party_is_one_in_the_alliance_of_the_protocol_alone() -> None:
    elsewhere = Reader(
        alliances=frozenset({OTHER_ALLIANCE}),
        schools=frozenset({(OTHER_ALLIANCE, "100003")}),
        systems=frozenset({(OTHER_ALLIANCE, "walsall"), (OTHER_ALLIANCE, "other-alliance")}),
    )
    assert scope_for([a_protocol(*READERS)], elsewhere, FIRST) is None


def test_of_several_protocols_the_widest_in_force_counts() -> None:
    whole = a_protocol(scope=SharingScope.WHOLE, to_on=date(2014, 12, 31))
    scores = a_protocol(scope=SharingScope.SCORES)
    aggregate = a_protocol(scope=SharingScope.AGGREGATE)
    protocols = [aggregate, scores, whole]
    assert scope_for(protocols, READERS[ITSELF], FIRST) is SharingScope.WHOLE
    assert scope_for(protocols, READERS[ITSELF], LAST) is SharingScope.SCORES
    assert scope_for([aggregate], READERS[ITSELF], LAST) is SharingScope.AGGREGATE


def test_a_withdrawn_protocol_lets_nobody_read_whatever_day_it_is_dated() -> None:
    withdrawn = withdraw(a_protocol(), date(2015, 2, 2), today=TODAY)
    assert (withdrawn.state, withdrawn.withdrawn_on) == (SharingProtocolState.WITHDRAWN, date(2015, 2, 2))
    for on in (FIRST, date(2015, 2, 1), date(2015, 2, 2), LAST):
        assert scope_for([withdrawn], READERS[ITSELF], on) is None
    with pytest.raises(StateConflict):
        withdraw(withdrawn, date(2015, 2, 3), today=TODAY)


def test_a_protocol_is_withdrawn_between_the_agreement_and_today() -> None:
    protocol = a_protocol(agreed_on=date(2014, 8, 1))
    assert withdraw(protocol, date(2014, 8, 1), today=TODAY).state is SharingProtocolState.WITHDRAWN
    with pytest.raises(DatesOutOfOrder):
        withdraw(protocol, date(2014, 7, 31), today=TODAY)
    with pytest.raises(DateNotYetCome):
        withdraw(protocol, date(2015, 2, 2), today=date(2015, 2, 1))


def test_a_protocol_ends_on_its_first_day_or_later_and_names_each_party_once() -> None:
    assert a_protocol(from_on=FIRST, to_on=FIRST).is_in_force(FIRST)
    with pytest.raises(DatesOutOfOrder):
        a_protocol(from_on=FIRST, to_on=FIRST - timedelta(days=1))
    with pytest.raises(PartyNamedTwice):
        a_protocol(SCHOOL, AUTHORITY, SCHOOL)


@pytest.mark.parametrize(
    "party",
    [
        SharingParty(PartyKind.LOCAL_AUTHORITY, "335"),
        SharingParty(PartyKind.ALLIANCE, str(OTHER_ALLIANCE)),
        SharingParty(PartyKind.ALLIANCE, str(ALLIANCE), "our-own-system"),
        SharingParty(PartyKind.SCHOOL, "100003", "a-schools-system"),
    ],
)
def test_who_has_no_people_here_reads_through_a_system_and_nobody_else_does(party: SharingParty) -> None:
    with pytest.raises(PartyNotWhole):
        a_protocol(party)
