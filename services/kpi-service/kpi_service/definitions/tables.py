"""The table of KPI definitions."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class KpiDefinitionRow(Base):
    """One version of a definition. Definitions are the same for everyone: they belong to no alliance."""

    __tablename__ = "kpi_definitions"
    __table_args__ = (
        UniqueConstraint("set_code", "number", "version"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("valid_to_on >= valid_from_on", name="days_in_order"),
        CheckConstraint("(comparator = 'fixed') = (target_value IS NOT NULL)", name="value_with_fixed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    set_code: Mapped[str]
    number: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    measure: Mapped[str]
    target_rule: Mapped[str]
    comparator: Mapped[str]
    direction: Mapped[str]
    target_value: Mapped[Decimal | None]
    disaggregations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
