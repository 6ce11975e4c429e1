"""The SQL of schools, alliances and memberships."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kpi_service.schools.membership import Alliance, Membership, School
from kpi_service.schools.tables import AllianceRow, MembershipRow, SchoolRow, TimeInAllianceRow
from service_kit import replica
from service_kit.errors import NotFound

MEMBERS_ON_THE_DAY = """
    memberships.from_on <= :as_of AND (memberships.to_on IS NULL OR memberships.to_on >= :as_of)
"""
"""Which memberships hold on `:as_of`."""
MEMBERS_OF_EACH = f"""
    SELECT DISTINCT alliance_id, urn FROM memberships WHERE {MEMBERS_ON_THE_DAY}
"""  # noqa: S608 -- our own words alone
"""The members of each alliance on `:as_of`, each once."""


def put_school(session: Session, school: School) -> None:
    """Takes over a school as the register now has it."""
    replica.put(session, SchoolRow, **asdict(school))


def put_alliance(session: Session, alliance: Alliance) -> None:
    """Takes over an alliance as it now is."""
    replica.put(session, AllianceRow, **asdict(alliance))


def put_membership(session: Session, membership: Membership) -> None:
    """Takes over a membership that began or ended."""
    replica.put(session, MembershipRow, **asdict(membership))
    replica.put(
        session,
        TimeInAllianceRow,
        membership_id=membership.membership_id,
        urn=membership.urn,
        from_on=membership.from_on,
        to_on=membership.to_on,
    )


def memberships_of(session: Session, alliance_id: UUID) -> Mapping[str, Sequence[Membership]]:
    """Every membership of an alliance, by the URN of the school."""
    found: dict[str, list[Membership]] = {}
    for row in session.scalars(select(MembershipRow).where(MembershipRow.alliance_id == alliance_id)):
        membership = Membership(row.membership_id, alliance_id, row.urn, row.from_on, row.to_on, row.recorded_at)
        found.setdefault(row.urn, []).append(membership)
    return found


def require_alliance(session: Session, alliance_id: UUID) -> None:
    """Refuses where no such alliance has arrived. Errors: `NotFound`."""
    if session.get(AllianceRow, alliance_id) is None:
        raise NotFound("There is no such thing here.")


def alliance_name(session: Session, alliance_id: UUID) -> str | None:
    """What the alliance is called now, whichever day is asked about; None until its name has arrived."""
    return session.scalar(select(AllianceRow.name).where(AllianceRow.alliance_id == alliance_id))


def cohorts_of_alliances(session: Session) -> Mapping[UUID, int | None]:
    """Every alliance that has arrived, with its cohort."""
    return {row.alliance_id: row.cohort for row in session.scalars(select(AllianceRow))}


def remove_all(session: Session) -> None:
    """Empties the replica."""
    for row in (TimeInAllianceRow, MembershipRow, AllianceRow, SchoolRow):
        session.execute(delete(row))
