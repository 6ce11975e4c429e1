"""What one alliance has recorded, another cannot reach, whatever SQL the application might send."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.databases import ServiceDatabase

INSERT = (
    "INSERT INTO leaders (id, alliance_id, kind, name, home_school_urn, phases, allowance_days, conflicts, version) "
    "VALUES (%s, %s, 'sle', 'Asha Bell', '100001', '{}', 15, '{}', 1)"
)
OURS, THEIRS = uuid4(), uuid4()


@pytest.fixture
def app(broker_database: ServiceDatabase) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection as the application's own role; nothing it does is kept."""
    with psycopg.connect(broker_database.app_url.replace("+psycopg", "")) as connection:
        yield connection
        connection.rollback()


def tenants(app: "psycopg.Connection[tuple[object, ...]]", *alliances: UUID) -> None:
    app.execute("SELECT set_config('app.tenants', %s, true)", [",".join(map(str, alliances))])


def leaders_seen(app: "psycopg.Connection[tuple[object, ...]]") -> object:
    found = app.execute("SELECT count(*) FROM leaders").fetchone()
    return found and found[0]


def test_an_alliance_sees_and_changes_its_own_rows_alone(app: "psycopg.Connection[tuple[object, ...]]") -> None:
    for alliance in (OURS, THEIRS):
        tenants(app, alliance)
        app.execute(INSERT, [uuid4(), alliance])
    tenants(app, OURS)
    assert leaders_seen(app) == 1
    assert app.execute("UPDATE leaders SET name = 'Changed' WHERE alliance_id = %s", [THEIRS]).rowcount == 0
    assert app.execute("DELETE FROM leaders WHERE alliance_id = %s", [THEIRS]).rowcount == 0
    tenants(app, OURS, THEIRS)
    assert leaders_seen(app) == 2
    tenants(app)
    assert leaders_seen(app) == 0


def test_nothing_is_recorded_in_the_name_of_another_alliance(app: "psycopg.Connection[tuple[object, ...]]") -> None:
    tenants(app, OURS)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(INSERT, [uuid4(), THEIRS])


def test_the_standard_list_is_read_by_every_alliance_and_written_by_none(
    app: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    tenants(app, OURS)
    assert app.execute("SELECT count(*) > 30 FROM specialisms").fetchone() == (True,)
    assert app.execute("UPDATE specialisms SET name = 'Changed'").rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(
            'INSERT INTO specialisms (id, alliance_id, code, "group", name, version) '
            "VALUES (%s, NULL, 'juggling', 'pupil_achievement', 'Juggling', 1)",
            [uuid4()],
        )


def test_without_the_leaders_lock_the_half_days_are_still_booked_once(broker_database: ServiceDatabase) -> None:
    """The second net by itself: two bookings decided on the same picture take the same numbers; one is kept."""
    ids = {name: uuid4() for name in ("leader", "request")}
    booking = (
        "INSERT INTO deployments (id, alliance_id, support_request_id, leader_id, home_school_urn, host_school_urn, "
        "submitted_by, kind, starts_on, ends_on, days, academic_year, days_held, half_days, state, version) VALUES "
        "(%s, %s, %s, %s, '100001', '100002', 'head', 'commission', '2015-01-12', '2015-03-27', 1, 2014, 1, "
        "'{[29,31)}', 'proposed', 1)"
    )
    with psycopg.connect(broker_database.app_url.replace("+psycopg", "")) as app:
        tenants(app, OURS)
        app.execute(INSERT, [ids["leader"], OURS])
        app.execute(
            "INSERT INTO support_requests (id, alliance_id, host_school_urn, phase, days_wanted, earliest_start_on, "
            "latest_finish_on, people_wanted, urgency, asked_by, paid_by, context, submitted_by, state, version) "
            "VALUES (%s, %s, '100002', 'primary', 1, '2015-01-12', '2015-03-27', 1, 'routine', 'host_school', "
            "'host_school', '', 'head', 'accepted', 1)",
            [ids["request"], OURS],
        )
        app.execute(booking, [uuid4(), OURS, ids["request"], ids["leader"]])
        with pytest.raises(psycopg.errors.ExclusionViolation) as refused:
            app.execute(booking, [uuid4(), OURS, ids["request"], ids["leader"]])
        assert refused.value.diag.constraint_name == "half_days_are_booked_once"
