"""The register's links between schools: each is given from one end or both, and told once."""

from collections.abc import Iterator
from datetime import date

from plans_api.register_imports.recognition import Header
from plans_api.register_imports.register_row import (
    LinkBetween,
    LinkWithoutDirection,
    Record,
    RefusedRow,
    Unreadable,
    date_in,
    urn_in,
)
from plans_api.schools.succession import Succession, SuccessionKind

_KINDS = {
    "merged": SuccessionKind.MERGER,
    "amalgamated": SuccessionKind.AMALGAMATION,
    "split school": SuccessionKind.SPLIT,
}
_WITHOUT_DIRECTION = {"result of amalgamation": SuccessionKind.AMALGAMATION, "merged": SuccessionKind.MERGER}


class LinksReader:
    """Reads a file of links. Both ends of a link may name it, in other words and with other days: the more telling
    word counts, and the later day, which is the first of the school that goes on."""

    def __init__(self, header: Header) -> None:
        self._header = header

    def read(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Record]:
        """Every refused row as it is met, then every link once."""
        links: dict[tuple[str, str], LinkBetween] = {}
        open_links: dict[frozenset[str], LinkWithoutDirection] = {}
        for line, cells in rows:
            row = self._header.cells(cells)
            try:
                one, other = urn_in(row, "urn"), urn_in(row, "link_urn")
                if one == other:
                    raise Unreadable("links-to-itself", "A link is between two schools.")
                self._add(line, (one, other), row.get("link_type", ""), date_in(row, "linked_on"), links, open_links)
            except Unreadable as reason:
                yield RefusedRow(line, row.get("urn", "")[:20], reason.code, reason.detail)
        yield from links.values()
        told = {frozenset(pair) for pair in links}
        yield from (link for pair, link in open_links.items() if pair not in told)

    def _add(
        self,
        line: int,
        urns: tuple[str, str],
        written: str,
        on: date | None,
        links: dict[tuple[str, str], LinkBetween],
        open_links: dict[frozenset[str], LinkWithoutDirection],
    ) -> None:
        role, _, how = (part.strip() for part in written.lower().partition("-"))
        if role in ("predecessor", "successor"):
            kind = _KINDS.get(how, SuccessionKind.SUCCESSION)
            pair = urns if role == "successor" else (urns[1], urns[0])
            before = links.get(pair)
            given = Succession(*pair, kind, on)
            links[pair] = LinkBetween(before.line if before else line, _more_telling(before, given))
        elif role in _WITHOUT_DIRECTION:
            link = Succession(*urns, _WITHOUT_DIRECTION[role], on)
            open_links.setdefault(frozenset(urns), LinkWithoutDirection(line, urns, link))
        else:
            raise Unreadable("link-type-not-known", f"“{written[:60]}” is no link between schools.")


def _more_telling(before: LinkBetween | None, given: Succession) -> Succession:
    if before is None:
        return given
    kinds = (before.succession.kind, given.kind)
    kind = next((kind for kind in kinds if kind is not SuccessionKind.SUCCESSION), SuccessionKind.SUCCESSION)
    days = [day for day in (before.succession.on, given.on) if day is not None]
    return Succession(given.predecessor_urn, given.successor_urn, kind, max(days, default=None))
