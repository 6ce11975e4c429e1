"""A list takes so many statements, however many rows it has."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session
from starlette.responses import Response

from service_kit.access import Caller, Grant, Permission
from service_kit.database import EVERY_TENANT, Database
from service_kit.paging import PageRequest
from sle_broker.deployments.schemas import DeploymentOut
from sle_broker.deployments.store import named, page_of_deployments
from sle_broker.evaluations.schemas import FeedbackOut
from sle_broker.evaluations.store import page_of_feedback
from sle_broker.outcomes.schemas import RegisterEntryOut
from sle_broker.outcomes.store import page_of_register
from tests.running import House
from tests.sle_broker.brokerage import DAYS, Brokerage, created, done, if_match

OPERATOR = Caller("", "", frozenset(), (Grant("operator", None),), Permission("", frozenset({"operator"})))


@pytest.fixture(scope="module")
def engine(house: House, brokerage: Brokerage) -> Iterator[Engine]:
    """The database, with three deployments of which there is everything to read."""
    host = brokerage.someone("school", brokerage.host_school_urn)
    for _ in range(3):
        deployment = brokerage.deployment("under_way")
        created(
            brokerage.broker.post("/v1/visits", json={"deployment_id": deployment["id"], "on": "2015-01-10", "days": 1})
        )
        said = {"given_by": "host_school", "on": DAYS["under_way"], "rating": "positive", "text": "Calm and clear."}
        created(host.post("/v1/feedback", json={"deployment_id": deployment["id"]} | said))
        deployment = done(brokerage.broker.get(f"/v1/deployments/{deployment['id']}"))
        deployment = done(brokerage.on(deployment, "reviews", on="2015-01-10", finding="On course."))
        for to in ("closing_meeting_held", "evaluated"):
            deployment = brokerage.step(deployment, to)
        outcome = {"results": {"measure": "Phonics check", "before": 60, "after": 70}}
        path = f"/v1/deployments/{deployment['id']}/outcome"
        done(brokerage.broker.put(path, json=outcome, headers=if_match(deployment)))
    engine = create_engine(house.stores["sle-broker"].app_url)
    yield engine
    engine.dispose()


def statements(engine: Engine, read: Callable[[Session, PageRequest], int], limit: int) -> int:
    """How many statements a page of so many rows takes."""
    seen: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    with Database(engine).transaction(EVERY_TENANT) as session:
        rows = read(session, PageRequest(limit, None, "", lambda cursor: cursor, Response()))
    event.remove(engine, "before_cursor_execute", count)
    assert rows == limit
    return len(seen)


def read_deployments(session: Session, page: PageRequest) -> int:
    found = page_of_deployments(
        session, OPERATOR, named(), page, lambda kept: DeploymentOut.of(kept, shows_judgement=True)
    )
    return len(found.items)


def read_feedback(session: Session, page: PageRequest) -> int:
    return len(page_of_feedback(session, OPERATOR, (), page, FeedbackOut.of).items)


@pytest.mark.parametrize("read", [read_deployments, read_feedback])
def test_a_longer_page_takes_no_more_statements(engine: Engine, read: Callable[[Session, PageRequest], int]) -> None:
    assert statements(engine, read, 1) == statements(engine, read, 3)


def test_a_longer_register_takes_no_more_statements(engine: Engine, brokerage: Brokerage) -> None:
    def read_register(session: Session, page: PageRequest) -> int:
        alliance_id = UUID(brokerage.alliance_id)
        return len(page_of_register(session, alliance_id, None, None, page, RegisterEntryOut.of).items)

    assert statements(engine, read_register, 1) == statements(engine, read_register, 3)
