"""Which specialisms and phases are needed, and which are served by a designated leader."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sle_broker.needs.need import NeedKind
from sle_broker.specialisms.specialism import Phase


@dataclass(frozen=True)
class StandingNeed:
    """A need that is open."""

    need_id: UUID
    specialism: str
    phase: Phase
    kind: NeedKind


@dataclass(frozen=True)
class ServingLeader:
    """A designated leader, with one specialism of theirs and all their phases."""

    leader_id: UUID
    specialism: str
    phases: frozenset[Phase]


@dataclass(frozen=True)
class Cover:
    """One specialism in one phase: the needs that are open, and the designated leaders who can serve them."""

    specialism: str
    phase: Phase
    actual_need_ids: tuple[UUID, ...]
    predicted_need_ids: tuple[UUID, ...]
    leader_ids: tuple[UUID, ...]

    @property
    def is_need_without_designation(self) -> bool:
        """Whether something is needed that no designated leader of the alliance can serve."""
        return bool(self.actual_need_ids or self.predicted_need_ids) and not self.leader_ids

    @property
    def is_designation_without_need(self) -> bool:
        """Whether somebody is designated who can serve what nobody needs."""
        return bool(self.leader_ids) and not (self.actual_need_ids or self.predicted_need_ids)


def cover(needs: Iterable[StandingNeed], leaders: Iterable[ServingLeader]) -> list[Cover]:
    """Every specialism and phase that is needed or served, in the order of the codes and the phases."""
    needed: dict[tuple[str, Phase], dict[NeedKind, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    served: dict[tuple[str, Phase], set[UUID]] = defaultdict(set)
    for need in needs:
        needed[need.specialism, need.phase][need.kind].add(need.need_id)
    for leader in leaders:
        for phase in leader.phases:
            served[leader.specialism, phase].add(leader.leader_id)
    return [
        Cover(
            specialism,
            phase,
            actual_need_ids=tuple(sorted(needed[specialism, phase][NeedKind.ACTUAL])),
            predicted_need_ids=tuple(sorted(needed[specialism, phase][NeedKind.PREDICTED])),
            leader_ids=tuple(sorted(served[specialism, phase])),
        )
        for specialism, phase in sorted(needed.keys() | served.keys())
    ]
