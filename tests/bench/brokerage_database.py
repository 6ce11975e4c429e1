"""Loads an invented brokerage into the database of sle-broker, as one alliance, with COPY."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from sle_broker.designations.half_term import HalfTermName
from tests.bench.brokerage_instances import AS_OF, PHASES, Instance, Leaders

ALLIANCE = UUID(int=1 << 100)
_SPECIALISM, _LEADER, _REQUEST, _PAST, _OPEN = (1 << (64 + place) for place in range(5))
"""Ids say by their highest bit what they are of; those of specialisms are the standard list's own."""

_BEFORE = ("leaders", "designations", "half_term_availability", "deployment_steps", "objectives")
_KEPT = {"profiled_on_insert": _BEFORE, "searched_on_insert": (*_BEFORE, "leader_specialisms")}
"""Which trigger keeps what searches look at, at which tables: for the release before, and for this one."""

Row = Sequence[Any]


def leader_id(place: int) -> UUID:
    """The id of the leader at a place of the instance."""
    return UUID(int=_LEADER + place)


def request_id(place: int) -> UUID:
    """The id of the open request at a place of the instance."""
    return UUID(int=_REQUEST + place)


def load(admin_url: str, instance: Instance) -> None:
    """Fills a fresh database of sle-broker: schools, one alliance, its leaders with what they hold and have done, and
    its accepted requests; and tells the planner how much there is of each. `admin_url` is a superuser's."""
    with psycopg.connect(admin_url) as admin:
        with profiles_kept_last(admin):
            for table, columns, rows in _tables(instance):
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                    sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns.split()))
                )
                with admin.cursor().copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
        admin.commit()
        admin.autocommit = True
        admin.execute("ANALYZE")


@contextmanager
def profiles_kept_last(admin: "psycopg.Connection[Any]") -> Iterator[None]:
    """Has what is kept of all leaders for searches made once, at the end, and not after every table that is filled."""
    _turn(admin, sql.SQL("DISABLE"))
    yield
    _turn(admin, sql.SQL("ENABLE"))
    for keep in ("keep_search_profiles", "keep_rows"):
        admin.execute(f"SELECT {keep}(ARRAY(SELECT id FROM leaders))")


def _turn(admin: "psycopg.Connection[Any]", how: sql.SQL) -> None:
    for trigger, tables in _KEPT.items():
        for table in tables:
            statement = sql.SQL("ALTER TABLE {} {} TRIGGER {}")
            admin.execute(statement.format(sql.Identifier(table), how, sql.Identifier(trigger)))


def _tables(instance: Instance) -> Iterator[tuple[str, str, Iterable[Row]]]:
    """Each table in the order in which its rows can be stored, with its columns."""
    leaders, requests = instance.leaders, instance.requests
    urns = instance.schools.urns.astype(str).tolist()
    yield "schools", "urn phase type latitude longitude", _schools(instance, urns)
    yield "alliances", "alliance_id lead_school_urns", [(ALLIANCE, urns[:1])]
    yield (
        "leaders",
        "id alliance_id kind name home_school_urn phases allowance_days travel_limit_km conflicts "
        "not_released_from_on not_released_to_on version",
        _leaders(leaders, urns),
    )
    yield "designations", "id alliance_id leader_id kind designated_on round version", _designations(leaders)
    yield (
        "half_term_availability",
        "leader_id academic_year half_term alliance_id days",
        (
            (leader_id(place), AS_OF.year - 1, name, ALLIANCE, half_days / 2)
            for place, row in enumerate(leaders.half_term_days.tolist())
            for name, half_days in zip(HalfTermName, row, strict=True)
        ),
    )
    yield (
        "leader_specialisms",
        "id alliance_id leader_id specialism_id claimed_on validated_on validated_by evidence version",
        _specialisms(leaders),
    )
    requested = (
        "id alliance_id host_school_urn phase days_wanted earliest_start_on latest_finish_on people_wanted urgency "
        "asked_by paid_by context submitted_by state version"
    )
    yield "support_requests", requested, _open_requests(instance, urns)
    yield "support_requests", requested, _answered_requests(leaders, urns)
    yield (
        "support_request_areas",
        "support_request_id position alliance_id specialism_id",
        _areas(requests.areas.tolist()),
    )
    yield (
        "support_request_steps",
        "support_request_id position alliance_id state on",
        [
            (request_id(place), position, ALLIANCE, state, on)
            for place, on in enumerate(_days(requests.submitted_on))
            for position, state in enumerate(("submitted", "accepted"))
        ],
    )
    yield (
        "deployments",
        "id alliance_id support_request_id leader_id home_school_urn host_school_urn submitted_by kind starts_on "
        "ends_on days academic_year days_held half_days first_day_on state version",
        _deployments(leaders, urns),
    )
    yield "deployment_steps", "deployment_id position alliance_id state on", _steps(leaders)
    yield (
        "objectives",
        "deployment_id alliance_id id position text measure outcome",
        [
            (UUID(int=_PAST + place), ALLIANCE, UUID(int=1), 0, "-", "-", "met" if met else "not_met")
            for place, (helped, met) in enumerate(zip(leaders.helped, leaders.met_objective, strict=True))
            if helped >= 0
        ],
    )


