"""Every programme of the published report is held as records, and its published figures are read back from them."""

from itertools import accumulate

import pytest

from plans_api.programmes.outcome import Rate
from tests.people import People
from tests.plans_api.programmes.builders import new_run
from tests.plans_api.programmes.published_figures import PUBLISHED, Published


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda one: f"{one.alliance}: {one.title}")
def test_the_published_figures_of_a_programme_are_read_back_from_its_records(
    people: People, published: Published
) -> None:
    places = [{"place_type": kind, "offered": count} for kind, count in published.places.items()]
    run = new_run(people, published.kind, people.operator(), title=published.title, places=places)
    everybody: list[str] = []
    for number in range(published.bodies):
        share = published.people // published.bodies + (number < published.people % published.bodies)
        everybody += run.nominated(f"Body {number}", share)
    by_type: list[tuple[str | None, int]] = list(published.places.items()) or [(None, published.people)]
    ends = list(accumulate(count for _, count in by_type))
    for (place_type, count), end in zip(by_type, ends, strict=True):
        assert run.book(everybody[end - count : end], place_type).status_code == 201
    run.record(everybody, "completed")
    at = 0
    for grade, count in published.grades.items():
        run.record(everybody[at : at + count], "graded", grade=grade)
        at += count
    if published.employed:
        run.record(everybody[: published.employed], "employed", within_alliance=published.within_alliance)
    if published.promoted:
        run.record(everybody[: published.promoted], "promoted")

    figures = run.figures()
    assert (figures["booked"], figures["nominating_bodies"]) == (published.people, published.bodies)
    assert {grade: count for grade, count in figures["grades"].items() if count} == published.grades
    assert (figures["employed"], figures["promoted"]) == (published.employed, published.promoted)
    assert figures["employed_within_alliance"] == (published.employed if published.within_alliance else 0)
    assert {name: figures["rates"][name]["percent"] for name in published.percents} == published.percents


@pytest.mark.parametrize(("percent", "people"), [(98, 24), (90, 12)])
def test_two_published_percentages_are_of_no_whole_number_of_people(percent: int, people: int) -> None:
    possible = {round(float(Rate(count, people).percent or 0)) for count in range(people + 1)}
    assert percent not in possible
