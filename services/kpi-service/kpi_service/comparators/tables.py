"""The table of the rules by which schools are matched."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class MatchingRuleRow(Base):
    """One version of the rule. It is never changed, is the same for everyone, and belongs to no alliance."""

    __tablename__ = "matching_rules"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("schools_each BETWEEN 1 AND 20", name="some_schools_each"),
        CheckConstraint("caliper > 0 AND caliper <= 100", name="some_caliper"),
        CheckConstraint("cardinality(variables) > 0", name="some_variables"),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    schools_each: Mapped[int]
    variables: Mapped[list[str]] = mapped_column(ARRAY(Text))
    caliper: Mapped[Decimal] = mapped_column(Numeric)
    valid_from_on: Mapped[date]
