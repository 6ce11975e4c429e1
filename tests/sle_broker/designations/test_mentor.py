from datetime import date

import pytest

from sle_broker.designation_rules.leader_kind import LeaderKindIsNational, ListedKind, refuse_national_code
from sle_broker.designations.leader import Leader
from sle_broker.designations.mentor import (
    MentorIsMentored,
    MentorIsThemselves,
    MentorNeeded,
    MentorNotDesignated,
    refuse_as_mentor,
    refuse_without_mentor,
)
from tests.sle_broker.builders import HOME_URN, a_designation, an_id

SPECIALIST = ListedKind(an_id(90), "sle", "Specialist leader of education", needs_mentor=False)
APPRENTICE = ListedKind(an_id(91), "ple", "Plymouth lead educator", needs_mentor=True, alliance_id=an_id(99))


def a_leader(mentor: int | None = None) -> Leader:
    return Leader(
        an_id(2), "ple", "Asha Bell", HOME_URN, frozenset(), mentor_id=None if mentor is None else an_id(mentor)
    )


def test_an_apprentice_has_a_mentor_and_a_specialist_leader_may_have_one() -> None:
    with pytest.raises(MentorNeeded):
        refuse_without_mentor(a_leader(), APPRENTICE)
    refuse_without_mentor(a_leader(mentor=5), APPRENTICE)
    refuse_without_mentor(a_leader(), SPECIALIST)
    refuse_without_mentor(a_leader(mentor=5), SPECIALIST)


def test_nobody_is_their_own_mentor() -> None:
    with pytest.raises(MentorIsThemselves):
        refuse_without_mentor(a_leader(mentor=2), APPRENTICE)


def test_a_mentor_is_designated_on_the_day() -> None:
    withdrawn = a_designation(date(2014, 11, 3), lapsed_on=date(2015, 3, 1))
    refuse_as_mentor(SPECIALIST, [withdrawn], date(2015, 2, 28))
    for designations, on in (([], date(2015, 1, 5)), ([withdrawn], date(2015, 3, 1))):
        with pytest.raises(MentorNotDesignated):
            refuse_as_mentor(SPECIALIST, designations, on)


def test_an_apprentice_is_nobodys_mentor() -> None:
    with pytest.raises(MentorIsMentored):
        refuse_as_mentor(APPRENTICE, [a_designation()], date(2015, 1, 5))


def test_an_alliance_does_not_give_a_national_kind_another_meaning() -> None:
    refuse_national_code("ple", None)
    refuse_national_code("ple", APPRENTICE)
    with pytest.raises(LeaderKindIsNational):
        refuse_national_code("sle", SPECIALIST)
