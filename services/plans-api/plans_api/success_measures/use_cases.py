"""What people do with success measures: set them, and say what was reached."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from plans_api.plans.store import get_action_point
from plans_api.plans.use_cases import open_plan, record_plan_change, require_own_action
from plans_api.programmes.outcome import figures_of, rates_of
from plans_api.programmes.store import get_run, parts_of
from plans_api.success_measures import store
from plans_api.success_measures.success_measure import require_one_way
from plans_api.success_measures.tables import MeasureActualRow, MeasureConditionRow, SuccessMeasureRow
from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future
from service_kit.errors import NotFound
from service_kit.ids import new_id


def set_measure(
    work: UnitOfWork,
    plan_id: UUID,
    action_point_id: UUID | None,
    title: str,
    due_on: date | None,
    conditions: Sequence[Mapping[str, Any]],
) -> SuccessMeasureRow:
    """A plan is measured by one condition, or by several that must hold together. Errors: `NotFound`,
    `PlanIsClosed`."""
    plan = open_plan(work, plan_id)
    if action_point_id and get_action_point(work.session, action_point_id).plan_id != plan_id:
        raise NotFound("There is no such thing here.")
    row = SuccessMeasureRow(
        id=new_id(),
        alliance_id=plan.alliance_id,
        plan_id=plan_id,
        action_point_id=action_point_id,
        title=title,
        due_on=due_on,
        conditions=[
            MeasureConditionRow(position=position, alliance_id=plan.alliance_id, **condition)
            for position, condition in enumerate(conditions, start=1)
        ],
    )
    work.session.add(row)
    data = {"measure_id": row.id, "action_point_id": action_point_id, "due_on": due_on}
    record_plan_change(
        work, plan, "success-measure-set", subject=row.id, data=data, action_point_id=action_point_id, after=title
    )
    return row


def record_actual(
    work: UnitOfWork,
    measure_id: UUID,
    position: int,
    as_of: date,
    *,
    value: Decimal | None,
    counts: tuple[int | None, int | None],
    figure: tuple[UUID, str] | None,
    source: str | None,
) -> SuccessMeasureRow:
    """What was reached of one condition, as of a day: a value, or how many of how many, or a figure of a programme's
    run as it is now. What was said before stays.

    Errors: `NotFound`, `Forbidden`, `PlanIsClosed`, `ActualSaidTwoWays`, `MoreThanAll`, `DateNotYetCome`.
    """
    measure = store.get_measure(work.session, measure_id)
    require_own_action(work, measure.alliance_id, measure.action_point_id)
    plan = open_plan(work, measure.plan_id)
    if position not in {condition.position for condition in measure.conditions}:
        raise NotFound("There is no such thing here.")
    require_one_way(value=value is not None, counts=counts, figure=figure is not None)
    refuse_future(what="reached", on=as_of, today=work.today)
    run_id, name = figure or (None, None)
    numerator, denominator = _figure(work, plan.alliance_id, run_id, name) if run_id and name else counts
    row = MeasureActualRow(
        id=new_id(),
        alliance_id=plan.alliance_id,
        measure_id=measure_id,
        position=position,
        value=value,
        numerator=numerator,
        denominator=denominator,
        as_of=as_of,
        source=source,
        run_id=run_id,
        figure=name,
        recorded_at=work.now,
    )
    work.session.add(row)
    said = f"{value.normalize():f}" if value is not None else f"{numerator} of {denominator}"
    record_plan_change(
        work,
        plan,
        "success-actual-recorded",
        subject=row.id,
        data={"measure_id": measure_id, "position": position, "as_of": as_of},
        action_point_id=measure.action_point_id,
        after=said,
    )
    return measure


def _figure(work: UnitOfWork, alliance_id: UUID, run_id: UUID, name: str) -> tuple[int, int]:
    run = get_run(work.session, run_id)
    rates = rates_of(figures_of(parts_of(work.session, run_id), run.ends_on))
    if run.alliance_id != alliance_id or name not in rates:
        raise NotFound("There is no such thing here.")
    return rates[name].numerator, rates[name].denominator
