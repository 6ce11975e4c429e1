"""The list of specialisms, and a specialism as one leader holds it: claimed, or validated by somebody else."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict, RuleBroken


class SpecialismGroup(StrEnum):
    """The four groups of the list, after the four judgements of an inspection."""

    LEADERSHIP_AND_MANAGEMENT = "leadership_and_management"
    PUPIL_ACHIEVEMENT = "pupil_achievement"
    QUALITY_OF_TEACHING = "quality_of_teaching"
    BEHAVIOUR_AND_SAFETY = "behaviour_and_safety"


class Phase(StrEnum):
    """The phase of education that help is for. A middle or all-through school says which of these it means."""

    NURSERY = "nursery"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    POST_16 = "post_16"


class SpecialismStanding(StrEnum):
    """How far a leader's specialism is established."""

    CLAIMED = "claimed"
    VALIDATED = "validated"


class SpecialismAlreadyValidated(Conflict):
    """A validation stands with its date and its evidence; it is not written over."""


class SpecialismNotInList(RuleBroken):
    """A specialism is named by its code in the standard list or in the alliance's own."""


@dataclass(frozen=True)
class Specialism:
    """One entry of the list in one version, known by `id`.

    `code` names the specialism for good. Its name and its group may change, each time under the next whole `version`;
    records made under an earlier version keep it. `alliance_id` is the alliance that added the entry, None for the
    standard list. An alliance that adds a code of the standard list means its own entry by it.
    """

    id: UUID
    code: str
    group: SpecialismGroup
    name: str
    version: int
    alliance_id: UUID | None = None


@dataclass(frozen=True)
class SpecialismVersion:
    """A version of an entry, with the instant at which an alliance added it and the subject under which whoever did so
    signs in. The standard list comes with the release, and is added by nobody."""

    specialism: Specialism
    added_at: datetime | None
    added_by: str | None


class LeaderSpecialism(NamedTuple):
    """A specialism on a person: claimed by them on a date, validated once somebody has vouched for it with evidence.

    `validated_by` is the subject under which whoever vouched for it signs in.
    """

    id: UUID
    leader_id: UUID
    specialism: Specialism
    claimed_on: date
    validated_on: date | None = None
    validated_by: str | None = None
    evidence: str | None = None

    @property
    def standing(self) -> SpecialismStanding:
        """Validated from the moment a date of validation is recorded, and claimed until then."""
        return SpecialismStanding.CLAIMED if self.validated_on is None else SpecialismStanding.VALIDATED

    def as_of(self, day: date) -> Self | None:
        """What was known of it at the end of a day; None before it was claimed."""
        if day < self.claimed_on:
            return None
        if self.validated_on is None or self.validated_on <= day:
            return self
        return self._replace(validated_on=None, validated_by=None, evidence=None)


def validate(claimed: LeaderSpecialism, *, on: date, today: date, by: str, evidence: str) -> LeaderSpecialism:
    """A validation says who, when and on what evidence, and cannot be older than the claim.

    Raises `SpecialismAlreadyValidated`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    if claimed.validated_on is not None:
        raise SpecialismAlreadyValidated(f"{claimed.specialism.name} was validated on {claimed.validated_on}.")
    refuse_out_of_order(earlier="the claim", earlier_on=claimed.claimed_on, later="the validation", later_on=on)
    refuse_future(what="The validation", on=on, today=today)
    return claimed._replace(validated_on=on, validated_by=by, evidence=evidence)
