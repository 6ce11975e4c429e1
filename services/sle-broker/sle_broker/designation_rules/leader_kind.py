"""The list of kinds of leader: the national ones, and those that an alliance has made for itself."""

from dataclasses import dataclass
from uuid import UUID

from service_kit.errors import Duplicate, RuleBroken


class LeaderKindNotInList(RuleBroken):
    """A leader is of a national kind or of one that their alliance has added."""


class LeaderKindIsNational(Duplicate):
    """A code means the same kind of leader to every alliance where the kind is national."""


@dataclass(frozen=True)
class ListedKind:
    """One kind of leader. `alliance_id` is the alliance that added it, None for a national kind.

    Where `needs_mentor`, a leader of this kind works beside a designated leader of the alliance: an apprentice to a
    more experienced one. The deployment clock is for specialist leaders alone; no kind added here has one.
    """

    id: UUID
    code: str
    name: str
    needs_mentor: bool
    alliance_id: UUID | None = None


def refuse_national_code(code: str, listed: ListedKind | None) -> None:
    """Whether an alliance may add a kind under `code`, where `listed` is what the code means to it so far.

    Raises `LeaderKindIsNational`.
    """
    if listed is not None and listed.alliance_id is None:
        raise LeaderKindIsNational(f"{code} is the national kind {listed.name}; choose another code.")
