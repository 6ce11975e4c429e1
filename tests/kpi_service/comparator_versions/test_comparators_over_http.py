"""The rules of comparators over HTTP, in versions."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import delete, text, update

from kpi_service.comparator_versions import store
from kpi_service.comparator_versions.comparator_version import MatchingRule, Variable, next_version
from kpi_service.comparator_versions.tables import ComparatorVersionRow
from kpi_service.measures.target import Comparator
from service_kit.clock import day_of, now
from service_kit.database import EVERY_TENANT, Database
from tests.deploy_local.waiting import wait_until
from tests.kpi_service.builders import Alliance
from tests.kpi_service.serving import Serving, Somebody

COMPARATORS = "/v1/comparators"
MATCHING: dict[str, Any] = {"schools_each": 5, "variables": ["pupils"], "caliper": 0.5}
WAITING_WRITERS = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")


@pytest.fixture
def operator(kpi_http: Serving) -> Somebody:
    return kpi_http.somebody("operator")


@pytest.fixture(autouse=True)
def first_version_alone(kpis: Database) -> None:
    """Every test begins with the versions that a new database has."""
    row = ComparatorVersionRow
    with kpis.transaction(EVERY_TENANT) as session:
        session.execute(delete(row).where(row.version > 1))
        session.execute(update(row).values(valid_to_on=None))


def tomorrow() -> date:
    return day_of(now()) + timedelta(days=1)


def record(operator: httpx.Client, key: str | None = None, **changes: Any) -> httpx.Response:
    body = {"name": "matched", "matching": MATCHING, "valid_from_on": str(tomorrow())} | changes
    return operator.post(COMPARATORS, json=body, headers={"Idempotency-Key": key or str(uuid4())})


def test_every_comparator_has_a_rule_and_a_version(operator: Somebody) -> None:
    page = operator.get(COMPARATORS).json()
    assert {(item["name"], item["version"]) for item in page["items"]} == {(each.value, 1) for each in Comparator}
    assert all(item["rule"] for item in page["items"])
    (matched,) = operator.get(COMPARATORS, params={"name": "matched"}).json()["items"]
    assert matched["matching"] == {"schools_each": 3, "variables": ["pupils", "disadvantaged_percent"], "caliper": 1.0}
    assert matched["rule"] == MatchingRule(3, tuple(Variable), Decimal(1)).in_words
    assert operator.get(f"{COMPARATORS}/matched").json() == matched
    assert operator.get(f"{COMPARATORS}/group").json()["matching"] is None


def test_the_next_version_holds_from_its_first_day_and_the_one_before_until_then(operator: Somebody) -> None:
    answer = record(operator)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["version"], made["matching"], made["valid_to_on"]) == (2, MATCHING, None)
    assert "up to 5" in made["rule"]
    assert operator.get(answer.headers["Location"]).json() == made
    today = operator.get(f"{COMPARATORS}/matched").json()
    assert (today["version"], today["valid_to_on"]) == (1, str(tomorrow() - timedelta(days=1)))


def test_a_version_that_has_not_begun_can_be_superseded(operator: Somebody) -> None:
    record(operator, valid_from_on="2199-12-31")
    third = record(operator, valid_from_on=str(tomorrow())).json()
    assert third["version"] == 3
    last = operator.get(f"{COMPARATORS}/matched", params={"as_of": "2199-12-31"}).json()
    assert last == third
    listed = operator.get(COMPARATORS, params={"name": "matched"}).json()["items"]
    assert listed[1]["valid_to_on"] < listed[1]["valid_from_on"], "it never held"


def test_every_result_names_the_version_of_what_it_is_set_against(operator: Somebody, kpis: Database) -> None:
    alliance = Alliance(kpis)
    record(operator)

    def versions(on: date) -> dict[str, set[int]]:
        path = f"/v1/alliances/{alliance.alliance_id}/results"
        results = operator.get(path, params={"as_of": str(on)}).json()["items"]
        assert {item["set"] for item in results} == {"A", "B"}
        named: dict[str, set[int]] = defaultdict(set)
        for item in results:
            named[item["target"]["comparator"]].add(item["comparator_version"])
            for other in item.get("against", []):
                named[other["name"]].add(other["version"])
        return named

    first = {each.value: {1} for each in Comparator}
    assert versions(tomorrow() - timedelta(days=1)) == first
    assert versions(tomorrow()) == first | {"matched": {2}}


def test_it_never_holds_of_a_day_that_may_have_been_answered(operator: Somebody) -> None:
    for day in (date(2014, 8, 31), tomorrow() - timedelta(days=1)):
        refused = record(operator, valid_from_on=str(day))
        assert (refused.status_code, refused.json()["code"]) == (422, "comparator-version-begins-too-early")
        assert str(tomorrow()) in refused.json()["detail"]


def test_a_comparator_without_figures_is_refused_by_name(operator: Somebody) -> None:
    refused = record(operator, name="group")
    assert (refused.status_code, refused.json()["code"]) == (422, "comparator-is-not-set")


@pytest.mark.parametrize(
    "matching",
    [
        {"schools_each": 0},
        {"schools_each": 21},
        {"schools_each": 2**63},
        {"variables": []},
        {"variables": ["pupils", "pupils"]},
        {"variables": ["postcode"]},
        {"caliper": 0},
        {"caliper": 100.01},
        {"caliper": 0.005},
        {"caliper": "NaN"},
        {"colour": "red"},
    ],
)
def test_figures_that_cannot_be_are_refused(operator: Somebody, matching: dict[str, Any]) -> None:
    refused = record(operator, matching=MATCHING | matching)
    assert (refused.status_code, refused.json()["code"]) == (422, "validation-failed")


def test_the_same_request_again_records_nothing(operator: Somebody) -> None:
    key = str(uuid4())
    first, again = record(operator, key), record(operator, key)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert len(operator.get(COMPARATORS, params={"name": "matched"}).json()["items"]) == 2


def test_only_the_operator_records_a_version_and_the_feed_and_the_audit_tell_of_it(
    kpi_http: Serving, kpis: Database, operator: Somebody
) -> None:
    assert record(kpi_http.somebody("broker", uuid4())).status_code == 403
    record(operator)
    with kpis.transaction(EVERY_TENANT) as session:
        told = session.scalar(
            text("SELECT data FROM outbox_pending WHERE type LIKE '%comparator-version-recorded%' ORDER BY id DESC")
        )
        audited = session.scalar(
            text("SELECT count(*) FROM audit_log WHERE action = 'comparator-version-recorded' AND subject = 'matched'")
        )
    assert told == {"comparator": "matched", "version": 2, "valid_from_on": str(tomorrow())}
    assert audited


def test_of_two_versions_at_once_one_stands_and_the_other_is_told(operator: Somebody, kpis: Database) -> None:
    with ThreadPoolExecutor() as pool, kpis.transaction(EVERY_TENANT) as session:
        newest = store.newest_version(session, Comparator.MATCHED)
        fewer = MatchingRule(1, (Variable.PUPILS,), Decimal(2))
        store.add_version(session, next_version(newest, fewer, tomorrow(), day_of(now())))
        session.flush()
        answer = pool.submit(record, operator)
        wait_until(lambda: session.scalar(WAITING_WRITERS) == 1)
        session.commit()
    refused = answer.result()
    assert (refused.status_code, refused.json()["code"]) == (409, "comparator-version-taken")
    assert len(operator.get(COMPARATORS, params={"name": "matched"}).json()["items"]) == 2


def test_on_every_day_exactly_one_version_holds_and_no_past_day_changes(kpis: Database) -> None:
    chance = random.Random(29)
    today = date(2026, 1, 5)
    held: dict[date, int] = {}
    for _ in range(12):
        today += timedelta(days=chance.randint(0, 9))
        begins_on = today + timedelta(days=chance.randint(1, 20))
        with kpis.transaction(EVERY_TENANT) as session:
            newest = store.newest_version(session, Comparator.MATCHED)
            figures = MatchingRule(chance.randint(1, 20), tuple(Variable), Decimal(1))
            store.add_version(session, next_version(newest, figures, begins_on, today))
        with kpis.transaction(EVERY_TENANT) as session:
            days = [date(2026, 1, 1) + timedelta(days=number) for number in range(150)]
            found = {day: store.version_in_force(session, Comparator.MATCHED, day).version for day in days}
        assert found[begins_on] == newest.version + 1
        assert all(found[day] == held[day] for day in held if day <= today)
        held = found
