"""The tables of outcomes. Nothing is overwritten: a restated fact ends the one before on its day and stands beside it.

`known_from_on` is the first day on which a fact counts: the day it is about, or for a restatement the day it was handed
in. `known_to_on` is the day from which another stands in its place. `upload_id` and `line` say where it was read. What
plans-api told of links between schools has neither, and is restated by what plans-api tells alone.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base

_LATEST = text("known_to_on IS NULL")
# True of the latest alone, and otherwise nothing, which is like nothing else: an index that ends with it holds every
# row, to be read by its first columns, and lets one latest in.
_ONE_LATEST = text("nullif(known_to_on IS NULL, false)")
_LATEST_READ = text("known_to_on IS NULL AND upload_id IS NOT NULL")
_LATEST_TOLD = text("known_to_on IS NULL AND upload_id IS NULL")


class _Known:
    """What every outcome has: between which days it counts, and since when it is recorded."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    known_from_on: Mapped[date]
    known_to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class _Read(_Known):
    """An outcome that was read from a file, and where."""

    upload_id: Mapped[UUID]
    line: Mapped[int]


class InspectionRow(_Read, Base):
    """A graded inspection, under the URN it was given to."""

    __tablename__ = "inspections"
    __table_args__ = (
        Index("uq_inspections_latest", "urn", "inspected_on", _ONE_LATEST, unique=True),
        CheckConstraint("overall BETWEEN 1 AND 4", name="overall_is_a_grade"),
        CheckConstraint("teaching BETWEEN 1 AND 4", name="teaching_is_a_grade"),
        CheckConstraint("leadership BETWEEN 1 AND 4", name="leadership_is_a_grade"),
    )

    urn: Mapped[str]
    inspected_on: Mapped[date]
    overall: Mapped[int]
    teaching: Mapped[int | None]
    leadership: Mapped[int | None]


class AttainmentRow(_Read, Base):
    """A published figure of a school, a local authority or the country, and how many pupils it is of."""

    __tablename__ = "attainments"
    __table_args__ = (
        Index("uq_attainments_latest", "code", "year", "figure", "level", _ONE_LATEST, unique=True),
        Index(None, "year", postgresql_using="brin", postgresql_with={"autosummarize": "on", "pages_per_range": 32}),
        CheckConstraint("pupils > 0", name="of_somebody"),
    )

    level: Mapped[str]
    code: Mapped[str]
    year: Mapped[int]
    figure: Mapped[str]
    unit: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric)
    pupils: Mapped[int]


class SchoolPlaceRow(_Read, Base):
    """Where a school is and whom it teaches, as the register has it."""

    __tablename__ = "school_places"
    __table_args__ = (Index("uq_school_places_latest", "urn", unique=True, postgresql_where=_LATEST),)

    urn: Mapped[str]
    phase: Mapped[str | None]
    region: Mapped[str | None]
    local_authority: Mapped[str | None]


class CharacteristicsRow(_Read, Base):
    """How large a school was in a year, and how disadvantaged its pupils."""

    __tablename__ = "school_characteristics"
    __table_args__ = (Index("uq_school_characteristics_latest", "urn", "year", unique=True, postgresql_where=_LATEST),)

    urn: Mapped[str]
    year: Mapped[int]
    pupils: Mapped[int | None]
    disadvantaged_percent: Mapped[Decimal | None] = mapped_column(Numeric)


class SchoolLinkRow(_Known, Base):
    """A school that took the place of another, wholly or partly, as a file or plans-api has it."""

    __tablename__ = "school_links"
    __table_args__ = (
        Index("uq_school_links_latest", "predecessor_urn", "successor_urn", unique=True, postgresql_where=_LATEST_READ),
        Index("uq_school_links_told", "predecessor_urn", "successor_urn", unique=True, postgresql_where=_LATEST_TOLD),
        Index(None, "successor_urn"),
        Index(None, "predecessor_urn"),
        CheckConstraint("(upload_id IS NULL) = (line IS NULL)", name="read_on_a_line"),
    )

    predecessor_urn: Mapped[str]
    successor_urn: Mapped[str]
    kind: Mapped[str]
    established_on: Mapped[date | None]
    upload_id: Mapped[UUID | None]
    line: Mapped[int | None]


class GroupLinkRow(_Read, Base):
    """A school in a group of schools, such as a multi-academy trust."""

    __tablename__ = "group_links"
    __table_args__ = (Index("uq_group_links_latest", "urn", "group_uid", unique=True, postgresql_where=_LATEST),)

    urn: Mapped[str]
    group_uid: Mapped[str]
    kind: Mapped[str]
    joined_on: Mapped[date | None]


class HeadshipVacancyRow(_Read, Base):
    """Whether a school had no head of its own on the day of the count."""

    __tablename__ = "headship_vacancies"
    __table_args__ = (
        Index("uq_headship_vacancies_latest", "urn", "counted_on", unique=True, postgresql_where=_LATEST),
    )

    urn: Mapped[str]
    counted_on: Mapped[date]
    is_vacant: Mapped[bool]


class NationalAverageRow(_Read, Base):
    """A published national figure."""

    __tablename__ = "national_averages"
    __table_args__ = (Index("uq_national_averages_latest", "measure", "year", unique=True, postgresql_where=_LATEST),)

    measure: Mapped[str]
    year: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Numeric)
    published_on: Mapped[date]
    source: Mapped[str]


class AllianceFigureRow(_Read, Base):
    """A figure an alliance hands in about itself: `value`, of `people` where it is a share of them, and by how much a
    target may be missed."""

    __tablename__ = "alliance_figures"
    __table_args__ = (
        Index("uq_alliance_figures_latest", "alliance_id", "year", "figure", unique=True, postgresql_where=_LATEST),
    )

    alliance_id: Mapped[UUID]
    year: Mapped[int]
    figure: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric)
    people: Mapped[int | None]
    tolerance: Mapped[Decimal | None] = mapped_column(Numeric)
