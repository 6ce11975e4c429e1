"""Links between schools that plans-api tells of: beside those of files, restated as they are, and rebuilt the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kpi_service import projections
from kpi_service.attainment_changes.change import TOPICS
from kpi_service.attainment_changes.store import sums_of
from kpi_service.inspections.change import Change, Judgement
from kpi_service.inspections.store import Population, inspected_schools
from kpi_service.official_files.attainment import Attainment, Figure, Level, Unit
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from kpi_service.outcomes.store import taking_over
from kpi_service.outcomes.tables import SchoolLinkRow
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import link_schools
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over
from tests.kpi_service.official_files.files import csv_file, facts_in

MOVED_ON, ASKED_ON = date(2014, 9, 1), date(2016, 8, 31)
TOLD_AT = datetime(2015, 3, 20, 9, 30, tzinfo=UTC)
BEFORE, NOW = "100010", "100020"


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins and ends with nothing told."""
    forget_everything(kpis)
    yield
    forget_everything(kpis)


def inspect(database: Database) -> None:
    """A school that was inspected under its old number and under its new one."""
    record_schools(database, [NOW])
    inspections = [
        Inspection(BEFORE, date(2012, 3, 1), Grade.REQUIRES_IMPROVEMENT),
        Inspection(NOW, date(2015, 3, 1), Grade.GOOD),
    ]
    take_over(database, inspections)


def change(database: Database, on: date = ASKED_ON) -> Change:
    with database.transaction(EVERY_TENANT) as session:
        (school,) = inspected_schools(session, Population.NATION, Judgement.OVERALL, on)
    return school.change


Known = tuple[object, ...]


def links(database: Database) -> Sequence[Known]:
    """Every link ever said, with the days between which it counts, and whether a file says it."""
    row = SchoolLinkRow
    columns = (row.predecessor_urn, row.successor_urn, row.kind, row.established_on, row.known_from_on, row.known_to_on)
    with database.transaction(EVERY_TENANT) as session:
        return sorted((tuple(link) for link in session.execute(select(*columns, row.upload_id.is_not(None)))), key=repr)


def test_a_link_told_of_joins_two_histories_without_any_file(kpis: Database) -> None:
    inspect(kpis)
    assert change(kpis) is Change.FIRST_INSPECTION
    link_schools(kpis, BEFORE, NOW, on=date(2015, 9, 1))
    assert change(kpis) is Change.IMPROVED
    assert change(kpis, date(2015, 8, 31)) is Change.FIRST_INSPECTION, "the one did not follow the other yet"


def test_what_file_and_feed_both_say_counts_once(kpis: Database) -> None:
    record_schools(kpis, [NOW])
    figures = [(BEFORE, FileYear(2014), "60"), (NOW, FileYear(2015), "70")]
    take_over(
        kpis,
        [
            Attainment(Level.SCHOOL, urn, year, Figure.RWM_EXPECTED, Unit.PERCENT, Decimal(value), 30)
            for urn, year, value in figures
        ],
    )
    link_schools(kpis, BEFORE, NOW, on=MOVED_ON)
    alone = pupils(kpis)
    assert set(alone.values()) == {30}
    take_over(kpis, [SchoolLink(BEFORE, NOW, "predecessor", MOVED_ON)])
    assert pupils(kpis) == alone
    inspect_again = [Inspection(BEFORE, date(2012, 3, 1), Grade.GOOD), Inspection(NOW, date(2015, 3, 1), Grade.GOOD)]
    take_over(kpis, inspect_again)
    assert change(kpis) is Change.MAINTAINED


def pupils(database: Database) -> Mapping[tuple[Figure, FileYear], int]:
    """The pupils behind each figure of the country."""
    with database.transaction(EVERY_TENANT) as session:
        sums = sums_of(session, [Population.NATION], FileYear(2015), ASKED_ON)[Population.NATION][TOPICS[0]].sums
    return {of: added.pupils for of, added in sums.items()}


