"""What people do to bring an action plan in."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from plans_api.alliances.store import get_alliance
from plans_api.imports import store
from plans_api.imports.plan_reading import ReadPlan
from plans_api.imports.store import NewPlan
from service_kit.commands import UnitOfWork


@dataclass(frozen=True)
class PlanImport:
    """What an import did: the plan, and whether it is new."""

    plan_id: UUID
    is_new: bool


def import_plan(
    work: UnitOfWork, alliance_id: UUID, plan: ReadPlan, new: NewPlan, media_type: str, content: bytes
) -> PlanImport:
    """An alliance's action plan comes in as its document says, with `content` kept beside it; `new` is what it writes.
    The same document again is the same plan, and changes and records nothing."""
    work.caller.require(alliance_id)
    # Locked, so that of two imports of one document at once the second finds the first's plan.
    get_alliance(work.session, alliance_id, for_update=True)
    sha256 = hashlib.sha256(content).digest()
    known = store.find_plan_of(work.session, alliance_id, sha256)
    if known is not None:
        return PlanImport(known, is_new=False)
    row = store.add_plan(work.session, alliance_id, plan, new)
    store.keep_document(work.session, row, sha256=sha256, media_type=media_type, content=content, imported_at=work.now)
    work.record(
        "plan-imported",
        subject=row.id,
        tenant=alliance_id,
        data={
            "plan_id": row.id,
            "alliance_id": alliance_id,
            "academic_year": row.academic_year,
            "action_points": len(plan.action_points),
        },
    )
    return PlanImport(row.id, is_new=True)
