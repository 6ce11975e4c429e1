"""What names a result: the question it answers, and not the answer. The same question has the same id everywhere."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from kpi_service.measures.deployment_clock import DesignatedIn
from service_kit.errors import RuleBroken

LONGEST_ID = 2_000
_EVERY_DESIGNATION = DesignatedIn()
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]+")
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)


class ResultIdNotReadable(RuleBroken):
    """A result's id is taken as it was given, whole and unchanged."""


@dataclass(frozen=True)
class ResultPart:
    """The part of a KPI that a result is of: one figure of a key stage, or the designations of a round or a period;
    None where it is not taken apart."""

    key_stage: str | None = None
    figure: str | None = None
    designated_in: DesignatedIn = _EVERY_DESIGNATION


WHOLE = ResultPart()


@dataclass(frozen=True)
class ResultId:
    """Which result: of which alliance, under which version of a definition, on which day, of which part of the KPI."""

    alliance_id: UUID
    definition_id: UUID
    as_of: date
    part: ResultPart = WHOLE

    @property
    def text(self) -> str:
        """The id as it is given out, safe in a URL."""
        made = self.part.designated_in
        days = (day and day.isoformat() for day in (self.as_of, made.designated_from, made.designated_to))
        as_of, from_on, to_on = days
        told = [self.alliance_id.hex, self.definition_id.hex, as_of]
        told += [self.part.key_stage, self.part.figure, made.round, from_on, to_on]
        while told[-1] is None:
            told.pop()
        written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(written.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        """The result that an id names; nothing is read but what `text` gives out. Raises `ResultIdNotReadable`."""
        refusal = ResultIdNotReadable(
            "This is not the id of a result: take it from the member `id` of a result, whole and unchanged."
        )
        try:
            if not _URL_SAFE.fullmatch(text):
                raise refusal
            found = cls._of(json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))))
            is_as_given_out = found.text == text
        except (ValueError, TypeError, AttributeError, RecursionError) as unreadable:
            raise refusal from unreadable
        if not is_as_given_out:
            raise refusal
        return found

    @classmethod
    def _of(cls, told: Sequence[Any]) -> Self:
        alliance_id, definition_id, as_of, *more = told
        key_stage, figure, round_name, from_on, to_on = more + [None] * (5 - len(more))
        from_on, to_on = (None if day is None else _day(day) for day in (from_on, to_on))
        part = ResultPart(_name(key_stage), _name(figure), DesignatedIn(_name(round_name), from_on, to_on))
        return cls(UUID(hex=alliance_id), UUID(hex=definition_id), _day(as_of), part)


def _name(written: Any) -> str | None:
    if written is not None and not (isinstance(written, str) and 0 < len(written) <= 200 and "\0" not in written):
        raise ValueError("not a name")
    return written


def _day(written: str) -> date:
    day = date.fromisoformat(written)
    if not _FIRST <= day <= _LAST:
        raise ValueError("not a day that is asked about")
    return day
