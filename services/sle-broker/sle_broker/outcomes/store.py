"""The SQL of outcomes. The register is counted in the database, whatever its length."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, lazyload

from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.deployments.agreement import Direction
from sle_broker.deployments.deployment import DeploymentKind
from sle_broker.deployments.tables import DeploymentRow
from sle_broker.outcomes.outcome import DeploymentOutcome, Grade, Inspection, Outcome, Results
from sle_broker.outcomes.register import GradeMove, OutcomeRegister, RegisterEntry, Tally
from sle_broker.outcomes.tables import DeploymentOutcomeRow

Item = TypeVar("Item")


def save_outcome(session: Session, alliance_id: UUID, outcome: DeploymentOutcome) -> None:
    """Puts what became of a school in the place of what was recorded of the deployment before."""
    inspection, results = outcome.inspection, outcome.results
    row = DeploymentOutcomeRow(
        deployment_id=outcome.deployment_id,
        alliance_id=alliance_id,
        urn=inspection and inspection.urn,
        inspected_on=inspection and inspection.inspected_on,
        previous_grade=inspection and inspection.previous_grade,
        grade=inspection and inspection.grade,
        said=inspection and inspection.said,
        inspection_outcome=inspection and inspection.outcome,
        measure=results and results.measure,
        before=results and results.before,
        after=results and results.after,
        better=results and results.better,
        results_outcome=results and results.outcome,
    )
    session.merge(row)
    session.flush()


def outcomes_of(session: Session, deployment_ids: Collection[UUID]) -> Mapping[UUID, DeploymentOutcome]:
    """What became of the schools, by the ids of the deployments of which it is recorded."""
    rows = session.scalars(select(DeploymentOutcomeRow).where(DeploymentOutcomeRow.deployment_id.in_(deployment_ids)))
    return {row.deployment_id: _outcome(row) for row in rows}


def register_of(session: Session, alliance_id: UUID, began_from: date | None, began_to: date | None) -> OutcomeRegister:
    """The register of an alliance's commissions that began from the one day on, and before the other."""
    deployment, outcome = DeploymentRow, DeploymentOutcomeRow
    counted = (
        select(
            deployment.host_school_urn,
            outcome.inspected_on,
            outcome.inspection_outcome,
            outcome.results_outcome,
            outcome.previous_grade,
            outcome.grade,
        )
        .outerjoin(outcome, outcome.deployment_id == deployment.id)
        .where(*_began(alliance_id, began_from, began_to))
        .subquery()
    )
    latest = (
        select(counted.c.inspection_outcome)
        .distinct(counted.c.host_school_urn)
        .order_by(counted.c.host_school_urn, counted.c.inspected_on.desc().nulls_last())
        .subquery()
    )
    improved = or_(counted.c.inspection_outcome == Outcome.IMPROVED, counted.c.results_outcome == Outcome.IMPROVED)
    grades = (counted.c.previous_grade, counted.c.grade)
    moves = (
        select(*grades, func.count())
        .where(counted.c.inspection_outcome.is_not(None))
        .group_by(*grades)
        .order_by(*grades)
    )
    return OutcomeRegister(
        deployments=_tally(session, counted.c.inspection_outcome),
        schools=_tally(session, latest.c.inspection_outcome),
        improved=session.scalar(select(func.count()).where(improved)) or 0,
        moves=tuple(GradeMove(_grade(before), _grade(after), count) for before, after, count in session.execute(moves)),
    )


def page_of_register(
    session: Session,
    alliance_id: UUID,
    began_from: date | None,
    began_to: date | None,
    page: PageRequest,
    shape: Callable[[RegisterEntry], Item],
) -> Page[Item]:
    """A page of the commissions that the register counts, each with what became of its school."""
    counted = select(DeploymentRow).options(lazyload("*")).where(*_began(alliance_id, began_from, began_to))
    found = read_page(session, counted, [DeploymentRow.id], page, lambda row: row)
    outcomes = outcomes_of(session, [row.id for row in found.items])
    entries = [
        RegisterEntry(row.id, row.host_school_urn, row.first_day_on, outcomes.get(row.id))
        for row in found.items
        if row.first_day_on is not None
    ]
    return Page(items=[shape(entry) for entry in entries], next_cursor=found.next_cursor)


def _began(alliance_id: UUID, began_from: date | None, began_to: date | None) -> list[ColumnElement[bool]]:
    row = DeploymentRow
    return [
        row.alliance_id == alliance_id,
        row.kind == DeploymentKind.COMMISSION,
        row.first_day_on >= (began_from or date.min),
        row.first_day_on < (began_to or date.max),
    ]


def _tally(session: Session, outcome: ColumnElement[str | None]) -> Tally:
    counts = dict(session.execute(select(outcome, func.count()).group_by(outcome)).all())
    return Tally(all=sum(counts.values()), by_outcome={one: counts.get(one, 0) for one in Outcome})


def _grade(stored: int | None) -> Grade | None:
    return None if stored is None else Grade(stored)


def _outcome(row: DeploymentOutcomeRow) -> DeploymentOutcome:
    inspection = results = None
    if row.urn is not None and row.inspected_on is not None:
        said = None if row.said is None else Outcome(row.said)
        inspection = Inspection(row.urn, row.inspected_on, _grade(row.previous_grade), _grade(row.grade), said)
    if row.measure is not None and row.before is not None and row.after is not None and row.better is not None:
        results = Results(row.measure, row.before, row.after, Direction(row.better))
    return DeploymentOutcome(row.deployment_id, inspection, results)
