"""What the inspection files say: each graded inspection, under the URN it was given to."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from kpi_service.official_files.cell import Grade, Row


class Inspection(NamedTuple):
    """One graded inspection. A judgement that was not made has no grade; `overall` always has one."""

    urn: str
    inspected_on: date
    overall: Grade
    teaching: Grade | None = None
    leadership: Grade | None = None


def read_history(row: Row) -> Iterator[Inspection]:
    """One graded inspection a row; a row that was not judged says none. Raises `CellNotReadable`."""
    overall = row.grade("overall")
    if overall is not None:
        yield Inspection(row.urn("urn"), row.required_day("inspected_on"), overall)


# Of the latest and of the previous one: the URN it was given to, its day, and its three judgements.
_LATEST = ("inspected_urn", "inspected_on", "overall", "teaching", "leadership")
_PREVIOUS = ("previous_urn", "previous_inspected_on", "previous_overall", "previous_teaching", "previous_leadership")


def read_outcomes(row: Row) -> Iterator[Inspection]:
    """The latest and the previous graded inspection of a school, each under the URN it was given to: an academy's row
    carries the grades of the school it was before. Raises `CellNotReadable`."""
    school = row.urn("urn")
    for of_school, inspected_on, judged, teaching, leadership in (_LATEST, _PREVIOUS):
        overall = row.grade(judged)
        if overall is not None:
            yield Inspection(
                school if row.text(of_school) in ("", school) else row.urn(of_school),
                row.required_day(inspected_on),
                overall,
                row.grade(teaching),
                row.grade(leadership),
            )
