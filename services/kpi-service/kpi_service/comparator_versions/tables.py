"""The table of the rules of comparators."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class ComparatorVersionRow(Base):
    """One version of a comparator's rule. It is the same for everyone, and belongs to no alliance."""

    __tablename__ = "comparator_versions"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("(name = 'matched') = (num_nonnulls(schools_each, variables, caliper) = 3)", name="figures"),
        CheckConstraint("schools_each BETWEEN 1 AND 20", name="some_schools_each"),
        CheckConstraint("caliper > 0 AND caliper <= 100", name="some_caliper"),
        CheckConstraint("cardinality(variables) > 0", name="some_variables"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[str]
    schools_each: Mapped[int | None]
    variables: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    caliper: Mapped[Decimal | None] = mapped_column(Numeric)
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
