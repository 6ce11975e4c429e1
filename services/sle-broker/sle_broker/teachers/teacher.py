"""A good or outstanding teacher who models teaching for others, as long as they consent to be found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict
from sle_broker.specialisms.specialism import Phase, Specialism


class TeacherGrade(StrEnum):
    """How their teaching was judged; nobody below good is in the catalogue."""

    GOOD = "good"
    OUTSTANDING = "outstanding"


class ConsentScope(StrEnum):
    """Who may find them: the alliance alone, or its partners' systems too."""

    ALLIANCE = "alliance"
    PARTNERS = "partners"


class ConsentWithdrawn(Conflict):
    """A consent is withdrawn once; a new one is a new entry in the catalogue."""


@dataclass(frozen=True)
class Consent:
    """Somebody's consent to be found, from `given_on` up to, and not on, `withdrawn_on`. `given_by` is who said so, as
    it is written: the teacher themself, or who holds their written consent."""

    given_on: date
    given_by: str
    scope: ConsentScope
    withdrawn_on: date | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether they may be found on a day."""
        return self.given_on <= on and (self.withdrawn_on is None or on < self.withdrawn_on)


@dataclass(frozen=True)
class Teacher:
    """One entry of the catalogue. Their teaching was judged `grade` on `graded_on` by `observer`."""

    id: UUID
    name: str
    school_urn: str
    phase: Phase
    specialisms: tuple[Specialism, ...]
    grade: TeacherGrade
    graded_on: date
    observer: str
    consent: Consent


def catalogued(teacher: Teacher, *, today: date) -> Teacher:
    """The entry, where both the judgement and the consent are things that have happened. Raises `DateNotYetCome`."""
    refuse_future(what="The judgement", on=teacher.graded_on, today=today)
    refuse_future(what="The consent", on=teacher.consent.given_on, today=today)
    return teacher


def correct(teacher: Teacher, changes: Mapping[str, Any], *, today: date) -> Teacher:
    """The entry with what was written wrongly put right; the consent is no part of it. Raises `ConsentWithdrawn`,
    `DateNotYetCome`."""
    withdrawn_on = teacher.consent.withdrawn_on
    if withdrawn_on is not None:
        raise ConsentWithdrawn(f"The consent was withdrawn on {withdrawn_on}; a new one is a new entry.")
    return catalogued(replace(teacher, **changes), today=today)


def withdraw_consent(teacher: Teacher, on: date, *, today: date) -> Teacher:
    """From that day on nobody finds them, or reads what the catalogue says of them.

    Raises `ConsentWithdrawn`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    consent = teacher.consent
    if consent.withdrawn_on is not None:
        raise ConsentWithdrawn(f"The consent was withdrawn on {consent.withdrawn_on}.")
    refuse_out_of_order(earlier="the consent", earlier_on=consent.given_on, later="its withdrawal", later_on=on)
    refuse_future(what="The withdrawal", on=on, today=today)
    return replace(teacher, consent=replace(consent, withdrawn_on=on))
