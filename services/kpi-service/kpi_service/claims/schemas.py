"""The JSON of claims."""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from kpi_service.claims.claim import Checked, Claim, Counts, Figure, nearest_percents
from kpi_service.measures.rate import shown
from service_kit.schemas import RequestBody, ResponseBody, ShortText, example

LARGEST_BASE = 10_000

WrittenPercent = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
"""A percentage as it was written: `83` was rounded to the whole, `83.3` to one decimal."""

_PUBLISHED: dict[str, Any] = {
    "text": "98% of 24 trainees",
    "base": 24,
    "parts": [{"percent": "98", "count": None}],
    "total": None,
}
_NEAREST = [{"count": 23, "percent": 95.83}, {"count": 24, "percent": 100.0}]


class FigureIn(RequestBody):
    """A figure as it was published: a percentage, a count, or both."""

    model_config = RequestBody.model_config | example(percent="98", count=None)

    percent: WrittenPercent | None = None
    count: Annotated[int | None, Field(ge=0, le=1_000_000, strict=True)] = None

    def to_rule(self) -> Figure:
        """The figure. Raises `FigureMissing`."""
        return Figure(None if self.percent is None else Decimal(self.percent), self.count)


class ClaimIn(RequestBody):
    """What was published about `base` things; `text` comes back as it is. Parts exclude each other."""

    model_config = RequestBody.model_config | example(**_PUBLISHED)

    text: ShortText | None = None
    base: Annotated[int, Field(ge=1, le=LARGEST_BASE, strict=True)]
    parts: Annotated[tuple[FigureIn, ...], Field(min_length=1, max_length=20)]
    total: Annotated[FigureIn | None, Field(description="What the parts are said to come to together.")] = None

    def to_rule(self) -> Claim:
        """The claim. Raises `FigureMissing`."""
        total = None if self.total is None else self.total.to_rule()
        return Claim(self.base, tuple(part.to_rule() for part in self.parts), total)


class ClaimsIn(RequestBody):
    """Claims to be checked, each by itself."""

    model_config = RequestBody.model_config | example(claims=[_PUBLISHED])

    claims: Annotated[tuple[ClaimIn, ...], Field(min_length=1, max_length=50)]


class NearestOut(ResponseBody):
    """A count, and the percentage it gives, to two decimals."""

    model_config = ResponseBody.model_config | example(**_NEAREST[0])

    count: int
    percent: float


class CheckedPartOut(ResponseBody):
    """One part: the counts that give it by itself, and, where a percentage is given, what stands on either side."""

    model_config = ResponseBody.model_config | example(percent="98", count=None, counts=[], nearest=_NEAREST)

    percent: str | None
    count: int | None
    counts: list[int]
    nearest: list[NearestOut]

    @classmethod
    def of(cls, asked: FigureIn, base: int, counts: Counts) -> Self:
        """A part as it was asked for, and what whole numbers make of it."""
        nearest = [] if asked.percent is None else nearest_percents(Decimal(asked.percent), base)
        return cls(
            percent=asked.percent,
            count=asked.count,
            counts=counts.listed(),
            nearest=[NearestOut(count=count, percent=float(shown(exact))) for count, exact in nearest],
        )


class CheckedClaimOut(ResponseBody):
    """What whole numbers make of a claim. `counts` are those that all its parts can come to together; where there are
    none, no whole numbers give all its figures at once, and it is not `possible`."""

    model_config = ResponseBody.model_config | example(
        text="98% of 24 trainees",
        base=24,
        possible=False,
        counts=[],
        parts=[{"percent": "98", "count": None, "counts": [], "nearest": _NEAREST}],
    )

    text: str | None
    base: int
    possible: bool
    counts: list[int]
    parts: list[CheckedPartOut]

    @classmethod
    def of(cls, asked: ClaimIn, checked: Checked) -> Self:
        """A claim as it was asked for, and what whole numbers make of it."""
        return cls(
            text=asked.text,
            base=asked.base,
            possible=checked.is_possible,
            counts=checked.sums.listed(),
            parts=[
                CheckedPartOut.of(part, asked.base, counts)
                for part, counts in zip(asked.parts, checked.parts, strict=True)
            ],
        )


class CheckedClaimsOut(ResponseBody):
    """The claims in the order they were given."""

    model_config = ResponseBody.model_config | example(
        items=[
            {
                "text": "83% of 36 inspections",
                "base": 36,
                "possible": True,
                "counts": [30],
                "parts": [{"percent": "83", "count": None, "counts": [30], "nearest": []}],
            }
        ]
    )

    items: list[CheckedClaimOut]
