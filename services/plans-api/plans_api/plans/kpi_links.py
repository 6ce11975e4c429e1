"""Which national KPIs an action point says it works towards, as its writer put them."""

import re
from dataclasses import dataclass

_BETWEEN = re.compile(r"[\s,;/&]+|\band\b", re.IGNORECASE)
_CODE = re.compile(r"[1-9]\d?[a-z]?", re.IGNORECASE | re.ASCII)
_NONE = re.compile(r"n\s?/?\s?a|none|not applicable", re.IGNORECASE)


@dataclass(frozen=True)
class KpiLinks:
    """The links written in one cell.

    `codes` are KPI numbers in the order written (`3`, `8b`); they do not say which set of KPIs they count in.
    `are_none` says that the writer states there are none (`N/A`), which is not the same as an empty cell. `unread` are
    the words that are neither: a letter `O` is never taken for a zero, and no KPI has the number 0.
    """

    text: str
    codes: tuple[str, ...] = ()
    are_none: bool = False
    unread: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What the cell says, however its writer set the commas."""
        return "N/A" if self.are_none else ", ".join((*self.codes, *self.unread))


def read_kpi_links(text: str) -> KpiLinks:
    """Read a cell such as `3,4,` or `N/A`; never raises. Commas too many are harmless."""
    if _NONE.fullmatch(text.strip(" .")):
        return KpiLinks(text, are_none=True)
    words = [word for word in _BETWEEN.split(text) if word and word.lower() not in ("kpi", "kpis")]
    if len(words) == 1 and _NONE.fullmatch(words[0].strip(".")):
        return KpiLinks(text, are_none=True)
    codes = tuple(word.rstrip(".").lower() for word in words if _CODE.fullmatch(word.rstrip(".")))
    return KpiLinks(text, codes, unread=tuple(word for word in words if not _CODE.fullmatch(word.rstrip("."))))
