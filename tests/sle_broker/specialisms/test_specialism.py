from dataclasses import replace
from datetime import date

import pytest

from sle_broker.specialisms.dates_in_order import DateNotYetCome, DatesOutOfOrder, refuse_future
from sle_broker.specialisms.specialism import (
    SpecialismAlreadyValidated,
    SpecialismGroup,
    SpecialismStanding,
    current_list,
    validate,
)
from tests.sle_broker.builders import ATTENDANCE, MATHEMATICS, PHONICS, an_id, holds


def test_a_specialism_is_claimed_until_somebody_has_validated_it() -> None:
    claimed = holds(PHONICS, claimed=date(2014, 9, 1))
    validated = validate(claimed, on=date(2014, 11, 3), by=an_id(9), evidence="Three lessons seen.")
    assert claimed.standing is SpecialismStanding.CLAIMED
    assert validated.standing is SpecialismStanding.VALIDATED
    assert (validated.validated_on, validated.validated_by) == (date(2014, 11, 3), an_id(9))


def test_a_validation_may_fall_on_the_day_of_the_claim_and_not_before_it() -> None:
    claimed = holds(PHONICS, claimed=date(2014, 9, 1))
    assert validate(claimed, on=date(2014, 9, 1), by=an_id(9), evidence="Seen.").validated_on == date(2014, 9, 1)
    with pytest.raises(DatesOutOfOrder):
        validate(claimed, on=date(2014, 8, 31), by=an_id(9), evidence="Seen.")


def test_a_validation_is_not_written_over() -> None:
    with pytest.raises(SpecialismAlreadyValidated):
        validate(holds(PHONICS, validated=date(2014, 11, 3)), on=date(2015, 1, 5), by=an_id(9), evidence="Again.")


def test_the_list_has_the_latest_version_of_each_code_by_group_and_name() -> None:
    renamed = replace(PHONICS, name="Early reading", version=2)
    assert current_list([ATTENDANCE, renamed, PHONICS, MATHEMATICS]) == (renamed, MATHEMATICS, ATTENDANCE)


def test_an_alliance_may_use_a_code_of_the_national_list_for_an_entry_of_its_own() -> None:
    local = replace(PHONICS, group=SpecialismGroup.QUALITY_OF_TEACHING, version=7, alliance_id=an_id(5))
    assert current_list([local, PHONICS]) == (PHONICS, local)


def test_today_has_come_and_tomorrow_has_not() -> None:
    refuse_future(what="The visit", on=date(2015, 1, 12), today=date(2015, 1, 12))
    with pytest.raises(DateNotYetCome):
        refuse_future(what="The visit", on=date(2015, 1, 13), today=date(2015, 1, 12))
