"""Workers and followers are killed while alliances go through their year: every result of every alliance then equals
what a rebuild from the first event gives, and what plain Python makes of the records of plans-api and sle-broker."""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg.rows import class_row
from sqlalchemy import create_engine, text

from kpi_service import projections
from kpi_service.facts.fact import DeploymentBegun, Designation, Lapse, Withdrawal
from kpi_service.schools.membership import Membership, School
from service_kit.database import EVERY_TENANT, Database
from tests.databases import Databases
from tests.deploy_local.waiting import wait_until
from tests.journey.counting import is_settled
from tests.kpi_service.measures import oracle
from tests.people import People, SignedIn
from tests.running import OPERATOR, PACKAGES, House
from tsa_local.demo import Inputs, given_inputs, run_main_job
from tsa_local.demo_alliance import Place
from tsa_local.product import Product
from tsa_local.stack import Address

PLACE = Place("Alliance that lives through a year", "990")
DAYS = [date(2014, 12, 31), date(2015, 3, 13), date(2026, 11, 1)]
WORKERS = [f"{service}-worker" for service in PACKAGES]


@pytest.fixture(scope="module")
def own_house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of this module's own, whose workers are killed."""
    house = House(databases, tmp_path_factory.mktemp("results"))
    yield house
    house.stop()


def kill_workers(house: House, stop: threading.Event) -> int:
    """Kills one worker after another in the middle of its work, the kpi-service's twice as often, three times and then
    until `stop` is set; answers how often."""
    chance, killed = random.Random(11), Counter[str]()
    while killed.total() < 3 or not stop.is_set():
        worker = chance.choice([*WORKERS, "kpi-service-worker"])
        wait_until(partial(is_at_work, house, worker, killed[worker]), seconds=120)
        stop.wait(chance.uniform(0.2, 2))
        house.kill(worker)
        house.start(worker)
        killed[worker] += 1
    return killed.total()


def is_at_work(house: House, worker: str, times_killed: int) -> bool:
    """Whether a worker has come so far as to have something to do, since it was last killed."""
    return (house.folder / "logs" / f"{worker}.log").read_text().count("worker-started") > times_killed


def written(client: SignedIn, path: str, body: dict[str, Any]) -> Any:
    """What was made, once the service has heard of who makes it and of whom it is about."""
    answers: list[httpx.Response] = []

    def is_made() -> bool:
        answers.append(client.post(path, json=body))
        assert answers[-1].status_code in (201, 403, 404, 422), answers[-1].text
        return answers[-1].status_code == 201

    wait_until(is_made, seconds=60)
    return answers[-1].json()


def live_through_a_year(product: Product) -> str:
    """The id of an alliance that has gone through its main job."""
    inputs = given_inputs()
    report = run_main_job(product, Inputs(inputs.register, inputs.plan, PLACE, None), lambda _: None)
    return str(report["alliance"]["id"])


def record_more(people: People, alliance_id: str) -> str:
    """What the main job leaves out: members that leave, training, a lapse by itself, links. Answers the alliance."""
    operator = people.operator()
    admin, broker = (people.client(alliance_id, role, "sle-broker") for role in ("alliance_admin", "broker"))
    before, after, left = people.schools(3)
    for urn, ends_on in ((after, None), (left, "2015-01-31")):
        membership = {"alliance_id": alliance_id, "urn": urn, "from_on": "2013-09-01", "to_on": ends_on}
        assert operator.post("/v1/memberships", json=membership).status_code == 201
    links = f"URN,LinkURN,LinkType,LinkEstablishedDate\n{after},{before},Predecessor,01/09/2014\n"
    read = operator.post("/v1/register-imports", content=links.encode(), headers={"Content-Type": "text/csv"})
    assert read.json()["added"] == 1, read.text
    rule = {"alliance_id": alliance_id, "from_on": "2014-11-01", "designates_on_need": False, "lapses_after_years": 1}
    written(admin, "/v1/designation-rules", rule)
    for trained_on in ("2015-02-02", "2015-11-03"):
        leader = {"alliance_id": alliance_id, "kind": "sle", "name": "A", "home_school_urn": after, "phases": []}
        found = written(broker, "/v1/leaders", leader)
        designation = {"leader_id": found["id"], "designated_on": "2014-11-03", "round": "2014-autumn"}
        made = broker.post("/v1/designations", json=designation)
        assert made.json()["due_to_lapse_on"] == "2015-11-03", made.text
        training = f"/v1/designations/{made.json()['id']}/training"
        trained = broker.post(training, json={"on": trained_on}, headers={"If-Match": made.headers["ETag"]})
        assert trained.is_success, trained.text
    return alliance_id


def results(people: People, alliance_ids: Sequence[str]) -> Mapping[tuple[str, date], Sequence[dict[str, Any]]]:
    """Every result of every alliance and of the country, on each of the days."""
    operator = people.operator("kpi-service")
    paths = [*(f"/v1/alliances/{alliance_id}/results" for alliance_id in alliance_ids), "/v1/national/results"]
    found = {}
    for path in paths:
        for day in DAYS:
            answer = operator.get(path, params={"as_of": str(day)})
            assert answer.status_code == 200, answer.text
            found[path, day] = answer.json()["items"]
    return found


