"""How many days can still be booked, against an oracle that tries every way of placing every half-day."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sle_broker.availability.availability import Availability
from sle_broker.deployments.free_days import HeldDays, free_days, runs_with_days_left
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.days import HALF_DAY
from sle_broker.designations.half_term import HalfTerm, half_term_of, half_terms_between, half_terms_of
from sle_broker.support_requests.support_request import Window

YEAR = AcademicYear(2014)
AUTUMN_1, AUTUMN_2, SPRING_1, SPRING_2, SUMMER_1, SUMMER_2 = half_terms_of(YEAR)


def days(number: float) -> Decimal:
    return Decimal(str(number))


def offered(allowance: float = 15, said: dict[HalfTerm, float] | None = None) -> Availability:
    return Availability(days(allowance), {half_term: days(number) for half_term, number in (said or {}).items()})


def held(first: HalfTerm, last: HalfTerm, number: float) -> HeldDays:
    return HeldDays(first.first_day, last.last_day, days(number))


def window(first: HalfTerm, last: HalfTerm) -> Window:
    return Window(first.first_day, last.last_day)


def test_where_nothing_is_said_only_the_allowance_binds() -> None:
    taken = [held(AUTUMN_1, SUMMER_2, 4), held(SPRING_1, SPRING_1, 2.5)]
    assert free_days(window(SPRING_1, SPRING_1), offered(), taken) == days(8.5)
    assert list(runs_with_days_left(YEAR, offered(), taken, window(SPRING_1, SPRING_1))) == []


def test_what_is_said_of_a_half_term_binds_there_and_the_allowance_everywhere() -> None:
    said = offered(5, {AUTUMN_2: 3})
    assert free_days(window(AUTUMN_2, AUTUMN_2), said, []) == 3
    assert free_days(window(AUTUMN_1, AUTUMN_1), said, []) == 5
    assert free_days(window(AUTUMN_2, SPRING_1), said, []) == 5
    assert free_days(window(AUTUMN_2, AUTUMN_2), said, [held(SPRING_1, SPRING_1, 4)]) == 1


def test_no_days_said_are_no_days_to_book() -> None:
    assert free_days(window(SUMMER_1, SUMMER_1), offered(15, {SUMMER_1: 0}), []) == 0


def test_days_that_may_be_used_in_several_half_terms_make_way_for_days_that_may_not() -> None:
    said = offered(15, {AUTUMN_1: 2, AUTUMN_2: 3})
    spread = [held(AUTUMN_1, AUTUMN_2, 3)]
    assert free_days(window(AUTUMN_1, AUTUMN_1), said, spread) == 2
    assert free_days(window(AUTUMN_2, AUTUMN_2), said, spread) == 2
    assert free_days(window(AUTUMN_1, AUTUMN_2), said, spread) == 2
    full = [*spread, held(AUTUMN_2, AUTUMN_2, 2)]
    assert free_days(window(AUTUMN_1, AUTUMN_1), said, full) == 0


def test_days_booked_before_fewer_were_said_take_nothing_from_other_half_terms() -> None:
    said = offered(15, {AUTUMN_1: 3, AUTUMN_2: 0})
    booked = [held(AUTUMN_2, AUTUMN_2, 2)]
    assert free_days(window(AUTUMN_2, AUTUMN_2), said, booked) == 0
    assert free_days(window(AUTUMN_1, AUTUMN_1), said, booked) == 3
    assert free_days(window(AUTUMN_1, AUTUMN_2), said, booked) == 3


def test_an_allowance_lowered_below_what_is_booked_leaves_nothing() -> None:
    assert free_days(window(SPRING_1, SPRING_1), offered(5), [held(AUTUMN_1, AUTUMN_1, 6)]) == 0


def test_a_window_beyond_august_ends_there() -> None:
    beyond = Window(SUMMER_2.first_day, date(2015, 10, 1))
    assert free_days(beyond, offered(15, {SUMMER_2: 2}), []) == 2


@pytest.mark.parametrize("day", [SPRING_1.first_day, SPRING_1.last_day])
def test_a_day_takes_from_its_half_term(day: date) -> None:
    asked = YEAR, offered(15, {SPRING_1: 2}), [HeldDays(day, day, days(0.5))]
    [run] = runs_with_days_left(*asked, Window(day, day))
    assert (run.half_terms, run.days_left) == ((SPRING_1,), days(1.5))
    before, after = SPRING_1.first_day - timedelta(days=1), SPRING_1.last_day + timedelta(days=1)
    assert not any(list(runs_with_days_left(*asked, Window(outside, outside))) for outside in (before, after))


# The oracle


def all_find_a_place(availability: Availability, taken: list[HeldDays]) -> bool:
    """Whether every half-day can be given to a half-term it may be used in: by trying every way."""
    half_days = [half_terms_between(one.starts_on, one.ends_on) for one in taken for _ in range(int(one.days * 2))]
    room = tuple(int(availability.said.get(half_term, days(99)) * 2) for half_term in half_terms_of(YEAR))

    @cache
    def can_place(number: int, room: tuple[int, ...]) -> bool:
        if number == len(half_days):
            return True
        places = [place for place, one in enumerate(half_terms_of(YEAR)) if one in half_days[number] and room[place]]
        return any(can_place(number + 1, (*room[:place], room[place] - 1, *room[place + 1 :])) for place in places)

    return sum(one.days for one in taken) <= availability.allowance_days and can_place(0, room)


SPANS = st.tuples(st.sampled_from(half_terms_of(YEAR)[:4]), st.sampled_from(half_terms_of(YEAR)[:4])).map(
    lambda pair: sorted(pair, key=lambda half_term: half_term.first_day)
)
SOME_DAYS = st.integers(1, 4).map(lambda number: number * HALF_DAY)
TAKEN = st.lists(
    st.tuples(SPANS, SOME_DAYS).map(lambda one: HeldDays(one[0][0].first_day, one[0][1].last_day, one[1])), max_size=4
)
SAID = st.dictionaries(
    st.sampled_from(half_terms_of(YEAR)[:4]), st.integers(0, 6).map(lambda number: number * HALF_DAY)
)
OFFERED = st.builds(Availability, st.integers(0, 16).map(lambda number: number * HALF_DAY), SAID)


@settings(max_examples=100)
@given(OFFERED, TAKEN, SPANS)
def test_as_many_days_are_free_as_can_find_a_place_beside_what_is_taken(
    availability: Availability, taken: list[HeldDays], span: list[HalfTerm]
) -> None:
    if not all_find_a_place(availability, taken):
        return
    first, last = span
    wanted = [HeldDays(first.first_day, last.last_day, number * HALF_DAY) for number in range(1, 18)]
    oracle = max((one.days for one in wanted if all_find_a_place(availability, [*taken, one])), default=Decimal(0))
    assert free_days(window(first, last), availability, taken) == oracle


@given(OFFERED, TAKEN, st.dates(YEAR.first_day, YEAR.last_day))
def test_a_wider_window_never_has_fewer_days(availability: Availability, taken: list[HeldDays], day: date) -> None:
    narrow = free_days(Window(day, day), availability, taken)
    half_term = half_term_of(day)
    wide = free_days(window(half_term, half_term), availability, taken)
    whole = free_days(Window(YEAR.first_day, YEAR.last_day), availability, taken)
    assert narrow == wide <= whole
