"""What the database says of a large pool is what the rules say of each leader: on pools of every sort."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi import Response
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from service_kit.database import EVERY_TENANT, Database
from service_kit.paging import PageRequest
from sle_broker.matching import store
from sle_broker.matching.blocking import BlockingReason, block
from sle_broker.matching.shortlist import shortlist
from sle_broker.matching_weights.weights import WeightsVersion
from tests.databases import ServiceDatabase
from tests.sle_broker.matching.pools import Lot

LEADERS, SEARCHES = 60, 30


@pytest.fixture(scope="module")
def database(broker_database: ServiceDatabase) -> Iterator[Database]:
    """The module's database, as the service sees it."""
    engine = create_engine(broker_database.app_url)
    yield Database(engine)
    engine.dispose()


@pytest.fixture(scope="module", params=range(3))
def pool(request: pytest.FixtureRequest, broker_database: ServiceDatabase) -> Iterator[Lot]:
    """An alliance with leaders of every sort."""
    drawn = Lot(request.param, broker_database.admin_url)
    drawn.leaders(LEADERS)
    yield drawn
    drawn.admin.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that sees every alliance, so that nothing but the statements themselves keeps them apart."""
    with database.transaction(EVERY_TENANT) as session:
        yield session


def page(limit: int, cursor: str | None = None) -> PageRequest:
    return PageRequest(limit, cursor, "a list", str, Response())


def test_the_best_of_a_large_pool_are_the_first_of_the_whole_with_the_same_parts(pool: Lot, session: Session) -> None:
    offered = 0
    for count in pool.chance.choices([1, 3, 10, 50], k=SEARCHES):
        search, weights = pool.search(), WeightsVersion(2, pool.weights())
        whole = shortlist(
            search, [one for _, one in store.candidates_for(session, pool.alliance, search).values()], weights
        )
        best = store.best_candidates(session, pool.alliance, search, weights.weights, count)
        assert shortlist(search, [one for _, one in best.values()], weights).candidates == whole.candidates[:count]
        assert len(whole.candidates) + len(whole.blocked) == LEADERS
        offered += len(whole.candidates)
    assert offered > SEARCHES


def test_the_blocked_are_counted_and_listed_as_the_rules_block_them(pool: Lot, session: Session) -> None:
    seen: Counter[BlockingReason] = Counter()
    for _ in range(SEARCHES):
        search = pool.search()
        everybody = store.candidates_for(session, pool.alliance, search)
        obstacles = [block(one, search) for _, one in everybody.values()]
        blocked = {one.leader_id: one for one in obstacles if one is not None}
        reasons = Counter(one.reason for one in blocked.values())
        assert store.count_by_reason(session, pool.alliance, search)[0] == reasons
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
