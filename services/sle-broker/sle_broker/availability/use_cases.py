"""What people say of a leader's availability."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.etags import require_version
from sle_broker.availability import store
from sle_broker.availability.availability import Availability
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.half_term import HalfTerm
from sle_broker.designations.store import get_leader
from sle_broker.specialisms.kept import Kept


def record_availability(
    work: UnitOfWork,
    leader_id: UUID,
    expected_version: int,
    year: AcademicYear,
    allowance_days: Decimal | None,
    said: Mapping[HalfTerm, Decimal],
) -> Kept[Availability]:
    """A leader, or the broker for them, says how many days they can be lent in an academic year and in its half-terms;
    it takes the place of what was said of that year before. Bookings made stay.

    The leader's row is locked, as a booking locks it, so that the two are decided one after the other.

    Errors: `VersionMismatch`, and those of `Availability`.
    """
    kept = get_leader(work.session, leader_id, for_update=True)
    work.caller.require(kept.alliance_id, str(leader_id))
    require_version(kept.version, expected_version)
    availability = Availability(kept.thing.allowance_days if allowance_days is None else allowance_days, said)
    version = store.save_availability(work.session, leader_id, kept.alliance_id, year, allowance_days, said)
    work.record(
        "leader-availability-recorded",
        subject=leader_id,
        tenant=kept.alliance_id,
        data={
            "leader_id": leader_id,
            "alliance_id": kept.alliance_id,
            "academic_year": str(year),
            "allowance_days": float(availability.allowance_days),
            "half_terms": {half_term.name: float(days) for half_term, days in said.items()},
        },
    )
    return Kept(availability, kept.alliance_id, version)
