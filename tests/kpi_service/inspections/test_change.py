"""What counts as improved, and of how many."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from kpi_service.inspections.change import Change, ChangeCount, GradedInspection, InspectedSchool, count_changes
from kpi_service.official_files.cell import Grade

UPLOAD = UUID(int=1)


def graded(grade: int | None, year: int) -> GradedInspection | None:
    return None if grade is None else GradedInspection("100000", date(year, 3, 1), Grade(grade), UPLOAD, 2)


def school(previous: int | None, latest: int | None) -> InspectedSchool:
    return InspectedSchool("100000", graded(latest, 2014), graded(previous, 2010))


@pytest.mark.parametrize(
    ("previous", "latest", "change", "could_improve"),
    [
        (3, 2, Change.IMPROVED, True),
        (2, 1, Change.IMPROVED, True),
        (4, 1, Change.IMPROVED, True),
        (3, 3, Change.MAINTAINED, True),
        (1, 1, Change.MAINTAINED, False),
        (1, 2, Change.DECLINED, False),
        (2, 4, Change.DECLINED, True),
        (None, 2, Change.FIRST_INSPECTION, False),
        (None, None, Change.NOT_INSPECTED, False),
    ],
)
def test_a_lower_number_is_an_improvement_and_outstanding_cannot_improve(
    previous: int | None, latest: int | None, change: Change, could_improve: bool
) -> None:
    found = school(previous, latest)
    assert (found.change, found.could_improve) == (change, could_improve)


def test_both_rates_are_of_pairs_and_the_second_leaves_out_those_that_could_not() -> None:
    count = count_changes([school(3, 2), school(1, 1), school(2, 2), school(None, 2), school(None, None)])
    assert count == ChangeCount(improved=1, maintained=2, first_inspection=1, not_inspected=1, could_improve=2)
    assert count.of_all_pairs.percent == Fraction(100, 3)
    assert count.of_those_that_could.percent == 50


def test_where_there_is_no_pair_there_is_no_percentage() -> None:
    assert count_changes([school(None, 2)]).of_all_pairs.percent is None
