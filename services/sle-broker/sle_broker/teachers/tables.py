"""The tables of the catalogue of teachers."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.tables import Base


class TeacherSpecialismRow(Base):
    """A specialism that a teacher models, in the version of the list under which it was catalogued."""

    __tablename__ = "teacher_specialisms"

    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("teachers.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    specialism_id: Mapped[UUID] = mapped_column(ForeignKey("specialisms.id"))
    specialism: Mapped[SpecialismRow] = relationship(lazy="joined", innerjoin=True)


class TeacherRow(Base):
    """One entry of the catalogue, with the consent without which nobody reads it."""

    __tablename__ = "teachers"
    __table_args__ = (
        CheckConstraint("grade IN ('good', 'outstanding')", name="grade_is_good_or_better"),
        CheckConstraint("consent_scope IN ('alliance', 'partners')", name="scope_is_known"),
        CheckConstraint("consent_withdrawn_on >= consent_given_on", name="given_before_withdrawn"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(info={"personal": True})
    school_urn: Mapped[str]
    phase: Mapped[str]
    grade: Mapped[str] = mapped_column(info={"personal": True})
    graded_on: Mapped[date]
    observer: Mapped[str] = mapped_column(info={"personal": True})
    consent_given_on: Mapped[date]
    consent_given_by: Mapped[str] = mapped_column(info={"personal": True})
    consent_scope: Mapped[str]
    consent_withdrawn_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()
    specialisms: Mapped[list[TeacherSpecialismRow]] = relationship(
        order_by=TeacherSpecialismRow.position, lazy="selectin", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
