"""A third set of KPIs, as an operator records it: deployment days, teachers trained, schools rated good."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from kpi_service.definitions.schemas import KpiDefinitionIn
from kpi_service.definitions.store import add_definition
from service_kit.database import EVERY_TENANT, Database

_LAST_YEAR = {"rule": "greater_than", "comparator": "previous_year"}


def _kpi(number: str, name: str, measure: str, target: Mapping[str, Any]) -> dict[str, Any]:
    kpi = {"number": number, "name": name, "measure": measure, "target": dict(target)}
    return {"set": "C", "valid_from_on": "2011-09-01"} | kpi


THIRD_SET = (
    _kpi("1", "Deployment days", "deployment_days", _LAST_YEAR),
    _kpi("2", "Teachers trained", "teachers_trained", _LAST_YEAR),
    _kpi("3", "Schools rated good", "schools_rated_good", {"rule": "greater_than", "comparator": "national"}),
)


def add_third_set(database: Database) -> None:
    """Records the set."""
    with database.transaction(EVERY_TENANT) as session:
        for kpi in THIRD_SET:
            add_definition(session, uuid4(), KpiDefinitionIn(**kpi).to_rule())


def add_kpi(database: Database, number: str, name: str, *, valid_to_on: str) -> None:
    """Records one more of the set, of deployment days, which ends."""
    kpi = _kpi(number, name, "deployment_days", _LAST_YEAR) | {"valid_to_on": valid_to_on}
    with database.transaction(EVERY_TENANT) as session:
        add_definition(session, uuid4(), KpiDefinitionIn(**kpi).to_rule())
