"""What a round looks at, gathered in a few statements over whole alliances.

A round looks at thousands of leaders, so rows are read as they are, and become the same values of the rules that the
features' own stores make of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, and_, func, select
from sqlalchemy.orm import Session

from service_kit.collection import collection_paused
from sle_broker.allocation.open_brokerage import LeaderOnOffer, OpenBrokerage, OpenLine
from sle_broker.availability.tables import HalfTermAvailabilityRow, LeaderAllowanceRow
from sle_broker.deployments.agreement import ObjectiveOutcome
from sle_broker.deployments.deployment import EVALUATED, FELL_THROUGH, VISITS_ENDED, DeploymentKind
from sle_broker.deployments.free_days import HeldDays
from sle_broker.deployments.store import of_leaders_of, offer_stands, state_as_of
from sle_broker.deployments.tables import DeploymentRow, ObjectiveRow, VisitRow
from sle_broker.designations.designation import Designation
from sle_broker.designations.half_term import HalfTerm
from sle_broker.designations.leader import Leader
from sle_broker.designations.store import designations_as_of
from sle_broker.designations.tables import LeaderRow, LeaderSpecialismRow
from sle_broker.lending.store import agreements_among
from sle_broker.matching.candidate import Search
from sle_broker.matching.distance import Location
from sle_broker.matching_weights.weights import Weights
from sle_broker.schools.tables import SchoolRow
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, Specialism, SpecialismGroup
from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.support_requests.line import LinePeople
from sle_broker.support_requests.support_request import SupportRequestState, Urgency, Window
from sle_broker.support_requests.tables import (
    SupportRequestAreaRow,
    SupportRequestLineRow,
    SupportRequestRow,
    SupportRequestStepRow,
)


@collection_paused()
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
        _lines(session, weights, specialisms, as_of),
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
    designations = _by_leader(designations_as_of(session, ours, as_of))
    held = _specialisms_held(session, ours, specialisms, as_of)
    taken = _taken(session, ours, half_terms, as_of)
    counted = _grouped(session, _open_deployments(ours, as_of))
    first_days = _grouped(session, _first_days_on_site(ours, as_of))
    helped = _grouped(session, _schools_helped(ours, as_of))
    judged = _grouped(session, _objectives_judged(ours, as_of))
    named = {(one.year.starting, one.name.value): one for one in half_terms}
    years = {year for year, _ in named}
    allowances = _grouped(session, _allowances(ours, years))
    said = _grouped(session, _half_term_days(ours, years))
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
            home_location=Location.of(north, east),
            designations=tuple(designations.get(id, ())),
            specialisms=tuple(held.get(id, ())),
            taken=taken.get(id, {}),
            allowances=dict(allowances.get(id, ())),
            said={named[year, half]: days for year, half, days in said.get(id, ())},
            first_days_on_site=tuple(day for (day,) in first_days.get(id, ())),
            open_deployments=sum(count for (count,) in counted.get(id, ())),
            schools_helped={(phase, type): number for phase, type, number in helped.get(id, ())},
            objectives_met=met,
            objectives_judged=count,
        )


def _by_leader(designations: Iterable[Designation]) -> Mapping[UUID, Sequence[Designation]]:
    made: dict[UUID, list[Designation]] = defaultdict(list)
    for designation in designations:
        made[designation.leader_id].append(designation)
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


def _lines(
    session: Session, weights: Mapping[UUID, Weights], specialisms: Mapping[UUID, Specialism], as_of: date
) -> Iterable[OpenLine]:
    row, step = SupportRequestRow, SupportRequestStepRow
    is_open = and_(
        row.alliance_id.in_(weights.keys()),
        row.state == SupportRequestState.ACCEPTED,
        row.latest_finish_on >= as_of,
    )
    asked = (
        select(
            row.id, row.alliance_id, row.host_school_urn, row.phase, row.earliest_start_on, row.latest_finish_on,
            row.urgency, step.on, row.days_wanted, row.people_wanted, row.leader_kind, SchoolRow.latitude,
            SchoolRow.longitude, SchoolRow.phase, SchoolRow.type,
        )
        .join(step, and_(step.support_request_id == row.id, step.position == 0, step.on <= as_of))
        .outerjoin(SchoolRow, SchoolRow.urn == row.host_school_urn)
        .where(is_open)
    )  # fmt: skip
    more = _grouped(session, _lines_after_the_first(is_open))
    areas: dict[tuple[UUID, int], list[Specialism]] = defaultdict(list)
    for request_id, number, specialism_id in _rows(session, _areas(is_open)):
        areas[request_id, number].append(specialisms[specialism_id])
    sent = _grouped(session, _sent(weights.keys(), as_of))
    for (
        id,
        alliance_id,
        urn,
        phase,
        first,
        last,
        urgency,
        submitted_on,
        *first_line,
        north,
        east,
        host_phase,
        host_type,
    ) in _rows(session, asked):
        already = frozenset(leader_id for (leader_id,) in sent.get(id, ()))
        to_fill = len(already)
        for number, days_wanted, people_wanted, leader_kind in ((1, *first_line), *more.get(id, ())):
            # Whoever is sent already takes a place of the first line that has one.
            filled = min(to_fill, people_wanted)
            to_fill -= filled
            if filled < people_wanted:
                search = Search(
                    id, number, urn, Location.of(north, east), leader_kind, tuple(areas[id, number]), Phase(phase),
                    days_wanted, Window(first, last), as_of,
                )  # fmt: skip
                yield OpenLine(
                    search=search,
                    alliance_id=alliance_id,
                    is_urgent=urgency == Urgency.URGENT,
                    submitted_on=submitted_on,
                    host_kind=None if host_phase is None else (host_phase, host_type),
                    places=people_wanted - filled,
                    sent=already,
                    weights=weights[alliance_id],
                )


def _lines_after_the_first(is_open: ColumnElement[bool]) -> Executable:
    line = SupportRequestLineRow
    found = select(line.support_request_id, line.number, line.days_wanted, line.people_wanted, line.leader_kind)
    of_open = found.join(SupportRequestRow, SupportRequestRow.id == line.support_request_id).where(is_open)
    return of_open.where(line.people == LinePeople.LEADERS).order_by(line.number)


def _areas(is_open: ColumnElement[bool]) -> Executable:
    area = SupportRequestAreaRow
    found = select(area.support_request_id, area.line_number, area.specialism_id)
    of_open = found.join(SupportRequestRow, SupportRequestRow.id == area.support_request_id).where(is_open)
    return of_open.order_by(area.position)


def _theirs(ours: Collection[UUID]) -> ColumnElement[bool]:
    """The deployments of leaders of these alliances, lent or not; an offer that nobody answered in time is none."""
    return and_(of_leaders_of(ours), offer_stands(func.now()))


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


def _allowances(ours: Collection[UUID], years: Collection[int]) -> Executable:
    row = LeaderAllowanceRow
    found = select(row.leader_id, row.academic_year, row.days)
    return found.where(row.alliance_id.in_(ours), row.academic_year.in_(years))


def _half_term_days(ours: Collection[UUID], years: Collection[int]) -> Executable:
    row = HalfTermAvailabilityRow
    found = select(row.leader_id, row.academic_year, row.half_term, row.days)
    return found.where(row.alliance_id.in_(ours), row.academic_year.in_(years))


def _open_deployments(ours: Collection[UUID], as_of: date) -> Executable:
    row, state = DeploymentRow, state_as_of(as_of)
    still = select(row.leader_id, func.count()).where(_theirs(ours), state.not_in(VISITS_ENDED))
    return still.group_by(row.leader_id)


def _sent(ours: Collection[UUID], as_of: date) -> Executable:
    row = DeploymentRow
    sent = select(row.support_request_id, row.leader_id).where(
        row.alliance_id.in_(ours),
        row.kind == DeploymentKind.COMMISSION,
        offer_stands(func.now()),
        state_as_of(as_of).not_in(FELL_THROUGH),
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
    return judged.where(_theirs(ours), state_as_of(as_of).in_(EVALUATED)).group_by(row.leader_id)


def _rows(session: Session, found: Executable) -> Iterable[Any]:
    return session.execute(found)


def _grouped(session: Session, found: Executable) -> Mapping[UUID, Sequence[tuple[Any, ...]]]:
    """The rows of a statement by their first column, without it."""
    rows: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *rest in _rows(session, found):
        rows[key].append(tuple(rest))
    return rows
