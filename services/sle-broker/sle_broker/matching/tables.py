"""The rows in which a search looks for leaders first, and those that say what counts for each. The database keeps both
itself, by triggers, in the transaction of every change of what they are made of."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, DATEMULTIRANGE, DATERANGE, JSONB
from sqlalchemy.dialects.postgresql.ranges import MultiRange, Range
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
        Index(
            "ix_leader_search_rows_anywhere",
            "alliance_id",
            "code",
            postgresql_where=text("travel_limit_km IS NULL OR latitude IS NULL OR longitude IS NULL"),
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


class LeaderSearchProfile(Base):
    """One leader, with all that can block them or count for them once everything dated in it is past and no offer of
    theirs has expired: `settled_on` is the last such day, `held_until` the first instant at which one expires.

    Of designations that have not ended, `designated_during` has all days and `designated_as` those of each kind, both
    up to the day on which they are due to lapse; `running_clocks` are those of designations whose clock no first day on
    site has stopped. By academic year: `agreed_days`, what they have `said` of half-terms, `days_held`, and what has
    `taken` them. `first_days` are those of commissions, `helped` the schools in which they have been.
    """

    __tablename__ = "leader_search_profiles"
    __table_args__ = (
        Index(None, "alliance_id", "settled_on"),
        Index(None, "alliance_id", "held_until"),
        Index(None, "alliance_id", "travel_limit_km"),
    )

    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), primary_key=True)
    alliance_id: Mapped[UUID]
    home_school_urn: Mapped[str]
    phases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    conflicts: Mapped[list[str]] = mapped_column(ARRAY(Text), info={"personal": True})
    travel_limit_km: Mapped[int | None]
    not_released_from_on: Mapped[date | None]
    not_released_to_on: Mapped[date | None]
    allowance_days: Mapped[Decimal]
    agreed_days: Mapped[dict[str, Any]] = mapped_column(JSONB)
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
    designations: Mapped[list[Any]] = mapped_column(JSONB)
    designated_during: Mapped[MultiRange[date]] = mapped_column(DATEMULTIRANGE)
    designated_as: Mapped[dict[str, str]] = mapped_column(JSONB)
    running_clocks: Mapped[list[Range[date]]] = mapped_column(ARRAY(DATERANGE))
    days_held: Mapped[dict[str, Any]] = mapped_column(JSONB)
    taken: Mapped[dict[str, Any]] = mapped_column(JSONB)
    open_deployments: Mapped[int]
    first_days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    helped: Mapped[list[str]] = mapped_column(ARRAY(Text))
    met: Mapped[int]
    judged: Mapped[int]
    settled_on: Mapped[date | None]
    held_until: Mapped[datetime | None]
