"""What this service's own templates say: figures that nobody publishes by school or by alliance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from kpi_service.official_files.attainment import row_year
from kpi_service.official_files.cell import Row
from kpi_service.official_files.file_year import FileYear


@dataclass(frozen=True)
class TraineeNumbers:
    """How many initial trainees an alliance trained in an academic year."""

    alliance_id: UUID
    year: FileYear
    trained: int


@dataclass(frozen=True)
class EarlyEmployment:
    """Of the trainees who completed their training in an academic year, how many were employed early."""

    alliance_id: UUID
    year: FileYear
    completed: int
    employed: int


@dataclass(frozen=True)
class HeadshipVacancy:
    """Whether a school had no head of its own on the day of the count."""

    urn: str
    counted_on: date
    is_vacant: bool


@dataclass(frozen=True)
class AgreedTarget:
    """What an alliance agreed to reach in an academic year, and how far from it still counts as in line with it."""

    alliance_id: UUID
    year: FileYear
    kpi: str
    target: Decimal
    tolerance: Decimal


@dataclass(frozen=True)
class NationalAverage:
    """A published national figure: of which measure and year, when it was published, and where."""

    measure: str
    year: FileYear
    value: Decimal
    published_on: date
    source: str


def read_trainee_numbers(row: Row) -> Iterator[TraineeNumbers]:
    """Raises `CellNotReadable`."""
    yield TraineeNumbers(_alliance(row), row_year(row, "academic_year"), _people(row, "trainees_trained"))


def read_early_employment(row: Row) -> Iterator[EarlyEmployment]:
    """Raises `CellNotReadable`."""
    completed, employed = _people(row, "trainees_completed"), _people(row, "trainees_employed")
    if employed > completed:
        raise row.refused("trainees_employed", "more-than-all", f"{employed} of {completed} is more than there were.")
    yield EarlyEmployment(_alliance(row), row_year(row, "academic_year"), completed, employed)


def read_headship_vacancy(row: Row) -> Iterator[HeadshipVacancy]:
    """Raises `CellNotReadable`."""
    answers = {"yes": True, "no": False}
    answer = answers.get(row.text("headship_vacant").lower())
    if answer is None:
        raise row.refused("headship_vacant", "not-yes-or-no", "Say yes or no.")
    yield HeadshipVacancy(row.urn("urn"), row.required_day("counted_on"), answer)


def read_agreed_target(row: Row) -> Iterator[AgreedTarget]:
    """Raises `CellNotReadable`."""
    target, tolerance = _figure(row, "target"), _figure(row, "tolerance")
    yield AgreedTarget(_alliance(row), row_year(row, "academic_year"), row.word("kpi"), target, tolerance)


def read_national_average(row: Row) -> Iterator[NationalAverage]:
    """Raises `CellNotReadable`."""
    yield NationalAverage(
        row.word("measure"),
        row_year(row, "academic_year"),
        _figure(row, "value"),
        row.required_day("published_on"),
        row.word("source"),
    )


def _alliance(row: Row) -> UUID:
    try:
        return UUID(row.text("alliance_id"))
    except ValueError:
        raise row.refused("alliance_id", "alliance-not-readable", "Give the alliance's id.") from None


def _people(row: Row, name: str) -> int:
    found = row.count(name)
    if found is None:
        raise row.refused(name, "number-missing", "The number is needed; write 0 for none.")
    return found


def _figure(row: Row, name: str) -> Decimal:
    found = row.number(name)
    if found is None:
        raise row.refused(name, "number-missing", "The number is needed.")
    return found
