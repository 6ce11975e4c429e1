"""The tables of hosts, applications and placements. They are their alliance's alone."""

from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, cast
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column

from sle_broker.tables import Base

KINDS: Final = "kind IN ('residency', 'coaching', 'shadowing')"


class PlacementHostRow(Base):
    """A school that takes applicants. A placement locks this row first, so that its last place is taken once."""

    __tablename__ = "placement_hosts"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind_is_known"),
        CheckConstraint("places_a_year >= 1", name="takes_somebody"),
        CheckConstraint("kind <> 'residency' OR places_a_year <= 2", name="no_more_than_two_residents"),
        CheckConstraint("to_on >= from_on", name="in_order"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    kind: Mapped[str]
    school_urn: Mapped[str]
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text))
    phases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    places_a_year: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date]


class PlacementApplicationRow(Base):
    """An aspiring leader's application."""

    __tablename__ = "placement_applications"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind_is_known"),
        CheckConstraint("days_wanted > 0 AND mod(days_wanted * 2, 1) = 0", name="days_are_in_halves"),
        CheckConstraint("latest_finish_on >= earliest_start_on", name="window_in_order"),
        CheckConstraint("withdrawn_on >= applied_on", name="applied_before_withdrawn"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(info={"personal": True})
    home_school_urn: Mapped[str]
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text), info={"personal": True})
    phase: Mapped[str]
    days_wanted: Mapped[Decimal]
    earliest_start_on: Mapped[date]
    latest_finish_on: Mapped[date]
    travel_limit_km: Mapped[int | None]
    note: Mapped[str] = mapped_column(info={"personal": True})
    submitted_by: Mapped[str]
    applied_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()
    party: Mapped[str] = column_property(cast(id, Text))
    """The applicant as the party that a role is bound to."""

    __mapper_args__ = {"version_id_col": version}


class PlacementRow(Base):
    """One placement, in one `place` of its host's in the academic year. `record` is what happened: steps, aims,
    agreements and visits, loaded and stored as a whole."""

    __tablename__ = "placements"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind_is_known"),
        CheckConstraint("home_school_urn <> host_school_urn", name="not_in_own_school"),
        CheckConstraint("days > 0 AND mod(days * 2, 1) = 0", name="days_are_in_halves"),
        Index(None, "alliance_id", "id"),
        CheckConstraint("place >= 1 AND (kind <> 'residency' OR place <= 2)", name="no_more_than_two_residents"),
        Index(
            "uq_placements_place",
            "placement_host_id",
            "academic_year",
            "place",
            unique=True,
            postgresql_where="state NOT IN ('declined', 'cancelled')",
        ),
        Index(None, "placement_application_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    kind: Mapped[str]
    placement_host_id: Mapped[UUID] = mapped_column(ForeignKey("placement_hosts.id"))
    placement_application_id: Mapped[UUID] = mapped_column(ForeignKey("placement_applications.id"))
    home_school_urn: Mapped[str]
    host_school_urn: Mapped[str]
    submitted_by: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days: Mapped[Decimal]
    academic_year: Mapped[int]
    place: Mapped[int]
    state: Mapped[str]
    record: Mapped[dict[str, Any]] = mapped_column(JSONB, info={"personal": True})
    version: Mapped[int] = mapped_column()
    party: Mapped[str] = column_property(cast(placement_application_id, Text))
    """The applicant as the party that a role is bound to."""

    __mapper_args__ = {"version_id_col": version}
