"""Leaders' days over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from service_kit.application import ReadingOf
from service_kit.etags import etag
from sle_broker.availability.schemas import WrittenYear
from sle_broker.availability.store import availability_of
from sle_broker.deployments.store import held_days
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.store import get_leader
from sle_broker.leader_days.leader_days import leader_days
from sle_broker.leader_days.schemas import LeaderDaysOut

router = APIRouter(tags=["leaders"])


@router.get("/v1/leaders/{leader_id}/days", response_model=LeaderDaysOut, summary="Read a leader's days")
def get_leader_days(
    leader_id: UUID, academic_year: WrittenYear, reading: ReadingOf, response: Response
) -> LeaderDaysOut:
    """What a leader offers of an academic year, what deployments hold of it, what has been used on visits, and what is
    free: in the year and in each half-term. The reading is recorded."""
    year = AcademicYear.read(academic_year)
    with reading.transaction() as session:
        kept = get_leader(session, leader_id)
        reading.caller.require(kept.alliance_id, str(leader_id))
        availability = availability_of(session, [kept.thing], year)[leader_id]
        taken = held_days(session, [leader_id], year, now=reading.now).get(leader_id, [])
        reading.note(session, "leader-days-read", subject=leader_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return LeaderDaysOut.of(leader_id, str(year), leader_days(year, availability, taken), kept.version)
