"""The JSON of days used on visits."""

from datetime import date
from typing import Literal
from uuid import UUID

from kpi_service.definitions.kpi_definition import Measure
from kpi_service.deployment_days.result import COUNTING_RULE, DeploymentDaysResult
from kpi_service.verdicts.schemas import (
    OF_ALLIANCE_EXAMPLE,
    AllianceKpiResultOut,
    ChangeOut,
    ComparatorOut,
    alliance_members,
    change_shown,
)
from service_kit.schemas import ResponseBody, example

_VISIT = {
    "deployment_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d7",
    "leader_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a3",
    "visited_on": "2015-01-19",
    "days": 0.5,
}
DEPLOYMENT_DAYS_EXAMPLE = OF_ALLIANCE_EXAMPLE | {
    "code": "C1",
    "set": "C",
    "number": "1",
    "name": "Deployment days",
    "measure": "deployment_days",
    "unit": "days",
    "year": "2014/15",
    "counting_rule": COUNTING_RULE,
    "value": 64.5,
    "previous_value": 60.0,
    "change": 4.5,
    "change_percent": 7.5,
    "target": {"rule": "greater_than", "comparator": "previous_year", "direction": "up", "value": None},
    "comparator": {"name": "previous_year", "as_of": "2014-03-20", "value": 60.0, "source": None, "tolerance": None},
    "state": "met",
    "trace": [_VISIT],
}


class VisitOut(ResponseBody):
    """A visit of the year or of the one before, and the days it took."""

    model_config = ResponseBody.model_config | example(**_VISIT)

    deployment_id: UUID
    leader_id: UUID
    visited_on: date
    days: float


class DeploymentDaysResultOut(AllianceKpiResultOut, ChangeOut):
    """How many days an alliance's leaders used on visits."""

    model_config = ResponseBody.model_config | example(**DEPLOYMENT_DAYS_EXAMPLE)

    measure: Literal[Measure.DEPLOYMENT_DAYS]
    year: str
    counting_rule: str
    comparator: ComparatorOut
    trace: list[VisitOut]

    @classmethod
    def of(cls, result: DeploymentDaysResult) -> "DeploymentDaysResultOut":
        """The result as it is shown."""
        return cls(
            **alliance_members(result),
            **change_shown(result.used.year_on_year),
            year=str(result.year),
            counting_rule=COUNTING_RULE,
            comparator=ComparatorOut.of(result.comparison),
            trace=[VisitOut.model_validate(visit) for visit in result.visits],
        )
