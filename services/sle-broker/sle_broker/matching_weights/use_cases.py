"""What people do with an alliance's weights."""

from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.etags import require_version
from sle_broker.matching_weights import store
from sle_broker.matching_weights.weights import Weights, WeightsVersion
from sle_broker.schools.store import require_alliance


def record_weights(work: UnitOfWork, alliance_id: UUID, expected_version: int, weights: Weights) -> WeightsVersion:
    """An alliance weighs the criteria of its shortlists otherwise from now on. The versions before stay on record;
    where nothing changes nothing is recorded.

    Errors: `NotFound`, `VersionMismatch`.
    """
    work.caller.require(alliance_id)
    require_alliance(work.session, alliance_id)
    present = store.weights_of(work.session, alliance_id)
    require_version(present.version, expected_version)
    if weights == present.weights:
        return present
    recorded = store.add_weights(
        work.session, alliance_id, present.version + 1, weights, at=work.now, by=work.caller.subject
    )
    work.record(
        "matching-weights-recorded",
        subject=alliance_id,
        tenant=alliance_id,
        data={"alliance_id": alliance_id, "version": recorded.version},
    )
    return recorded
