"""What a search looks at. SQL narrows, counts and fetches; the rules decide on what it brings.

A small pool is fetched whole. In a large one the database says of each leader, in the rules' own order, what stands
against them and how many points they would have; the rules then look at the best alone. A search as of today is
answered from what the database keeps ready of each leader, one as of a day in the past from the records themselves.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import inf
from typing import Any
from uuid import UUID

from msgspec.json import Decoder
from sqlalchemy import TextClause, Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.designations.tables import LeaderRow
from sle_broker.matching.blocking import BlockingReason, block
from sle_broker.matching.brought import Brought
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.distance import KM_A_DEGREE, Location
from sle_broker.matching.shortlist import Shortlist, shortlist, shortlist_of
from sle_broker.matching.statements import ALL_LEADERS, EXACT, IS_SETTLED, PLAN_ONCE, QUICK, Statements
from sle_broker.matching_weights.weights import Weights, WeightsVersion
from sle_broker.schools.school import School
from sle_broker.schools.store import schools_by_urn
from sle_broker.support_requests.support_request import SupportRequest

Leaders = Mapping[UUID, tuple[str, Candidate]]
"""Leaders by their ids, each with their name."""

LARGEST_READ_WHOLE = 200
"""A pool of so many leaders is listed whole; of a larger one the best are."""

_LEADERS = Decoder(Brought)
_LISTED_OF_A_LARGE_POOL = 10
_AT_ONCE = 200


def search_for(session: Session, request: SupportRequest, as_of: date, line_number: int = 1) -> Search:
    """The search for one line of a request, with the place of its host school where that is recorded.

    Errors: `LineNotForLeaders`.
    """
    host = schools_by_urn(session, [request.host_school_urn]).get(request.host_school_urn)
    return Search.of(request, _location(host), as_of, line_number)


def _is_large_pool(session: Session, alliance_id: UUID) -> bool:
    """Whether an alliance has more leaders than a broker wants to read one by one: more than 200."""
    some = select(LeaderRow.id).where(LeaderRow.alliance_id == alliance_id).limit(LARGEST_READ_WHOLE + 1)
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) > LARGEST_READ_WHOLE


def candidates_for(session: Session, alliance_id: UUID, search: Search) -> Leaders:
    """Every leader of the alliance as they stood at the end of the day of the search.

    Of what happens on a day nothing later is looked at: claims and validations, the ends of designations, the steps of
    deployments and what they led to, visits. What is kept without a day is as it is now: a leader's profile, what they
    offer of the year, their conflicts and release, the days agreed for a deployment, and where schools stand.
    """
    return _brought(session, ALL_LEADERS, search, {"alliance": alliance_id})


def candidates_named(session: Session, leader_ids: Iterable[UUID], search: Search) -> Leaders:
    """These leaders, as `candidates_for` has them."""
    return _brought(session, EXACT.named, search, {"ids": list(leader_ids)})


def find_leaders(
    session: Session, alliance_id: UUID, search: Search, weights: WeightsVersion, limit: int | None
) -> tuple[Shortlist, Leaders, Mapping[BlockingReason, int]]:
    """The shortlist of an alliance, those who are on it, and how many are blocked for each reason. Of a pool of no more
    than 200 everybody is on it, at most `limit` of them offered; of a larger one the best are, 10 unless `limit` says
    otherwise."""
    if _is_large_pool(session, alliance_id):
        session.execute(PLAN_ONCE)
        leaders = best_candidates(session, alliance_id, search, weights.weights, limit or _LISTED_OF_A_LARGE_POOL)
        counts: Mapping[BlockingReason, int] = count_by_reason(session, alliance_id, search)
        return shortlist_of(search, _candidates(leaders), weights), leaders, counts
    leaders = candidates_for(session, alliance_id, search)
    found = shortlist(search, _candidates(leaders), weights).first(limit)
    return found, leaders, Counter(blocked.reason for blocked in found.blocked)


def best_candidates(session: Session, alliance_id: UUID, search: Search, weights: Weights, count: int) -> Leaders:
    """The leaders with the highest totals of those nothing stands against, as `candidates_for` has them: as many as
    `count`, where there are so many. What leaders outside their travel limit there are costs nothing."""
    # One more than is wanted: the days free in the window of some are for the rules to say.
    asked = _asked(search) | {"alliance": alliance_id, "wanted_phase": search.phase, "count": count + 1}
    statements = QUICK
    best: dict[UUID, tuple[str, Candidate]] = {}
    judged = 0
    while True:
        rows = statements.best_by(weights).rows(session, asked)
        if statements is QUICK and not all(is_settled for is_settled, _ in rows[:1]):
            statements = EXACT
            continue
        for leader in (_LEADERS.decode(row) for _, row in rows[judged:]):
            candidate = leader.candidate(search)
            if block(candidate, search) is None:
                best[candidate.leader_id] = (leader.told.name, candidate)
            if len(best) == count:
                return best
        if len(rows) < asked["count"]:
            return best
        judged = len(rows)
        asked["count"] = 2 * judged


def count_by_reason(session: Session, alliance_id: UUID, search: Search) -> Counter[BlockingReason]:
    """How many leaders of the alliance are blocked for each reason."""
    counts, _, _ = _sort_out(session, alliance_id, search)
    return counts


def offered_ids(session: Session, alliance_id: UUID, search: Search) -> Sequence[UUID]:
    """Whom of the alliance nothing stands against, in no order."""
    _, _, offered = _sort_out(session, alliance_id, search)
    return offered


def _sort_out(
    session: Session, alliance_id: UUID, search: Search
) -> tuple[Counter[BlockingReason], list[UUID], list[UUID]]:
    """How many are blocked for each reason, who is for the last, too few free days, and who is for none."""
    statements = statements_for(session, alliance_id, search)
    asked = _asked(search) | {"alliance": alliance_id, "listed": BlockingReason.TOO_FEW_FREE_DAYS}
    ids: dict[str | None, list[UUID]] = {}
    counts: Counter[BlockingReason] = Counter()
    for row in session.execute(statements.counts, asked).all():
        ids[row.reason] = row.ids
        if row.reason is not None:
            counts[BlockingReason(row.reason)] = row.leaders
    kept_from, undecided, offered = ids.get(BlockingReason.TOO_FEW_FREE_DAYS, []), ids.get(None, []), list[UUID]()
    for first in range(0, len(undecided), _AT_ONCE):
        whose = {"alliance": alliance_id, "ids": undecided[first : first + _AT_ONCE]}
        for id, (_, leader) in _brought(session, statements.named, search, whose).items():
            (offered if block(leader, search) is None else kept_from).append(id)
    if kept_from:
        counts[BlockingReason.TOO_FEW_FREE_DAYS] = len(kept_from)
    return counts, kept_from, offered


def page_of_blocked(
    session: Session, alliance_id: UUID, search: Search, reason: BlockingReason, page: PageRequest
) -> tuple[Page[UUID], Leaders]:
    """A page of the leaders who are blocked for one reason, by their ids."""
    session.execute(PLAN_ONCE)
    row = LeaderRow
    found = select(row).where(row.alliance_id == alliance_id)
    if reason is BlockingReason.TOO_FEW_FREE_DAYS:
        _, ids, _ = _sort_out(session, alliance_id, search)
        found = found.where(row.id == any_(literal(ids, ARRAY(Uuid()))))
    else:
        asked = _asked(search) | {"alliance": alliance_id, "reason": reason}
        stands_against = statements_for(session, alliance_id, search).with_reason
        names = stands_against.compile().params
        found = found.where(stands_against.bindparams(**{name: asked[name] for name in names}))
    shown = read_page(session, found, [row.id], page, lambda leader: leader.id)
    return shown, candidates_named(session, shown.items, search)


def statements_for(session: Session, alliance_id: UUID, search: Search) -> Statements:
    """The quick way where all that has happened to an alliance's leaders is past on the day of the search and no offer
    of one of them has expired unnoticed; otherwise the exact one."""
    asked = {"alliance": alliance_id, "as_of": search.as_of}
    return QUICK if session.scalar(IS_SETTLED, asked) else EXACT


def _candidates(leaders: Leaders) -> list[Candidate]:
    return [candidate for _, candidate in leaders.values()]


def _asked(search: Search) -> dict[str, Any]:
    host, more = search.host_location, search.travel_km_more / KM_A_DEGREE
    return {
        "as_of": search.as_of,
        "first_day": search.first_day,
        "year": search.year.starting,
        "earliest_start": search.window.earliest_start_on,
        "latest_finish": search.window.latest_finish_on,
        "leader_kind": search.leader_kind,
        "days_wanted": float(search.days_wanted),
        "codes": [area.code for area in search.areas],
        "host_urn": search.host_school_urn,
        "latitude": None if host is None else host.latitude,
        "longitude": None if host is None else host.longitude,
        "north": inf if host is None else host.latitude + more,
        "south": -inf if host is None else host.latitude - more,
        "km_more": search.travel_km_more,
        "claimed_percent": 0,
        "is_over": search.rest_of_window is None,
        "first_half_term": search.half_terms.start,
        "last_half_term": search.half_terms.stop - 1,
    }


def _brought(session: Session, statement: TextClause, search: Search, whose: Mapping[str, Any]) -> Leaders:
    leaders = map(_LEADERS.decode, session.scalars(statement, {**_asked(search), **whose}))
    return {leader.told.id: (leader.told.name, leader.candidate(search)) for leader in leaders}


def _location(school: School | None) -> Location | None:
    return None if school is None else Location.of(school.latitude, school.longitude)
