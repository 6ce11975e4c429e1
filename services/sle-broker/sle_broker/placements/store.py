"""The SQL of hosts, applications and placements."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.placements import record
from sle_broker.placements.placement import Application, Host, Placement
from sle_broker.placements.placement_kind import ARRANGEMENT, PlacementKind
from sle_broker.placements.tables import PlacementApplicationRow, PlacementHostRow, PlacementRow
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Phase, Specialism
from sle_broker.specialisms.store import specialisms_meant
from sle_broker.support_requests.support_request import Window

Item = TypeVar("Item")
_Meant = Mapping[UUID, Mapping[str, Specialism]]
_NOT_FOUND = "There is no such thing here."
CAME_TO_NOTHING = (DeploymentState.DECLINED, DeploymentState.CANCELLED)


def add_host(session: Session, alliance_id: UUID, host: Host) -> Kept[Host]:
    """A new host."""
    row = PlacementHostRow(
        id=host.id,
        alliance_id=alliance_id,
        kind=host.kind,
        school_urn=host.school_urn,
        areas=[area.code for area in host.areas],
        phases=sorted(host.phases),
        places_a_year=host.places_a_year,
        from_on=host.from_on,
        to_on=host.to_on,
    )
    session.add(row)
    session.flush()
    return Kept(host, alliance_id, 1)


def get_host(session: Session, host_id: UUID, *, for_update: bool = False) -> Kept[Host]:
    """The host, locked until the transaction's end where one of its places is to be taken. Errors: `NotFound`."""
    row = find_row(session, PlacementHostRow, host_id, for_update=for_update)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_host(row, _meant(session, [row]))


def page_of_hosts(
    session: Session,
    caller: Caller,
    kinds: Sequence[PlacementKind],
    page: PageRequest,
    shape: Callable[[Kept[Host]], Item],
) -> Page[Item]:
    """A page of the hosts of the alliances in which the caller may look for one, of these kinds where any are named."""
    row = PlacementHostRow
    found = select(row).where(caller.membership.condition(row.alliance_id), row.kind.in_(kinds) if kinds else true())
    shown = read_page(session, found, [row.id], page, lambda host: host)
    meant = _meant(session, shown.items)
    return Page(items=[shape(_kept_host(host, meant)) for host in shown.items], next_cursor=shown.next_cursor)


def places_taken(session: Session, host_id: UUID, year: AcademicYear, *, beside: UUID) -> frozenset[int]:
    """The numbers of a host's places that are taken in an academic year, by all placements but those that came to
    nothing and the one named."""
    row = PlacementRow
    taken = select(row.place).where(
        row.placement_host_id == host_id,
        row.academic_year == year.starting,
        row.state.not_in(CAME_TO_NOTHING),
        row.id != beside,
    )
    return frozenset(session.scalars(taken))


def hosts_of(session: Session, alliance_id: UUID, kind: PlacementKind) -> Sequence[Host]:
    """Every host of a kind in an alliance."""
    row = PlacementHostRow
    rows = session.scalars(select(row).where(row.alliance_id == alliance_id, row.kind == kind)).all()
    meant = _meant(session, rows)
    return [_kept_host(one, meant).thing for one in rows]


def add_application(session: Session, alliance_id: UUID, application: Application) -> Kept[Application]:
    """A new application."""
    row = PlacementApplicationRow(
        id=application.id,
        alliance_id=alliance_id,
        kind=application.kind,
        name=application.name,
        home_school_urn=application.home_school_urn,
        areas=[area.code for area in application.areas],
        phase=application.phase,
        days_wanted=application.days_wanted,
        earliest_start_on=application.window.earliest_start_on,
        latest_finish_on=application.window.latest_finish_on,
        travel_limit_km=application.travel_limit_km,
        note=application.note,
        submitted_by=application.submitted_by,
        applied_on=application.applied_on,
    )
    session.add(row)
    session.flush()
    return _kept_application(row, _meant(session, [row]))


def get_application(session: Session, application_id: UUID, *, for_update: bool = False) -> Kept[Application]:
    """The application, locked until the transaction's end where it is to be changed or placed. Errors: `NotFound`."""
    row = find_row(session, PlacementApplicationRow, application_id, for_update=for_update)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_application(row, _meant(session, [row]))


def withdraw_application(session: Session, withdrawn: Application) -> Kept[Application]:
    """Stores the end of an application that was loaded before."""
    row = session.get_one(PlacementApplicationRow, withdrawn.id)
    row.withdrawn_on = withdrawn.withdrawn_on
    session.flush()
    return _kept_application(row, _meant(session, [row]))


def page_of_applications(
    session: Session, caller: Caller, page: PageRequest, shape: Callable[[Kept[Application]], Item]
) -> Page[Item]:
    """A page of the applications the caller may read: the alliance's, or a party's own."""
    row = PlacementApplicationRow
    found = select(row).where(caller.permitted.condition(row.alliance_id, row.party, row.home_school_urn))
    shown = read_page(session, found, [row.id], page, lambda one: one)
    meant = _meant(session, shown.items)
    return Page(items=[shape(_kept_application(one, meant)) for one in shown.items], next_cursor=shown.next_cursor)


