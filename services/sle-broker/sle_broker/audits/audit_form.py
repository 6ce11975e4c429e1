"""An audit form: questions on one scale, each bearing on a specialism. A published version is never edited."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from service_kit.errors import Conflict, RuleBroken
from sle_broker.specialisms.specialism import Specialism


class ScaleEnd(StrEnum):
    """Which end of a scale is the best: an inspection's 1 is outstanding, many schools' 5 is."""

    LOWEST = "lowest"
    HIGHEST = "highest"


class ScaleNotWhole(RuleBroken):
    """A scale has two ends at least one apart, and the score at which an answer is a need stands on it, short of the
    best."""


class NoQuestions(RuleBroken):
    """A form asks at least one question."""


class FormSuperseded(Conflict):
    """An audit is begun on the latest version of its form."""


@dataclass(frozen=True)
class Scale:
    """Whole scores from `lowest` to `highest`, both included. An answer of `need_at`, or worse, is a need.

    Raises `ScaleNotWhole`.
    """

    lowest: int
    highest: int
    best: ScaleEnd
    need_at: int

    def __post_init__(self) -> None:
        best = self.lowest if self.best is ScaleEnd.LOWEST else self.highest
        if self.lowest >= self.highest:
            raise ScaleNotWhole(f"A scale cannot go from {self.lowest} to {self.highest}.")
        if self.need_at not in self or self.need_at == best:
            raise ScaleNotWhole(f"{self.need_at} is not a score from which on an answer can be a need.")

    def __contains__(self, score: int) -> bool:
        return self.lowest <= score <= self.highest

    def is_need(self, score: int) -> bool:
        """Whether an answer with this score says that help is needed."""
        return score >= self.need_at if self.best is ScaleEnd.LOWEST else score <= self.need_at


@dataclass(frozen=True)
class Question:
    """One question; `number` counts from one."""

    number: int
    text: str
    specialism: Specialism


@dataclass(frozen=True)
class AuditForm:
    """One version of a form, known by `code` for good. The next version supersedes it; audits made on it keep it.

    Raises `NoQuestions`.
    """

    id: UUID
    alliance_id: UUID
    code: str
    version: int
    title: str
    scale: Scale
    questions: tuple[Question, ...]
    published_on: date

    def __post_init__(self) -> None:
        if not self.questions:
            raise NoQuestions("Ask at least one question.")
