"""The main job, through three running services: an alliance's year from its register to its KPIs."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.journey.counting import settled_rows
from tests.people import People
from tests.running import House
from tsa_local.api_client import JsonObject
from tsa_local.cli import app
from tsa_local.demo import Inputs, given_inputs, run_main_job
from tsa_local.demo_alliance import BROKER, Place, found_alliance
from tsa_local.demo_brokerage import INVENTED
from tsa_local.plans_client import PlansApi
from tsa_local.product import Product
from tsa_local.scenario import LEADERS

SHARED = Path(__file__).parents[3] / "shared"
REAL_PLAN = SHARED / "seeds" / "000_e9b10c8bfdb8ad77.txt"
REAL_REGISTER = SHARED / "data" / "schools.csv.gz"

BLOCKED_FOR = {
    "Bethan Tordoff": "own_school",
    "Greta Lindqvist": "not_designated",
    "Idris Fenwick": "lacks_specialism",
    "Oliver Strand": "outside_travel_limit",
    "Maeve Thirlby": "not_released",
    "Callum Reay": "no_days_left",
    "Samuel Okoro": "conflict_of_interest",
}
COUNTED_AS = {
    "Hilary Marwood": "within",
    "Callum Reay": "within",
    "Bethan Tordoff": "within",
    "Tomas Garrity": "within",
    "Idris Fenwick": "late",
    "Maeve Thirlby": "not_deployed",
}


def quietly(step: str) -> None:
    """Nobody watches the steps."""


@pytest.fixture(scope="module")
def report(product: Product) -> JsonObject:
    """What the main job reports of the sample data."""
    return run_main_job(product, given_inputs(), quietly)


@pytest.fixture(scope="module")
def names(report: JsonObject) -> dict[str, str]:
    """The leaders' names by id."""
    return {leader["id"]: leader["name"] for leader in report["leaders"]}


def test_the_register_and_the_plan_are_imported_with_every_finding(report: JsonObject) -> None:
    assert report["register"]["schools"] == 40
    assert report["register"]["refused"] == []
    plan = report["import"]
    assert (plan["academic_year"], plan["sections"], plan["action_points"]) == ("2014/15", 7, 18)
    assert plan["action_points_by_section"] == [4, 3, 3, 3, 2, 0, 3]
    assert plan["dates_by_kind"]["tbc"] == 1
    assert plan["dates_outside_year"] == 3
    assert {"code", "severity", "row", "column", "text", "proposal"} <= set(plan["findings"][0])


def test_the_leader_best_suited_heads_the_shortlist_and_is_deployed(report: JsonObject, names: dict[str, str]) -> None:
    first, *others = report["shortlist"]["candidates"]
    assert first["name"] == "Tomas Garrity"
    assert first["total"] > max(candidate["total"] for candidate in others)
    assert all(
        candidate["total"] == sum(part["points"] for part in candidate["parts"])
        for candidate in report["shortlist"]["candidates"]
    )
    deployment = report["deployment"]
    assert names[deployment["leader_id"]] == "Tomas Garrity"
    assert deployment["support_request_id"] == report["support_request"]["id"]


def test_every_other_leader_is_not_offered_for_one_reason_and_each_reason_occurs(report: JsonObject) -> None:
    blocked = {leader["name"]: leader["reason"] for leader in report["shortlist"]["blocked"]}
    assert blocked == BLOCKED_FOR
    offered = {candidate["name"] for candidate in report["shortlist"]["candidates"]}
    assert offered | blocked.keys() == {leader.name for leader in LEADERS}


def test_the_deployment_went_through_release_meeting_and_agreement_before_its_visits(report: JsonObject) -> None:
    deployment = report["deployment"]
    assert [(step["state"], step["on"]) for step in deployment["steps"]] == [
        ("proposed", "2015-01-13"),
        ("released", "2015-01-16"),
        ("meeting_held", "2015-01-21"),
        ("agreed", "2015-01-23"),
        ("under_way", "2015-02-02"),
    ]
    assert {agreement["party"] for agreement in deployment["agreements"]} == {"leader", "home_head", "host_head"}
    assert [visit["on"] for visit in deployment["visits"]] == ["2015-02-02", "2015-02-09", "2015-03-02"]


