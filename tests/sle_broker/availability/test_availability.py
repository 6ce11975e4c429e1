from decimal import Decimal

import pytest

from sle_broker.availability.availability import Availability
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.days import DaysNotInHalves
from sle_broker.designations.half_term import half_terms_of

AUTUMN_1 = half_terms_of(AcademicYear(2014))[0]


def test_a_leader_offers_whole_and_half_days_or_none() -> None:
    assert Availability(Decimal(0), {AUTUMN_1: Decimal("2.5")}).said == {AUTUMN_1: Decimal("2.5")}
    assert Availability(Decimal("7.5"), {AUTUMN_1: Decimal(0)}).allowance_days == Decimal("7.5")


@pytest.mark.parametrize("days", ["-1", "0.25", "NaN"])
def test_nothing_between_halves_is_offered(days: str) -> None:
    with pytest.raises(DaysNotInHalves):
        Availability(Decimal(days))
    with pytest.raises(DaysNotInHalves):
        Availability(Decimal(15), {AUTUMN_1: Decimal(days)})
