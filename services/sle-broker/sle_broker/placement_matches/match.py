"""Hosts for an applicant and applicants for a host, by the rules and the scores of every shortlist."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sle_broker.matching.blocking import BlockedLeader, BlockingReason
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.distance import Location
from sle_broker.matching.scoring import Criterion, ScorePart
from sle_broker.matching.shortlist import OfferedLeader, shortlist
from sle_broker.matching_weights.weights import Weights, WeightsVersion
from sle_broker.placements.placement import Application, Host
from sle_broker.placements.placement_kind import TERMS
from sle_broker.specialisms.specialism import LeaderSpecialism

ASKED_OF_LEADERS_ALONE = frozenset({BlockingReason.NOT_DESIGNATED, BlockingReason.OTHER_KIND})

# A host has no clock to meet and nobody has validated what it offers; what it offers counts whole.
WEIGHTS = WeightsVersion(1, Weights(clock=0, experience=0, evaluations=0, claimed_percent=100))


@dataclass(frozen=True)
class HostAsFound:
    """A host, how many of its places are taken in the academic year asked about, and how many placements are open."""

    host: Host
    location: Location | None
    places_taken: int
    open_placements: int


@dataclass(frozen=True)
class Found:
    """The other side, best first, each with its score; and the rest, each with the one reason against it."""

    offered: tuple[OfferedLeader, ...]
    blocked: tuple[BlockedLeader, ...]


def search_of(application: Application, home: Location | None, as_of: date) -> Search:
    """What is searched for on an applicant's behalf: the applicant travels, so theirs is the school that is set out
    from."""
    return Search(
        request_id=application.id,
        line_number=1,
        host_school_urn=application.home_school_urn,
        host_location=home,
        leader_kind=None,
        areas=application.areas,
        phase=application.phase,
        days_wanted=application.days_wanted,
        window=application.window,
        as_of=as_of,
    )


def hosts_for(application: Application, home: Location | None, hosts: Iterable[HostAsFound], as_of: date) -> Found:
    """The hosts of the application's kind: offered with their scores, or blocked with one reason."""
    hosts = [found for found in hosts if found.host.kind is application.kind]
    candidates = [_candidate(found, application) for found in hosts]
    answer = shortlist(search_of(application, home, as_of), candidates, WEIGHTS, ASKED_OF_LEADERS_ALONE)
    wanted = {area.code for area in application.areas}
    offered = {one.host.id: [area.name for area in one.host.areas if area.code in wanted] for one in hosts}
    return Found(
        tuple(OfferedLeader(one.leader_id, _parts(one, offered[one.leader_id])) for one in answer.candidates),
        answer.blocked,
    )


def _parts(one: OfferedLeader, offered: Sequence[str]) -> tuple[ScorePart, ...]:
    """The parts that count here; what a host offers is offered, and neither claimed nor validated."""
    return tuple(
        part._replace(fact=f"offers {', '.join(offered)}") if part.criterion is Criterion.SPECIALISM else part
        for part in one.parts
        if part.out_of
    )


def applicants_for(
    found: HostAsFound, applications: Iterable[Application], homes: Mapping[str, Location | None], as_of: date
) -> Found:
    """The same the other way: each application of the host's kind stands for whom it is from."""
    offered: list[OfferedLeader] = []
    blocked: list[BlockedLeader] = []
    for application in applications:
        answer = hosts_for(application, homes.get(application.home_school_urn), [found], as_of)
        offered += [OfferedLeader(application.id, one.parts) for one in answer.offered]
        blocked += [BlockedLeader(application.id, one.reason, one.fact) for one in answer.blocked]
    precedence = list(BlockingReason)
    return Found(
        tuple(sorted(offered, key=lambda one: (-one.total, one.leader_id))),
        tuple(sorted(blocked, key=lambda one: (precedence.index(one.reason), one.leader_id))),
    )


def _candidate(found: HostAsFound, application: Application) -> Candidate:
    host, most = found.host, TERMS[found.host.kind].most_days
    left = max(host.places_a_year - found.places_taken, 0)
    return Candidate(
        leader_id=host.id,
        home_school_urn=host.school_urn,
        home_location=found.location,
        travel_limit_km=application.travel_limit_km,
        designations=(),
        specialisms=tuple(LeaderSpecialism(host.id, host.id, area, host.from_on) for area in host.areas),
        phases=host.phases,
        allowance_days=most * host.places_a_year,
        days_left=most * left,
        free_days=_days_open(host, application),
        is_released=host.is_open_in(application.window),
        open_deployments=found.open_placements,
    )


def _days_open(host: Host, application: Application) -> Decimal:
    first = max(host.from_on, application.window.earliest_start_on)
    last = min(host.to_on, application.window.latest_finish_on)
    return Decimal(max((last - first).days + 1, 0))
