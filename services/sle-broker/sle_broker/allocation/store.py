"""What a round looks at, gathered in a few statements over whole alliances.

A round looks at thousands of leaders, so rows are read as they are, and become the same values of the rules that the
features' own stores make of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, and_, func, or_, select
from sqlalchemy.orm import Session

from sle_broker.allocation.open_brokerage import LeaderOnOffer, OpenBrokerage, OpenLine
from sle_broker.availability.tables import HalfTermAvailabilityRow, LeaderAllowanceRow
from sle_broker.deployments.agreement import ObjectiveOutcome
from sle_broker.deployments.deployment import VISITS_ENDED, DeploymentKind
from sle_broker.deployments.free_days import HeldDays
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.store import state_as_of
from sle_broker.deployments.tables import DeploymentRow, ObjectiveRow, VisitRow
from sle_broker.designations.designation import Designation
from sle_broker.designations.half_term import HalfTerm
from sle_broker.designations.leader import Leader
from sle_broker.designations.tables import DesignationRow, LeaderRow, LeaderSpecialismRow
from sle_broker.lending.store import agreements_among
from sle_broker.matching.distance import Location
from sle_broker.matching_weights.weights import Weights
from sle_broker.schools.store import schools_by_urn
from sle_broker.schools.tables import SchoolRow
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, Specialism, SpecialismGroup
from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.support_requests.line import LinePeople
from sle_broker.support_requests.store import accepted_support_requests

_EVALUATED = (DeploymentState.EVALUATED, DeploymentState.CLOSED)
_FELL_THROUGH = (
    DeploymentState.DECLINED,
    DeploymentState.CANCELLED,
    DeploymentState.WITHDRAWN,
    DeploymentState.EXPIRED,
)


def open_brokerage(
    session: Session, weights: Mapping[UUID, Weights], half_terms: Sequence[HalfTerm], as_of: date
) -> OpenBrokerage:
    """The leaders of these alliances, given with the weights that each scores by, and every request that they have
    accepted and that still wants somebody, as known at the end of `as_of`: the same is looked at as for a shortlist.
    """
    ours = weights.keys()
    specialisms = _specialisms(session)
    return OpenBrokerage.of(
        _leaders(session, ours, specialisms, half_terms, as_of),
        _lines(session, weights, as_of),
        half_terms,
        as_of,
        agreements_among(session, ours) if len(ours) > 1 else (),
    )


def _leaders(
    session: Session,
    ours: Collection[UUID],
    specialisms: Mapping[UUID, Specialism],
    half_terms: Sequence[HalfTerm],
    as_of: date,
) -> Iterable[LeaderOnOffer]:
    designations = _designations(session, ours, as_of)
    held = _specialisms_held(session, ours, specialisms, as_of)
    taken = _taken(session, ours, half_terms, as_of)
    counted = _grouped(session, _open_deployments(ours, as_of))
    first_days = _grouped(session, _first_days_on_site(ours, as_of))
    helped = _grouped(session, _schools_helped(ours, as_of))
    judged = _grouped(session, _objectives_judged(ours, as_of))
    allowances = _grouped(session, _allowances(ours))
    said = _grouped(session, _half_term_days(ours))
    named = {(one.year.starting, one.name.value): one for one in half_terms}
    row = LeaderRow
    found = select(
        row.id, row.alliance_id, row.kind, row.name, row.home_school_urn, row.phases, row.allowance_days,
        row.travel_limit_km, row.conflicts, row.not_released_from_on, row.not_released_to_on, SchoolRow.latitude,
        SchoolRow.longitude,
    )  # fmt: skip
    of_ours = found.outerjoin(SchoolRow, SchoolRow.urn == row.home_school_urn).where(row.alliance_id.in_(ours))
    for (
        id,
        alliance_id,
        kind,
        name,
        urn,
        phases,
        allowance,
        limit,
        conflicts,
        first,
        last,
        north,
        east,
    ) in _rows(session, of_ours):
        leader = Leader(
            id, kind, name, urn, frozenset(map(Phase, phases)), allowance, limit, frozenset(conflicts),
            first, last,
        )  # fmt: skip
        met, count = next(iter(judged.get(id, ())), (0, 0))
        yield LeaderOnOffer(
            leader=leader,
            alliance_id=alliance_id,
            home_location=_location(north, east),
            designations=tuple(designations.get(id, ())),
            specialisms=tuple(held.get(id, ())),
            taken=taken.get(id, {}),
            allowances=dict(allowances.get(id, ())),
            said={named[year, half]: days for year, half, days in said.get(id, ()) if (year, half) in named},
            first_days_on_site=tuple(day for (day,) in first_days.get(id, ())),
            open_deployments=sum(count for (count,) in counted.get(id, ())),
            schools_helped={(phase, type): number for phase, type, number in helped.get(id, ())},
            objectives_met=met,
            objectives_judged=count,
        )


def _designations(session: Session, ours: Collection[UUID], as_of: date) -> Mapping[UUID, Sequence[Designation]]:
    row = DesignationRow
    ends = (row.due_to_lapse_on, row.lapsed_on, row.withdrawn_on)
    found = select(row.id, row.leader_id, row.kind, row.designated_on, row.renews_designation_id, *ends).where(
        row.alliance_id.in_(ours)
    )
    made: dict[UUID, list[Designation]] = defaultdict(list)
    for id, leader_id, kind, on, renews, due, lapsed, withdrawn in _rows(session, found):
        designation = Designation(
            id=id,
            leader_id=leader_id,
            kind=kind,
            designated_on=on,
            renews_designation_id=renews,
            due_to_lapse_on=due,
            lapsed_on=lapsed,
            withdrawn_on=withdrawn,
        )
        made[leader_id].append(designation.as_of(as_of))
    return made


def _specialisms(session: Session) -> Mapping[UUID, Specialism]:
    row = SpecialismRow
    found = _rows(session, select(row.id, row.code, row.group, row.name, row.version, row.alliance_id))
    return {id: Specialism(id, code, SpecialismGroup(group), *rest) for id, code, group, *rest in found}


def _specialisms_held(
    session: Session, ours: Collection[UUID], specialisms: Mapping[UUID, Specialism], as_of: date
) -> Mapping[UUID, Sequence[LeaderSpecialism]]:
    row = LeaderSpecialismRow
    found = select(
        row.id, row.leader_id, row.specialism_id, row.claimed_on, row.validated_on, row.validated_by, row.evidence
    ).where(row.alliance_id.in_(ours))
    held: dict[UUID, list[LeaderSpecialism]] = defaultdict(list)
    for id, leader_id, specialism_id, claimed_on, *validation in _rows(session, found):
        known = LeaderSpecialism(id, leader_id, specialisms[specialism_id], claimed_on, *validation).as_of(as_of)
        if known is not None:
            held[leader_id].append(known)
    return held


def _lines(session: Session, weights: Mapping[UUID, Weights], as_of: date) -> Iterable[OpenLine]:
    kept = [one for one in accepted_support_requests(session, weights.keys(), as_of) if one.thing.steps[0].on <= as_of]
    hosts = schools_by_urn(session, {one.thing.host_school_urn for one in kept})
    sent = _grouped(session, _sent(weights.keys(), as_of))
    for one in kept:
        request, host = one.thing, hosts.get(one.thing.host_school_urn)
        already = frozenset(leader_id for (leader_id,) in sent.get(request.id, ()))
        to_fill = len(already)
        for line in request.lines:
            if line.people is not LinePeople.LEADERS:
                continue
            # Whoever is sent already takes a place of the first line that has one.
            filled = min(to_fill, line.people_wanted)
            to_fill -= filled
            if filled < line.people_wanted:
                yield OpenLine(
                    request=replace(request, lines=(line,)),
                    alliance_id=one.alliance_id,
                    host_location=None if host is None else _location(host.latitude, host.longitude),
                    host_kind=None if host is None else (host.phase, host.type),
                    places=line.people_wanted - filled,
                    sent=already,
                    weights=weights[one.alliance_id],
                )


def _theirs(ours: Collection[UUID]) -> ColumnElement[bool]:
    """The deployments of leaders of these alliances, lent or not. An offer to another alliance that nobody answered in
    time is none, whether or not that has been recorded."""
    row = DeploymentRow
    is_held = or_(row.held_until.is_(None), row.held_until > func.now())
    of_theirs = or_(and_(row.lender_alliance_id.is_(None), row.alliance_id.in_(ours)), row.lender_alliance_id.in_(ours))
    return and_(of_theirs, is_held)


def _taken(
    session: Session, ours: Collection[UUID], half_terms: Sequence[HalfTerm], as_of: date
) -> Mapping[UUID, Mapping[int, Sequence[HeldDays]]]:
    """What was held of each leader, by year: each visit its time on its day, and what a deployment held beyond its
    visits between the first and the last day of its booking."""
    row, years = DeploymentRow, {one.year.starting for one in half_terms}
    state = state_as_of(as_of).label("state")
    found = select(
        row.id, row.leader_id, row.academic_year, row.starts_on, row.ends_on, row.days, row.days_held, state
    ).where(_theirs(ours), row.academic_year.in_(years), state.is_not(None))
    of_year = and_(_theirs(ours), row.academic_year.in_(years), VisitRow.on <= as_of)
    visited = _grouped(
        session,
        select(VisitRow.deployment_id, VisitRow.on, VisitRow.days)
        .join(row, row.id == VisitRow.deployment_id)
        .where(of_year),
    )
    taken: dict[UUID, dict[int, list[HeldDays]]] = defaultdict(lambda: defaultdict(list))
    for id, leader_id, year, starts_on, ends_on, days, days_held, then in _rows(session, found):
        # A deployment whose visits have ended stays ended, and holds now what it held then; before that it held all.
        left = days_held if then in VISITS_ENDED else days
        of_leader = taken[leader_id][year]
        for on, used in visited.get(id, ()):
            left -= used
            of_leader.append(HeldDays(on, on, used))
        if left > 0:
            of_leader.append(HeldDays(starts_on, ends_on, left))
    return taken


def _allowances(ours: Collection[UUID]) -> Executable:
    row = LeaderAllowanceRow
    return select(row.leader_id, row.academic_year, row.days).where(row.alliance_id.in_(ours))


def _half_term_days(ours: Collection[UUID]) -> Executable:
    row = HalfTermAvailabilityRow
    return select(row.leader_id, row.academic_year, row.half_term, row.days).where(row.alliance_id.in_(ours))


def _open_deployments(ours: Collection[UUID], as_of: date) -> Executable:
    row, state = DeploymentRow, state_as_of(as_of)
    still = select(row.leader_id, func.count()).where(_theirs(ours), state.not_in(VISITS_ENDED))
    return still.group_by(row.leader_id)


def _sent(ours: Collection[UUID], as_of: date) -> Executable:
    row = DeploymentRow
    sent = select(row.support_request_id, row.leader_id).where(
        row.alliance_id.in_(ours),
        row.kind == DeploymentKind.COMMISSION,
        or_(row.held_until.is_(None), row.held_until > func.now()),
        state_as_of(as_of).not_in(_FELL_THROUGH),
    )
    return sent.distinct()


def _first_days_on_site(ours: Collection[UUID], as_of: date) -> Executable:
    row = DeploymentRow
    return select(row.leader_id, row.first_day_on).where(
        _theirs(ours), row.kind == DeploymentKind.COMMISSION, row.first_day_on <= as_of
    )


def _schools_helped(ours: Collection[UUID], as_of: date) -> Executable:
    row, helped = DeploymentRow, SchoolRow
    of_kind = select(row.leader_id, helped.phase, helped.type, func.count(helped.urn.distinct()))
    joined = of_kind.join(helped, helped.urn == row.host_school_urn)
    mine = joined.where(_theirs(ours), row.first_day_on <= as_of)
    return mine.group_by(row.leader_id, helped.phase, helped.type)


def _objectives_judged(ours: Collection[UUID], as_of: date) -> Executable:
    row, objective = DeploymentRow, ObjectiveRow
    met = func.count().filter(objective.outcome == ObjectiveOutcome.MET)
    judged = select(row.leader_id, met, func.count()).join(objective, objective.deployment_id == row.id)
    return judged.where(_theirs(ours), state_as_of(as_of).in_(_EVALUATED)).group_by(row.leader_id)


def _rows(session: Session, found: Executable) -> Iterable[Any]:
    return session.execute(found)


def _grouped(session: Session, found: Executable) -> Mapping[UUID, Sequence[tuple[Any, ...]]]:
    """The rows of a statement by their first column, without it."""
    rows: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *rest in _rows(session, found):
        rows[key].append(tuple(rest))
    return rows


def _location(latitude: float | None, longitude: float | None) -> Location | None:
    return None if latitude is None or longitude is None else Location(latitude, longitude)
