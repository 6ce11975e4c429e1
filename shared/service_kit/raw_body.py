"""Documents sent as they are: the body is the file, its media type says what kind."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from service_kit.errors import UnsupportedMediaType


@dataclass(frozen=True)
class RawBody:
    """A document as it was sent."""

    media_type: str
    content: bytes


def raw_body(*media_types: str) -> Callable[[Request], Awaitable[RawBody]]:
    """A dependency that reads the body as one of `media_types`. Errors: `UnsupportedMediaType` naming them."""

    async def read(request: Request) -> RawBody:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in media_types:
            raise UnsupportedMediaType(f"Send the document with a Content-Type of {' or '.join(media_types)}.")
        return RawBody(media_type, await request.body())

    return read


def raw_body_contract(examples: dict[str, str]) -> dict[str, Any]:
    """The `openapi_extra` of an operation that takes such a document: an example for each media type."""
    content = {
        media_type: {"schema": {"type": "string", "format": "binary"}, "example": example}
        for media_type, example in examples.items()
    }
    return {"requestBody": {"required": True, "content": content}}
