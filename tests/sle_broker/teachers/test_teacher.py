"""Who is in the catalogue of teachers, and for how long."""

from datetime import date
from typing import Any

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from sle_broker.specialisms.specialism import Phase
from sle_broker.teachers.teacher import (
    Consent,
    ConsentScope,
    ConsentWithdrawn,
    Teacher,
    TeacherGrade,
    catalogued,
    withdraw_consent,
)
from tests.sle_broker.builders import PHONICS, TODAY, an_id

GIVEN_ON = date(2014, 10, 6)


def a_teacher(given_on: date = GIVEN_ON, **changes: Any) -> Teacher:
    given: dict[str, Any] = {
        "id": an_id(1),
        "name": "Tom Reed",
        "school_urn": "100001",
        "phase": Phase.PRIMARY,
        "specialisms": (PHONICS,),
        "grade": TeacherGrade.OUTSTANDING,
        "graded_on": date(2014, 10, 3),
        "observer": "Head of the lead school",
        "consent": Consent(given_on, "Tom Reed", ConsentScope.ALLIANCE),
    }
    return Teacher(**given | changes)


def test_a_consent_holds_from_its_day_up_to_and_not_on_the_day_it_is_withdrawn() -> None:
    consent = withdraw_consent(a_teacher(), date(2015, 2, 2), today=TODAY).consent
    assert not consent.is_in_force(date(2014, 10, 5))
    assert consent.is_in_force(GIVEN_ON)
    assert consent.is_in_force(date(2015, 2, 1))
    assert not consent.is_in_force(date(2015, 2, 2))


def test_a_consent_is_withdrawn_once_after_it_was_given_and_not_ahead() -> None:
    withdrawn = withdraw_consent(a_teacher(), GIVEN_ON, today=TODAY)
    with pytest.raises(ConsentWithdrawn):
        withdraw_consent(withdrawn, TODAY, today=TODAY)
    with pytest.raises(DatesOutOfOrder):
        withdraw_consent(a_teacher(), date(2014, 10, 5), today=TODAY)
    with pytest.raises(DateNotYetCome):
        withdraw_consent(a_teacher(), date(2015, 9, 1), today=TODAY)


def test_a_judgement_and_a_consent_have_happened() -> None:
    assert catalogued(a_teacher(), today=TODAY) == a_teacher()
    for teacher in (a_teacher(date(2015, 9, 1)), a_teacher(graded_on=date(2015, 9, 1))):
        with pytest.raises(DateNotYetCome):
            catalogued(teacher, today=TODAY)
