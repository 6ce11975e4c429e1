"""The rows in which a search looks for leaders first, and those that say what counts for each. The database keeps both
itself, by triggers, in the transaction of every change of what they are made of."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Computed, Double, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, DATEMULTIRANGE, DATERANGE, JSONB
from sqlalchemy.dialects.postgresql.ranges import MultiRange, Range
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.matching.distance import KM_A_DEGREE
from sle_broker.tables import Base


def _reach(sign: str) -> Computed:
    """In the words into which Postgres puts it, so that a check of the schema finds no difference."""
    edge = f"latitude {sign} (travel_limit_km + 1)::double precision / {KM_A_DEGREE}::double precision"
    known = f"CASE WHEN longitude IS NOT NULL THEN {edge} ELSE NULL::double precision END"
    return Computed(f"coalesce({known}, '{sign.strip('+')}Infinity'::double precision)", persisted=True)


class Judged:
    """All that can block a leader or count for them once everything dated in it is past and no offer of theirs has
    expired: `settled_on` is the last such day, `held_until` the first instant at which one expires.

    Of designations that have not ended, `designated_during` has all days and `designated_as` those of each kind, both
    up to the day on which they are due to lapse; `running_clocks` are those of designations whose clock no first day on
    site has stopped. Arrays that have academic years for their places say the `agreed_days`, the `days_held`, and, of a
    year of which they have said something, the `offered_days` from its beginning: 0, then up to the end of each
    half-term, 1,000 more than before where nothing is said of it. `helped` says in how many schools they have been of
    each kind, such as `primary/community`.
    """

    settled_on: Mapped[date | None]
    held_until: Mapped[datetime | None]
    travel_limit_km: Mapped[int | None]
    allowance_days: Mapped[float] = mapped_column(Double)
    not_released_from_on: Mapped[date | None]
    not_released_to_on: Mapped[date | None]
    open_deployments: Mapped[int]
    met: Mapped[int]
    judged: Mapped[int]
    home_school_urn: Mapped[str]
    phases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    conflicts: Mapped[list[str]] = mapped_column(ARRAY(Text), info={"personal": True})
    designated_during: Mapped[MultiRange[date]] = mapped_column(DATEMULTIRANGE)
    designated_as: Mapped[dict[str, str]] = mapped_column(JSONB)
    running_clocks: Mapped[list[Range[date]]] = mapped_column(ARRAY(DATERANGE))
    agreed_days: Mapped[list[float] | None] = mapped_column(ARRAY(Double))
    days_held: Mapped[list[float] | None] = mapped_column(ARRAY(Double))
    offered_days: Mapped[list[list[float]] | None] = mapped_column(ARRAY(Double, dimensions=2))
    helped: Mapped[dict[str, int]] = mapped_column(JSONB)


class SearchRow(Judged, Base):
    """One specialism of one leader, in whichever versions of it they hold it, with where they work and between which
    latitudes they travel: all there are where it does not matter or is not known."""

    __tablename__ = "search_rows"
    __table_args__ = (
        Index("ix_search_rows_searched", "alliance_id", "code", "southernmost", "northernmost"),
        Index(None, "home_school_urn"),
    )

    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    claimed_on: Mapped[date]
    validated_on: Mapped[date | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    southernmost: Mapped[float] = mapped_column(Double, _reach("-"))
    northernmost: Mapped[float] = mapped_column(Double, _reach("+"))


class SearchProfile(Judged, Base):
    """One leader, with what else is said of whoever is found: what has `taken` their days, by academic year, and what
    is `told` whatever is searched for, written as `Told` reads it."""

    __tablename__ = "search_profiles"
    __table_args__ = (Index(None, "alliance_id", "settled_on"), Index(None, "alliance_id", "held_until"))

    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), primary_key=True)
    alliance_id: Mapped[UUID]
    taken: Mapped[dict[str, Any]] = mapped_column(JSONB)
    told: Mapped[list[Any]] = mapped_column(JSON, info={"personal": True})
