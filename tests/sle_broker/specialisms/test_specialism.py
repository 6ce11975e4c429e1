from datetime import date, timedelta

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder, refuse_future
from sle_broker.specialisms.specialism import (
    SpecialismAlreadyValidated,
    SpecialismStanding,
    validate,
)
from tests.sle_broker.builders import PHONICS, TODAY, holds


def test_a_specialism_is_claimed_until_somebody_has_validated_it() -> None:
    claimed = holds(PHONICS, claimed=date(2014, 9, 1))
    validated = validate(claimed, on=date(2014, 11, 3), today=TODAY, by="head", evidence="Three lessons seen.")
    assert claimed.standing is SpecialismStanding.CLAIMED
    assert validated.standing is SpecialismStanding.VALIDATED
    assert (validated.validated_on, validated.validated_by) == (date(2014, 11, 3), "head")


def test_a_validation_may_fall_on_the_day_of_the_claim_and_not_before_it() -> None:
    claimed = holds(PHONICS, claimed=date(2014, 9, 1))
    assert validate(claimed, on=date(2014, 9, 1), today=TODAY, by="head", evidence="Seen.").validated_on == date(
        2014, 9, 1
    )
    with pytest.raises(DatesOutOfOrder):
        validate(claimed, on=date(2014, 8, 31), today=TODAY, by="head", evidence="Seen.")
    with pytest.raises(DateNotYetCome):
        validate(claimed, on=TODAY + timedelta(days=1), today=TODAY, by="head", evidence="Seen.")


def test_a_validation_is_not_written_over() -> None:
    with pytest.raises(SpecialismAlreadyValidated):
        validate(
            holds(PHONICS, validated=date(2014, 11, 3)), on=date(2015, 1, 5), today=TODAY, by="head", evidence="Again."
        )


def test_a_claim_and_its_validation_are_not_known_before_their_days() -> None:
    validated = holds(PHONICS, claimed=date(2014, 9, 1), validated=date(2014, 11, 3))
    assert validated.as_of(date(2014, 8, 31)) is None
    assert validated.as_of(date(2014, 9, 1)) == validated.as_of(date(2014, 11, 2)) == holds(PHONICS)
    assert validated.as_of(date(2014, 11, 3)) == validated


def test_today_has_come_and_tomorrow_has_not() -> None:
    refuse_future(what="The visit", on=date(2015, 1, 12), today=date(2015, 1, 12))
    with pytest.raises(DateNotYetCome):
        refuse_future(what="The visit", on=date(2015, 1, 13), today=date(2015, 1, 12))
