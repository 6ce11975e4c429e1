"""The replica of schools, alliances and memberships. Source: the feed of plans-api."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class SchoolRow(Base):
    """One school. The register is public: it belongs to no alliance."""

    __tablename__ = "schools"

    urn: Mapped[str] = mapped_column(primary_key=True)
    phase: Mapped[str]
    type: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    local_authority_code: Mapped[str | None]


class AllianceRow(Base):
    """One alliance."""

    __tablename__ = "alliances"

    alliance_id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_school_urns: Mapped[list[str]] = mapped_column(ARRAY(Text))


class MembershipRow(Base):
    """One membership. Its school and alliance need not have arrived yet, so nothing refers to them."""

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "alliance_id", "urn"),)

    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    urn: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
