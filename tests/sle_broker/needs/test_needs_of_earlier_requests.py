"""What schools had asked for before needs were kept."""

from uuid import uuid4

import psycopg

from tests.databases import Databases, migrate

STATES = {"submitted": True, "accepted": True, "matched": True, "closed": False, "declined": False, "lapsed": False}


def test_requests_that_were_open_when_needs_came_have_theirs(databases: Databases) -> None:
    database = databases.empty("sle-broker")
    migrate("sle-broker", database, "upgrade", "2026_11_25_jobs")
    ids, alliance = {state: uuid4() for state in STATES}, uuid4()
    with psycopg.connect(database.admin_url) as admin:
        admin.execute("SELECT set_config('app.tenants', '*', false)")
        areas = admin.execute("SELECT id FROM specialisms WHERE code IN ('phonics', 'mathematics')").fetchall()
        for state, id in ids.items():
            admin.execute(
                "INSERT INTO support_requests (id, alliance_id, host_school_urn, phase, days_wanted, "
                "earliest_start_on, latest_finish_on, people_wanted, urgency, asked_by, paid_by, context, "
                "submitted_by, state, version) VALUES (%s, %s, '100002', 'primary', 5, '2015-01-12', '2015-03-27', 1, "
                "'planned', 'school', 'school', '', 'head', %s, 1)",
                [id, alliance, state],
            )
            for position, (on, reached) in enumerate([("2015-01-05", "submitted"), ("2015-01-06", state)]):
                admin.execute(
                    'INSERT INTO support_request_steps (support_request_id, position, alliance_id, state, "on") '
                    "VALUES (%s, %s, %s, %s, %s)",
                    [id, position, alliance, reached, on],
                )
            for position, (area,) in enumerate(areas):
                admin.execute(
                    "INSERT INTO support_request_areas (support_request_id, position, alliance_id, specialism_id) "
                    "VALUES (%s, %s, %s, %s)",
                    [id, position, alliance, area],
                )
    migrate("sle-broker", database, "upgrade", "2026_11_25_needs")
    with psycopg.connect(database.admin_url) as admin:
        admin.execute("SELECT set_config('app.tenants', '*', false)")
        needs = admin.execute(
            "SELECT source_reference, specialism_id FROM needs WHERE alliance_id = %s AND host_school_urn = '100002' "
            "AND phase = 'primary' AND kind = 'actual' AND source = 'support_request' AND arisen_on = '2015-01-05' "
            "AND recorded_by = 'head' AND ended_on IS NULL AND version = 1",
            [alliance],
        ).fetchall()
        total = admin.execute("SELECT count(*) FROM needs").fetchone()
    open_ones = {str(id) for state, id in ids.items() if STATES[state]}
    assert len(areas) == 2
    assert sorted(needs) == sorted((id, area) for id in open_ones for (area,) in areas)
    assert total == (len(needs),)
