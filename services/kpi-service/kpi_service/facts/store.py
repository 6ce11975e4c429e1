"""The SQL that keeps the facts."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kpi_service.facts.fact import DeploymentBegun, Designation, Lapse, Training, Visit, Withdrawal
from kpi_service.facts.tables import DeploymentRow, DesignationRow, VisitRow
from service_kit import replica


def put_designation(session: Session, designation: Designation, *, last_day_on: date) -> None:
    """Keeps a designation, with the last day that is within three months of it. The day on which it is due to lapse is
    known from the first."""
    told = asdict(designation)
    lapsed_on = told.pop("due_to_lapse_on")
    replica.put(session, DesignationRow, **told, lapsed_on=lapsed_on, last_day_on=last_day_on)


def put_training(session: Session, training: Training) -> None:
    """Keeps that training was completed. Errors: `sqlalchemy.exc.NoResultFound` where there is no such designation."""
    row = session.get_one(DesignationRow, training.designation_id)
    row.trained_on = training.trained_on
    row.recorded_at = training.recorded_at


def put_withdrawal(session: Session, withdrawal: Withdrawal) -> None:
    """Keeps that a designation was withdrawn. Errors: `sqlalchemy.exc.NoResultFound` where it never was made."""
    row = session.get_one(DesignationRow, withdrawal.designation_id)
    row.withdrawn_on = withdrawal.withdrawn_on
    row.recorded_at = withdrawal.recorded_at


def put_lapse(session: Session, lapse: Lapse) -> None:
    """Keeps that a designation lapsed, before it was due to or on that day. Errors: `sqlalchemy.exc.NoResultFound`
    where it never was made."""
    row = session.get_one(DesignationRow, lapse.designation_id)
    row.lapsed_on = min(lapse.lapsed_on, row.lapsed_on or date.max)
    row.recorded_at = lapse.recorded_at


def put_deployment(session: Session, deployment: DeploymentBegun) -> None:
    """Keeps that a deployment has begun."""
    replica.put(session, DeploymentRow, **asdict(deployment))


def put_visit(session: Session, visit: Visit) -> None:
    """Keeps that a visit took place."""
    replica.put(session, VisitRow, **asdict(visit))


def remove_all(session: Session) -> None:
    """Removes every fact."""
    for row in (VisitRow, DeploymentRow, DesignationRow):
        session.execute(delete(row))
