"""The rows in which a search looks for leaders first. The database keeps them itself, by triggers, in the transaction
of every change of a leader, of what they are expert in, and of where schools stand."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class LeaderSearchRow(Base):
    """One specialism of one leader, with where they work and how far they travel."""

    __tablename__ = "leader_search_rows"
    __table_args__ = (
        Index(
            "ix_leader_search_rows_searched",
            "alliance_id",
            "code",
            "latitude",
            postgresql_include=["longitude", "travel_limit_km", "leader_id", "claimed_on", "validated_on"],
        ),
        Index(None, "leader_id"),
        Index(None, "home_school_urn"),
    )

    leader_specialism_id: Mapped[UUID] = mapped_column(
        ForeignKey("leader_specialisms.id", ondelete="CASCADE"), primary_key=True
    )
    alliance_id: Mapped[UUID]
    leader_id: Mapped[UUID]
    code: Mapped[str]
    claimed_on: Mapped[date]
    validated_on: Mapped[date | None]
    home_school_urn: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    travel_limit_km: Mapped[int | None]
