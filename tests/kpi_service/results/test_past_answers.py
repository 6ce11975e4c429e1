"""An answer once given is given again, whatever is restated since: every result, its id and its trace."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest

from kpi_service.definitions.kpi_definition import Measure
from service_kit.database import Database
from tests.kpi_service.any_facts import DAY, any_alliance, forget_all_facts, restate_everything
from tests.kpi_service.builders import Alliance
from tests.kpi_service.serving import Serving, Somebody
from tests.kpi_service.third_set import add_third_set

RESTATED_ON = date(2026, 2, 2)


@pytest.fixture(scope="module", autouse=True)
def third_set(kpis: Database) -> None:
    """Every measure stands in a set that is in force."""
    add_third_set(kpis)


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no fact."""
    yield
    forget_all_facts(kpis)


def answers(somebody: Somebody, alliance: Alliance, as_of: date) -> dict[str, tuple[dict[str, Any], list[Any]]]:
    """Every result by its id, with its trace."""
    path = f"/v1/alliances/{alliance.alliance_id}/results"
    results = somebody.get(path, params={"as_of": str(as_of)}).json()["items"]
    found = {}
    for result in results:
        trace = somebody.get(f"/v1/results/{result['id']}/trace", params={"limit": 200})
        assert trace.status_code == 200, trace.text
        found[result["id"]] = (result, trace.json()["items"])
    return found


@pytest.mark.parametrize("seed", [3, 4])
def test_a_past_day_is_answered_as_before_whatever_is_restated(kpi_http: Serving, kpis: Database, seed: int) -> None:
    chance = Random(seed)
    alliance, other = any_alliance(kpis, chance), any_alliance(kpis, chance)
    somebody = kpi_http.somebody("auditor", alliance.alliance_id)
    past, on_the_day = answers(somebody, alliance, DAY), answers(somebody, alliance, RESTATED_ON)
    for one in (alliance, other):
        restate_everything(chance, one, RESTATED_ON)
    assert answers(somebody, alliance, DAY) == past
    assert {result["measure"] for result, _ in past.values()} == set(Measure)
    restated = answers(somebody, alliance, RESTATED_ON)
    assert restated.keys() == on_the_day.keys()
    assert restated != on_the_day, "from its day on the new word holds"
