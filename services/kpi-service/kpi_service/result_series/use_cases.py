"""What people ask of a KPI through the years."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.measures.target import Comparator
from kpi_service.result_series.series import Series, series_of
from kpi_service.results.use_cases import answer_for_alliance


def read_series(
    session: Session,
    alliance_id: UUID,
    days: Sequence[date],
    *,
    set_code: str | None,
    code: str | None,
    today: date,
    beside_on_the_last: Sequence[Comparator] = (),
) -> Sequence[Series]:
    """The series of an alliance's KPIs on these days: each of their results is the one that is answered when it is
    asked for as of its day. The last day's improvements are set against the comparators `beside_on_the_last` too.
    Errors: `NotFound`."""
    return series_of(
        result
        for as_of in days
        for result in answer_for_alliance(
            session,
            alliance_id,
            set_code=set_code,
            code=code,
            chosen=DesignatedIn(),
            as_of=as_of,
            today=today,
            beside=beside_on_the_last if as_of == days[-1] else (),
        )
    )
