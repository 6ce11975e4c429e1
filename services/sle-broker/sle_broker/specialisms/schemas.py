"""The JSON of specialisms, and how values that every part of this service speaks of are written."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from service_kit.schemas import RequestBody, ResponseBody, ShortText, example
from sle_broker.specialisms.specialism import SpecialismGroup, SpecialismVersion

Urn = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
"""A school's unique reference number."""

Days = Annotated[float, Field(ge=0.5, le=99.5, multiple_of=0.5, allow_inf_nan=False, description="Whole or half days.")]
"""Days that a leader lends; every half is exact as a JSON number."""

SpecialismCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,59}$")]
"""What a specialism is named by for good."""


def _named_once(codes: list[str]) -> list[str]:
    if len(set(codes)) != len(codes):
        raise ValueError("each code is named once")
    return codes


SpecialismCodes = Annotated[
    list[SpecialismCode], AfterValidator(_named_once), Field(max_length=20, json_schema_extra={"uniqueItems": True})
]

ALLIANCE_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"


class SpecialismIn(RequestBody):
    """An entry that an alliance adds."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        code="forest-school",
        group="quality_of_teaching",
        name="Teaching outdoors",
    )

    alliance_id: UUID
    code: SpecialismCode
    group: SpecialismGroup
    name: ShortText


class SpecialismOut(ResponseBody):
    """An entry of the list in one version. `alliance_id` is null in the standard list."""

    model_config = ResponseBody.model_config | example(
        code="phonics", group="pupil_achievement", name="Phonics and early reading", version=1, alliance_id=None
    )

    code: str
    group: SpecialismGroup
    name: str
    version: int
    alliance_id: UUID | None


class SpecialismVersionOut(SpecialismOut):
    """One version of an entry. `added_at` and `added_by` are null in the standard list, which comes with the release;
    `added_by` is the subject under which whoever added it signs in."""

    model_config = ResponseBody.model_config | example(
        code="forest-school",
        group="quality_of_teaching",
        name="Teaching outdoors",
        version=2,
        alliance_id=ALLIANCE_EXAMPLE,
        added_at="2014-09-01T09:00:00Z",
        added_by="broker",
    )

    added_at: datetime | None
    added_by: str | None

    @classmethod
    def of(cls, version: SpecialismVersion) -> Self:
        """A stored version."""
        entry = version.specialism
        return cls(
            code=entry.code,
            group=entry.group,
            name=entry.name,
            version=entry.version,
            alliance_id=entry.alliance_id,
            added_at=version.added_at,
            added_by=version.added_by,
        )
