"""What people do with summaries of needs."""

from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.etags import require_version
from sle_broker.need_summaries import store
from sle_broker.need_summaries.need_summary import MinimumCount
from sle_broker.schools.store import require_alliance


def set_minimum_count(work: UnitOfWork, alliance_id: UUID, expected_version: int, minimum_count: int) -> MinimumCount:
    """An alliance says how many schools it wants behind a figure that it shows, from now on. Where nothing changes
    nothing is recorded.

    Errors: `NotFound`, `VersionMismatch`.
    """
    work.caller.require(alliance_id)
    require_alliance(work.session, alliance_id)
    present = store.minimum_count_of(work.session, alliance_id)
    require_version(present.version, expected_version)
    if minimum_count == present.minimum_count:
        return present
    chosen = MinimumCount(minimum_count, present.version + 1)
    store.add_minimum_count(work.session, alliance_id, chosen)
    work.record(
        "minimum-count-set",
        subject=alliance_id,
        tenant=alliance_id,
        data={"alliance_id": alliance_id, "minimum_count": minimum_count, "version": chosen.version},
    )
    return chosen
