"""What is known of a thing beside what it is, once it has been stored."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Kept(Generic[Thing]):
    """A thing as it is stored: the alliance whose it is, and the version that a change of it must name."""

    thing: Thing
    alliance_id: UUID
    version: int
