"""An alliance about which something is known for every KPI, as chance has it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from uuid import UUID, uuid4

from kpi_service.attainment_changes.change import TOPICS
from kpi_service.facts import store as facts
from kpi_service.official_files.attainment import Attainment, Level, Unit
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.official_files.facts import Fact
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from kpi_service.official_files.own_templates import AgreedTarget, EarlyEmployment, HeadshipVacancy, TraineeNumbers
from kpi_service.trainees import store as trainees
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import RECORDED_AT, Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over

YEAR = FileYear(2016)
DAY = date(2017, 8, 31)
_URNS = count(400_001)
_FIGURES = {figure: topic.unit for topic in TOPICS for figure in topic.figures}


def forget_all_facts(database: Database) -> None:
    """No school, no membership, no trainee, no visit, and nothing taken over."""
    forget_everything(database)
    with database.transaction(EVERY_TENANT) as session:
        trainees.remove_all(session)
        facts.remove_all(session)


@dataclass
class AnyAlliance(Alliance):
    """An alliance, what files said of it and its schools, its programme runs with their years, and those of them that
    are no initial teacher training."""

    files: list[Fact] = field(default_factory=list)
    runs: dict[UUID, FileYear] = field(default_factory=dict)
    courses: frozenset[UUID] = frozenset()


def any_alliance(database: Database, chance: Random, *, cohort: int | None = None, schools: int = 5) -> AnyAlliance:
    """An alliance with schools, leaders and trainees."""
    alliance = AnyAlliance(database, cohort=cohort)
    urns = [str(next(_URNS)) for _ in range(schools)]
    record_schools(database, urns)
    for urn in urns:
        alliance.join(urn, _day_before(chance, DAY, 500), chance.choice([None, None, _day_before(chance, DAY, 60)]))
    alliance.files = [*_of_schools(chance, urns), *_of_alliance(chance, alliance)]
    take_over(database, alliance.files)
    alliance.runs = {uuid4(): chance.choice([YEAR, YEAR.before]) for _ in range(chance.randint(0, 4))}
    alliance.courses = frozenset(list(alliance.runs)[2:])
    count_runs(chance, alliance)
    for _ in range(chance.randint(0, 4)):
        made = alliance.designate(_day_before(chance, DAY, 300), round=chance.choice([None, "autumn"]))
        if chance.random() < 0.6:
            alliance.begin(made.leader_id, _day_before(chance, DAY, 200))
        if chance.random() < 0.5:
            alliance.train(made, _day_before(chance, DAY, 300))
        if chance.random() < 0.2:
            alliance.withdraw(made, _day_before(chance, DAY, 200))
    for _ in range(chance.randint(0, 6)):
        alliance.visit(uuid4(), _day_before(chance, DAY, 700), chance.choice([0.5, 1]))
    return alliance


def count_runs(chance: Random, alliance: AnyAlliance, at: datetime = RECORDED_AT) -> None:
    """What its programme runs add up to is told, and told again otherwise."""
    for run_id, year in alliance.runs.items():
        known = chance.randint(0, 9)
        alliance.count_run(
            run_id,
            str(year),
            at=at,
            trains_teachers=run_id not in alliance.courses,
            completed=known + chance.randint(0, 5),
            employment_known=known,
            employed_early=chance.randint(0, known),
        )


def restate_everything(chance: Random, alliance: AnyAlliance, on: date) -> None:
    """Whatever files said of the alliance and its schools is said otherwise, and its runs are counted anew."""
    take_over(alliance.database, [_restated(chance, fact) for fact in alliance.files], on=on)
    count_runs(chance, alliance, datetime(on.year, on.month, on.day, 9, tzinfo=UTC))


def _restated(chance: Random, fact: Fact) -> Fact:
    match fact:
        case Inspection():
            grades = [Grade(chance.randint(1, 4)) for _ in range(3)]
            return fact._replace(overall=grades[0], teaching=grades[1], leadership=grades[2])
        case Attainment():
            return fact._replace(value=fact.value / 2, pupils=fact.pupils + 1)
        case HeadshipVacancy():
            return replace(fact, is_vacant=not fact.is_vacant)
        case TraineeNumbers():
            return replace(fact, trained=fact.trained + 1)
        case EarlyEmployment():
            return replace(fact, completed=fact.completed + 1)
        case AgreedTarget():
            return replace(fact, target=fact.target + 1)
    return fact


def _of_schools(chance: Random, urns: Sequence[str]) -> Iterator[Fact]:
    for urn in urns:
        line = (urn, f"9{urn}")
        yield SchoolLink(line[1], urn, "predecessor", None)
        for on in {_day_before(chance, DAY, 2_000) for _ in range(chance.randint(0, 4))}:
            yield Inspection(
                chance.choice(line), on, Grade(chance.randint(1, 4)), *(_grade_or_none(chance) for _ in range(2))
            )
        for year in (YEAR, YEAR.before):
            for figure, unit in _FIGURES.items():
                if chance.random() < 0.9:
                    value = Decimal(chance.randint(0, 100 if unit is Unit.PERCENT else 60))
                    yield Attainment(
                        Level.SCHOOL, chance.choice(line), year, figure, unit, value, chance.randint(1, 90)
                    )
            if chance.random() < 0.9:
                on = year.last_day - timedelta(chance.randint(1, 300))
                yield HeadshipVacancy(chance.choice(line), on, chance.random() < 0.4)


def _of_alliance(chance: Random, alliance: Alliance) -> Iterator[Fact]:
    for year in (YEAR, YEAR.before):
        trained = chance.randint(1, 30)
        if chance.random() < 0.5:
            yield TraineeNumbers(alliance.alliance_id, year, trained)
        if chance.random() < 0.5:
            yield EarlyEmployment(alliance.alliance_id, year, trained, chance.randint(0, trained))
        yield AgreedTarget(alliance.alliance_id, year, "B8a", Decimal(chance.randint(0, 4)), Decimal(0))


def _grade_or_none(chance: Random) -> Grade | None:
    return chance.choice([None, *list(Grade)])


def _day_before(chance: Random, day: date, days: int) -> date:
    return day - timedelta(chance.randint(0, days))
