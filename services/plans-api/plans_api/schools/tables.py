"""The register's table."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class SchoolRow(Base):
    """One school. The register is public: it belongs to no alliance."""

    __tablename__ = "schools"
    __table_args__ = (
        CheckConstraint("urn ~ '^[1-9][0-9]{5}$'", name="urn_has_six_digits"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="location_is_whole"),
        Index(None, "local_authority_code", "urn"),
    )

    urn: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phase: Mapped[str]
    type: Mapped[str]
    local_authority_code: Mapped[str]
    local_authority: Mapped[str | None]
    region: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    status: Mapped[str]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    trust_uid: Mapped[str | None]
    trust_name: Mapped[str | None]
    version: Mapped[int]


class SchoolLinkRow(Base):
    """One school follows another. Either may be older than the extracts that were taken over."""

    __tablename__ = "school_links"
    __table_args__ = (
        CheckConstraint("predecessor_urn <> successor_urn", name="links_two_schools"),
        Index(None, "successor_urn"),
    )

    predecessor_urn: Mapped[str] = mapped_column(primary_key=True)
    successor_urn: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    on: Mapped[date | None]
