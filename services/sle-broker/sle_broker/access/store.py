"""The SQL of role grants."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service_kit import replica
from service_kit.access import Grant
from sle_broker.access.role_grant import RoleGrant
from sle_broker.access.tables import RoleGrantRow


def read_grants(session: Session, issuer: str, subject: str) -> Sequence[Grant]:
    """The roles that somebody holds now."""
    held = select(RoleGrantRow).where(RoleGrantRow.issuer == issuer, RoleGrantRow.subject == subject)
    return [Grant(row.role, row.alliance_id, row.party) for row in session.scalars(held)]


def put_role_grant(session: Session, grant: RoleGrant) -> None:
    """Takes over a role that was granted."""
    replica.put(session, RoleGrantRow, **asdict(grant))


def remove_role_grant(session: Session, role_grant_id: UUID) -> None:
    """Takes over that a role was revoked."""
    session.execute(delete(RoleGrantRow).where(RoleGrantRow.role_grant_id == role_grant_id))


def remove_all(session: Session) -> None:
    """Empties the replica."""
    session.execute(delete(RoleGrantRow))