def open_applications(session: Session, alliance_id: UUID, kind: PlacementKind) -> Sequence[Application]:
    """The applications of a kind that were not withdrawn and have no placement, or one that came to nothing."""
    row, placed = PlacementApplicationRow, PlacementRow
    has_placement = (
        select(placed.id)
        .where(placed.placement_application_id == row.id, placed.state.not_in(CAME_TO_NOTHING))
        .exists()
    )
    found = select(row).where(
        row.alliance_id == alliance_id, row.kind == kind, row.withdrawn_on.is_(None), ~has_placement
    )
    rows = session.scalars(found).all()
    meant = _meant(session, rows)
    return [_kept_application(one, meant).thing for one in rows]


def has_placement(session: Session, application_id: UUID) -> bool:
    """Whether the applicant has been placed, and it has not come to nothing."""
    row = PlacementRow
    found = select(row.id).where(row.placement_application_id == application_id, row.state.not_in(CAME_TO_NOTHING))
    return session.scalar(found.limit(1)) is not None


def add_placement(session: Session, alliance_id: UUID, placement: Placement, place: int) -> Kept[Placement]:
    """A new placement, in a place of its host's. The unique index lets each be taken once a year."""
    engine = placement.engine
    row = PlacementRow(
        id=engine.id,
        alliance_id=alliance_id,
        kind=placement.kind,
        placement_host_id=placement.host_id,
        placement_application_id=engine.leader_id,
        home_school_urn=engine.home_school_urn,
        host_school_urn=engine.host_school_urn,
        submitted_by=engine.submitted_by,
        place=place,
    )
    _write(row, engine)
    session.add(row)
    session.flush()
    return _kept(row)


def get_placement(session: Session, placement_id: UUID, *, for_update: bool = False) -> Kept[Placement]:
    """The placement, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, PlacementRow, placement_id, for_update=for_update)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept(row)


def save_placement(session: Session, engine: Deployment, place: int | None = None) -> Kept[Placement]:
    """Stores a placement that was loaded before, as its next version; in the place it has, unless another is given."""
    row = session.get_one(PlacementRow, engine.id)
    row.place = row.place if place is None else place
    _write(row, engine)
    session.flush()
    return _kept(row)


def page_of_placements(
    session: Session, caller: Caller, page: PageRequest, shape: Callable[[Kept[Placement]], Item]
) -> Page[Item]:
    """A page of the placements the caller may read: the alliance's, or those a party is in."""
    row = PlacementRow
    return read_page(session, select(row).where(_readable(caller)), [row.id], page, lambda one: shape(_kept(one)))


def _readable(caller: Caller) -> ColumnElement[bool]:
    row = PlacementRow
    return caller.permitted.condition(row.alliance_id, row.party, row.home_school_urn, row.host_school_urn)


def _meant(session: Session, rows: Sequence[PlacementHostRow] | Sequence[PlacementApplicationRow]) -> _Meant:
    codes_of: dict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        codes_of[row.alliance_id].update(row.areas)
    return specialisms_meant(session, codes_of)


def _kept_host(row: PlacementHostRow, meant: _Meant) -> Kept[Host]:
    host = Host(
        id=row.id,
        kind=PlacementKind(row.kind),
        school_urn=row.school_urn,
        areas=tuple(meant[row.alliance_id][code] for code in row.areas),
        phases=frozenset(map(Phase, row.phases)),
        places_a_year=row.places_a_year,
        from_on=row.from_on,
        to_on=row.to_on,
    )
    return Kept(host, row.alliance_id, 1)


def _kept_application(row: PlacementApplicationRow, meant: _Meant) -> Kept[Application]:
    application = Application(
        id=row.id,
        kind=PlacementKind(row.kind),
        name=row.name,
        home_school_urn=row.home_school_urn,
        areas=tuple(meant[row.alliance_id][code] for code in row.areas),
        phase=Phase(row.phase),
        days_wanted=row.days_wanted,
        window=Window(row.earliest_start_on, row.latest_finish_on),
        travel_limit_km=row.travel_limit_km,
        note=row.note,
        submitted_by=row.submitted_by,
        applied_on=row.applied_on,
        withdrawn_on=row.withdrawn_on,
    )
    return Kept(application, row.alliance_id, row.version)


def _write(row: PlacementRow, engine: Deployment) -> None:
    booking = engine.booking
    row.starts_on, row.ends_on, row.days = booking.starts_on, booking.ends_on, booking.days
    row.academic_year = booking.academic_year.starting
    row.state = engine.state
    row.record = record.written(engine)


def _kept(row: PlacementRow) -> Kept[Placement]:
    engine = Deployment(
        id=row.id,
        support_request_id=row.placement_application_id,
        leader_id=row.placement_application_id,
        home_school_urn=row.home_school_urn,
        host_school_urn=row.host_school_urn,
        submitted_by=row.submitted_by,
        booking=Booking(row.starts_on, row.ends_on, row.days),
        arrangement=ARRANGEMENT,
        **record.read(row.record),
    )
    return Kept(Placement(PlacementKind(row.kind), row.placement_host_id, engine), row.alliance_id, row.version)
