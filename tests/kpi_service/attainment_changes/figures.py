"""Published figures as a performance table has them, and results asked for over HTTP."""

from datetime import date
from decimal import Decimal
from typing import Any

from kpi_service.official_files.attainment import Attainment, Figure, Level, Unit
from kpi_service.official_files.file_year import FileYear
from tests.kpi_service.builders import Alliance
from tests.kpi_service.serving import Serving

YEAR = FileYear(2016)
DAY = date(2017, 8, 31)


def figure(
    code: str,
    year: FileYear,
    value: str,
    pupils: int,
    what: Figure = Figure.RWM_EXPECTED,
    level: Level = Level.SCHOOL,
    unit: Unit = Unit.PERCENT,
) -> Attainment:
    """One published figure: of reading, writing and mathematics at a school unless the test says otherwise."""
    return Attainment(level, code, year, what, unit, Decimal(value), pupils)


def results(kpi_http: Serving, alliance: Alliance, code: str, on: date = DAY) -> list[dict[str, Any]]:
    """What one KPI says of the alliance, over HTTP."""
    somebody = kpi_http.somebody("auditor", alliance.alliance_id)
    answer = somebody.get(f"/v1/alliances/{alliance.alliance_id}/results", params={"kpi": code, "as_of": str(on)})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def result(kpi_http: Serving, alliance: Alliance, code: str, what: str = "rwm_expected") -> dict[str, Any]:
    """What one KPI says of one figure."""
    (found,) = [item for item in results(kpi_http, alliance, code) if item["figure"] == what]
    return found
