"""Programmes, nominations and figures as rules, without a database."""

from datetime import date

import pytest

from plans_api.programmes.invoice import InvoiceDueBeforeIssue, require_due_after_issue
from plans_api.programmes.nomination import (
    NominationLimitReached,
    NominationState,
    NoPlaceLeft,
    PlaceTypeNotOffered,
    require_place,
    require_within_limit,
    same_body,
)
from plans_api.programmes.outcome import (
    Grade,
    GradeMissing,
    Outcome,
    OutcomeKind,
    Part,
    Rate,
    figures_of,
    rates_of,
    require_graded,
)
from plans_api.programmes.programme import PlaceType, PlaceTypeNamedTwice, require_places_named_once

ENDS = date(2013, 8, 31)
BOOKED = NominationState.BOOKED


def part(*outcomes: Outcome, state: NominationState = BOOKED, body: str = "108100") -> Part:
    return Part(state, body, {outcome.kind: outcome for outcome in outcomes})


def completed() -> Outcome:
    return Outcome(OutcomeKind.COMPLETED, True, ENDS)


def employed(on: date = ENDS, achieved: bool | None = True, within: bool | None = None) -> Outcome:
    return Outcome(OutcomeKind.EMPLOYED, achieved, on, within_alliance=within)


def graded(grade: Grade) -> Outcome:
    return Outcome(OutcomeKind.GRADED, True, ENDS, grade)


def test_a_body_nominates_up_to_the_limit_and_not_one_more() -> None:
    require_within_limit(3, standing=2, more=1)
    require_within_limit(3, standing=0, more=3)
    require_within_limit(None, standing=500, more=500)
    for standing, more in ((3, 1), (2, 2), (0, 4)):
        with pytest.raises(NominationLimitReached):
            require_within_limit(3, standing, more)


def test_a_body_is_the_same_however_its_name_is_written() -> None:
    assert same_body(" Ebor  Academy Trust") == same_body("ebor academy trust")


def test_no_more_places_of_a_type_are_booked_than_are_offered() -> None:
    offered = {PlaceType.FEE: 8, PlaceType.SALARIED: 5, PlaceType.FUNDED: None}
    require_place(offered, [PlaceType.FEE] * 7 + [PlaceType.SALARIED] * 5, 1, PlaceType.FEE)
    require_place(offered, [PlaceType.FUNDED] * 900, 100, PlaceType.FUNDED)
    require_place({}, [], 100, None)
    with pytest.raises(NoPlaceLeft):
        require_place(offered, [PlaceType.SALARIED] * 5, 1, PlaceType.SALARIED)
    for other in (None, PlaceType.FREE):
        with pytest.raises(PlaceTypeNotOffered):
            require_place(offered, [], 1, other)


def test_a_type_of_place_is_named_once() -> None:
    require_places_named_once([PlaceType.FEE, PlaceType.SALARIED])
    with pytest.raises(PlaceTypeNamedTwice):
        require_places_named_once([PlaceType.FEE, PlaceType.FEE])


def test_who_withdrew_is_counted_as_nominated_and_nowhere_else() -> None:
    gone = part(completed(), graded(Grade.GOOD), state=NominationState.WITHDRAWN)
    figures = figures_of([gone, part(completed())], ENDS)
    assert (figures.nominated, figures.booked, figures.completed, figures.graded) == (2, 1, 1, 0)


def test_employment_is_counted_among_those_who_completed() -> None:
    left = part(employed())
    figures = figures_of([left, part(completed(), employed()), part(completed(), employed(achieved=False))], ENDS)
    assert (figures.employed, figures.employment_known, figures.completed) == (1, 2, 2)


def test_early_employment_is_within_six_calendar_months_of_the_last_day() -> None:
    last_day = date(2014, 2, 28)
    early, late = (part(completed(), employed(on)) for on in (last_day, date(2014, 3, 1)))
    assert figures_of([early, late], ENDS).employed_early == 1
    assert figures_of([early, late], ENDS).employed == 2


def test_employed_and_graded_good_means_both_of_the_same_person() -> None:
    both = part(completed(), employed(), graded(Grade.OUTSTANDING))
    one_each = [part(completed(), employed()), part(completed(), graded(Grade.GOOD))]
    figures = figures_of([both, *one_each], ENDS)
    assert (figures.employed, figures.good_or_better, figures.employed_and_good) == (2, 2, 1)


def test_what_is_not_known_is_neither_yes_nor_no() -> None:
    figures = figures_of([part(completed(), employed(achieved=None))], ENDS)
    assert (figures.employed, figures.employment_known) == (0, 0)


def test_a_grading_says_the_grade_and_nothing_else_does() -> None:
    require_graded(graded(Grade.GOOD))
    require_graded(completed())
    for wrong in (Outcome(OutcomeKind.GRADED, True, ENDS), Outcome(OutcomeKind.PROMOTED, True, ENDS, Grade.GOOD)):
        with pytest.raises(GradeMissing):
            require_graded(wrong)


def test_a_share_of_nobody_has_no_percentage_and_halves_round_up() -> None:
    assert Rate(0, 0).percent is None
    assert str(Rate(1, 16).percent) == "6.3"
    assert str(rates_of(figures_of([part(completed())], ENDS))["completed"].percent) == "100.0"


def test_an_invoice_is_due_on_the_day_it_is_issued_or_later() -> None:
    require_due_after_issue(ENDS, ENDS)
    with pytest.raises(InvoiceDueBeforeIssue):
        require_due_after_issue(ENDS, date(2013, 8, 30))
