"""What people do with alliances and memberships."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from plans_api.alliances import store
from plans_api.alliances.membership import end, require_dates_in_order, require_different_leads
from plans_api.alliances.tables import AllianceRow, MembershipRow
from plans_api.schools.store import require_in_register
from service_kit.commands import UnitOfWork
from service_kit.etags import require_version


def register_alliance(
    work: UnitOfWork, name: str, cohort: int | None, lead_school_urns: tuple[str, ...]
) -> AllianceRow:
    """An alliance joins the platform. Errors: `LeadSchoolNamedTwice`, `SchoolNotInRegister`."""
    work.caller.require_everywhere()
    require_different_leads(lead_school_urns)
    require_in_register(work.session, lead_school_urns)
    row = store.add_alliance(work.session, name, cohort, lead_school_urns)
    work.record("alliance-registered", subject=row.id, tenant=row.id, data=_alliance_event(row))
    return row


def change_alliance(
    work: UnitOfWork, alliance_id: UUID, expected_version: int, changes: Mapping[str, Any]
) -> AllianceRow:
    """An alliance changes its name, cohort or lead schools; what `changes` does not name stays.

    Errors: `VersionMismatch`, `LeadSchoolNamedTwice`, `SchoolNotInRegister`.
    """
    row = store.get_alliance(work.session, alliance_id, for_update=True)
    work.caller.require(row.id)
    require_version(row.version, expected_version)
    lead_school_urns = changes.get("lead_school_urns", row.lead_school_urns)
    require_different_leads(lead_school_urns)
    require_in_register(work.session, lead_school_urns)
    for name, value in changes.items():
        setattr(row, name, value)
    if work.session.is_modified(row):
        work.record("alliance-changed", subject=row.id, tenant=row.id, data=_alliance_event(row))
    return row


def begin_membership(work: UnitOfWork, alliance_id: UUID, urn: str, from_on: date, to_on: date | None) -> MembershipRow:
    """A school joins an alliance.

    Errors: `MembershipEndsBeforeItBegins`, `SchoolNotInRegister`, `MembershipOverlaps`.
    """
    # One at a time: two that overlap would each wait for the other at the constraint that refuses overlaps.
    store.get_alliance(work.session, alliance_id, for_update=True)
    work.caller.require(alliance_id)
    require_dates_in_order(from_on, to_on)
    require_in_register(work.session, [urn])
    row = store.add_membership(work.session, alliance_id, urn, from_on, to_on)
    work.record("membership-began", subject=row.id, tenant=alliance_id, data=_membership_event(row))
    return row


def end_membership(work: UnitOfWork, membership_id: UUID, expected_version: int, on: date) -> MembershipRow:
    """A school leaves an alliance; `on` is its last day there.

    Errors: `VersionMismatch`, `StateConflict`, `MembershipEndsBeforeItBegins`.
    """
    row = store.get_membership(work.session, membership_id, for_update=True)
    work.caller.require(row.alliance_id)
    require_version(row.version, expected_version)
    row.to_on = end(row.from_on, row.to_on, on)
    work.record("membership-ended", subject=row.id, tenant=row.alliance_id, data=_membership_event(row))
    return row


def _alliance_event(row: AllianceRow) -> dict[str, object]:
    return {
        "alliance_id": row.id,
        "name": row.name,
        "cohort": row.cohort,
        "lead_school_urns": row.lead_school_urns,
    }


def _membership_event(row: MembershipRow) -> dict[str, object]:
    return {
        "membership_id": row.id,
        "alliance_id": row.alliance_id,
        "urn": row.urn,
        "from_on": row.from_on,
        "to_on": row.to_on,
    }
