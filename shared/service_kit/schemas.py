"""The shapes shared by every JSON interface of the house."""

import re
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Item = TypeVar("Item")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000, pattern=r"^[^\x00]*$")]
"""Written text of a caller: never empty, never longer than 4,000 characters, no NUL."""

ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")
]
"""A name, a code or a title of a caller: at most 200 characters."""

_WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _as_written(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _WRITTEN_DAY.fullmatch(value)):
        return value
    raise ValueError("a day is written as in 2014-11-03")


Day = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(2200, 1, 1)), BeforeValidator(_as_written)]
"""A calendar day of the 20th, 21st or 22nd century, never a number of seconds."""


class RequestBody(BaseModel):
    """A body a caller sends: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ResponseBody(BaseModel):
    """A body the service answers with: readers must expect fields to be added."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Page(ResponseBody, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last page."""

    items: list[Item]
    next_cursor: str | None


class ProblemField(ResponseBody):
    """One thing wrong with one place of the input."""

    pointer: Annotated[str, Field(description="JSON pointer into the body, or the name of a parameter or header.")]
    code: str
    detail: str


class Problem(ResponseBody):
    """A refusal, as RFC 9457 `application/problem+json`. `code` never changes its meaning."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:problem:validation-failed",
                    "title": "Validation failed",
                    "status": 422,
                    "detail": "1 field is not as it should be.",
                    "code": "validation-failed",
                    "request_id": "0198c1d2a7e17c3f8a1b2c3d4e5f6071",
                    "errors": [{"pointer": "/name", "code": "missing", "detail": "Field required"}],
                }
            ]
        },
    )

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[ProblemField] = []


def example(**values: Any) -> ConfigDict:
    """The `model_config` part that gives a schema its example: `… | example(…)`."""
    return ConfigDict(json_schema_extra={"examples": [values]})
