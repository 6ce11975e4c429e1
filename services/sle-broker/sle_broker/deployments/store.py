"""The SQL of deployments. A deployment is loaded and stored as a whole."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, or_, select, true
from sqlalchemy.dialects.postgresql.ranges import MultiRange, Range
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.life_cycle import Step
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.deployments.agreement import (
    Agreement,
    AspectGrade,
    Direction,
    Judgement,
    Objective,
    ObjectiveOutcome,
    Party,
    Target,
)
from sle_broker.deployments.booking import BookedYear, Booking
from sle_broker.deployments.deployment import Deployment, DeploymentKind
from sle_broker.deployments.free_days import HeldDays
from sle_broker.deployments.life_cycle import DeploymentReason, DeploymentState
from sle_broker.deployments.tables import (
    AgreementRow,
    DeploymentRow,
    DeploymentStepRow,
    FirstDayCorrectionRow,
    ObjectiveRow,
    ReviewRow,
    VisitDayRow,
    VisitRow,
)
from sle_broker.deployments.visit import FirstDayCorrection, FirstDayCorrectionReason, Review, Visit
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.days import HALF_DAY
from sle_broker.specialisms.kept import Kept

Item = TypeVar("Item")


def booked_year(session: Session, leader_id: UUID, year: AcademicYear, *, beside: UUID, now: datetime) -> BookedYear:
    """What a leader's deployments hold of an academic year now, beside the one that is booked or changed.

    It stays so until the transaction's end where the leader's row has been locked before.
    """
    row = DeploymentRow
    half_days = session.scalars(
        select(row.half_days).where(
            row.leader_id == leader_id, row.academic_year == year.starting, row.days_held > 0, row.id != beside
        )
    )
    visit_days = select(VisitDayRow.on).where(
        VisitDayRow.leader_id == leader_id,
        VisitDayRow.on.between(year.first_day, year.last_day),
        VisitDayRow.deployment_id != beside,
    )
    return BookedYear(
        held=tuple(held_days(session, [leader_id], year, beside=beside, now=now).get(leader_id, ())),
        half_days=frozenset(number for numbers in half_days for number in _numbers(numbers)),
        visit_days=frozenset(session.scalars(visit_days)),
    )


def offer_stands(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a deployment is anything but an offer that nobody answered in time, which holds nothing, whether or not
    that has been recorded. Whoever decides by it gives their own instant: what still stood when they came is not free
    because the database's clock has gone on since."""
    row = DeploymentRow
    return or_(row.held_until.is_(None), row.held_until > now)


def of_leaders_of(alliance_ids: Collection[UUID]) -> ColumnElement[bool]:
    """Whether a deployment is one of a leader of these alliances, lent or not."""
    row = DeploymentRow
    own = and_(row.lender_alliance_id.is_(None), row.alliance_id.in_(alliance_ids))
    return or_(own, row.lender_alliance_id.in_(alliance_ids))


def held_days(
    session: Session, leader_ids: Iterable[UUID], year: AcademicYear, *, now: datetime, beside: UUID | None = None
) -> Mapping[UUID, Sequence[HeldDays]]:
    """What each leader's deployments hold of a year now, by the leaders' ids: each visit its time on its day, and what
    a deployment holds beyond its visits between the first and the last day of its booking."""
    row = DeploymentRow
    holding = and_(
        row.leader_id.in_(leader_ids),
        row.academic_year == year.starting,
        row.days_held > 0,
        offer_stands(now),
        true() if beside is None else row.id != beside,
    )
    held: dict[UUID, list[HeldDays]] = defaultdict(list)
    used: dict[UUID, Decimal] = defaultdict(Decimal)
    visits = select(row.leader_id, row.id, VisitRow.on, VisitRow.days).join(VisitRow, VisitRow.deployment_id == row.id)
    for leader_id, deployment_id, on, days in session.execute(visits.where(holding)):
        held[leader_id].append(HeldDays(on, on, days, is_used=True))
        used[deployment_id] += days
    bookings = select(row.leader_id, row.id, row.starts_on, row.ends_on, row.days_held).where(holding)
    for leader_id, deployment_id, starts_on, ends_on, days in session.execute(bookings):
        if days > used[deployment_id]:
            held[leader_id].append(HeldDays(starts_on, ends_on, days - used[deployment_id]))
    return held


def state_as_of(day: date | ColumnElement[date]) -> ScalarSelect[str]:
    """The state that a deployment had reached at the end of a day, of whatever deployment the statement is about; null
    where it had not been proposed."""
    step = DeploymentStepRow
    reached = select(step.state).where(step.deployment_id == DeploymentRow.id, step.on <= day).correlate(DeploymentRow)
    return reached.order_by(step.position.desc()).limit(1).scalar_subquery()


