"""Published figures as people write them on the command line."""

from typing import Any

import pytest

from tsa_local.claim_text import read_claim
from tsa_local.trouble import Trouble


def figure(percent: str | None = None, count: int | None = None) -> dict[str, Any]:
    return {"percent": percent, "count": count}


@pytest.mark.parametrize(
    ("text", "base", "parts", "total"),
    [
        ("98% of 24", 24, [figure("98")], None),
        ("66.7 % of 30", 30, [figure("66.7")], None),
        ("30 (83%) of 36", 36, [figure("83", 30)], None),
        ("15 + 15 + 6 of 36 = 36", 36, [figure(count=15), figure(count=15), figure(count=6)], figure(count=36)),
        ("42% + 47% + 11% of 36 = 100%", 36, [figure("42"), figure("47"), figure("11")], figure("100")),
    ],
)
def test_a_claim_is_read_as_it_is_written(
    text: str, base: int, parts: list[dict[str, Any]], total: dict[str, Any] | None
) -> None:
    assert read_claim(text) == {"text": text, "base": base, "parts": parts, "total": total}


@pytest.mark.parametrize("text", ["", "98%", "most of 24", "98% of many", "98% off 24", "98% of 24 = ", "+ of 3"])
def test_what_is_no_claim_is_told_with_how_one_is_written(text: str) -> None:
    with pytest.raises(Trouble, match="98% of 24"):
        read_claim(text)
