"""The SQL of schools, alliances and memberships."""

from collections.abc import Collection
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service_kit import replica
from service_kit.errors import NotFound
from sle_broker.schools.school import Alliance, Membership, School, SchoolNotKnown
from sle_broker.schools.tables import AllianceRow, MembershipRow, SchoolRow


def put_school(session: Session, school: School) -> None:
    """Takes over a school as the register now has it."""
    replica.put(session, SchoolRow, **asdict(school))


def put_alliance(session: Session, alliance: Alliance) -> None:
    """Takes over an alliance as it now is."""
    replica.put(
        session, AllianceRow, alliance_id=alliance.alliance_id, lead_school_urns=list(alliance.lead_school_urns)
    )


def put_membership(session: Session, membership: Membership) -> None:
    """Takes over a membership that began or ended."""
    replica.put(session, MembershipRow, **asdict(membership))


def require_alliance(session: Session, alliance_id: UUID) -> None:
    """Refuses where no such alliance has arrived. Errors: `NotFound`."""
    if session.get(AllianceRow, alliance_id) is None:
        raise NotFound("There is no such thing here.")


def require_schools(session: Session, urns: Collection[str]) -> None:
    """Refuses where one of `urns` has not arrived. Errors: `SchoolNotKnown`."""
    unknown = sorted(set(urns) - set(session.scalars(select(SchoolRow.urn).where(SchoolRow.urn.in_(urns)))))
    if unknown:
        raise SchoolNotKnown(
            f"No school with the URN {', '.join(unknown)} has arrived here; a new one takes a moment to arrive."
        )


def schools_by_urn(session: Session, urns: Collection[str]) -> dict[str, School]:
    """Those of `urns` that have arrived, by their URN."""
    rows = session.scalars(select(SchoolRow).where(SchoolRow.urn.in_(urns)))
    return {row.urn: _school(row) for row in rows}


def remove_all(session: Session) -> None:
    """Empties the replica."""
    for row in (MembershipRow, AllianceRow, SchoolRow):
        session.execute(delete(row))


def _school(row: SchoolRow) -> School:
    return School(row.urn, row.phase, row.type, row.latitude, row.longitude, row.local_authority_code)
