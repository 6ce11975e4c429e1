"""What people do about designation rounds: plan them, change them, record the targets agreed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.etags import require_version
from sle_broker.designation_rounds import store
from sle_broker.designation_rounds.round import AgreedTarget, DesignationRound, agree_target
from sle_broker.designation_rules.store import get_kind
from sle_broker.schools.store import require_alliance
from sle_broker.specialisms.kept import Kept


def add_round(work: UnitOfWork, alliance_id: UUID, made: DesignationRound) -> Kept[DesignationRound]:
    """An alliance plans a round. Errors: `LeaderKindNotInList`, `DateNotYetCome`, `Duplicate`."""
    work.caller.require(alliance_id)
    require_alliance(work.session, alliance_id)
    for kind in sorted(made.kinds):
        get_kind(work.session, alliance_id, kind)
    for target in made.targets:
        agree_target(replace(made, targets=()), target, today=work.today)
    kept = store.add_round(work.session, alliance_id, made)
    _record_round(work, "designation-round-added", kept)
    return kept


def change_round(
    work: UnitOfWork, round_id: UUID, expected_version: int, changes: Mapping[str, Any]
) -> Kept[DesignationRound]:
    """A round's window, references or lapse change; what `changes` does not name stays. Applications made stay too.

    Errors: `VersionMismatch`, `DatesOutOfOrder`.
    """
    kept = _round_to_change(work, round_id, expected_version)
    changed = replace(kept.thing, **changes)
    if changed == kept.thing:
        return kept
    saved = store.save_round(work.session, changed)
    _record_round(work, "designation-round-changed", saved)
    return saved


def record_target(
    work: UnitOfWork, round_id: UUID, expected_version: int, target: AgreedTarget
) -> Kept[DesignationRound]:
    """A target was agreed for a round. Errors: `VersionMismatch`, and those of `agree_target`."""
    kept = _round_to_change(work, round_id, expected_version)
    saved = store.save_round(work.session, agree_target(kept.thing, target, today=work.today))
    _record_round(work, "designation-round-target-agreed", saved)
    return saved


def _round_to_change(work: UnitOfWork, round_id: UUID, expected_version: int) -> Kept[DesignationRound]:
    kept = store.get_round(work.session, round_id, for_update=True)
    work.caller.require(kept.alliance_id)
    require_version(kept.version, expected_version)
    return kept


def _record_round(work: UnitOfWork, event: str, kept: Kept[DesignationRound]) -> None:
    made = kept.thing
    target = made.targets[-1] if made.targets else None
    work.record(
        event,
        subject=made.id,
        tenant=kept.alliance_id,
        data={
            "designation_round_id": made.id,
            "alliance_id": kept.alliance_id,
            "round": made.name,
            "kinds": sorted(made.kinds),
            "opens_on": made.opens_on,
            "closes_on": made.closes_on,
            "target": None if target is None else target.number,
            "target_agreed_on": None if target is None else target.agreed_on,
        },
    )
