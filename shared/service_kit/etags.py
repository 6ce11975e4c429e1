"""Strong ETags from a row's version, and the `If-Match` a change must carry."""

import re
from typing import Annotated

from fastapi import Depends, Header

from service_kit.errors import PreconditionRequired, VersionMismatch

_ETAG = re.compile(r'"([1-9][0-9]{0,17})"')


def etag(version: int) -> str:
    """The strong entity tag of version `version` of a thing."""
    return f'"{version}"'


async def expected_version(
    if_match: Annotated[
        str | None, Header(description='The `ETag` of the version you decided on, such as `"3"`.', examples=['"1"'])
    ] = None,
) -> int:
    """The version a change was decided on. Absent, or `*`, is 428; a tag we never gave, a weak one or a list is stale:
    412."""
    if if_match is None or if_match == "*":
        raise PreconditionRequired("Send `If-Match` with the ETag of the version you read; it guards others' changes.")
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise VersionMismatch("`If-Match` is not an ETag of this thing; read it again and use the ETag you are given.")
    return int(found[1])


def require_version(present: int, expected: int) -> None:
    """Refuses when the thing has moved on; the `UPDATE … WHERE version` behind it catches what races past here."""
    if present != expected:
        raise VersionMismatch("It has changed since you read it; read it again and decide anew.")


ExpectedVersion = Annotated[int, Depends(expected_version)]
