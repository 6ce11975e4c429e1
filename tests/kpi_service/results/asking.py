"""Asking for results as a caller of one alliance, or of the platform, does."""

from datetime import date
from typing import Any

from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.national_results.use_cases import Nation
from kpi_service.results import use_cases
from kpi_service.results.result import AllianceResult, DeploymentResult, NationalResult, SchoolsResult
from kpi_service.verdicts.suppression import DEFAULT_MINIMUM_COUNT
from service_kit.access import Grant, Reach
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import TODAY, Alliance


def answers(alliance: Alliance, as_of: date, **asked: Any) -> list[AllianceResult]:
    """The alliance's results, seen with a role in this alliance only."""
    chosen = DesignatedIn(*(asked.pop(name, None) for name in ("round", "designated_from", "designated_to")))
    filters = {"set_code": None, "code": None, "today": TODAY} | asked
    with alliance.database.transaction(Reach.of([Grant("broker", alliance.alliance_id)])) as session:
        return list(use_cases.answer_for_alliance(session, alliance.alliance_id, chosen=chosen, as_of=as_of, **filters))


def b8b(alliance: Alliance, as_of: date, **asked: Any) -> DeploymentResult:
    """KPI B8b of the alliance."""
    (result,) = answers(alliance, as_of, code="B8b", **asked)
    assert isinstance(result, DeploymentResult)
    return result


def b7(alliance: Alliance, as_of: date, **asked: Any) -> SchoolsResult:
    """KPI B7 of the alliance."""
    (result,) = answers(alliance, as_of, code="B7", **asked)
    assert isinstance(result, SchoolsResult)
    return result


def a1(database: Database, as_of: date, today: date = TODAY) -> NationalResult:
    """KPI A1 of the nation."""
    with database.transaction(EVERY_TENANT) as session:
        nation = Nation(session, as_of, today)
        (result,) = nation.answer(set_code="A", code="A1", minimum_count=DEFAULT_MINIMUM_COUNT)
    assert isinstance(result, NationalResult)
    return result
