"""What an alliance decides about its designations."""

from datetime import date
from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.ids import new_id
from sle_broker.designation_rules import store
from sle_broker.designation_rules.designation_rule import DesignationRule
from sle_broker.designation_rules.leader_kind import ListedKind, refuse_national_code
from sle_broker.schools.store import require_alliance


def add_leader_kind(work: UnitOfWork, alliance_id: UUID, code: str, name: str, *, needs_mentor: bool) -> ListedKind:
    """An alliance adds a kind of leader of its own. Errors: `LeaderKindIsNational`, `Duplicate`."""
    work.caller.require(alliance_id)
    require_alliance(work.session, alliance_id)
    refuse_national_code(code, store.find_kind(work.session, alliance_id, code))
    kind = ListedKind(new_id(), code, name, needs_mentor, alliance_id)
    store.add_kind(work.session, kind)
    work.record(
        "leader-kind-added",
        subject=kind.id,
        tenant=alliance_id,
        data={"leader_kind_id": kind.id, "alliance_id": alliance_id, "kind": code, "needs_mentor": needs_mentor},
    )
    return kind


def record_designation_rule(
    work: UnitOfWork, alliance_id: UUID, from_on: date, *, designates_on_need: bool, lapses_after_years: int | None
) -> DesignationRule:
    """An alliance decides how it designates from a day on. Designations made before stay as they are."""
    work.caller.require(alliance_id)
    require_alliance(work.session, alliance_id)
    rule = DesignationRule(new_id(), from_on, designates_on_need, lapses_after_years, work.caller.subject)
    store.add_rule(work.session, alliance_id, rule)
    work.record(
        "designation-rule-recorded",
        subject=rule.id,
        tenant=alliance_id,
        data={
            "designation_rule_id": rule.id,
            "alliance_id": alliance_id,
            "from_on": from_on,
            "designates_on_need": designates_on_need,
            "lapses_after_years": lapses_after_years,
        },
    )
    return rule