def _schools(instance: Instance, urns: Sequence[str]) -> Iterator[Row]:
    schools = instance.schools
    phases = ("secondary" if one else "primary" for one in schools.are_secondary)
    yield from zip(
        urns, phases, ("community",) * len(urns), schools.latitudes.tolist(), schools.longitudes.tolist(), strict=True
    )


def _leaders(leaders: Leaders, urns: Sequence[str]) -> Iterator[Row]:
    conflicts: dict[int, list[str]] = {}
    for place, school in leaders.conflicts.tolist():
        conflicts.setdefault(place, []).append(urns[school])
    columns = zip(
        leaders.homes.tolist(),
        leaders.phases.tolist(),
        leaders.allowances.tolist(),
        leaders.travel_limits_km.tolist(),
        _days(leaders.not_released_from),
        _days(leaders.not_released_to),
        strict=True,
    )
    for place, (home, bits, allowance, limit, away_from, away_to) in enumerate(columns):
        phases = [phase for bit, phase in enumerate(PHASES) if bits >> bit & 1]
        yield (
            leader_id(place),
            ALLIANCE,
            "sle",
            f"Leader {place}",
            urns[home],
            phases,
            allowance / 2,
            None if limit < 0 else limit,
            conflicts.get(place, []),
            away_from,
            away_to,
            1,
        )


def _designations(leaders: Leaders) -> Iterator[Row]:
    for place, on in enumerate(_days(leaders.designated_on)):
        yield leader_id(place), ALLIANCE, leader_id(place), "sle", on, "a round", 1


def _specialisms(leaders: Leaders) -> Iterator[Row]:
    claimed_on = date(2011, 9, 1)
    for number, (place, specialism, is_validated) in enumerate(leaders.specialisms.tolist()):
        validation = (claimed_on, "head", "Seen.") if is_validated else (None, None, None)
        yield (
            UUID(int=_SPECIALISM + number),
            ALLIANCE,
            leader_id(place),
            UUID(int=specialism + 1),
            claimed_on,
            *validation,
            1,
        )


def _open_requests(instance: Instance, urns: Sequence[str]) -> Iterator[Row]:
    requests = instance.requests
    columns = zip(
        requests.hosts.tolist(),
        requests.phases.tolist(),
        requests.half_days.tolist(),
        _days(requests.earliest_start_on),
        _days(requests.latest_finish_on),
        requests.people.tolist(),
        requests.are_urgent.tolist(),
        strict=True,
    )
    for place, (host, phase, half_days, first, last, people, is_urgent) in enumerate(columns):
        urgency = "urgent" if is_urgent else "routine"
        yield _request(request_id(place), urns[host], PHASES[phase], half_days / 2, first, last, people, urgency)


def _answered_requests(leaders: Leaders, urns: Sequence[str]) -> Iterator[Row]:
    for id, _, school, half_days, first_on, _ in _past_and_open(leaders):
        yield _request(id, urns[school], "primary", half_days / 2, first_on, first_on, 1, "routine", "matched")


def _request(
    id: UUID, urn: str, phase: str, days: float, first: date | None, last: date | None, people: int, urgency: str,
    state: str = "accepted",
) -> Row:  # fmt: skip
    asked = ("host_school", "host_school", "", "head", state, 1)
    return id, ALLIANCE, urn, phase, days, first, last, people, urgency, *asked


def _areas(areas: list[list[int]]) -> Iterator[Row]:
    position, before = 0, -1
    for place, specialism in areas:
        position, before = (position + 1 if place == before else 0), place
        yield request_id(place), position, ALLIANCE, UUID(int=specialism + 1)


def _deployments(leaders: Leaders, urns: Sequence[str]) -> Iterator[Row]:
    for id, place, school, half_days, first_on, state in _past_and_open(leaders):
        year = first_on.year if first_on.month >= 9 else first_on.year - 1
        span = f"{{[1,{half_days + 1})}}"
        schools = (urns[leaders.homes[place]], urns[school])
        held = (half_days / 2, year, half_days / 2, span)
        yield (
            id, ALLIANCE, id, leader_id(place), *schools, "head", "commission", first_on, first_on, *held, first_on,
            state, 1,
        )  # fmt: skip


def _steps(leaders: Leaders) -> Iterator[Row]:
    for id, _, _, _, first_on, state in _past_and_open(leaders):
        for position, reached in enumerate(dict.fromkeys(("proposed", "under_way", state))):
            yield id, position, ALLIANCE, reached, first_on


def _past_and_open(leaders: Leaders) -> Iterator[tuple[UUID, int, int, int, date, str]]:
    """Every deployment there has been: its id, whose, at which school, half-days, first day, and state."""
    this_year = date(2014, 10, 6)
    for place, (helped, first_on) in enumerate(zip(leaders.helped.tolist(), leaders.first_days_on_site, strict=True)):
        if helped >= 0:
            yield UUID(int=_PAST + place), place, helped, 6, date.fromordinal(first_on), "closed"
    for place, half_days in enumerate(leaders.days_held.tolist()):
        if half_days:
            yield UUID(int=_OPEN + place), place, leaders.helped[place], half_days, this_year, "under_way"


def _days(ordinals: Any) -> list[date | None]:
    day: Callable[[int], date] = date.fromordinal
    return [day(number) if number else None for number in ordinals.tolist()]
