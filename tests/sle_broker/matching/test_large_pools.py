"""What the database says of a large pool is what the rules say of each leader: on pools of every sort."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from fastapi import Response
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from service_kit.database import EVERY_TENANT, Database
from service_kit.paging import PageRequest
from sle_broker.matching import store
from sle_broker.matching.blocking import BlockingReason, block
from sle_broker.matching.candidate import Search
from sle_broker.matching.shortlist import shortlist
from sle_broker.matching.statements import EXACT, QUICK
from sle_broker.matching_weights.weights import DEFAULT_VERSION, WeightsVersion
from tests.databases import ServiceDatabase
from tests.sle_broker.matching.pools import Lot

LEADERS, SEARCHES = 60, 20
SETTLED_ON = date(2014, 12, 19)


@pytest.fixture(scope="module")
def database(broker_database: ServiceDatabase) -> Iterator[Database]:
    """The module's database, as the service sees it."""
    engine = create_engine(broker_database.app_url)
    yield Database(engine)
    engine.dispose()


@pytest.fixture(scope="module", params=[(0, None), (1, None), (2, SETTLED_ON), (3, SETTLED_ON)])
def stored(request: pytest.FixtureRequest, broker_database: ServiceDatabase) -> Iterator[Lot]:
    """An alliance with leaders of every sort: asked about as of any day, or once all that has happened is past."""
    seed, settled_on = request.param
    drawn = Lot(seed, broker_database.admin_url, settled_on=settled_on)
    drawn.leaders(LEADERS)
    yield drawn
    drawn.admin.close()


@pytest.fixture
def pool(stored: Lot) -> Lot:
    """The alliance, and the same draw of searches whichever tests went before."""
    stored.chance.seed(2015)
    return stored


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that sees every alliance, so that nothing but the statements themselves keeps them apart."""
    with database.transaction(EVERY_TENANT) as session:
        yield session


def page(limit: int, cursor: str | None = None) -> PageRequest:
    return PageRequest(limit, cursor, "a list", str, Response())


def test_the_best_of_a_large_pool_are_the_first_of_the_whole_with_the_same_parts(pool: Lot, session: Session) -> None:
    offered, ways = 0, set()
    for count in pool.chance.choices([1, 3, 10, 50], k=SEARCHES):
        search, weights = pool.search(), WeightsVersion(2, pool.weights())
        whole = shortlist(
            search, [one for _, one in store.candidates_for(session, pool.alliance, search).values()], weights
        )
        best = store.best_candidates(session, pool.alliance, search, weights.weights, count)
        assert shortlist(search, [one for _, one in best.values()], weights).candidates == whole.candidates[:count]
        assert len(whole.candidates) + len(whole.blocked) == LEADERS
        offered += len(whole.candidates)
        ways.add(store.statements_for(session, pool.alliance, search))
    assert offered > SEARCHES
    assert ways == {EXACT if pool.settled_on is None else QUICK}


def test_where_the_best_turn_out_to_be_blocked_the_next_are_looked_at(pool: Lot, session: Session) -> None:
    for _ in range(10 * SEARCHES):
        search = pool.search()
        weights = WeightsVersion(2, pool.weights())
        asked = (session, pool.alliance, search, weights.weights)
        few, many = (store.best_candidates(*asked, count).values() for count in (1, LEADERS))
        in_order = shortlist(search, [one for _, one in many], weights).candidates
        assert shortlist(search, [one for _, one in few], weights).candidates == in_order[:1]


def test_the_blocked_are_counted_and_listed_as_the_rules_block_them(pool: Lot, session: Session) -> None:
    seen: Counter[BlockingReason] = Counter()
    for _ in range(SEARCHES):
        search = pool.search()
        everybody = store.candidates_for(session, pool.alliance, search)
        obstacles = [block(one, search) for _, one in everybody.values()]
        blocked = {one.leader_id: one for one in obstacles if one is not None}
        reasons = Counter(one.reason for one in blocked.values())
        assert store.count_by_reason(session, pool.alliance, search) == reasons
        assert set(store.offered_ids(session, pool.alliance, search)) == everybody.keys() - blocked.keys()
        seen += reasons
        reason = pool.chance.choice(list(BlockingReason))
        listed: list[UUID] = []
        cursor = None
        while True:
            ids, leaders = store.page_of_blocked(session, pool.alliance, search, reason, page(7, cursor))
            assert [block(leaders[id][1], search) for id in ids.items] == [blocked[id] for id in ids.items]
            listed, cursor = listed + ids.items, ids.next_cursor
            if cursor is None:
                break
        assert listed == sorted(id for id, one in blocked.items() if one.reason is reason)
    assert set(seen) == set(BlockingReason)


def test_a_page_of_the_blocked_is_planned_once(pool: Lot, session: Session) -> None:
    store.page_of_blocked(session, pool.alliance, pool.search(), BlockingReason.LACKS_SPECIALISM, page(7))
    assert session.scalar(text("SHOW plan_cache_mode")) == "force_generic_plan"


def test_an_offer_that_expires_holds_nothing_from_that_instant_on(
    broker_database: ServiceDatabase, database: Database
) -> None:
    pool = Lot(5, broker_database.admin_url, settled_on=SETTLED_ON)
    pool.leaders(LEADERS)
    searches = [pool.search() for _ in range(SEARCHES)]
    held = best_of(database, pool.alliance, searches)
    pool.admin.execute(
        "UPDATE deployments SET held_until = now() WHERE lender_alliance_id = %s AND held_until > now()",
        [pool.alliance],
    )
    freed = best_of(database, pool.alliance, searches)
    pool.admin.close()
    assert held != freed


def test_what_has_yet_to_happen_to_leaders_within_reach_is_not_looked_at(
    broker_database: ServiceDatabase, database: Database
) -> None:
    pool = Lot(8, broker_database.admin_url, settled_on=SETTLED_ON)
    pool.leaders(LEADERS)
    searches = [replace(pool.search(), travel_km_more=500) for _ in range(SEARCHES)]
    before = best_of(database, pool.alliance, searches)
    lapsing = pool.admin.execute(
        "UPDATE designations SET lapsed_on = %s WHERE alliance_id = %s AND due_to_lapse_on IS NULL "
        "AND coalesce(lapsed_on, withdrawn_on) IS NULL",
        [date(2015, 8, 1), pool.alliance],
    )
    assert lapsing.rowcount > LEADERS / 4
    assert best_of(database, pool.alliance, searches) == before
    pool.admin.close()
    assert any(before)


def best_of(database: Database, alliance_id: UUID, searches: list[Search]) -> list[Any]:
    """The best ten for each search with the parts of their scores, which are those of the rules."""
    with database.transaction(EVERY_TENANT) as session:
        best = []
        for search in searches:
            everybody = [one for _, one in store.candidates_for(session, alliance_id, search).values()]
            found = store.best_candidates(session, alliance_id, search, DEFAULT_VERSION.weights, 10)
            best.append(shortlist(search, [one for _, one in found.values()]).candidates)
            assert best[-1] == shortlist(search, everybody).candidates[:10]
    return best
