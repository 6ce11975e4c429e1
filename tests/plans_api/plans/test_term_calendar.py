from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.term_calendar import (
    Festival,
    Half,
    Span,
    Term,
    TermDates,
    TermDatesNotInOrder,
    festival_days,
    usual_term_dates,
)


def test_the_usual_dates_of_2014_15_are_those_most_schools_kept() -> None:
    dates = usual_term_dates(AcademicYear(2014))
    assert dates.term(Term.AUTUMN) == Span(date(2014, 9, 1), date(2014, 12, 19))
    assert dates.half_term_holiday(Term.SPRING) == Span(date(2015, 2, 14), date(2015, 2, 22))
    assert dates.half_term(Term.SUMMER, Half.SECOND) == Span(date(2015, 6, 1), date(2015, 7, 24))


@given(st.integers(1800, 2199).map(AcademicYear))
def test_every_year_has_its_half_terms_in_order_within_it(year: AcademicYear) -> None:
    half_terms = usual_term_dates(year).half_terms
    assert half_terms[0].earliest == year.starts_on
    assert half_terms[-1].latest <= year.ends_on


@given(st.integers(1800, 2199).map(AcademicYear), st.sampled_from(Festival))
def test_a_festival_falls_within_the_year(year: AcademicYear, festival: Festival) -> None:
    days = festival_days(festival, year)
    assert year.starts_on <= days.earliest < days.latest <= year.ends_on


def test_half_terms_that_overlap_are_refused() -> None:
    one, two, *others = usual_term_dates(AcademicYear(2014)).half_terms
    with pytest.raises(TermDatesNotInOrder):
        TermDates((two, one, *others))  # type: ignore[arg-type]  # six spans, as unpacked above
