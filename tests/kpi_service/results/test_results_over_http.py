"""Results over HTTP: who is answered, and what they are told."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from service_kit.database import EVERY_TENANT, Database
from service_kit.tables import audit_log
from tests.kpi_service.builders import Alliance, tell
from tests.kpi_service.serving import Serving

SAME_REQUEST = {"X-Request-Id": "one-and-the-same"}
AS_OF = "2015-03-20"


@pytest.fixture
def alliance(kpis: Database) -> Alliance:
    """Leaders on every side of the boundary."""
    alliance = Alliance(kpis, cohort=3)
    on = date(2014, 11, 30)
    alliance.begin(
        alliance.designate(on, round="2014 autumn").leader_id, date(2015, 1, 12), agreed_on=date(2014, 12, 10)
    )
    alliance.begin(alliance.designate(on).leader_id, date(2015, 2, 28))
    alliance.begin(alliance.designate(on).leader_id, date(2015, 3, 1))
    alliance.designate(on)
    alliance.designate(date(2015, 1, 31))
    alliance.withdraw(alliance.designate(on), date(2015, 1, 5))
    alliance.join("100001", date(2013, 9, 1))
    alliance.join("100002", date(2014, 9, 1))
    return alliance


def results_of(alliance: Alliance) -> str:
    return f"/v1/alliances/{alliance.alliance_id}/results"


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def only_item(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    (item,) = answer.json()["items"]
    assert isinstance(item, dict)
    return item


def test_a_result_has_its_figures_its_verdict_and_every_designation_in_one_of_three_lists(
    kpi_http: Serving, alliance: Alliance
) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    result = only_item(broker.get(results_of(alliance), params={"set": "B", "kpi": "B8b", "as_of": AS_OF}))
    assert (result["code"], result["set"], result["number"], result["definition_version"]) == ("B8b", "B", "8b", 1)
    assert (result["numerator"], result["denominator"], result["percent"], result["unit"]) == (2, 4, 50.0, "percent")
    assert result["target"] == {"rule": "at_least", "comparator": "fixed", "direction": "up", "value": 50.0}
    assert (result["state"], result["as_of"], result["data_as_of"]) == ("met", AS_OF, "2015-03-20T09:30:00Z")
    assert result["interval"] == {"low": 15.0, "high": 85.0}
    assert (result["period"], result["round"]) == (None, None)
    assert sorted(traced["counted_as"] for traced in result["trace"]) == ["late", "not_deployed", "within", "within"]
    assert [(pending["last_day_on"], pending["days_left"]) for pending in result["pending"]] == [("2015-04-30", 41)]
    assert [(excluded["reason"], excluded["on"]) for excluded in result["excluded"]] == [
        ("withdrawn_before_three_months_ended", "2015-01-05")
    ]


def test_a_round_and_a_period_are_told_back(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    asked = {"as_of": AS_OF, "round": "2014 autumn", "designated_from": "2014-09-01", "designated_to": "2015-09-01"}
    result = only_item(broker.get(results_of(alliance), params=asked))
    assert (result["round"], result["period"]) == ("2014 autumn", {"from": "2014-09-01", "to": "2015-09-01"})
    assert (result["numerator"], result["denominator"]) == (1, 1)
    assert [traced["agreed_on"] for traced in result["trace"]] == ["2014-12-10"]


def test_an_alliances_own_count_of_schools_is_among_its_results(kpi_http: Serving, alliance: Alliance) -> None:
    lead = kpi_http.somebody("plan_lead", alliance.alliance_id)
    answer = lead.get(results_of(alliance), params={"as_of": AS_OF})
    assert [item["code"] for item in answer.json()["items"]] == [
        *("A1", "A2", "A3", "A4", "A4", "A4", "A5", "A5", "A6"),
        *("B1a", "B1a", "B1a", "B1a", "B1b", "B1b", "B1b"),
        *("B2", "B3", "B4", "B5", "B6", "B7", "B8a", "B8b"),
    ]
    assert answer.json()["next_cursor"] is None
    result = only_item(lead.get(results_of(alliance), params={"kpi": "B7", "as_of": AS_OF}))
    assert (result["value"], result["previous_value"], result["change"], result["change_percent"]) == (2, 1, 1, 100.0)
    assert (result["comparator"]["name"], result["comparator"]["as_of"], result["comparator"]["value"]) == (
        "previous_year",
        "2014-03-20",
        1.0,
    )
    assert (result["state"], [school["urn"] for school in result["trace"]]) == ("met", ["100001", "100002"])


def test_without_a_day_today_is_answered(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    result = only_item(broker.get(results_of(alliance), params={"kpi": "B8b"}))
    assert (result["numerator"], result["denominator"], result["pending"]) == (2, 5, [])


def test_national_results_are_for_those_who_may_see_every_alliance(kpi_http: Serving, alliance: Alliance) -> None:
    for role in ("operator", "auditor", "service"):
        answer = kpi_http.somebody(role).get("/v1/national/results", params={"set": "A", "kpi": "A1", "as_of": AS_OF})
        result = only_item(answer)
        assert {cohort["cohort"] for cohort in result["cohorts"]} == {3}
        assert result["previous_as_of"] == "2014-03-20"
    one_alliance = kpi_http.somebody("auditor", alliance.alliance_id)
    assert code_of(one_alliance.get("/v1/national/results")) == (403, "forbidden")
    assert code_of(kpi_http.somebody("broker").get("/v1/national/results")) == (403, "forbidden")


def test_without_a_token_nobody_is_answered(kpi_http: Serving, alliance: Alliance) -> None:
    assert code_of(httpx.get(kpi_http.address + results_of(alliance))) == (401, "unauthenticated")


@pytest.mark.parametrize(("role", "party"), [("leader", "someone"), ("school", "100001"), ("partner_system", "them")])
def test_the_list_of_leaders_is_not_for_one_leader_a_school_or_a_partner(
    kpi_http: Serving, alliance: Alliance, role: str, party: str
) -> None:
    somebody = kpi_http.somebody(role, alliance.alliance_id, party)
    assert code_of(somebody.get(results_of(alliance))) == (403, "forbidden")


def test_a_token_without_the_scope_is_refused(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id, scopes=("plans-api:read",))
    assert code_of(broker.get(results_of(alliance))) == (403, "forbidden")


def test_a_role_that_is_revoked_stops_working(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    assert broker.get(results_of(alliance)).status_code == 200
    kpi_http.revoke_role_of(broker)
    assert code_of(broker.get(results_of(alliance))) == (403, "forbidden")


def test_another_alliance_looks_like_none_at_all(kpi_http: Serving, alliance: Alliance, kpis: Database) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    foreign = broker.get(results_of(Alliance(kpis)), headers=SAME_REQUEST)
    absent = broker.get(f"/v1/alliances/{uuid4()}/results", headers=SAME_REQUEST)
    assert code_of(foreign) == (404, "not-found")
    assert foreign.content == absent.content
    operator = kpi_http.somebody("operator")
    assert operator.get(f"/v1/alliances/{uuid4()}/results", headers=SAME_REQUEST).content == absent.content


def test_a_role_in_one_alliance_does_not_help_in_another(kpi_http: Serving, alliance: Alliance, kpis: Database) -> None:
    broker = kpi_http.somebody("broker", Alliance(kpis).alliance_id)
    leads_here = {"role_grant_id": uuid4(), "role": "leader", "alliance_id": alliance.alliance_id, "party": "someone"}
    tell(kpis, "role-granted", broker.grant | leads_here)
    assert code_of(broker.get(results_of(alliance))) == (403, "forbidden")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"as_of": "1899-12-31"}, (422, "validation-failed")),
        ({"as_of": "yesterday"}, (422, "validation-failed")),
        ({"kpi": "8b"}, (422, "validation-failed")),
        ({"set": "b"}, (422, "validation-failed")),
        ({"round": ""}, (422, "validation-failed")),
        ({"rounds": "2014 autumn"}, (400, "unknown-parameter")),
        (
            {"designated_from": "2014-09-01", "designated_to": "2014-09-01"},
            (422, "period-ends-before-it-begins"),
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    kpi_http: Serving, alliance: Alliance, asked: dict[str, str], expected: tuple[int, str]
) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    assert code_of(broker.get(results_of(alliance), params=asked)) == expected


def test_reading_how_single_leaders_stand_is_audited(kpi_http: Serving, alliance: Alliance, kpis: Database) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    for kpi in ("B7", "B8b"):
        broker.get(results_of(alliance), params={"kpi": kpi}, headers=SAME_REQUEST)
    with kpis.transaction(EVERY_TENANT) as session:
        rows = session.execute(select(audit_log).where(audit_log.c.who == broker.grant["subject"])).all()
    assert [(row.action, row.subject, row.tenant_id, row.request_id) for row in rows] == [
        ("results-read", str(alliance.alliance_id), alliance.alliance_id, "one-and-the-same")
    ]
