from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from tests.people import People, SignedIn
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, Json, done, if_match


@pytest.fixture
def brokerage(people: People) -> Brokerage:
    """A brokerage that has recorded no weights yet."""
    return Brokerage.open(people)


def read(brokerage: Brokerage) -> Json:
    return done(brokerage.broker.get(f"/v1/matching-weights/{brokerage.alliance_id}"))


def record(brokerage: Brokerage, present: Json, by: SignedIn | None = None, **changes: Any) -> httpx.Response:
    body = present["weights"] | changes
    path = f"/v1/matching-weights/{brokerage.alliance_id}"
    return (by or brokerage.broker).put(path, json=body, headers=if_match(present))


def test_an_alliance_scores_with_the_defaults_until_it_records_its_own(brokerage: Brokerage) -> None:
    present = read(brokerage)
    assert (present["version"], present["recorded_by"], present["weights"]["specialism"]) == (1, None, 300)
    leader, request = brokerage.leader(), brokerage.request()
    before = brokerage.shortlist(request)
    recorded = done(record(brokerage, present, specialism=900))
    assert (recorded["version"], recorded["recorded_by"]) == (2, brokerage.broker.client_id)
    assert recorded == read(brokerage)
    after = brokerage.shortlist(request)
    assert (before["weights_version"], after["weights_version"]) == (1, 2)
    points = [one["candidates"][0]["parts"][0]["points"] for one in (before, after)]
    assert points == [150, 450]
    assert after["candidates"][0]["leader_id"] == leader["id"]


def test_every_version_stays_on_record_and_is_told_in_the_feed(brokerage: Brokerage, house: House) -> None:
    second = done(record(brokerage, read(brokerage), clock=200))
    third = done(record(brokerage, second, clock=0))
    assert done(record(brokerage, third)) == third
    versions: Json = {"alliance_id": brokerage.alliance_id, "limit": 1}
    first_page = done(brokerage.broker.get("/v1/matching-weights", params=versions))
    rest = done(brokerage.broker.get("/v1/matching-weights", params=versions | {"cursor": first_page["next_cursor"]}))
    assert first_page["items"] + rest["items"] == [second, third]
    assert rest["next_cursor"] is None
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        told = admin.execute(
            "SELECT data FROM (SELECT id, type, subject, data FROM outbox_pending "
            "UNION ALL SELECT position, type, subject, data FROM feed) told "
            "WHERE type = 'matching-weights-recorded' AND subject = %s ORDER BY data->'version'",
            [brokerage.alliance_id],
        ).fetchall()
        with pytest.raises(psycopg.errors.RaiseException):
            admin.execute("UPDATE matching_weights SET clock = 1")
    assert [data for (data,) in told] == [{"alliance_id": brokerage.alliance_id, "version": n} for n in (2, 3)]


@pytest.mark.parametrize("change", [{"clock": -1}, {"claimed_percent": 101}, {"far_km": 0}, {"days": 10**20}])
def test_weights_out_of_range_are_refused(brokerage: Brokerage, change: Json) -> None:
    refused = record(brokerage, read(brokerage), **change)
    assert (refused.status_code, refused.json()["code"]) == (422, "validation-failed")
    assert [one["pointer"] for one in refused.json()["errors"]] == [f"/{name}" for name in change]


def test_a_change_names_the_version_it_was_decided_on(brokerage: Brokerage) -> None:
    first = read(brokerage)
    done(record(brokerage, first, clock=200))
    stale = record(brokerage, first, clock=300)
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    path = f"/v1/matching-weights/{brokerage.alliance_id}"
    assert brokerage.broker.put(path, json=first["weights"]).status_code == 428


def test_of_two_changes_at_the_same_moment_one_is_kept(brokerage: Brokerage) -> None:
    first = read(brokerage)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda clock: record(brokerage, first, clock=clock), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    assert read(brokerage)["version"] == 2


def test_who_may_read_and_who_may_record(people: People, brokerage: Brokerage) -> None:
    first = read(brokerage)
    auditor, admin = brokerage.someone("auditor"), brokerage.someone("alliance_admin")
    assert done(auditor.get(f"/v1/matching-weights/{brokerage.alliance_id}")) == first
    assert record(brokerage, first, auditor, clock=1).status_code == 403
    assert done(record(brokerage, first, admin, clock=1))["recorded_by"] == admin.client_id
    stranger = Brokerage.open(people).broker
    for foreign in (
        stranger.get(f"/v1/matching-weights/{brokerage.alliance_id}"),
        stranger.get("/v1/matching-weights", params={"alliance_id": brokerage.alliance_id}),
        record(brokerage, first, stranger, clock=1),
    ):
        assert (foreign.status_code, foreign.json()["code"]) == (404, "not-found")
