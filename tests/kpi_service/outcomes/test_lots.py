"""A file is taken over a lot at a time: wherever its lots end, what comes of it is what its lines say one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi_service.official_files.cell import Grade
from kpi_service.official_files.inspections import Inspection
from kpi_service.outcomes.store import TakenOver, taking_over
from kpi_service.outcomes.tables import InspectionRow
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.inspections.files_taken_over import forget_everything

FIRST_HANDED_IN = datetime(2026, 1, 5, 9, tzinfo=UTC)
URNS, DAYS = ("100001", "100002", "100003"), (date(2015, 3, 1), date(2018, 6, 1))
SILENT_OR_NOT = st.sampled_from([None, Grade.GOOD, Grade.INADEQUATE])
INSPECTIONS = st.builds(
    Inspection,
    *(st.sampled_from(URNS), st.sampled_from(DAYS), st.sampled_from([Grade.GOOD, Grade.INADEQUATE])),
    *(SILENT_OR_NOT, SILENT_OR_NOT),
)
FILES = st.lists(st.lists(INSPECTIONS, min_size=1, max_size=9), min_size=1, max_size=3)
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Known(NamedTuple):
    """An inspection as it is kept: between which days it counts, and which file and line it was read from."""

    told: Inspection
    known_from_on: date
    known_to_on: date | None
    file: int
    line: int


@dataclass
class Expected:
    """What is known, worked out from one line after another."""

    known: list[Known] = field(default_factory=list)

    def take(self, file: int, inspections: Sequence[Inspection], today: date) -> TakenOver:
        first: dict[tuple[str, date], Inspection] = {}
        new = restated = unchanged = 0
        contradicted = set()
        for line, told in enumerate(inspections, start=2):
            if told[:2] in first:
                contradicted |= {line} if told != first[told[:2]] else set()
                continue
            first[told[:2]] = told
            before = next((k for k in self.known if k.told[:2] == told[:2] and k.known_to_on is None), None)
            if before is None:
                new += 1
                self.known.append(Known(told, told.inspected_on, None, file, line))
                continue
            said = Inspection(
                *told[:3], told.teaching or before.told.teaching, told.leadership or before.told.leadership
            )
            if said == before.told:
                unchanged += 1
            else:
                restated += 1
                self.known.remove(before)
                self.known += [before._replace(known_to_on=today), Known(said, today, None, file, line)]
        return TakenOver(new, restated, unchanged, tuple(sorted(contradicted)))


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins and ends with nothing told."""
    forget_everything(kpis)
    yield
    forget_everything(kpis)


def take(
    session: Session, inspections: Sequence[Inspection], upload_id: UUID, now: datetime, *, lot: int, at_once: bool
) -> TakenOver:
    """A file with an inspection a line."""
    with taking_over(session, upload_id, now=now, at_once=at_once, lot=lot) as taking:
        for line, told in enumerate(inspections, start=2):
            taking.tell(line, [told])
        return taking.end()


def known_of(session: Session, uploads: Sequence[UUID]) -> list[Known]:
    """What is kept."""
    row = InspectionRow
    return [
        Known(
            Inspection(
                kept.urn, kept.inspected_on, Grade(kept.overall), *map(_grade, (kept.teaching, kept.leadership))
            ),
            *(kept.known_from_on, kept.known_to_on, uploads.index(kept.upload_id), kept.line),
        )
        for kept in session.scalars(select(row))
    ]


def _grade(number: int | None) -> Grade | None:
    return None if number is None else Grade(number)


@given(files=FILES, lot=st.integers(1, 4), at_once=st.booleans())
# What is held of an earlier lot, because another of it is known, is said again in a lot that is new as a whole.
@example(
    files=[
        [Inspection(URNS[0], DAYS[0], Grade.GOOD)],
        [
            Inspection(URNS[0], DAYS[0], Grade.INADEQUATE),
            Inspection(URNS[1], DAYS[0], Grade.GOOD),
            Inspection(URNS[1], DAYS[0], Grade.INADEQUATE),
            Inspection(URNS[2], DAYS[0], Grade.GOOD),
        ],
    ],
    lot=2,
    at_once=True,
)
# What was added with an earlier lot is said otherwise in a later one.
@example(
    files=[[Inspection(URNS[0], DAYS[0], Grade.GOOD), Inspection(URNS[0], DAYS[0], Grade.GOOD, Grade.GOOD)]],
    lot=1,
    at_once=True,
)
@MANY
def test_wherever_lots_end_what_comes_of_them_is_what_the_lines_say(
    kpis: Database, files: list[list[Inspection]], lot: int, at_once: bool
) -> None:
    forget_everything(kpis)
    uploads, expected = [uuid4() for _ in files], Expected()
    for number, inspections in enumerate(files):
        now = FIRST_HANDED_IN + timedelta(days=number)
        with kpis.transaction(EVERY_TENANT) as session:
            taken = take(session, inspections, uploads[number], now, lot=lot, at_once=at_once)
        assert taken == expected.take(number, inspections, now.date())
        with kpis.transaction(EVERY_TENANT) as session:
            assert sorted(known_of(session, uploads), key=repr) == sorted(expected.known, key=repr)


@pytest.mark.parametrize(("at_once", "added"), [(True, 2), (False, 0)])
def test_a_lot_is_added_before_the_file_is_read_where_that_is_wanted(kpis: Database, at_once: bool, added: int) -> None:
    with (
        kpis.transaction(EVERY_TENANT) as session,
        taking_over(session, uuid4(), now=FIRST_HANDED_IN, at_once=at_once, lot=2) as taking,
    ):
        for line, urn in enumerate(URNS, start=2):
            taking.tell(line, [Inspection(urn, DAYS[0], Grade.GOOD)])
        assert taking.at_rest().scalar(select(func.count()).select_from(InspectionRow)) == added
        assert taking.end().new == len(URNS)


def test_whoever_stops_while_a_lot_is_added_leaves_nothing_and_a_connection_that_works(kpis: Database) -> None:
    with pytest.raises(InterruptedError), kpis.transaction(EVERY_TENANT) as session:
        _stop_in_the_middle(session)
    with kpis.transaction(EVERY_TENANT) as session:
        assert known_of(session, []) == []


def _stop_in_the_middle(session: Session) -> None:
    with taking_over(session, uuid4(), now=FIRST_HANDED_IN, lot=1) as taking:
        taking.tell(2, [Inspection(URNS[0], DAYS[0], Grade.GOOD)])
        raise InterruptedError
