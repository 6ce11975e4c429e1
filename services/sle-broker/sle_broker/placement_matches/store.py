"""What a match of hosts and applicants looks at."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sle_broker.deployments.deployment import VISITS_ENDED
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.matching.distance import Location
from sle_broker.placement_matches.match import HostAsFound
from sle_broker.placements.placement import Host
from sle_broker.placements.store import CAME_TO_NOTHING
from sle_broker.placements.tables import PlacementRow
from sle_broker.schools.store import schools_by_urn


def hosts_as_found(session: Session, hosts: Iterable[Host], year: AcademicYear) -> Sequence[HostAsFound]:
    """Hosts with where they are and what of them is taken in an academic year."""
    hosts = list(hosts)
    places = locations_of(session, {host.school_urn for host in hosts})
    row = PlacementRow
    counted = (
        select(
            row.placement_host_id,
            func.count().filter(row.academic_year == year.starting, row.state.not_in(CAME_TO_NOTHING)),
            func.count().filter(row.state.not_in(VISITS_ENDED)),
        )
        .where(row.placement_host_id.in_([host.id for host in hosts]))
        .group_by(row.placement_host_id)
    )
    counts = {host_id: (taken, still) for host_id, taken, still in session.execute(counted)}
    return [HostAsFound(host, places.get(host.school_urn), *counts.get(host.id, (0, 0))) for host in hosts]


def locations_of(session: Session, urns: Iterable[str]) -> Mapping[str, Location | None]:
    """Where schools are, as far as it is recorded."""
    return {urn: Location.of(one.latitude, one.longitude) for urn, one in schools_by_urn(session, set(urns)).items()}