def test_kpi_b8b_has_a_case_on_every_side_of_its_boundary(report: JsonObject, names: dict[str, str]) -> None:
    kpi = report["kpi"]
    assert (kpi["code"], kpi["as_of"]) == ("B8b", "2015-03-13")
    assert (kpi["numerator"], kpi["denominator"], kpi["percent"], kpi["state"]) == (4, 6, 66.67, "met")
    assert {names[made["leader_id"]]: made["counted_as"] for made in kpi["trace"]} == COUNTED_AS
    assert {names[made["leader_id"]]: made["days_left"] for made in kpi["pending"]} == {
        "Yusra Hallam": 30,
        "Oliver Strand": 0,
    }
    assert [(names[made["leader_id"]], made["on"]) for made in kpi["excluded"]] == [("Greta Lindqvist", "2015-01-05")]


def test_the_last_day_of_a_shorter_month_still_counts_and_the_day_after_does_not(
    report: JsonObject, names: dict[str, str]
) -> None:
    clocks = {names[made["leader_id"]]: made for made in report["kpi"]["trace"]}
    clipped = clocks["Callum Reay"]
    assert (clipped["designated_on"], clipped["last_day_on"]) == ("2014-11-30", "2015-02-28")
    assert (clipped["first_day_on"], clipped["counted_as"]) == ("2015-02-28", "within")
    late = clocks["Idris Fenwick"]
    assert (late["last_day_on"], late["first_day_on"]) == ("2015-01-13", "2015-01-14")


def test_schools_in_the_alliance_are_counted_beside_those_of_the_year_before(report: JsonObject) -> None:
    in_alliance = report["schools_in_alliances"]["B7"]
    assert (in_alliance["value"], in_alliance["previous_value"], in_alliance["state"]) == (14, 10, "met")
    nationally = report["schools_in_alliances"]["A1"]
    assert nationally["total"]["value"] >= 14
    assert 2 in {cohort["cohort"] for cohort in nationally["cohorts"]}


def test_the_inspection_outcomes_are_read_and_answer_for_the_schools(report: JsonObject) -> None:
    upload, kpi = report["improvement"]["upload"], report["improvement"]["kpi"]
    assert (upload["family"], upload["rows_accepted"], upload["rows_refused"]) == ("inspection_outcomes", 33, 1)
    assert (kpi["numerator"], kpi["denominator"], kpi["percent"]) == (5, 12, 41.67)
    assert kpi["counts"] | {"declined": 1, "first_inspection": 1, "not_inspected": 1} == kpi["counts"]


def test_a_second_run_adds_only_that_the_register_was_read_again_says_so_and_prints_one_document_and_nothing_else(
    report: JsonObject, environment: dict[str, str], house: House
) -> None:
    before = settled_rows(house)
    ended = CliRunner().invoke(app, ["demo", "--json"], env=environment)
    assert ended.exit_code == 0, ended.output
    assert ended.stderr == ""
    again = json.loads(ended.stdout)
    of_one_more_reading = ("jobs", "register_imports", "feed", "audit_log")
    read_again = Counter({f"plans-api.{table}": 1 for table in of_one_more_reading})
    assert Counter(settled_rows(house)) - Counter(before) == read_again
    assert {name: again["register"][name] for name in ("added", "changed", "unchanged")} == {
        "added": 0,
        "changed": 0,
        "unchanged": 40,
    }
    assert (again["import"]["changed"], again["import"]["plan_id"]) == (False, report["import"]["plan_id"])
    for same in ("alliance", "support_request", "deployment", "kpi"):
        assert again[same] == report[same]


