"""Keyset pages: a cursor says after which row to go on, and belongs to one list with one filter and one order."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json, to_jsonable_python
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from service_kit.errors import InvalidCursor
from service_kit.schemas import Page

Row = TypeVar("Row")
Item = TypeVar("Item")


@dataclass(frozen=True)
class PageRequest:
    """Which page of which list: `binding` is a digest of the list's path and filters."""

    limit: int
    cursor: str | None
    binding: str
    next_link: Callable[[str], str]
    response: Response

    def bound_to(self, search: BaseModel) -> "PageRequest":
        """The same page of a list that is also filtered by a body: a cursor of another search is refused."""
        digest = hashlib.sha256(f"{self.binding}{search.model_dump_json()}".encode()).hexdigest()[:16]
        return replace(self, binding=digest)


async def page_request(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=200, description="Items a page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000, description="`next_cursor` of the page before.")] = None,
) -> PageRequest:
    """The page asked for in the query string."""
    filters = sorted(pair for pair in request.query_params.multi_items() if pair[0] not in ("limit", "cursor"))
    binding = hashlib.sha256(json.dumps([request.url.path, filters]).encode()).hexdigest()[:16]

    def next_link(after: str) -> str:
        return f"{request.url.path}?{urlencode([*filters, ('limit', str(limit)), ('cursor', after)])}"

    return PageRequest(limit, cursor, binding, next_link, response)


PageOf = Annotated[PageRequest, Depends(page_request)]


def read_page(
    session: Session,
    rows: Select[Row],
    keys: Sequence[InstrumentedAttribute[Any]],
    page: PageRequest,
    shape: Callable[[Row], Item],
) -> Page[Item]:
    """One page of `rows` in ascending order of `keys`, which together must be unique. Sets `Link: rel="next"`.

    Errors: `InvalidCursor` for a cursor of another list, filter or order.
    """
    ordered = rows.order_by(*keys).limit(page.limit + 1)
    if page.cursor is not None:
        ordered = ordered.where(tuple_(*keys) > tuple_(*_keys_after(page, [key.type.python_type for key in keys])))
    found: Sequence[Row] = session.scalars(ordered).all()
    return _page_of(found, page, lambda row: [getattr(row, key.key) for key in keys], shape)


def cut_page(
    items: Iterable[Row], key: Callable[[Row], tuple[str, ...]], page: PageRequest, shape: Callable[[Row], Item]
) -> Page[Item]:
    """One page of a list that is worked out as a whole, in ascending order of `key`, which must be unique, and of as
    many texts for every item. Sets `Link: rel="next"`.

    Errors: `InvalidCursor` for a cursor of another list, filter or order, unless there is nothing to list.
    """
    ordered = sorted(items, key=key)
    if page.cursor is not None and ordered:
        after = tuple(_keys_after(page, [str] * len(key(ordered[0]))))
        ordered = [item for item in ordered if key(item) > after]
    return _page_of(ordered, page, lambda item: list(key(item)), shape)


def _page_of(
    found: Sequence[Row], page: PageRequest, keys_of: Callable[[Row], list[Any]], shape: Callable[[Row], Item]
) -> Page[Item]:
    shown = found[: page.limit]
    if len(found) <= page.limit:
        return Page(items=[shape(row) for row in shown], next_cursor=None)
    after = _cursor(page.binding, keys_of(shown[-1]))
    page.response.headers["Link"] = f'<{page.next_link(after)}>; rel="next"'
    return Page(items=[shape(row) for row in shown], next_cursor=after)


def _cursor(binding: str, values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([binding, to_jsonable_python(values)]).encode()).decode()


def _keys_after(page: PageRequest, kinds: Sequence[type[Any]]) -> list[Any]:
    refusal = InvalidCursor("This cursor does not belong to this list; start again without a cursor.")
    try:
        binding, values = from_json(base64.urlsafe_b64decode((page.cursor or "").encode()))
        if binding != page.binding or len(values) != len(kinds) or any("\0" in str(value) for value in values):
            raise refusal
        return [TypeAdapter(kind).validate_python(value) for kind, value in zip(kinds, values, strict=True)]
    except (binascii.Error, UnicodeError, ValidationError, ValueError, TypeError) as unreadable:
        raise refusal from unreadable
