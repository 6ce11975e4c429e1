"""The table of recorded weights."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class WeightsVersionRow(Base):
    """One version of an alliance's weights, from the second on. It is never changed: another set is another version."""

    __tablename__ = "matching_weights"
    __table_args__ = (
        CheckConstraint("version > 1", name="first_version_is_the_defaults"),
        CheckConstraint(
            "least(specialism, phase, distance, days, load, clock, experience, evaluations, claimed_percent) >= 0 "
            "AND claimed_percent <= 100",
            name="weights_are_never_negative",
        ),
        CheckConstraint("least(far_km, heavy_load, well_practised) > 0", name="scales_end_above_nothing"),
    )

    alliance_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    specialism: Mapped[int]
    phase: Mapped[int]
    distance: Mapped[int]
    days: Mapped[int]
    load: Mapped[int]
    clock: Mapped[int]
    experience: Mapped[int]
    evaluations: Mapped[int]
    claimed_percent: Mapped[int]
    far_km: Mapped[int]
    heavy_load: Mapped[int]
    well_practised: Mapped[int]
