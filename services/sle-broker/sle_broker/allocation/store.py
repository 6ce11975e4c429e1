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

from sqlalchemy import Executable, ScalarSelect, case, func, select
from sqlalchemy.orm import Session

from sle_broker.allocation.open_brokerage import LeaderOnOffer, OpenBrokerage, OpenLine
from sle_broker.availability.tables import HalfTermAvailabilityRow, LeaderAllowanceRow
from sle_broker.deployments.agreement import ObjectiveOutcome
from sle_broker.deployments.deployment import VISITS_ENDED, DeploymentKind
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.tables import DeploymentRow, DeploymentStepRow, ObjectiveRow
from sle_broker.designations.designation import Designation, LeaderKind, WithdrawalReason
from sle_broker.designations.half_term import HalfTerm
from sle_broker.designations.leader import Leader
from sle_broker.designations.tables import DesignationRow, LeaderRow, LeaderSpecialismRow
from sle_broker.matching.distance import Location
from sle_broker.matching_weights.weights import Weights
from sle_broker.schools.store import schools_by_urn
from sle_broker.schools.tables import SchoolRow
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, Specialism, SpecialismGroup
from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.support_requests.line import LinePeople
from sle_broker.support_requests.store import accepted_support_requests

_EVALUATED = (DeploymentState.EVALUATED, DeploymentState.CLOSED)
_FELL_THROUGH = (DeploymentState.DECLINED, DeploymentState.CANCELLED)


def open_brokerage(
    session: Session, weights: Mapping[UUID, Weights], half_terms: Sequence[HalfTerm], as_of: date
) -> OpenBrokerage:
    """The leaders of these alliances, given with the weights that each scores by, and every request that they have
    accepted and that still wants somebody, as known at the end of `as_of`: the same is looked at as for a shortlist.
    """
    ours = weights.keys()
    specialisms = _specialisms(session)
    return OpenBrokerage.of(
        _leaders(session, ours, specialisms, as_of),
        _lines(session, weights, as_of),
        half_terms,
        as_of,
    )


def _leaders(
    session: Session, ours: Collection[UUID], specialisms: Mapping[UUID, Specialism], as_of: date
) -> Iterable[LeaderOnOffer]:
    designations = _designations(session, ours, as_of)
    held = _specialisms_held(session, ours, specialisms, as_of)
    deployed = _grouped(session, _days_held(ours, as_of))
    counted = _grouped(session, _open_deployments(ours, as_of))
    first_days = _grouped(session, _first_days_on_site(ours, as_of))
    helped = _grouped(session, _schools_helped(ours, as_of))
    judged = _grouped(session, _objectives_judged(ours, as_of))
    allowances = _grouped(session, _allowances(ours))
    said, held_within = _grouped(session, _half_term_days(ours)), _grouped(session, _bookings(ours, as_of))
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
            id, LeaderKind(kind), name, urn, frozenset(map(Phase, phases)), allowance, limit, frozenset(conflicts),
            first, last,
        )  # fmt: skip
        met, count = next(iter(judged.get(id, ())), (0, 0))
        yield LeaderOnOffer(
            leader=leader,
            alliance_id=alliance_id,
            home_location=_location(north, east),
            designations=tuple(designations.get(id, ())),
            specialisms=tuple(held.get(id, ())),
            days_held=dict(deployed.get(id, ())),
            allowances=dict(allowances.get(id, ())),
            half_term_days={(year, name): days for year, name, days in said.get(id, ())},
            bookings=tuple(held_within.get(id, ())),
            first_days_on_site=tuple(day for (day,) in first_days.get(id, ())),
            open_deployments=sum(count for (count,) in counted.get(id, ())),
            schools_helped={(phase, type): number for phase, type, number in helped.get(id, ())},
            objectives_met=met,
            objectives_judged=count,
        )


