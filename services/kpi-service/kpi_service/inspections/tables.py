"""The table of last two grades: kept for every school and every day, so that a country is counted without reading it.

Nothing here writes it. The database brings a school's rows along in the transaction that tells of an inspection or of a
link, whoever does, and `keep_grade_pairs` counts any schools anew (migrations `2026_11_25_kpi_kept` and
`2026_11_26_upload_inspections`).
"""

from datetime import date

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class GradePairRow(Base):
    """What a question finds on a day from `from_on` on and before `to_on`: of each judgement the latest grade, and
    `starting` the one before it. The inspections of predecessors are among them. Of a school that nothing is known of
    there is no row."""

    __tablename__ = "grade_pairs"

    urn: Mapped[str] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    to_on: Mapped[date | None]
    overall: Mapped[int | None] = mapped_column(SmallInteger)
    overall_starting: Mapped[int | None] = mapped_column(SmallInteger)
    teaching: Mapped[int | None] = mapped_column(SmallInteger)
    teaching_starting: Mapped[int | None] = mapped_column(SmallInteger)
    leadership: Mapped[int | None] = mapped_column(SmallInteger)
    leadership_starting: Mapped[int | None] = mapped_column(SmallInteger)
