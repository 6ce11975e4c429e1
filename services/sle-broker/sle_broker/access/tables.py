"""The replica of role grants. Source: the feed of plans-api."""

from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class RoleGrantRow(Base):
    """One role that is held now; a revoked one has no row."""

    __tablename__ = "role_grants"
    __table_args__ = (Index(None, "issuer", "subject"),)

    role_grant_id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    role: Mapped[str]
    alliance_id: Mapped[UUID | None]
    party: Mapped[str | None]
