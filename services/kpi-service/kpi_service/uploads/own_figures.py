"""What an alliance hands in about itself: which files, for which alliance, and of whom their rows may speak."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kpi_service.official_files.cell import Row
from kpi_service.official_files.facts import Fact
from kpi_service.official_files.family import OF_ALLIANCES, Family
from kpi_service.official_files.own_templates import AgreedTarget, EarlyEmployment, HeadshipVacancy, TraineeNumbers
from kpi_service.schools.membership import Membership
from service_kit.errors import RuleBroken


class FamilyIsTheOperators(RuleBroken):
    """A file that counts for the whole country is handed in by the operator; an alliance hands in its own figures."""


class AllianceNotNamed(RuleBroken):
    """Whoever may hand files in for several alliances says for which of them."""


def only_alliance(alliance_ids: Collection[UUID]) -> UUID:
    """The alliance that somebody hands a file in for who names none. Raises `AllianceNotNamed`."""
    if len(alliance_ids) != 1:
        raise AllianceNotNamed("You may hand files in for several alliances: name one with `alliance_id`.")
    (only,) = alliance_ids
    return only


def refuse_what_is_the_operators(family: Family, alliance_id: UUID | None) -> None:
    """Whether a file of this family may be handed in for one alliance. Raises `FamilyIsTheOperators`."""
    if alliance_id is not None and family not in OF_ALLIANCES:
        raise FamilyIsTheOperators(
            f"A file of the family {family} counts for the whole country: the operator of the platform hands it in. "
            f"An alliance hands in {', '.join(sorted(OF_ALLIANCES))}."
        )


@dataclass(frozen=True)
class Own:
    """Of whom an alliance may speak: of itself, and of its member schools, known by their URN."""

    alliance_id: UUID
    members: Mapping[str, Sequence[Membership]]

    def refuse_anothers(self, row: Row, facts: Iterable[Fact]) -> None:
        """Whether all that a row says is about the alliance. Raises `CellNotReadable`."""
        for fact in facts:
            match fact:
                case TraineeNumbers() | EarlyEmployment() | AgreedTarget() if fact.alliance_id != self.alliance_id:
                    said = f"The file was handed in for the alliance {self.alliance_id}, and the row is about another."
                    raise row.refused("alliance_id", "another-alliance", said)
                case HeadshipVacancy() if not self._was_member(fact):
                    said = f"The school was no member of the alliance on {fact.counted_on}."
                    raise row.refused("urn", "not-a-member-school", said)

    def _was_member(self, fact: HeadshipVacancy) -> bool:
        return any(membership.covers(fact.counted_on) for membership in self.members.get(fact.urn, ()))
