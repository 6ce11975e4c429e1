"""The JSON of what stands behind a count of deployments or of schools."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kpi_service.measures.deployment_clock import CountedAs
from service_kit.schemas import ResponseBody, example

PENDING_EXAMPLE = {
    "designation_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d1",
    "leader_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a1",
    "designated_on": "2015-01-31",
    "last_day_on": "2015-04-30",
    "days_left": 41,
}
WITHDRAWN_EXAMPLE = {
    "designation_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d2",
    "leader_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a2",
    "designated_on": "2014-09-15",
    "reason": "withdrawn_before_three_months_ended",
    "on": "2014-11-03",
}
WITHIN_EXAMPLE = {
    "designation_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60d3",
    "leader_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a3",
    "designated_on": "2014-11-30",
    "last_day_on": "2015-02-28",
    "first_day_on": "2015-02-28",
    "agreed_on": "2015-01-19",
    "deployment_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60e3",
    "counted_as": "within",
}
CLOSED_EXAMPLE = {"urn": "108100", "reason": "closed", "on": "2014-08-31"}
MEMBER_EXAMPLE = {
    "urn": "108101",
    "membership_ids": ["0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b1"],
    "is_counted": True,
    "was_counted": False,
}


class PendingOut(ResponseBody):
    """A designation whose three months have not ended and whose leader has not been deployed."""

    model_config = ResponseBody.model_config | example(**PENDING_EXAMPLE)

    designation_id: UUID
    leader_id: UUID
    designated_on: date
    last_day_on: date
    days_left: Annotated[int, Field(description="0 on the last day that counts.")]


class ExcludedDesignationOut(ResponseBody):
    """A designation that was withdrawn before its three months ended and whose leader was never deployed."""

    model_config = ResponseBody.model_config | example(**WITHDRAWN_EXAMPLE)

    designation_id: UUID
    leader_id: UUID
    designated_on: date
    reason: Literal["withdrawn_before_three_months_ended"] = "withdrawn_before_three_months_ended"
    on: Annotated[date, Field(validation_alias="withdrawn_on")]


class TracedDesignationOut(ResponseBody):
    """A designation in the denominator, and in the numerator where it is counted as `within`."""

    model_config = ResponseBody.model_config | example(**WITHIN_EXAMPLE)

    designation_id: UUID
    leader_id: UUID
    designated_on: date
    last_day_on: date
    first_day_on: date | None
    agreed_on: Annotated[date | None, Field(description="When that deployment was agreed; it does not count.")]
    deployment_id: UUID | None
    counted_as: Literal[CountedAs.WITHIN, CountedAs.LATE, CountedAs.NOT_DEPLOYED]


class ClosedSchoolOut(ResponseBody):
    """A member on the day that is not counted, because it closed before it."""

    model_config = ResponseBody.model_config | example(**CLOSED_EXAMPLE)

    urn: str
    reason: Literal["closed"] = "closed"
    on: Annotated[date, Field(validation_alias="closed_on")]


class TracedSchoolOut(ResponseBody):
    """A school behind the figures, with its memberships."""

    model_config = ResponseBody.model_config | example(**MEMBER_EXAMPLE)

    urn: str
    membership_ids: list[UUID]
    is_counted: Annotated[bool, Field(description="In `value`.")]
    was_counted: Annotated[bool, Field(description="In `previous_value`.")]
