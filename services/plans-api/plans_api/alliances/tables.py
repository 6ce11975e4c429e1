"""The tables of alliances and memberships."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class AllianceRow(Base):
    """An alliance, led by one school or two. It is its own tenant."""

    __tablename__ = "alliances"
    __table_args__ = (
        CheckConstraint("second_lead_school_urn <> lead_school_urn", name="lead_schools_differ"),
        CheckConstraint("cohort BETWEEN 1 AND 999", name="cohort_is_counted"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    cohort: Mapped[int | None]
    lead_school_urn: Mapped[str] = mapped_column(ForeignKey("schools.urn"))
    second_lead_school_urn: Mapped[str | None] = mapped_column(ForeignKey("schools.urn"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads it so

    @property
    def lead_school_urns(self) -> tuple[str, ...]:
        """The lead schools, one or two."""
        return tuple(urn for urn in (self.lead_school_urn, self.second_lead_school_urn) if urn is not None)

    @lead_school_urns.setter
    def lead_school_urns(self, urns: tuple[str, ...]) -> None:
        self.lead_school_urn, *second = urns
        self.second_lead_school_urn = second[0] if second else None


class MembershipRow(Base):
    """A school in an alliance; both days are days of membership."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="dates_in_order"),
        ExcludeConstraint(
            ("alliance_id", "="),
            ("urn", "="),
            (func.daterange(text("from_on"), text("to_on"), text("'[]'")), "&&"),
            using="gist",
            name="memberships_do_not_overlap",
        ),
        Index(None, "urn"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    urn: Mapped[str] = mapped_column(ForeignKey("schools.urn"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads it so