def rebuild(house: House) -> None:
    """kpi-service forgets all that came by the feeds and reads them from the first event."""
    house.kill("kpi-service-worker")
    database = Database(create_engine(house.stores["kpi-service"].app_url))
    with database.transaction(EVERY_TENANT) as session:
        projections.reset_plans_api(session)
        projections.reset_sle_broker(session)
        session.execute(text("UPDATE feed_cursors SET epoch = 0, position = 0"))
    database.engine.dispose()
    house.start("kpi-service-worker")


def rows(house: House, service: str, query: str) -> list[tuple[Any, ...]]:
    """Rows of a service's database, read past every policy."""
    with psycopg.connect(house.stores[service].admin_url) as admin:
        return admin.execute(query.encode()).fetchall()


@dataclass(frozen=True)
class Records:
    """What plans-api and sle-broker themselves hold, read past every policy."""

    house: House

    def designations(self) -> Sequence[Designation]:
        """Every designation."""
        return self._read(
            "sle-broker",
            Designation,
            "SELECT id AS designation_id, alliance_id, leader_id, kind, round, designated_on, renews_designation_id,"
            " due_to_lapse_on, now() AS recorded_at FROM designations",
        )

    def withdrawals(self) -> Sequence[Withdrawal]:
        """Every withdrawal."""
        return self._read(
            "sle-broker",
            Withdrawal,
            "SELECT id AS designation_id, withdrawn_on, now() AS recorded_at FROM designations"
            " WHERE withdrawn_on IS NOT NULL",
        )

    def lapses(self) -> Sequence[Lapse]:
        """Every lapse that was recorded."""
        return self._read(
            "sle-broker",
            Lapse,
            "SELECT id AS designation_id, lapsed_on, now() AS recorded_at FROM designations"
            " WHERE lapsed_on IS NOT NULL",
        )

    def deployments(self) -> Sequence[DeploymentBegun]:
        """Every deployment that has begun."""
        return self._read(
            "sle-broker",
            DeploymentBegun,
            "SELECT id AS deployment_id, coalesce(lender_alliance_id, alliance_id) AS alliance_id, leader_id,"
            " first_day_on, NULL::date AS agreed_on, extends_deployment_id, now() AS recorded_at FROM deployments"
            " WHERE first_day_on IS NOT NULL",
        )

    def trained(self) -> Mapping[UUID, date]:
        """When training was completed, by the designation."""
        return dict(
            rows(self.house, "sle-broker", "SELECT id, trained_on FROM designations WHERE trained_on IS NOT NULL")
        )

    def memberships(self) -> Sequence[Membership]:
        """Every membership."""
        return self._read(
            "plans-api",
            Membership,
            "SELECT id AS membership_id, alliance_id, urn, from_on, to_on, now() AS recorded_at FROM memberships",
        )

    def schools(self) -> Sequence[School]:
        """Every school of the register."""
        return self._read("plans-api", School, "SELECT urn, closed_on, now() AS recorded_at FROM schools")

    def _read(self, service: str, kind: Any, query: str) -> Sequence[Any]:
        with psycopg.connect(self.house.stores[service].admin_url, row_factory=class_row(kind)) as admin:
            return admin.execute(query.encode()).fetchall()


def expected(records: Records, alliance_id: str, day: date) -> dict[str, Any]:
    """The figures of one alliance on a day in plain Python: B8b, B8a and B7."""
    own = UUID(alliance_id)
    made = [designation for designation in records.designations() if designation.alliance_id == own]
    begun = [deployment for deployment in records.deployments() if deployment.alliance_id == own]
    clocks = oracle.read_clocks(made, records.withdrawals(), records.lapses(), begun, day)
    first_day = date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    trained = records.trained()
    complete = [
        max(one.designated_on, trained[one.designation_id])
        for one in made
        if one.designation_id in trained
        and (one.due_to_lapse_on is None or trained[one.designation_id] < one.due_to_lapse_on)
    ]
    members = [membership for membership in records.memberships() if membership.alliance_id == own]
    counted, _ = oracle.schools_on(day, members, records.schools(), {})
    return {
        "B8b": oracle.rate(clocks),
        "B8a": sum(first_day <= complete_on <= day for complete_on in complete),
        "B7": len(counted),
    }


def test_every_result_is_what_a_rebuild_and_the_sources_say(own_house: House) -> None:
    people = People(own_house)
    product = Product(Address(own_house.plans, own_house.broker, own_house.kpis, OPERATOR, own_house.secret))
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill_workers, own_house, stop)
        try:
            alliance_ids = [record_more(people, one) for one in (live_through_a_year(product), people.alliance())]
        finally:
            stop.set()
        assert killing.result() >= 3
    wait_until(lambda: is_settled(own_house), seconds=60)
    found = results(people, alliance_ids)
    rebuild(own_house)
    wait_until(lambda: is_settled(own_house), seconds=60)
    assert results(people, alliance_ids) == found
    records = Records(own_house)
    for alliance_id in alliance_ids:
        for day in DAYS:
            by_code = {result["code"]: result for result in found[f"/v1/alliances/{alliance_id}/results", day]}
            assert {
                "B8b": (by_code["B8b"]["numerator"], by_code["B8b"]["denominator"]),
                "B8a": by_code["B8a"]["value"],
                "B7": by_code["B7"]["value"],
            } == expected(records, alliance_id, day)
    links = "SELECT predecessor_urn, successor_urn FROM school_links ORDER BY 1"
    told = [rows(own_house, service, links) for service in ("plans-api", "kpi-service")]
    assert told[0] == told[1]
    assert len(told[0]) == len(alliance_ids)
    product.close()
    people.close()
