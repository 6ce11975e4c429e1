"""Matches of hosts and applicants over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from service_kit.application import ReadingOf
from service_kit.clock import day_of
from sle_broker.designations.academic_year import academic_year_of
from sle_broker.placement_matches.match import applicants_for, hosts_for
from sle_broker.placement_matches.schemas import MatchesOut
from sle_broker.placement_matches.store import hosts_as_found, locations_of
from sle_broker.placements.store import get_application, get_host, hosts_of, open_applications

router = APIRouter(tags=["placements"])


@router.get("/v1/placement-hosts/{host_id}/matches", response_model=MatchesOut, summary="Find applicants for a host")
def match_applicants(host_id: UUID, reading: ReadingOf) -> MatchesOut:
    """Every open application of the host's kind once: who fits, best first, with the points of each criterion and the
    fact they were given for; and the others, each with the one reason against it. The reading is recorded: it judges
    people."""
    today = day_of(reading.now)
    with reading.transaction() as session:
        kept = get_host(session, host_id)
        reading.caller.require(kept.alliance_id)
        (host,) = hosts_as_found(session, [kept.thing], academic_year_of(today))
        applications = open_applications(session, kept.alliance_id, kept.thing.kind)
        homes = locations_of(session, {one.home_school_urn for one in applications})
        reading.note(session, "placement-matches-read", subject=host_id, tenant=kept.alliance_id)
    return MatchesOut.of(applicants_for(host, applications, homes, today), kept.thing.kind, today)


@router.get(
    "/v1/placement-applications/{application_id}/matches",
    response_model=MatchesOut,
    summary="Find hosts for an applicant",
)
def match_hosts(application_id: UUID, reading: ReadingOf) -> MatchesOut:
    """Every host of the kind applied for once, as `GET /v1/placement-hosts/{host_id}/matches` has it the other way. The
    reading is recorded."""
    today = day_of(reading.now)
    with reading.transaction() as session:
        kept = get_application(session, application_id)
        reading.caller.require(kept.alliance_id)
        application = kept.thing
        hosts = hosts_of(session, kept.alliance_id, application.kind)
        year = academic_year_of(application.window.earliest_start_on)
        found = hosts_as_found(session, hosts, year)
        home = locations_of(session, [application.home_school_urn]).get(application.home_school_urn)
        reading.note(session, "placement-matches-read", subject=application_id, tenant=kept.alliance_id)
    return MatchesOut.of(hosts_for(application, home, found, today), application.kind, today)
