from sle_broker.designation_rounds.cover import Cover, ServingLeader, StandingNeed, cover
from sle_broker.needs.need import NeedKind
from sle_broker.specialisms.specialism import Phase
from tests.sle_broker.builders import an_id

PRIMARY, SECONDARY = Phase.PRIMARY, Phase.SECONDARY


def test_needs_and_leaders_meet_in_a_specialism_and_a_phase() -> None:
    needs = [
        StandingNeed(an_id(1), "phonics", PRIMARY, NeedKind.ACTUAL),
        StandingNeed(an_id(2), "phonics", PRIMARY, NeedKind.PREDICTED),
        StandingNeed(an_id(3), "phonics", SECONDARY, NeedKind.PREDICTED),
    ]
    leaders = [
        ServingLeader(an_id(11), "phonics", frozenset({PRIMARY})),
        ServingLeader(an_id(12), "attendance", frozenset({PRIMARY, SECONDARY})),
        ServingLeader(an_id(13), "attendance", frozenset()),
    ]
    found = cover(needs, leaders)
    assert found == [
        Cover("attendance", PRIMARY, (), (), (an_id(12),)),
        Cover("attendance", SECONDARY, (), (), (an_id(12),)),
        Cover("phonics", PRIMARY, (an_id(1),), (an_id(2),), (an_id(11),)),
        Cover("phonics", SECONDARY, (), (an_id(3),), ()),
    ]
    assert [one.is_designation_without_need for one in found] == [True, True, False, False]
    assert [one.is_need_without_designation for one in found] == [False, False, False, True]


def test_nothing_needed_and_nobody_designated_is_an_empty_report() -> None:
    assert cover([], []) == []