def add_deployment(
    session: Session, alliance_id: UUID, deployment: Deployment, half_days: frozenset[int]
) -> Kept[Deployment]:
    """A new deployment, which holds the half-days of these numbers."""
    row = DeploymentRow(
        id=deployment.id,
        alliance_id=alliance_id,
        support_request_id=deployment.support_request_id,
        leader_id=deployment.leader_id,
        home_school_urn=deployment.home_school_urn,
        host_school_urn=deployment.host_school_urn,
        submitted_by=deployment.submitted_by,
        kind=deployment.kind,
        extends_deployment_id=deployment.extends_deployment_id,
        lender_alliance_id=deployment.lender_alliance_id,
        steps=[],
        objectives=[],
        agreements=[],
        visits=[],
        reviews=[],
        first_day_corrections=[],
        visit_days=[],
    )
    _write(row, deployment, half_days)
    session.add(row)
    session.flush()
    return _kept(row)


def get_deployment(session: Session, deployment_id: UUID, *, for_update: bool = False) -> Kept[Deployment]:
    """The deployment; where it is to be changed, locked until the transaction's end and as it is then.

    Errors: `NotFound`.
    """
    row = find_row(session, DeploymentRow, deployment_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return _kept(row)


def save_deployment(
    session: Session, deployment: Deployment, half_days: frozenset[int] | None = None
) -> Kept[Deployment]:
    """Stores a deployment that was loaded before, whatever of it has changed, as its next version.

    It holds the half-days of these numbers from now on; where none are given, the lowest of those it held, as many as
    it still holds.
    """
    row = session.get_one(DeploymentRow, deployment.id)
    if half_days is None:
        still = int(deployment.days_held / HALF_DAY)
        half_days = frozenset(sorted(_numbers(row.half_days))[:still])
    _write(row, deployment, half_days)
    # What changed may be in the other tables alone, and is a new version of the deployment all the same.
    flag_modified(row, "state")
    session.flush()
    return _kept(row)


def offers_expired(session: Session, leader_id: UUID, now: datetime) -> Sequence[Deployment]:
    """The offers of a leader that nobody answered in time and that are not recorded as expired, locked."""
    row = DeploymentRow
    found = select(row).where(row.leader_id == leader_id, row.held_until <= now)
    rows = session.scalars(found.with_for_update(key_share=True).execution_options(populate_existing=True))
    return [_kept(one).thing for one in rows]


def unanswered_offer(session: Session, now: datetime) -> Kept[Deployment] | None:
    """The offer that expired first of those not recorded as expired, of whichever leader, locked; those that somebody
    has in hand at this moment are theirs to record."""
    row = DeploymentRow
    found = select(row).where(row.held_until <= now).order_by(row.held_until, row.id).limit(1)
    kept = session.scalar(found.with_for_update(skip_locked=True, key_share=True))
    return None if kept is None else _kept(kept)


def page_of_deployments(
    session: Session,
    caller: Caller,
    filters: Sequence[ColumnElement[bool]],
    page: PageRequest,
    shape: Callable[[Kept[Deployment]], Item],
) -> Page[Item]:
    """A page of the deployments the caller may read that pass all of `filters`."""
    found = select(DeploymentRow).where(_readable(caller), *filters)
    return read_page(session, found, [DeploymentRow.id], page, lambda row: shape(_kept(row)))


def may_know_judgement(caller: Caller, kept: Kept[Deployment]) -> bool:
    """Whether the caller may know how a deployment was judged: who reads for the whole alliance may; of the parties,
    the leader and their home school once it has been released to them. Those of a lent leader are in the alliance that
    lends them."""
    sides = {kept.alliance_id, kept.thing.lender_alliance_id or kept.alliance_id}
    return any(caller.permitted.covers(side, *kept.thing.evaluation_parties) for side in sides)


def named(
    *,
    alliance_ids: Sequence[UUID] = (),
    leader_ids: Sequence[UUID] = (),
    support_request_ids: Sequence[UUID] = (),
    states: Sequence[DeploymentState] = (),
) -> list[ColumnElement[bool]]:
    """The filters of a list of deployments; an empty one lets everything through."""
    wanted = (
        (DeploymentRow.alliance_id, alliance_ids),
        (DeploymentRow.leader_id, leader_ids),
        (DeploymentRow.support_request_id, support_request_ids),
        (DeploymentRow.state, states),
    )
    return [column.in_(values) for column, values in wanted if values]


def page_of_visits(
    session: Session,
    caller: Caller,
    deployment_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[VisitRow], Item],
) -> Page[Item]:
    """A page of the visits of the deployments the caller may read, of these where any are named."""
    found = (
        select(VisitRow)
        .join(DeploymentRow, DeploymentRow.id == VisitRow.deployment_id)
        .where(_readable(caller), VisitRow.deployment_id.in_(deployment_ids) if deployment_ids else true())
    )
    return read_page(session, found, [VisitRow.deployment_id, VisitRow.on], page, shape)


def _readable(caller: Caller) -> ColumnElement[bool]:
    row = DeploymentRow
    parties = (row.party, row.home_school_urn, row.host_school_urn, row.submitted_by)
    reach = caller.permitted
    return or_(reach.condition(row.alliance_id, *parties), reach.condition(row.lender_alliance_id, *parties))


