"""Success measures over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from plans_api.plans.store import reader_of
from plans_api.success_measures import store, use_cases
from plans_api.success_measures.schemas import (
    ActualOut,
    SuccessActualIn,
    SuccessMeasureIn,
    SuccessMeasureOut,
    SuccessMeasureResultOut,
)
from plans_api.success_measures.success_measure import Condition, Direction, newest, verdict_of
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.paging import PageOf
from service_kit.schemas import Day, Page

router = APIRouter(tags=["success measures"])


@router.post("/v1/success-measures", status_code=201, response_model=SuccessMeasureOut, summary="Set a success measure")
def set_success_measure(body: SuccessMeasureIn, command: KeyedCommand) -> Response:
    """What a plan, or one of its action points, is to achieve. A measure with several conditions is met only where all
    of them hold."""
    conditions = [condition.model_dump() for condition in body.conditions]
    return command.execute(
        lambda work: use_cases.set_measure(
            work, body.plan_id, body.action_point_id, body.title, body.due_on, conditions
        ),
        lambda row: Reply(SuccessMeasureOut.model_validate(row), 201, location=f"/v1/success-measures/{row.id}"),
    )


@router.get("/v1/success-measures", response_model=Page[SuccessMeasureOut], summary="List success measures")
def list_success_measures(
    reading: ReadingOf, page: PageOf, plan_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[SuccessMeasureOut]:
    """The success measures of the alliances you belong to."""
    with reading.transaction() as session:
        return store.page_of_measures(session, reading.caller, plan_id or (), page, SuccessMeasureOut.model_validate)


@router.get(
    "/v1/success-measures/{measure_id}", response_model=SuccessMeasureResultOut, summary="Read whether a measure is met"
)
def get_success_measure(
    measure_id: UUID,
    reading: ReadingOf,
    as_of: Annotated[Day | None, Query(description="Nothing later counts; today where absent.")] = None,
) -> SuccessMeasureResultOut:
    """A measure with all that was recorded of it, and whether it is met on a day."""
    with reading.transaction() as session:
        row = store.get_measure(session, measure_id)
        reader_of(session, reading.caller, row.plan_id, row.alliance_id)
        actuals = store.actuals_of(session, measure_id)
        day: date = as_of or day_of(reading.now)
        conditions = [Condition(one.position, Direction(one.direction), one.target) for one in row.conditions]
        verdict = verdict_of(conditions, newest(store.as_rule(actuals), day), row.due_on, day)
        told = SuccessMeasureOut.model_validate(row)
    shown = [ActualOut.model_validate(actual) for actual in actuals]
    return SuccessMeasureResultOut(**dict(told), as_of=day, verdict=verdict, actuals=shown)


@router.post("/v1/success-actuals", status_code=201, response_model=SuccessMeasureOut, summary="Say what was reached")
def record_success_actual(body: SuccessActualIn, command: KeyedCommand) -> Response:
    """Adds what was reached of one condition as of a day. Of the latest day the one recorded last counts: a correction
    is recorded like anything else."""
    figure = (body.run_id, body.figure) if body.run_id and body.figure else None
    return command.execute(
        lambda work: use_cases.record_actual(
            work,
            body.measure_id,
            body.position,
            body.as_of,
            value=body.value,
            counts=(body.numerator, body.denominator),
            figure=figure,
            source=body.source,
        ),
        lambda row: Reply(SuccessMeasureOut.model_validate(row), 201, location=f"/v1/success-measures/{row.id}"),
    )
