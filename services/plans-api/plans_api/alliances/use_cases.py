"""What people do with alliances and memberships."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from plans_api.alliances import store
from plans_api.alliances.directory_file import Directory, RefusedLead
from plans_api.alliances.membership import end, require_dates_in_order, require_different_leads
from plans_api.alliances.tables import AllianceRow, MembershipRow
from plans_api.schools.store import require_in_register, schools_in_register
from service_kit.commands import UnitOfWork
from service_kit.etags import require_version

_NOT_IN_REGISTER = ("school-not-in-register", "Take over an extract that has this school, then the directory again.")


def register_alliance(
    work: UnitOfWork, name: str, cohort: int | None, lead_school_urns: tuple[str, ...], **more: Any
) -> AllianceRow:
    """An alliance joins the platform; `more` are its aliases and strategic partners.

    Errors: `LeadSchoolNamedTwice`, `SchoolNotInRegister`.
    """
    work.caller.require_everywhere()
    require_different_leads(lead_school_urns)
    require_in_register(work.session, lead_school_urns)
    row = store.add_alliance(work.session, name, cohort, lead_school_urns, **more)
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


def begin_membership(
    work: UnitOfWork, alliance_id: UUID, urn: str, from_on: date, to_on: date | None, **fee: Any
) -> MembershipRow:
    """A school joins an alliance, for a fee where there is one.

    Errors: `MembershipEndsBeforeItBegins`, `SchoolNotInRegister`, `MembershipOverlaps`.
    """
    # One at a time: two that overlap would each wait for the other at the constraint that refuses overlaps.
    store.get_alliance(work.session, alliance_id, for_update=True)
    work.caller.require(alliance_id)
    require_dates_in_order(from_on, to_on)
    require_in_register(work.session, [urn])
    row = store.add_membership(work.session, alliance_id, urn, from_on, to_on, **fee)
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


@dataclass(frozen=True)
class DirectoryImport:
    """What a directory did, in alliances; `refused` are the rows that were not taken over."""

    rows_read: int
    added: int
    changed: int
    unchanged: int
    refused: tuple[RefusedLead, ...]


def import_directory(work: UnitOfWork, directory: Directory) -> DirectoryImport:
    """Takes the national directory over: an alliance is known by its name or one of its aliases, whatever the case; one
    that is known gets the directory's lead schools, and the cohort where the directory gives one. A lead school that
    the register lacks is refused with its line; an alliance of which no lead school is known waits for the register.
    The same directory again changes nothing, and an alliance that it does not name stays as it is.
    """
    work.caller.require_everywhere()
    known = store.alliances_by_name(work.session)
    named = {urn for listed in directory.alliances for urn in listed.lead_school_urns}
    unknown = named - schools_in_register(work.session, named)
    refused = list(directory.refused)
    added = changed = 0
    for listed in directory.alliances:
        missing = [urn for urn in listed.lead_school_urns if urn in unknown]
        refused += [RefusedLead(listed.line, listed.name, urn, *_NOT_IN_REGISTER) for urn in missing]
        leads = tuple(urn for urn in listed.lead_school_urns if urn not in unknown)
        row = known.get(listed.name.casefold())
        if not leads:
            continue
        if row is None:
            register_alliance(work, listed.name, listed.cohort, leads)
            added += 1
        elif row.lead_school_urns != leads or (listed.cohort is not None and row.cohort != listed.cohort):
            row.lead_school_urns, row.cohort = leads, listed.cohort or row.cohort
            work.record("alliance-changed", subject=row.id, tenant=row.id, data=_alliance_event(row))
            changed += 1
    placed = sum(any(urn not in unknown for urn in listed.lead_school_urns) for listed in directory.alliances)
    return DirectoryImport(directory.rows_read, added, changed, placed - added - changed, tuple(refused))


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