def _designations(session: Session, ours: Collection[UUID], as_of: date) -> Mapping[UUID, Sequence[Designation]]:
    row = DesignationRow
    found = select(
        row.id, row.leader_id, row.kind, row.designated_on, row.round, row.renews_designation_id, row.lapsed_on,
        row.withdrawn_on, row.withdrawal_reason,
    ).where(row.alliance_id.in_(ours))  # fmt: skip
    made: dict[UUID, list[Designation]] = defaultdict(list)
    for id, leader_id, kind, on, round, renews, lapsed, withdrawn, reason in _rows(session, found):
        known_reason = None if reason is None else WithdrawalReason(reason)
        designation = Designation(id, leader_id, LeaderKind(kind), on, round, renews, lapsed, withdrawn, known_reason)
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


def _state_on(as_of: date) -> ScalarSelect[str]:
    step = DeploymentStepRow
    reached = select(step.state).where(step.deployment_id == DeploymentRow.id, step.on <= as_of)
    return reached.order_by(step.position.desc()).limit(1).scalar_subquery()


def _days_held(ours: Collection[UUID], as_of: date) -> Executable:
    row = DeploymentRow
    then = (
        select(row.leader_id, row.academic_year, row.days, row.days_held, _state_on(as_of).label("state"))
        .where(row.alliance_id.in_(ours))
        .subquery()
    )
    # A deployment whose visits have ended stays ended, and holds now what it held then; before that it held all.
    held = func.sum(case((then.c.state.in_(VISITS_ENDED), then.c.days_held), else_=then.c.days))
    of_year = select(then.c.leader_id, then.c.academic_year, held).where(then.c.state.is_not(None))
    return of_year.group_by(then.c.leader_id, then.c.academic_year)


def _allowances(ours: Collection[UUID]) -> Executable:
    row = LeaderAllowanceRow
    return select(row.leader_id, row.academic_year, row.days).where(row.alliance_id.in_(ours))


def _half_term_days(ours: Collection[UUID]) -> Executable:
    row = HalfTermAvailabilityRow
    return select(row.leader_id, row.academic_year, row.half_term, row.days).where(row.alliance_id.in_(ours))


def _bookings(ours: Collection[UUID], as_of: date) -> Executable:
    """What is still held of leaders who have said something of half-terms, with its days."""
    row, said = DeploymentRow, HalfTermAvailabilityRow
    has_said = select(said.leader_id).where(said.alliance_id.in_(ours))
    held = select(row.leader_id, row.starts_on, row.ends_on, row.days_held)
    return held.where(row.alliance_id.in_(ours), row.leader_id.in_(has_said), row.days_held > 0, row.ends_on >= as_of)


def _open_deployments(ours: Collection[UUID], as_of: date) -> Executable:
    row, state = DeploymentRow, _state_on(as_of)
    still = select(row.leader_id, func.count()).where(row.alliance_id.in_(ours), state.not_in(VISITS_ENDED))
    return still.group_by(row.leader_id)


def _sent(ours: Collection[UUID], as_of: date) -> Executable:
    row = DeploymentRow
    sent = select(row.support_request_id, row.leader_id).where(
        row.alliance_id.in_(ours), row.kind == DeploymentKind.COMMISSION, _state_on(as_of).not_in(_FELL_THROUGH)
    )
    return sent.distinct()


def _first_days_on_site(ours: Collection[UUID], as_of: date) -> Executable:
    row = DeploymentRow
    return select(row.leader_id, row.first_day_on).where(
        row.alliance_id.in_(ours), row.kind == DeploymentKind.COMMISSION, row.first_day_on <= as_of
    )


def _schools_helped(ours: Collection[UUID], as_of: date) -> Executable:
    row, helped = DeploymentRow, SchoolRow
    of_kind = select(row.leader_id, helped.phase, helped.type, func.count(helped.urn.distinct()))
    joined = of_kind.join(helped, helped.urn == row.host_school_urn)
    mine = joined.where(row.alliance_id.in_(ours), row.first_day_on <= as_of)
    return mine.group_by(row.leader_id, helped.phase, helped.type)


def _objectives_judged(ours: Collection[UUID], as_of: date) -> Executable:
    row, objective = DeploymentRow, ObjectiveRow
    met = func.count().filter(objective.outcome == ObjectiveOutcome.MET)
    judged = select(row.leader_id, met, func.count()).join(objective, objective.deployment_id == row.id)
    return judged.where(row.alliance_id.in_(ours), _state_on(as_of).in_(_EVALUATED)).group_by(row.leader_id)


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
