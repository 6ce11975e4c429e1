"""Residencies, coaching and shadowing over HTTP: from the application to the closing step, and who may see it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from sle_broker.placements.placement_kind import PlacementKind
from sle_broker.placements.store import hosts_of
from tests.people import People, SignedIn
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, Json, created, done, eventually, if_match

NOTE = "Considers leaving the profession."
AIM = {"text": "Lead a priority.", "measure": "Presents what was learned."}


def a_host(brokerage: Brokerage, kind: str = "residency", **facts: Any) -> Json:
    body = {
        "alliance_id": brokerage.alliance_id,
        "kind": kind,
        "school_urn": brokerage.host_school_urn,
        "areas": ["phonics"],
        "phases": ["primary"],
        "places_a_year": 2,
        "from_on": "2014-09-01",
        "to_on": "2015-07-17",
    } | facts
    return created(brokerage.broker.post("/v1/placement-hosts", json=body))


def an_application(brokerage: Brokerage, kind: str = "residency", by: SignedIn | None = None, **facts: Any) -> Json:
    body = {
        "alliance_id": brokerage.alliance_id,
        "kind": kind,
        "name": "Lena Cole",
        "home_school_urn": brokerage.home_school_urn,
        "areas": ["phonics"],
        "phase": "primary",
        "days_wanted": 3,
        "earliest_start_on": "2015-01-12",
        "latest_finish_on": "2015-03-27",
        "note": NOTE,
        "applied_on": "2014-12-01",
    } | facts
    return created((by or brokerage.broker).post("/v1/placement-applications", json=body))


def proposal(application: Json, host: Json, **facts: Any) -> Json:
    return {
        "application_id": application["id"],
        "host_id": host["id"],
        "days": 3,
        "starts_on": "2015-01-12",
        "ends_on": "2015-02-06",
        "aims": [AIM],
        "proposed_on": "2015-01-06",
    } | facts


def a_placement(brokerage: Brokerage, kind: str = "residency") -> Json:
    body = proposal(an_application(brokerage, kind), a_host(brokerage, kind))
    return created(brokerage.broker.post("/v1/placements", json=body))


def on(brokerage: Brokerage, placement: Json, what: str, by: SignedIn | None = None, **body: Any) -> httpx.Response:
    path = f"/v1/placements/{placement['id']}/{what}"
    return (by or brokerage.broker).post(path, json=body, headers=if_match(placement))


def released(brokerage: Brokerage, placement: Json) -> Json:
    home = brokerage.someone("school", brokerage.home_school_urn)
    return done(brokerage.move(placement, "placements", "released", "2015-01-07", by=home))


def under_way(brokerage: Brokerage, placement: Json) -> Json:
    placement = released(brokerage, placement)
    for party in ("applicant", "home_head", "host_head"):
        placement = done(on(brokerage, placement, "agreements", party=party, on="2015-01-08"))
    placement = done(brokerage.move(placement, "placements", "agreed", "2015-01-09"))
    return done(brokerage.move(placement, "placements", "under_way", "2015-01-12"))


@pytest.mark.parametrize(
    ("kind", "closing"),
    [
        ("residency", "closing_presentation_held"),
        ("coaching", "closing_conversation_held"),
        ("shadowing", "debriefing_held"),
    ],
)
def test_a_placement_from_the_application_to_the_end(brokerage: Brokerage, kind: str, closing: str) -> None:
    placement = a_placement(brokerage, kind)
    assert placement["allowed"] == ["released", "declined", "cancelled"]
    early = brokerage.move(placement, "placements", "agreed", "2015-01-07")
    assert (early.status_code, early.json()["code"]) == (409, "state-conflict")
    placement = under_way(brokerage, placement)
    placement = done(on(brokerage, placement, "visits", on="2015-01-12", days=1))
    placement = done(on(brokerage, placement, "visits", on="2015-01-19", days=1))
    placement = done(on(brokerage, placement, "visits", on="2015-01-26", days=0.5))
    too_many = on(brokerage, placement, "visits", on="2015-02-02", days=1)
    assert (too_many.status_code, too_many.json()["code"]) == (409, "days-used-exceed-days-agreed")
    wrong = brokerage.move(placement, "placements", "closing_meeting_held", "2015-02-06")
    assert wrong.status_code == 409
    assert wrong.json()["allowed"][0] == closing
    placement = done(brokerage.move(placement, "placements", closing, "2015-02-06"))
    unjudged = brokerage.move(placement, "placements", "closed", "2015-02-06")
    assert (unjudged.status_code, unjudged.json()["code"]) == (409, "objective-not-judged")
    host = brokerage.someone("school", brokerage.host_school_urn)
    outcomes = [{"aim_id": placement["aims"][0]["id"], "outcome": "met"}]
    placement = done(on(brokerage, placement, "outcomes", host, outcomes=outcomes))
    closed = done(brokerage.move(placement, "placements", "closed", "2015-02-06"))
    assert (closed["state"], closed["days_used"], closed["allowed"]) == ("closed", 2.5, [])
    assert done(brokerage.broker.get(f"/v1/placements/{closed['id']}")) == closed


def test_each_says_their_own_word(brokerage: Brokerage) -> None:
    placement = a_placement(brokerage)
    host = brokerage.someone("school", brokerage.host_school_urn)
    applicant = brokerage.someone("leader", placement["application_id"])
    assert brokerage.move(placement, "placements", "released", "2015-01-07", by=host).status_code == 403
    placement = released(brokerage, placement)
    assert on(brokerage, placement, "agreements", host, party="applicant", on="2015-01-08").status_code == 403
    placement = done(on(brokerage, placement, "agreements", applicant, party="applicant", on="2015-01-08"))
    assert [one["party"] for one in placement["agreements"]] == ["applicant"]
    declined = brokerage.move(
        placement, "placements", "declined", "2015-01-09", by=applicant, reason="applicant_declines"
    )
    assert done(declined)["steps"][-1]["reason"] == "applicant_declines"


def test_a_host_takes_two_residents_a_year_whoever_asks_at_the_same_moment(brokerage: Brokerage) -> None:
    host = a_host(brokerage)
    bodies = [proposal(an_application(brokerage), host) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: brokerage.broker.post("/v1/placements", json=body), bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409]
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"host-has-no-place-left"}
    placed = next(answer.json() for answer in answers if answer.status_code == 201)
    cancelled = brokerage.move(placed, "placements", "cancelled", "2015-01-07", reason="no_longer_needed")
    assert done(cancelled)["state"] == "cancelled"
    created(brokerage.broker.post("/v1/placements", json=proposal(an_application(brokerage), host)))


def test_the_database_itself_gives_no_place_twice_and_no_resident_a_third(brokerage: Brokerage, house: House) -> None:
    host = a_host(brokerage)
    placements = [
        created(brokerage.broker.post("/v1/placements", json=proposal(an_application(brokerage), host)))["id"]
        for _ in range(2)
    ]
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        admin.execute("SELECT set_config('app.tenants', '*', false)")
        places = admin.execute(
            "SELECT place FROM placements WHERE id = ANY(%s) ORDER BY place", [placements]
        ).fetchall()
        assert places == [(1,), (2,)]
        for place, refusal in ((1, psycopg.errors.UniqueViolation), (3, psycopg.errors.CheckViolation)):
            with pytest.raises(refusal), admin.transaction():
                admin.execute("UPDATE placements SET place = %s WHERE id = ANY(%s) AND place = 2", [place, placements])


def test_terms_change_up_to_the_agreement_and_are_agreed_to_anew(brokerage: Brokerage) -> None:
    host = a_host(brokerage, to_on="2016-07-15", places_a_year=1)
    body = proposal(an_application(brokerage), host)
    placement = released(brokerage, created(brokerage.broker.post("/v1/placements", json=body)))
    placement = done(on(brokerage, placement, "agreements", party="applicant", on="2015-01-08"))
    path = f"/v1/placements/{placement['id']}"

    def change(changed: Json, **terms: Any) -> httpx.Response:
        return brokerage.broker.patch(path, json=terms, headers=if_match(changed))

    assert done(change(placement)) == placement
    stale = change(placement | {"version": placement["version"] - 1}, days=4)
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    for terms, code in (
        ({"days": 6}, "days-outside-limits"),
        ({"ends_on": "2015-01-11"}, "dates-out-of-order"),
        ({"starts_on": "2014-08-31", "ends_on": "2014-08-31"}, "host-takes-nobody-then"),
    ):
        assert change(placement, **terms).json()["code"] == code, terms
    changed = done(change(placement, days=4, ends_on="2015-02-13", aims=[AIM, AIM]))
    assert (changed["days"], changed["starts_on"], changed["ends_on"]) == (4, "2015-01-12", "2015-02-13")
    assert (len(changed["aims"]), changed["agreements"]) == (2, [])
    # The place is the academic year's: who goes later leaves theirs to somebody else, and comes back to none.
    later = done(change(changed, starts_on="2015-09-07", ends_on="2015-09-18"))
    created(brokerage.broker.post("/v1/placements", json=proposal(an_application(brokerage), host)))
    back = change(later, starts_on="2015-01-12", ends_on="2015-02-06")
    assert (back.status_code, back.json()["code"]) == (409, "host-has-no-place-left")
    for party in ("applicant", "home_head", "host_head"):
        later = done(on(brokerage, later, "agreements", party=party, on="2015-01-08"))
    agreed = done(brokerage.move(later, "placements", "agreed", "2015-01-09"))
    settled = change(agreed, days=5)
    assert (settled.status_code, settled.json()["code"]) == (409, "state-conflict")


def test_a_list_looks_its_areas_up_once_however_long_it_is(people: People, house: House) -> None:
    brokerage = Brokerage.open(people)
    alliance_id = UUID(brokerage.alliance_id)
    hosts = [a_host(brokerage)["id"] for _ in range(3)]
    engine = create_engine(house.stores["sle-broker"].app_url)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *asked: statements.append(asked[2]))
    with Session(engine) as session:
        session.execute(text("SELECT set_config('app.tenants', :alliance, true)"), {"alliance": brokerage.alliance_id})
        statements.clear()
        found = hosts_of(session, alliance_id, PlacementKind.RESIDENCY)
    assert sorted(str(host.id) for host in found) == sorted(hosts)
    assert all(area.code == "phonics" for host in found for area in host.areas)
    assert len(statements) == 2
    engine.dispose()


def test_limits_and_doubles_are_refused(brokerage: Brokerage) -> None:
    host, application = a_host(brokerage), an_application(brokerage)
    with pytest.raises(AssertionError, match="more-places-than-allowed"):
        a_host(brokerage, places_a_year=3)
    with pytest.raises(AssertionError, match="days-outside-limits"):
        an_application(brokerage, days_wanted=1)
    six = brokerage.broker.post("/v1/placements", json=proposal(application, host, days=6))
    assert (six.status_code, six.json()["code"]) == (422, "days-outside-limits")
    created(brokerage.broker.post("/v1/placements", json=proposal(application, host)))
    again = brokerage.broker.post("/v1/placements", json=proposal(application, host))
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    withdrawn = an_application(brokerage)
    withdrawn = done(brokerage.move(withdrawn, "placement-applications", "withdrawn", "2015-01-05"))
    late = brokerage.broker.post("/v1/placements", json=proposal(withdrawn, host))
    assert (late.status_code, late.json()["code"]) == (409, "application-withdrawn")


def test_matches_give_reasons_both_ways(people: People) -> None:
    brokerage = Brokerage.open(people)
    fits = a_host(brokerage, to_on="2199-12-31")
    lacks = a_host(brokerage, areas=["mathematics"], to_on="2199-12-31")
    application = an_application(brokerage, earliest_start_on="2199-01-07", latest_finish_on="2199-03-29")
    for_applicant = done(brokerage.broker.get(f"/v1/placement-applications/{application['id']}/matches"))
    assert [(one["id"], one["rank"]) for one in for_applicant["offered"]] == [(fits["id"], 1)]
    facts = {part["criterion"]: part["fact"] for part in for_applicant["offered"][0]["parts"]}
    assert facts["area"] == "offers Phonics and early reading"
    assert sorted(facts) == ["area", "days", "distance", "load", "phase"]
    assert [(one["id"], one["reason"]) for one in for_applicant["blocked"]] == [(lacks["id"], "lacks_area")]
    for_host = done(brokerage.broker.get(f"/v1/placement-hosts/{fits['id']}/matches"))
    assert [one["id"] for one in for_host["offered"]] == [application["id"]]
    assert for_host["offered"][0]["parts"] == for_applicant["offered"][0]["parts"]
    against = done(brokerage.broker.get(f"/v1/placement-hosts/{lacks['id']}/matches"))
    assert [(one["id"], one["reason"]) for one in against["blocked"]] == [(application["id"], "lacks_area")]


@pytest.fixture(scope="module")
def coached(brokerage: Brokerage) -> Json:
    """A coaching that is under way."""
    return under_way(brokerage, a_placement(brokerage, "coaching"))


ROLES = {
    # role: (bound to, the placement is seen, the application is seen, its note is shown, matches are seen)
    "alliance_admin": (None, 200, 200, True, 200),
    "broker": (None, 200, 200, True, 200),
    "auditor": (None, 200, 200, True, 200),
    "leader": ("application_id", 200, 200, False, 403),
    "home school": ("home_school_urn", 200, 200, False, 403),
    "host school": ("host_school_urn", 200, 404, False, 403),
    "other leader": ("id", 404, 404, False, 403),
    "plan_lead": (None, 403, 403, False, 403),
    "partner_system": (None, 403, 403, False, 403),
}


@pytest.mark.parametrize("who", ROLES)
def test_who_sees_what_of_a_coaching(brokerage: Brokerage, coached: Json, who: str) -> None:
    bound_to, placement, application, shows_note, matches = ROLES[who]
    role = {"home school": "school", "host school": "school", "other leader": "leader"}.get(who, who)
    someone = brokerage.someone(role, None if bound_to is None else coached[bound_to])
    ids = coached["id"], coached["application_id"]
    assert someone.get(f"/v1/placements/{ids[0]}").status_code == placement
    seen = someone.get(f"/v1/placement-applications/{ids[1]}")
    assert seen.status_code == application
    assert (NOTE in seen.text) is shows_note
    assert someone.get(f"/v1/placement-applications/{ids[1]}/matches").status_code == matches
    for things, status, id in (("placements", placement, ids[0]), ("placement-applications", application, ids[1])):
        listed = someone.get(f"/v1/{things}")
        assert (listed.status_code == 403) is (status == 403)
        if status != 403:
            assert (id in [one["id"] for one in listed.json()["items"]]) is (status == 200)
            assert shows_note or NOTE not in listed.text


def test_nobody_outside_the_alliance_sees_that_there_is_one(
    brokerage: Brokerage, coached: Json, people: People
) -> None:
    operator, stranger = people.operator("sle-broker"), Brokerage.open(people).broker
    paths = (
        f"/v1/placements/{coached['id']}",
        f"/v1/placement-applications/{coached['application_id']}",
        f"/v1/placement-applications/{coached['application_id']}/matches",
        f"/v1/placement-hosts/{coached['host_id']}/matches",
    )
    for path in paths:
        assert operator.get(path).status_code == 403
        assert stranger.get(path).status_code == 404
    assert done(stranger.get("/v1/placements"))["items"] == []
    assert done(stranger.get("/v1/placement-hosts"))["items"] == []


def test_the_database_shows_placements_to_their_alliance_alone(
    brokerage: Brokerage, coached: Json, people: People, house: House
) -> None:
    assert coached["alliance_id"] == brokerage.alliance_id
    other = people.alliance()
    with psycopg.connect(house.stores["sle-broker"].app_url.replace("+psycopg", "")) as app:
        for alliance, sees in ((brokerage.alliance_id, True), (other, False), ("", False)):
            app.execute("SELECT set_config('app.tenants', %s, true)", [alliance])
            for table in ("placements", "placement_applications", "placement_hosts"):
                found = app.execute(f"SELECT count(*) > 0 FROM {table}").fetchone()
                assert found == (sees,), (table, alliance)
        app.rollback()


def test_the_feed_tells_of_residencies_by_names_of_their_own_and_of_coaching_nothing(
    brokerage: Brokerage, coached: Json, house: House
) -> None:
    residency = under_way(brokerage, a_placement(brokerage))

    def told(what: str) -> list[tuple[str, str]]:
        with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
            return admin.execute(
                "SELECT type, data::text FROM feed WHERE subject = %s OR data::text LIKE %s ORDER BY position",
                [what, f"%{what}%"],
            ).fetchall()

    events = eventually(lambda: told(residency["id"]), lambda found: len(found) == 4)
    assert [name for name, _ in events] == [
        "residency-proposed",
        "residency-released",
        "residency-agreed",
        "residency-begun",
    ]
    for _, data in events:
        assert residency["application_id"] not in data
        assert brokerage.home_school_urn not in data
    for hidden in (coached["id"], coached["application_id"], coached["host_id"], residency["application_id"]):
        assert told(hidden) == []


def test_every_reading_is_recorded(brokerage: Brokerage, coached: Json, house: House) -> None:
    auditor = brokerage.someone("auditor")
    auditor.get(f"/v1/placements/{coached['id']}")
    auditor.get("/v1/placement-applications")
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        read = admin.execute("SELECT action, subject FROM audit_log WHERE who = %s", [auditor.client_id]).fetchall()
    assert ("placement-read", coached["id"]) in read
    assert ("placement-application-read", coached["application_id"]) in read
