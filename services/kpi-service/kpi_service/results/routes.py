"""Results over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kpi_service.definitions.schemas import KpiCode, SetCode
from kpi_service.deployment_days.result import DeploymentDaysResult
from kpi_service.leader_training.result import TrainedLeadersResult
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.results import use_cases
from kpi_service.results.result import DeploymentResult
from kpi_service.results.schemas import AllianceResultsOut, alliance_result
from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.schemas import Day, ShortText

router = APIRouter(tags=["results"])

SetOf = Annotated[SetCode | None, Query(alias="set", description="KPIs of this set only.")]
KpiOf = Annotated[KpiCode | None, Query(alias="kpi", description="The KPI with this code only.")]
RoundOf = Annotated[ShortText | None, Query(alias="round", description="Designations of this round only.")]
AsOf = Annotated[Day | None, Query(description="The day asked about; today where it is left out.")]


@router.get(
    "/v1/alliances/{alliance_id}/results", response_model=AllianceResultsOut, summary="Read an alliance's results"
)
def list_alliance_results(
    alliance_id: UUID,
    reading: ReadingOf,
    set_code: SetOf = None,
    code: KpiOf = None,
    as_of: AsOf = None,
    round_name: RoundOf = None,
    designated_from: Annotated[Day | None, Query(description="Designations of this day and later only.")] = None,
    designated_to: Annotated[Day | None, Query(description="Designations before this day only.")] = None,
) -> AllianceResultsOut:
    """The results of one alliance at the end of a day, under the definitions in force on it. Nothing that happened
    after the day is looked at. Each result has its numerator and denominator, what it was set against and how it stands
    to that, and the records behind it. Where a round or a period of designations is asked for, only KPIs that can be
    taken apart by it are answered."""
    today = day_of(reading.now)
    chosen = DesignatedIn(round_name, designated_from, designated_to)
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        results = use_cases.answer_for_alliance(
            session,
            alliance_id,
            set_code=set_code,
            code=code,
            chosen=chosen,
            as_of=as_of or today,
            today=today,
        )
        if any(
            isinstance(result, DeploymentResult | TrainedLeadersResult | DeploymentDaysResult) for result in results
        ):
            # It says of single leaders whether they were deployed in time, trained, or on which days used.
            reading.note(session, "results-read", subject=alliance_id, tenant=alliance_id)
    return AllianceResultsOut(items=[alliance_result(result) for result in results], next_cursor=None)
