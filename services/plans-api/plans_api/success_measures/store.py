"""The SQL of success measures."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from plans_api.plans.store import readable
from plans_api.success_measures.success_measure import Actual
from plans_api.success_measures.tables import MeasureActualRow, SuccessMeasureRow
from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


def get_measure(session: Session, measure_id: UUID) -> SuccessMeasureRow:
    """The measure with its conditions. Errors: `NotFound`."""
    row = session.get(SuccessMeasureRow, measure_id)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def actuals_of(session: Session, measure_id: UUID) -> Sequence[MeasureActualRow]:
    """What was reached, in the order in which it was recorded."""
    found = select(MeasureActualRow).where(MeasureActualRow.measure_id == measure_id)
    return session.scalars(found.order_by(MeasureActualRow.id)).all()


def as_rule(rows: Sequence[MeasureActualRow]) -> list[tuple[int, Actual]]:
    """The same as the rule reads it: each with the position of its condition."""
    return [(row.position, Actual(row.value, row.numerator, row.denominator, row.as_of)) for row in rows]


def page_of_measures(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[SuccessMeasureRow], Item],
) -> Page[Item]:
    """A page of the measures the caller may read, of these plans where any are named."""
    found = select(SuccessMeasureRow).where(
        readable(caller, SuccessMeasureRow.alliance_id, SuccessMeasureRow.plan_id),
        SuccessMeasureRow.plan_id.in_(plan_ids) if plan_ids else true(),
    )
    return read_page(session, found, [SuccessMeasureRow.id], page, shape)
