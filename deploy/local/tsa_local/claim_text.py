"""Published figures as people write them: `98% of 24`, `15 + 15 + 6 of 36 = 36`, `30 (83%) of 36`."""

import re
from collections.abc import Mapping
from typing import Any

from tsa_local.trouble import Trouble

_CLAIM = re.compile(r"\s*(?P<parts>[^=]+?)\s+of\s+(?P<base>[0-9]{1,6})\s*(?:=\s*(?P<total>[^=]+?)\s*)?")
_FIGURE = re.compile(
    r"\s*(?:(?P<count>[0-9]{1,6})\s*(?:\(\s*(?P<beside>[0-9.]{1,8})\s*%\s*\))?|(?P<percent>[0-9.]{1,8})\s*%)\s*"
)


def read_claim(text: str) -> Mapping[str, Any]:
    """A claim as kpi-service takes it. Raises `Trouble` that shows how one is written."""
    written = _CLAIM.fullmatch(text)
    if written is None:
        raise _not_a_claim(text)
    total = written["total"]
    return {
        "text": text,
        "base": int(written["base"]),
        "parts": [_figure(part, text) for part in written["parts"].split("+")],
        "total": None if total is None else _figure(total, text),
    }


def _figure(part: str, text: str) -> Mapping[str, Any]:
    written = _FIGURE.fullmatch(part)
    if written is None:
        raise _not_a_claim(text)
    count = written["count"]
    return {"percent": written["percent"] or written["beside"], "count": None if count is None else int(count)}


def _not_a_claim(text: str) -> Trouble:
    return Trouble(f"“{text}” is not a claim: write it as 98% of 24, 30 (83%) of 36, or 42% + 47% + 11% of 36 = 100%.")