def test_on_another_port_the_same_clients_are_let_in(product: Product, people: People) -> None:
    place = Place("Alliance that moved to another port", "990")
    alliance = found_alliance(product, place, quietly)
    plans = PlansApi(product.plans(product.operator))
    client_id = alliance.tokens[BROKER].client_id
    (grant,) = (grant for grant in plans.role_grants(alliance.id) if grant["subject"] == client_id)
    # As an earlier run left it, whose port and so whose issuer was another.
    plans.grant_role(alliance.id, "http://127.0.0.1:1", client_id, BROKER, None)
    headers = {"If-Match": f'"{grant["version"]}"'}
    revocation = {"to": "revoked", "on": str(datetime.now(UTC).date())}
    revoked = people.operator().post(f"/v1/role-grants/{grant['id']}/transitions", json=revocation, headers=headers)
    assert revoked.is_success, revoked.text
    found_alliance(product, place, quietly)
    assert list(PlansApi(product.plans(alliance.tokens[BROKER])).memberships(alliance.id))


class Interrupted(Exception):
    """The person at the keyboard had enough."""


def test_a_run_that_was_interrupted_is_taken_up_where_it_stood(product: Product, report: JsonObject) -> None:
    inputs = given_inputs()
    elsewhere = Inputs(inputs.register, inputs.plan, Place("Interrupted Teaching School Alliance", "990"), None)
    steps: list[str] = []

    def interrupt(step: str) -> None:
        if step not in steps:
            steps.append(step)
            raise Interrupted

    for _ in range(50):
        try:
            finished = run_main_job(product, elsewhere, interrupt)
            break
        except Interrupted:
            continue
    assert len(steps) > 8
    assert [made["counted_as"] for made in finished["kpi"]["trace"]] == [
        made["counted_as"] for made in report["kpi"]["trace"]
    ]
    assert len(finished["deployment"]["visits"]) == 3


def test_the_command_reports_to_a_person(report: JsonObject, environment: dict[str, str]) -> None:
    ended = CliRunner().invoke(app, ["demo"], env=environment | {"COLUMNS": "160"})
    assert ended.exit_code == 0, ended.output
    for told in (
        "4 of 6 = 66.67 %",
        "pending, 30 days left",
        "own school",
        "Tomas Garrity",
        "/docs",
        "18 action points",
        "40 rows read: 0 schools added, 0 changed, 40 unchanged",
        "known already",
        "are invented",
    ):
        assert told in ended.stdout
    assert "drawing up the shortlist with reasons" in ended.stderr


@pytest.mark.skipif(not (REAL_PLAN.exists() and REAL_REGISTER.exists()), reason="the shared sources are not here")
def test_the_same_job_on_the_real_plan_and_the_real_register(environment: dict[str, str]) -> None:
    ended = CliRunner().invoke(
        app, ["demo", "--plan", str(REAL_PLAN), "--register", str(REAL_REGISTER), "--json"], env=environment
    )
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["register"]["schools"] == 26_078
    plan = told["import"]
    assert (plan["sections"], plan["action_points"]) == (7, 22)
    assert plan["action_points_by_section"] == [4, 4, 4, 4, 3, 0, 3]
    dates = Counter(plan["dates_by_kind"])
    assert (dates.total() - dates["tbc"], dates["tbc"], dates["day"]) == (63, 1, 0)
    assert plan["dates_outside_year"] == 5
    assert plan["findings"]
    # The host school is a real one, of which nothing is to be claimed.
    assert told["support_request"]["context"].startswith(INVENTED)
    kpi = told["kpi"]
    assert (kpi["numerator"], kpi["denominator"], kpi["state"]) == (4, 6, "met")
    assert (len(kpi["pending"]), len(kpi["excluded"])) == (2, 1)
    assert len(told["shortlist"]["candidates"]) + len(told["shortlist"]["blocked"]) == len(LEADERS)
