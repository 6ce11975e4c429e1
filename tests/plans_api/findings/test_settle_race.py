"""One process settles a finding while another changes its date: one after the other, and neither is overwritten."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from uuid import UUID

import psycopg
import pytest

from plans_api.access.roles import Role
from plans_api.alliances.store import add_alliance
from plans_api.findings.settlement import DateSaysOtherwise
from plans_api.findings.use_cases import settle_finding
from plans_api.imports.finding_state import FindingState
from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_files import MARKDOWN
from plans_api.imports.plan_reading import read_plan
from plans_api.imports.store import new_plan
from plans_api.imports.use_cases import import_plan
from plans_api.milestone_dates.date_change import ChangeReason
from plans_api.milestone_dates.use_cases import change_date
from plans_api.schools.tables import SchoolRow
from service_kit import clock
from service_kit.access import Caller, Grant, Permission
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.errors import VersionMismatch
from service_kit.settings import ServiceSettings
from tests.databases import ServiceDatabase
from tests.plans_api.imports.builders import markdown

OPERATOR = Caller("i", "operator", frozenset(), (Grant("operator", None),), Permission("", frozenset({Role.OPERATOR})))
DATES = 20


def database_at(url: str) -> Database:
    return Database(make_engine(ServiceSettings(database_url=url, token_issuer="i", lock_timeout_ms=20_000)))


def accept_each(url: str, findings: list[UUID]) -> list[bool]:
    """Which findings this process got accepted."""
    database, done = database_at(url), []
    for finding in findings:
        try:
            with database.transaction(EVERY_TENANT) as session:
                work = UnitOfWork(session, OPERATOR, clock.now())
                settle_finding(work, finding, 1, FindingState.ACCEPTED, None, None)
            done.append(True)
        except DateSaysOtherwise:
            done.append(False)
    database.engine.dispose()
    return done


def change_each(url: str, dates: list[UUID]) -> list[bool]:
    """Which dates this process got changed."""
    database, done = database_at(url), []
    for one in dates:
        try:
            with database.transaction(EVERY_TENANT) as session:
                work = UnitOfWork(session, OPERATOR, clock.now())
                change_date(work, one, 1, "December 2014", ChangeReason.REPLANNED, None)
            done.append(True)
        except VersionMismatch:
            done.append(False)
    database.engine.dispose()
    return done


@pytest.fixture
def found(plans_database: ServiceDatabase) -> Iterator[list[tuple[UUID, UUID]]]:
    """Findings about dates outside the plan's year, each with its date."""
    content = markdown(*(f"Point {n} | Choose hosts | November 2015 | R Osborne | Growth | 3" for n in range(DATES)))
    database = database_at(plans_database.app_url)
    with database.transaction(EVERY_TENANT) as session:
        work = UnitOfWork(session, OPERATOR, clock.now())
        session.add(
            SchoolRow(
                urn="100000", name="A", phase="primary", type="x", local_authority_code="201", status="open", version=1
            )
        )
        session.flush()
        alliance = add_alliance(session, "Ebor", None, ("100000",))
        session.flush()
        plan = read_plan(read_markdown(content))
        import_plan(work, alliance.id, plan, new_plan(alliance.id, plan), MARKDOWN, content)
    with psycopg.connect(plans_database.admin_url) as admin:
        yield admin.execute(
            "SELECT id, date_value_id FROM findings WHERE code = 'date-outside-year' ORDER BY position"
        ).fetchall()
    database.engine.dispose()


def test_of_an_answer_and_a_change_at_once_the_second_sees_the_first(
    plans_database: ServiceDatabase, found: list[tuple[UUID, UUID]]
) -> None:
    findings, dates = zip(*found, strict=True)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        accepting = pool.submit(accept_each, plans_database.app_url, list(findings))
        changing = pool.submit(change_each, plans_database.app_url, list(dates))
        accepted, changed = accepting.result(), changing.result()
    assert [one or other for one, other in zip(accepted, changed, strict=True)] == [True] * DATES
    with psycopg.connect(plans_database.admin_url) as admin:
        told: dict[UUID, str] = dict(admin.execute("SELECT id, text FROM date_values").fetchall())
    for one, was_accepted, was_changed in zip(dates, accepted, changed, strict=True):
        assert not (was_accepted and was_changed)
        assert told[one] == ("November 2014" if was_accepted else "December 2014")
