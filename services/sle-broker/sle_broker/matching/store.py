"""What a search looks at, gathered in a few statements over the whole alliance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, func, or_, select
from sqlalchemy.orm import Session

from sle_broker.deployments.agreement import ObjectiveOutcome
from sle_broker.deployments.booking import days_left
from sle_broker.deployments.deployment import VISITS_ENDED, DeploymentKind
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.tables import DeploymentRow, DeploymentStepRow, ObjectiveRow
from sle_broker.designations.academic_year import academic_year_of
from sle_broker.designations.store import designations_of, leaders_of, specialisms_held_by
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.distance import Location
from sle_broker.schools.school import School
from sle_broker.schools.store import schools_by_urn
from sle_broker.schools.tables import SchoolRow
from sle_broker.support_requests.support_request import SupportRequest

_EVALUATED = (DeploymentState.EVALUATED, DeploymentState.CLOSED)
_NOTHING_BOOKED = (Decimal(0), 0)


def search_for(session: Session, request: SupportRequest, as_of: date) -> Search:
    """The search for one request, with the place of its host school where that is recorded."""
    host = schools_by_urn(session, [request.host_school_urn]).get(request.host_school_urn)
    return Search(request, _location(host), as_of)


def candidates_for(session: Session, alliance_id: UUID, search: Search) -> Mapping[UUID, tuple[str, Candidate]]:
    """Every leader of the alliance as they stood at the end of the day of the search, with their name, by their id.

    Of what happens on a day nothing later is looked at: claims and validations, the ends of designations, the steps of
    deployments and what they led to. What is kept without a day is as it is now: a leader's profile, allowance,
    conflicts and release, the days agreed for a deployment, and where schools stand.
    """
    leaders = leaders_of(session, alliance_id)
    ids = [leader.id for leader in leaders]
    homes = schools_by_urn(session, {leader.home_school_urn for leader in leaders})
    designations = _by_leader(made.as_of(search.as_of) for made in designations_of(session, ids))
    known = (held.as_of(search.as_of) for held in specialisms_held_by(session, ids))
    specialisms = _by_leader(held for held in known if held is not None)
    booked = _booked(session, alliance_id, search)
    first_days = _first_days_on_site(session, alliance_id, search.as_of)
    like_schools = _like_schools_helped(session, alliance_id, search)
    judged = _objectives_judged(session, alliance_id, search.as_of)
    window = search.request.window
    return {
        leader.id: (
            leader.name,
            Candidate(
                leader_id=leader.id,
                home_school_urn=leader.home_school_urn,
                home_location=_location(homes.get(leader.home_school_urn)),
                travel_limit_km=leader.travel_limit_km,
                designations=tuple(designations.get(leader.id, ())),
                specialisms=tuple(specialisms.get(leader.id, ())),
                phases=leader.phases,
                allowance_days=leader.allowance_days,
                days_left=days_left(leader.allowance_days, booked.get(leader.id, _NOTHING_BOOKED)[0]),
                is_released=leader.is_released(window.earliest_start_on, window.latest_finish_on),
                conflicts=leader.conflicts,
                first_days_on_site=tuple(first_days.get(leader.id, ())),
                open_deployments=booked.get(leader.id, _NOTHING_BOOKED)[1],
                like_schools_helped=like_schools.get(leader.id, 0),
                objectives_met=judged.get(leader.id, (0, 0))[0],
                objectives_judged=judged.get(leader.id, (0, 0))[1],
            ),
        )
        for leader in leaders
    }


class _OfLeader(Protocol):
    @property
    def leader_id(self) -> UUID: ...


Fact = TypeVar("Fact", bound=_OfLeader)


def _by_leader(facts: Iterable[Fact]) -> Mapping[UUID, Sequence[Fact]]:
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.leader_id].append(fact)
    return found


def _location(school: School | None) -> Location | None:
    if school is None or school.latitude is None or school.longitude is None:
        return None
    return Location(school.latitude, school.longitude)


def _of_leaders_of(alliance_id: UUID) -> ColumnElement[bool]:
    # What answers the alliance's own requests, by leaders lent to it too, and where its leaders are lent.
    return or_(DeploymentRow.alliance_id == alliance_id, DeploymentRow.lender_alliance_id == alliance_id)


def _state_on(as_of: date) -> ScalarSelect[str]:
    step = DeploymentStepRow
    reached = select(step.state).where(step.deployment_id == DeploymentRow.id, step.on <= as_of)
    return reached.order_by(step.position.desc()).limit(1).scalar_subquery()


def _booked(session: Session, alliance_id: UUID, search: Search) -> Mapping[UUID, tuple[Decimal, int]]:
    """The days each leader's deployments hold of the academic year, and how many deployments are open. An offer that
    nobody answered in time holds nothing, whether or not that has been recorded."""
    row = DeploymentRow
    then = (
        select(row.leader_id, row.academic_year, row.days, row.days_held, _state_on(search.as_of).label("state"))
        .where(_of_leaders_of(alliance_id), or_(row.held_until.is_(None), row.held_until > func.now()))
        .subquery()
    )
    has_ended = then.c.state.in_(VISITS_ENDED)
    # A deployment whose visits have ended stays ended, and holds now what it held then; before that it held all.
    held = func.sum(case((has_ended, then.c.days_held), else_=then.c.days))
    booked = (
        select(
            then.c.leader_id,
            func.coalesce(held.filter(then.c.academic_year == academic_year_of(search.first_day).starting), 0),
            func.count().filter(~has_ended),
        )
        .where(then.c.state.is_not(None))
        .group_by(then.c.leader_id)
    )
    return {leader_id: (days, count) for leader_id, days, count in session.execute(booked).tuples()}


def _first_days_on_site(session: Session, alliance_id: UUID, as_of: date) -> Mapping[UUID, Sequence[date]]:
    row = DeploymentRow
    begun = select(row.leader_id, row.first_day_on).where(
        _of_leaders_of(alliance_id), row.kind == DeploymentKind.COMMISSION
    )
    found: dict[UUID, list[date]] = defaultdict(list)
    for leader_id, first_day_on in session.execute(begun):
        if first_day_on is not None and first_day_on <= as_of:
            found[leader_id].append(first_day_on)
    return found


def _like_schools_helped(session: Session, alliance_id: UUID, search: Search) -> dict[UUID, int]:
    row, helped, host = DeploymentRow, SchoolRow, SchoolRow.__table__.alias("host")
    like = (
        select(row.leader_id, func.count(helped.urn.distinct()))
        .join(helped, helped.urn == row.host_school_urn)
        .join(host, (host.c.phase == helped.phase) & (host.c.type == helped.type))
        .where(
            _of_leaders_of(alliance_id),
            row.first_day_on <= search.as_of,
            host.c.urn == search.request.host_school_urn,
        )
    )
    return dict(session.execute(like.group_by(row.leader_id)).tuples().all())


def _objectives_judged(session: Session, alliance_id: UUID, as_of: date) -> dict[UUID, tuple[int, int]]:
    row, objective = DeploymentRow, ObjectiveRow
    judged = (
        select(
            row.leader_id,
            func.count().filter(objective.outcome == ObjectiveOutcome.MET),
            func.count(),
        )
        .join(objective, objective.deployment_id == row.id)
        .where(_of_leaders_of(alliance_id), _state_on(as_of).in_(_EVALUATED))
    )
    rows = session.execute(judged.group_by(row.leader_id)).tuples()
    return {leader_id: (met, count) for leader_id, met, count in rows}
