"""Leaders' availability over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from service_kit.application import UnkeyedCommand
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion
from sle_broker.availability import use_cases
from sle_broker.availability.schemas import AvailabilityIn, AvailabilityOut, WrittenYear
from sle_broker.designations.academic_year import AcademicYear

router = APIRouter(tags=["leaders"])


@router.put(
    "/v1/leaders/{leader_id}/availability", response_model=AvailabilityOut, summary="Say when a leader can be lent"
)
def record_availability(
    leader_id: UUID,
    academic_year: WrittenYear,
    body: AvailabilityIn,
    expected: ExpectedVersion,
    command: UnkeyedCommand,
) -> Response:
    """How many days of a leader may be booked in an academic year, and in those of its half-terms that are named. It
    takes the place of what was said of that year before, and is a new version of the leader. Days already booked stay
    booked, even where fewer are said."""
    year = AcademicYear.read(academic_year)
    return command.execute(
        lambda work: use_cases.record_availability(work, leader_id, expected, year, body.allowance(), body.said(year)),
        lambda kept: Reply(AvailabilityOut.of(leader_id, year, kept), version=kept.version),
    )
