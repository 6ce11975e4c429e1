from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.plans.academic_year import AcademicYear, AcademicYearNotUnderstood


def test_the_year_runs_from_the_first_of_september_to_the_end_of_august() -> None:
    year = AcademicYear(2014)
    assert (year.starts_on, year.ends_on, str(year)) == (date(2014, 9, 1), date(2015, 8, 31), "2014/15")


@pytest.mark.parametrize("text", ["2014/15", " 2014-15 ", "2014/2015", "2014–15"])
def test_the_year_is_read_in_the_ways_people_write_it(text: str) -> None:
    assert AcademicYear.read(text) == AcademicYear(2014)


@pytest.mark.parametrize("text", ["", "2014", "2014/16", "14/15", "in 2014/15", "2014/15/16"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(AcademicYearNotUnderstood):
        AcademicYear.read(text)


def test_a_year_is_found_within_a_heading() -> None:
    assert AcademicYear.all_in("Plan 2014/15, carried on from 2013/14") == (
        AcademicYear(2014),
        AcademicYear(2013),
    )


@given(st.integers(1900, 2098).map(AcademicYear))
def test_what_is_written_reads_back(year: AcademicYear) -> None:
    assert AcademicYear.read(str(year)) == year
    for month in range(1, 13):
        assert AcademicYear.having(month, year.calendar_year_of(month)) == year
