"""The tables of alliances and memberships."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class AllianceRow(Base):
    """An alliance, led by one school or two, or by the few more that the national directory gives some. It is its own
    tenant."""

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
    further_lead_school_urns: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    strategic_partners: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def lead_school_urns(self) -> tuple[str, ...]:
        """The lead schools, in their order."""
        first_two = (self.lead_school_urn, self.second_lead_school_urn)
        return (*(urn for urn in first_two if urn is not None), *(self.further_lead_school_urns or ()))

    @lead_school_urns.setter
    def lead_school_urns(self, urns: tuple[str, ...]) -> None:
        self.lead_school_urn, *others = urns
        self.second_lead_school_urn = others[0] if others else None
        self.further_lead_school_urns = others[1:]


class MembershipRow(Base):
    """A school in an alliance; both days are days of membership."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="dates_in_order"),
        CheckConstraint("(fee_amount IS NULL) = (fee_currency IS NULL)", name="fee_is_whole"),
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
    fee_amount: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    fee_currency: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