def _write(row: DeploymentRow, deployment: Deployment, half_days: frozenset[int]) -> None:
    booking, whose = deployment.booking, {"alliance_id": row.alliance_id, "deployment_id": row.id}
    row.starts_on, row.ends_on, row.days = booking.starts_on, booking.ends_on, booking.days
    row.academic_year = booking.academic_year.starting
    row.days_held = deployment.days_held
    row.half_days = MultiRange(Range(number, number + 1) for number in sorted(half_days))
    row.held_until = deployment.held_until
    row.first_day_on = deployment.first_day_on_site
    row.evaluation_released_on = deployment.evaluation_released_on
    row.state = deployment.state
    for stored, step in zip(row.steps, deployment.steps, strict=False):
        stored.on = step.on
    row.steps += [
        DeploymentStepRow(**whose, position=position, state=step.state, on=step.on, reason=step.reason)
        for position, step in _new(deployment.steps, row.steps)
    ]
    row.visits += [VisitRow(**whose, on=visit.on, days=visit.days) for _, visit in _new(deployment.visits, row.visits)]
    row.reviews += [
        ReviewRow(**whose, position=position, on=review.on, finding=review.finding)
        for position, review in _new(deployment.reviews, row.reviews)
    ]
    row.first_day_corrections += [
        FirstDayCorrectionRow(**whose, position=position, **asdict(correction))
        for position, correction in _new(deployment.first_day_corrections, row.first_day_corrections)
    ]
    _write_terms(row, deployment)


def _write_terms(row: DeploymentRow, deployment: Deployment) -> None:
    whose = {"alliance_id": row.alliance_id, "deployment_id": row.id}
    objectives = {objective.id: objective for objective in row.objectives}
    row.objectives = [
        objectives.get(objective.id) or ObjectiveRow(**whose, id=objective.id) for objective in deployment.objectives
    ]
    for position, (stored, objective) in enumerate(zip(row.objectives, deployment.objectives, strict=True)):
        stored.position, stored.text, stored.measure = position, objective.text, objective.measure
        for name, value in ({} if objective.target is None else asdict(objective.target)).items():
            setattr(stored, name, value)
        for name, value in asdict(objective.judgement).items():
            setattr(stored, name, value)
    agreements = {agreement.party: agreement for agreement in row.agreements}
    row.agreements = [
        agreements.get(agreement.party) or AgreementRow(**whose, party=agreement.party)
        for agreement in deployment.agreements
    ]
    for given, agreement in zip(row.agreements, deployment.agreements, strict=True):
        given.on = agreement.on
    visit_days = {day.on: day for day in row.visit_days}
    row.visit_days = [
        visit_days.get(on)
        or VisitDayRow(
            **whose | {"alliance_id": row.lender_alliance_id or row.alliance_id}, on=on, leader_id=row.leader_id
        )
        for on in sorted(deployment.visit_days_held)
    ]


Record = TypeVar("Record")


def _new(records: Sequence[Record], stored: Sequence[object]) -> list[tuple[int, Record]]:
    # These records are only ever added to: what is not stored yet comes after what is, each with its position.
    return list(enumerate(records))[len(stored) :]


def _numbers(half_days: MultiRange[int]) -> list[int]:
    return [number for span in half_days for number in range(span.lower or 0, span.upper or 0)]


def _kept(row: DeploymentRow) -> Kept[Deployment]:
    deployment = Deployment(
        id=row.id,
        support_request_id=row.support_request_id,
        leader_id=row.leader_id,
        home_school_urn=row.home_school_urn,
        host_school_urn=row.host_school_urn,
        submitted_by=row.submitted_by,
        booking=Booking(row.starts_on, row.ends_on, row.days, frozenset(day.on for day in row.visit_days)),
        steps=tuple(
            Step(DeploymentState(step.state), step.on, None if step.reason is None else DeploymentReason(step.reason))
            for step in row.steps
        ),
        kind=DeploymentKind(row.kind),
        extends_deployment_id=row.extends_deployment_id,
        lender_alliance_id=row.lender_alliance_id,
        held_until=row.held_until,
        objectives=tuple(
            Objective(kept.id, kept.text, kept.measure, _target(kept), _judgement(kept)) for kept in row.objectives
        ),
        agreements=tuple(
            Agreement(Party(given.party), given.on)
            for given in sorted(row.agreements, key=lambda given: (given.on, given.party))
        ),
        visits=tuple(Visit(visit.on, visit.days) for visit in row.visits),
        reviews=tuple(Review(review.on, review.finding) for review in row.reviews),
        first_day_corrections=tuple(
            FirstDayCorrection(made.was_on, made.on, FirstDayCorrectionReason(made.reason), made.note)
            for made in row.first_day_corrections
        ),
        evaluation_released_on=row.evaluation_released_on,
    )
    return Kept(deployment, row.alliance_id, row.version)


def _target(row: ObjectiveRow) -> Target | None:
    if row.target is None or row.unit is None or row.direction is None:
        return None
    return Target(row.target, row.unit, Direction(row.direction), row.baseline)


def _judgement(row: ObjectiveRow) -> Judgement:
    return Judgement(
        outcome=None if row.outcome is None else ObjectiveOutcome(row.outcome),
        actual=row.actual,
        before=None if row.before is None else AspectGrade(row.before),
        after=None if row.after is None else AspectGrade(row.after),
    )
