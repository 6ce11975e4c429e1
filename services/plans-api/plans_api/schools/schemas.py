"""The register's JSON."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from plans_api.schools.school import Phase, SchoolStatus
from plans_api.schools.succession import SuccessionKind
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
        trust_uid=None,
        trust_name=None,
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
    trust_uid: str | None
    trust_name: str | None
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


class SuccessionOut(ResponseBody):
    """One school follows another."""

    predecessor_urn: str
    successor_urn: str
    kind: SuccessionKind
    on: date | None


class LineageOut(ResponseBody):
    """All that came before a school and all that followed it, which of them follow last, and every link between."""

    model_config = ResponseBody.model_config | example(
        urn="100111",
        predecessors=[],
        successors=["143211"],
        latest=["143211"],
        links=[
            {"predecessor_urn": "100111", "successor_urn": "143211", "kind": "succession", "on": "2016-09-01"},
        ],
    )

    urn: str
    predecessors: list[str]
    successors: list[str]
    latest: list[str]
    links: list[SuccessionOut]
