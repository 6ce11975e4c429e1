"""What the tests of plans over HTTP do again and again: send a document, read every page of a list."""

from typing import Any

import httpx

from tests.people import SignedIn

MARKDOWN = "text/markdown"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"

A_PLAN = b"""# Action plan 2014/15 - 1. Initial teacher training

| Action points | Milestones | Date | Lead | Impact | KPIs |
|---|---|---|---|---|---|
| Fill places | Hold an open day.<br>Tell the schools. | October 2014<br>Spring term | R Example | All taken | 3,4, |
| Train mentors | Write the course | October 2015 | TBC | Mentors trained | N/A |
"""


def send(client: SignedIn, alliance: str, content: bytes, media_type: str = MARKDOWN, **more: Any) -> httpx.Response:
    params = {"alliance_id": alliance} | more
    return client.post("/v1/plan-imports", content=content, params=params, headers={"Content-Type": media_type})


def everything(client: SignedIn, path: str, **params: Any) -> list[dict[str, Any]]:
    """The items of every page of a list."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(path, params=params | cursor).raise_for_status().json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}
