"""What people do with the list of specialisms."""

from uuid import UUID

from service_kit.commands import UnitOfWork
from sle_broker.schools.store import require_alliance
from sle_broker.specialisms import store
from sle_broker.specialisms.specialism import Specialism, SpecialismGroup


def add_specialism(work: UnitOfWork, alliance_id: UUID, code: str, group: SpecialismGroup, name: str) -> Specialism:
    """An alliance adds an entry of its own to the list; a code it has added before gets its next version."""
    work.caller.require(alliance_id)
    require_alliance(work.session, alliance_id)
    specialism = store.add_version(work.session, alliance_id, code, group, name, at=work.now, by=work.caller.subject)
    work.record(
        "specialism-added",
        subject=f"{alliance_id}/{code}",
        tenant=alliance_id,
        data={"alliance_id": alliance_id, "code": code, "version": specialism.version, "group": group},
    )
    return specialism
