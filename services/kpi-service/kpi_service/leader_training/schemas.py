"""The JSON of SLEs designated and trained."""

from datetime import date
from typing import Literal
from uuid import UUID

from kpi_service.definitions.kpi_definition import Measure
from kpi_service.leader_training.result import COUNTING_RULE, TrainedLeadersResult
from kpi_service.verdicts.schemas import OF_ALLIANCE_EXAMPLE, AllianceKpiResultOut, ComparatorOut, alliance_members
from service_kit.schemas import ResponseBody, example

_LEADER = {
    "designation_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d3",
    "leader_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a3",
    "designated_on": "2014-11-30",
    "trained_on": "2015-01-19",
}
TRAINED_LEADERS_EXAMPLE = OF_ALLIANCE_EXAMPLE | {
    "code": "B8a",
    "set": "B",
    "number": "8a",
    "name": "SLEs designated and trained",
    "measure": "sles_trained",
    "unit": "SLEs",
    "year": "2014/15",
    "counting_rule": COUNTING_RULE,
    "value": 1,
    "target": {"rule": "in_line_with", "comparator": "agreed_target", "direction": "up", "value": None},
    "comparator": {
        "name": "agreed_target",
        "as_of": "2014-09-01",
        "value": 10.0,
        "source": "upload 0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60f1, line 2",
        "tolerance": 1.0,
    },
    "state": "not_yet_due",
    "trace": [_LEADER],
}


class TrainedLeaderOut(ResponseBody):
    """A designation behind the count."""

    model_config = ResponseBody.model_config | example(**_LEADER)

    designation_id: UUID
    leader_id: UUID
    designated_on: date
    trained_on: date


class TrainedLeadersResultOut(AllianceKpiResultOut):
    """How many SLEs an alliance designated and trained in the academic year."""

    model_config = ResponseBody.model_config | example(**TRAINED_LEADERS_EXAMPLE)

    measure: Literal[Measure.SLES_TRAINED]
    year: str
    counting_rule: str
    value: int
    comparator: ComparatorOut
    trace: list[TrainedLeaderOut]

    @classmethod
    def of(cls, result: TrainedLeadersResult) -> "TrainedLeadersResultOut":
        """The result as it is shown."""
        return cls(
            **alliance_members(result),
            year=str(result.year),
            counting_rule=COUNTING_RULE,
            value=len(result.leaders),
            comparator=ComparatorOut.of(result.comparison),
            trace=[TrainedLeaderOut.model_validate(leader) for leader in result.leaders],
        )
