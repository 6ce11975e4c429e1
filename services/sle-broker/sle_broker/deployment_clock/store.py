"""The SQL of the deployment clock."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Uuid, any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.deployment_clock.fit import Fit, best_first, fit
from sle_broker.deployments.deployment import DeploymentKind
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.store import of_leaders_of, state_as_of
from sle_broker.deployments.tables import DeploymentRow
from sle_broker.designations.clock import ClockReading, read_clock
from sle_broker.designations.store import designations_as_of
from sle_broker.designations.tables import DesignationRow, LeaderRow
from sle_broker.matching.store import candidates_named, search_for
from sle_broker.matching_weights.weights import Weights
from sle_broker.support_requests.store import support_requests_named
from sle_broker.support_requests.support_request import SupportRequestState

Item = TypeVar("Item")

NOT_BEGUN = (
    DeploymentState.PROPOSED,
    DeploymentState.RELEASED,
    DeploymentState.MEETING_HELD,
    DeploymentState.AGREED,
)

# As in a shortlist, what is far by latitude alone is left out; what is near enough for that, the rules look at.
_OPEN_LINES = text("""
    SELECT area.support_request_id, area.line_number, array_agg(DISTINCT held.leader_id) AS leader_ids
    FROM search_rows held
    JOIN specialisms known ON known.code = held.code
    JOIN support_request_areas area ON area.specialism_id = known.id AND area.alliance_id = held.alliance_id
    JOIN support_requests request ON request.id = area.support_request_id
    LEFT JOIN support_request_lines line
        ON line.support_request_id = request.id AND line.number = area.line_number
    LEFT JOIN schools host ON host.urn = request.host_school_urn
    WHERE held.alliance_id = :alliance AND held.leader_id = ANY(:leader_ids) AND held.claimed_on <= :as_of
      AND request.state = :open AND request.earliest_start_on <= :last_start AND request.latest_finish_on >= :as_of
      AND coalesce(line.people, 'leaders') = 'leaders'
      AND coalesce(host.latitude BETWEEN held.southernmost AND held.northernmost, true)
    GROUP BY area.support_request_id, area.line_number
    ORDER BY area.support_request_id, area.line_number
""")


def clock_readings(session: Session, alliance_id: UUID, as_of: date) -> Mapping[UUID, tuple[UUID, ClockReading]]:
    """The clock of every designation of an alliance, as of the end of a day: by the designation, with its leader. A
    first day on site for another alliance stops it like any other."""
    deployment = DeploymentRow
    begun = select(deployment.leader_id, deployment.first_day_on).where(
        of_leaders_of([alliance_id]),
        deployment.kind == DeploymentKind.COMMISSION,
    )
    first_days: dict[UUID, list[date]] = defaultdict(list)
    for leader_id, first_day_on in session.execute(begun):
        if first_day_on is not None:
            first_days[leader_id].append(first_day_on)
    return {
        made.id: (made.leader_id, read_clock(made, first_days.get(made.leader_id, ()), as_of))
        for made in designations_as_of(session, [alliance_id], as_of)
    }


def page_of_designations_named(
    session: Session, designation_ids: Collection[UUID], page: PageRequest, shape: Callable[[UUID], Item]
) -> Page[Item]:
    """A page of these designations, those whose clock ends first before the others."""
    row = DesignationRow
    found = select(row).where(row.id == any_(literal(list(designation_ids), ARRAY(Uuid()))))
    return read_page(session, found, [row.designated_on, row.id], page, lambda made: shape(made.id))


def planned_starts(session: Session, leader_ids: Iterable[UUID], as_of: date) -> Mapping[UUID, date]:
    """The first day of each leader's earliest commission that was proposed or agreed and had not begun on the day."""
    row = DeploymentRow
    planned = (
        select(row.leader_id, func.min(row.starts_on))
        .where(row.leader_id.in_(leader_ids), row.kind == DeploymentKind.COMMISSION, state_as_of(as_of).in_(NOT_BEGUN))
        .group_by(row.leader_id)
    )
    return dict(session.execute(planned).all())


def open_lines(
    session: Session, alliance_id: UUID, leader_ids: Sequence[UUID], as_of: date, last_start_on: date
) -> Sequence[tuple[UUID, int, Sequence[UUID]]]:
    """The lines for leaders of the requests accepted for brokerage in which help can begin by a day, each with those of
    these leaders who may fit: request, line, leaders. Whether they do fit is for the rules of matching to say."""
    rows = session.execute(
        _OPEN_LINES,
        {
            "alliance": alliance_id,
            "leader_ids": list(leader_ids),
            "as_of": as_of,
            "last_start": last_start_on,
            "open": SupportRequestState.ACCEPTED,
        },
    )
    return [(row.support_request_id, row.line_number, row.leader_ids) for row in rows]


def fits_for(
    session: Session, alliance_id: UUID, last_days: Mapping[UUID, date], as_of: date, weights: Weights
) -> Mapping[UUID, list[Fit]]:
    """For each of these leaders, given with the last day of their clock, the lines of open requests that fit."""
    fits: dict[UUID, list[Fit]] = {leader_id: [] for leader_id in last_days}
    lines = open_lines(session, alliance_id, list(last_days), as_of, max(last_days.values(), default=as_of))
    requests = support_requests_named(session, {request_id for request_id, _, _ in lines})
    for request_id, line_number, leader_ids in lines:
        search = search_for(session, requests[request_id].thing, as_of, line_number)
        for leader_id, (_, candidate) in candidates_named(session, leader_ids, search).items():
            found = fit(candidate, search, last_days[leader_id], weights)
            if found is not None:
                fits[leader_id].append(found)
    return {leader_id: best_first(found) for leader_id, found in fits.items()}


def names_of(session: Session, leader_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The names of these leaders."""
    named = select(LeaderRow.id, LeaderRow.name).where(LeaderRow.id.in_(leader_ids))
    return dict(session.execute(named).all())