def test_what_is_told_otherwise_is_restated_and_the_file_keeps_its_own_word(kpis: Database) -> None:
    take_over(kpis, [SchoolLink(BEFORE, NOW, "predecessor", None)], on=date(2015, 1, 5))
    link_schools(kpis, BEFORE, NOW, on=MOVED_ON, at=TOLD_AT)
    link_schools(kpis, BEFORE, NOW, on=MOVED_ON, at=TOLD_AT + timedelta(hours=1))
    link_schools(kpis, BEFORE, NOW, kind="merger", on=MOVED_ON, at=TOLD_AT + timedelta(30))
    take_over(kpis, [SchoolLink(BEFORE, NOW, "predecessor", MOVED_ON)], on=date(2015, 6, 1))
    restated_on = (TOLD_AT + timedelta(30)).date()
    assert links(kpis) == sorted(
        [
            (BEFORE, NOW, "succession", MOVED_ON, MOVED_ON, restated_on, False),
            (BEFORE, NOW, "merger", MOVED_ON, restated_on, None, False),
            (BEFORE, NOW, "predecessor", None, date(1900, 1, 1), date(2015, 6, 1), True),
            (BEFORE, NOW, "predecessor", MOVED_ON, date(2015, 6, 1), None, True),
        ],
        key=repr,
    )


def test_the_two_ends_of_a_link_are_one_link_with_the_more_telling_word_and_the_later_day(kpis: Database) -> None:
    header = ("URN", "LinkURN", "LinkType", "LinkEstablishedDate")
    content = csv_file(
        header,
        [NOW, BEFORE, "Predecessor", "01/09/2014"],
        [BEFORE, NOW, "Successor - merged", "31/08/2014"],
        ["100031", "100030", "Predecessor", ""],
        ["100030", "100031", "Successor", ""],
    )
    with (
        kpis.transaction(EVERY_TENANT) as session,
        taking_over(session, uuid4(), now=TOLD_AT) as taking,
    ):
        for line, fact in enumerate(facts_in(content), start=2):
            taking.tell(line, [fact])
        taken = taking.end()
    assert (taken.new, taken.contradicted) == (2, ())
    assert links(kpis) == [
        (BEFORE, NOW, "merger", MOVED_ON, MOVED_ON, None, True),
        ("100030", "100031", "succession", None, date(1900, 1, 1), None, True),
    ]


@dataclass(frozen=True)
class Said:
    """A word about a link: by plans-api at an instant, or by a file handed in on that day."""

    by_a_file: bool
    pair: tuple[str, str]
    kind: str
    on: date | None
    at: datetime


SAID = st.builds(
    lambda days, **word: Said(**word, at=TOLD_AT + timedelta(days)),
    by_a_file=st.booleans(),
    pair=st.sampled_from([("1", "2"), ("2", "3"), ("1", "3")]),
    kind=st.sampled_from(["succession", "merger"]),
    on=st.sampled_from([None, MOVED_ON, date(2016, 1, 1)]),
    days=st.integers(0, 40),
)


def say(database: Database, word: Said) -> None:
    if word.by_a_file:
        take_over(database, [SchoolLink(*word.pair, word.kind, word.on)], on=word.at.date())
    else:
        link_schools(database, *word.pair, kind=word.kind, on=word.on, at=word.at)


def expected(words: Sequence[Said]) -> list[Known]:
    """The same in plain Python: each source and link for itself, one word after the other."""
    known: list[Known] = []
    for by_a_file in (False, True):
        for pair in {word.pair for word in words}:
            said = [word for word in words if (word.by_a_file, word.pair) == (by_a_file, pair)]
            changes = [
                word
                for at, word in enumerate(said)
                if at == 0 or (word.kind, word.on) != (said[at - 1].kind, said[at - 1].on)
            ]
            for place, word in enumerate(changes):
                begins = word.at.date() if place else word.on or date(1900, 1, 1)
                ends = changes[place + 1].at.date() if place + 1 < len(changes) else None
                known.append((*pair, word.kind, word.on, begins, ends, by_a_file))
    return known


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.lists(SAID, max_size=6, unique_by=lambda word: word.at).map(lambda w: sorted(w, key=lambda word: word.at))
)
def test_a_rebuild_from_the_first_event_gives_the_same_links(kpis: Database, words: Sequence[Said]) -> None:
    forget_everything(kpis)
    for word in words:
        say(kpis, word)
    said = links(kpis)
    assert said == sorted(expected(words), key=repr)
    told = [word for word in words if not word.by_a_file]
    for word in told:
        say(kpis, word)
    assert links(kpis) == said, "read once more without removing anything"
    with kpis.transaction(EVERY_TENANT) as session:
        projections.reset_plans_api(session)
    assert not [link for link in links(kpis) if not link[6]]
    for word in told:
        say(kpis, word)
    assert links(kpis) == said
