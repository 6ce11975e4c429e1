"""The tables of clients, people and the roles granted to them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class ClientRow(Base):
    """A system that may ask for tokens. Without an alliance it is the platform's."""

    __tablename__ = "clients"
    __table_args__ = (
        # Client ids are one namespace for the whole token issuer, so this key alone does not begin with the tenant.
        UniqueConstraint("client_id"),
        CheckConstraint("state IN ('active', 'disabled')", name="state_is_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID | None] = mapped_column(ForeignKey("alliances.id"), index=True)
    client_id: Mapped[str]
    name: Mapped[str]
    secret_salt: Mapped[bytes]
    secret_digest: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PersonRow(Base):
    """Somebody who signs in at `issuer`, known there as `subject`. `name` is personal data."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("alliance_id", "issuer", "subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str] = mapped_column(info={"personal": True})
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RoleGrantRow(Base):
    """A role held in an alliance, or everywhere, until it is revoked."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index(
            "uq_role_grants_held",
            "alliance_id",
            "issuer",
            "subject",
            "role",
            "party",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("revoked_on IS NULL"),
        ),
        Index(None, "issuer", "subject"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID | None] = mapped_column(ForeignKey("alliances.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    role: Mapped[str]
    party: Mapped[str | None]
    granted_on: Mapped[date]
    revoked_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
