"""Which national KPIs an action point says it works towards, as its writer put them."""

import re
from dataclasses import dataclass
from itertools import groupby

_BETWEEN = re.compile(r"[\s,;/&]+|\band\b", re.IGNORECASE)
_CODE = re.compile(r"[1-9]\d?[a-z]?", re.IGNORECASE | re.ASCII)
_SET = re.compile(r"\bset\s+(\w{1,20})(?:\s+(v?\d[\w./-]{0,19}))?\s*:", re.IGNORECASE)
_NONE = re.compile(r"n\s?/?\s?a|none|not applicable", re.IGNORECASE)


@dataclass(frozen=True)
class KpiLink:
    """A KPI by its number, and the set and version it counts in where its writer names them; else it is the plan's."""

    code: str
    kpi_set: str | None = None
    kpi_set_version: str | None = None

    @property
    def named_set(self) -> str | None:
        """The set and its version as they are written; None where no set is named."""
        return " ".join(filter(None, (self.kpi_set, self.kpi_set_version))) or None


@dataclass(frozen=True)
class KpiLinks:
    """The links written in one cell.

    `links` are KPI numbers in the order written (`3`, `8b`), which count in the plan's set, or in the one named before
    them (`3, 4; set B 2015: 8b`), whose name is a capital however it is written.
    `are_none` says that the writer states there are none (`N/A`), which is not the same as an empty cell. `unread` are
    the words that are neither: a letter `O` is never taken for a zero, and no KPI has the number 0.
    """

    text: str
    links: tuple[KpiLink, ...] = ()
    are_none: bool = False
    unread: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The KPI numbers alone."""
        return tuple(link.code for link in self.links)

    @property
    def words(self) -> str:
        """What the cell says, however its writer set the commas."""
        if self.are_none:
            return "N/A"
        parts = [", ".join((*(link.code for link in self.links if link.named_set is None), *self.unread))]
        for named_set, links in groupby((link for link in self.links if link.named_set), lambda link: link.named_set):
            parts.append(f"set {named_set}: {', '.join(link.code for link in links)}")
        return "; ".join(filter(None, parts))


def read_kpi_links(text: str) -> KpiLinks:
    """Read a cell such as `3,4,`, `3; set B 2015: 8b` or `N/A`; never raises. Commas too many are harmless."""
    if _NONE.fullmatch(text.strip(" .")):
        return KpiLinks(text, are_none=True)
    first, *named = _SET.split(text)
    parts = [(first, None, None), *zip(named[2::3], map(str.upper, named[::3]), named[1::3], strict=True)]
    words = [
        (word, kpi_set, version)
        for part, kpi_set, version in parts
        for word in _BETWEEN.split(part)
        if word and word.lower() not in ("kpi", "kpis")
    ]
    if len(words) == 1 and _NONE.fullmatch(words[0][0].strip(".")):
        return KpiLinks(text, are_none=True)
    read = [(word, KpiLink(word.rstrip(".").lower(), *of), _CODE.fullmatch(word.rstrip("."))) for word, *of in words]
    return KpiLinks(
        text,
        tuple(link for _, link, is_code in read if is_code),
        unread=tuple(word for word, _, is_code in read if not is_code),
    )
