"""The register's JSON."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from plans_api.schools.school import Phase, SchoolStatus
from service_kit.schemas import RequestBody, ResponseBody, ShortText, example

Urn = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
"""A school's unique reference number."""

LocalAuthorityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]


class SchoolOut(ResponseBody):
    """A school as the register has it."""

    model_config = ResponseBody.model_config | example(
        urn="108100",
        name="Fellgate Primary School",
        phase="primary",
        type="Community school",
        local_authority_code="393",
        local_authority="South Tyneside",
        region="North East",
        latitude=54.95962,
        longitude=-1.46874,
        status="open",
        opened_on=None,
        closed_on=None,
        version=1,
    )

    urn: str
    name: str
    phase: Phase
    type: str
    local_authority_code: str
    local_authority: str | None
    region: str | None
    latitude: Annotated[float | None, Field(description="Degrees, WGS 84.")]
    longitude: Annotated[float | None, Field(description="Degrees, WGS 84.")]
    status: SchoolStatus
    opened_on: date | None
    closed_on: date | None
    version: int


class SchoolSearchIn(RequestBody):
    """Words of a school's name, and any of these."""

    model_config = RequestBody.model_config | example(
        name_contains="fellgate", local_authority_codes=["393"], phases=["primary"], statuses=["open"]
    )

    name_contains: ShortText
    local_authority_codes: Annotated[tuple[LocalAuthorityCode, ...], Field(max_length=200)] = ()
    phases: Annotated[tuple[Phase, ...], Field(max_length=20)] = ()
    statuses: Annotated[tuple[SchoolStatus, ...], Field(max_length=20)] = ()


class RefusedRowOut(ResponseBody):
    """A row that was not taken over, and why."""

    model_config = ResponseBody.model_config | example(
        line=17, urn="12345", code="urn-not-readable", detail="A URN has six digits."
    )

    line: int
    urn: str
    code: str
    detail: str


class RegisterImportOut(ResponseBody):
    """What an extract did to the register, in schools; on a dry run, what it would do."""

    model_config = ResponseBody.model_config | example(
        dry_run=False, rows_read=26078, added=26078, changed=0, unchanged=0, refused=[]
    )

    dry_run: bool
    rows_read: int
    added: int
    changed: int
    unchanged: int
    refused: list[RefusedRowOut]
