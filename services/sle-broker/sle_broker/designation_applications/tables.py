"""The tables of applications to be designated."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.tables import Base


class ApplicationSpecialismRow(Base):
    """A specialism that an applicant claims, in the version of the list under which they applied."""

    __tablename__ = "designation_application_specialisms"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("designation_applications.id", name="fk_designation_application_specialisms_application"),
        primary_key=True,
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    specialism_id: Mapped[UUID] = mapped_column(ForeignKey("specialisms.id"))
    specialism: Mapped[SpecialismRow] = relationship(lazy="joined", innerjoin=True)


class ApplicationStepRow(Base):
    """A state that an application reached."""

    __tablename__ = "designation_application_steps"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("designation_applications.id", name="fk_designation_application_steps_application"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    state: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str | None]


class DesignationReferenceRow(Base):
    """A reference asked of a school, and what it wrote."""

    __tablename__ = "designation_references"
    __table_args__ = (
        UniqueConstraint("application_id", "school_urn"),
        CheckConstraint(
            "(given_on IS NULL) = (supports IS NULL) AND (given_on IS NULL) = (text IS NULL) "
            "AND (given_on IS NULL) = (given_by IS NULL)",
            name="given_whole",
        ),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("designation_applications.id", name="fk_designation_references_application")
    )
    alliance_id: Mapped[UUID]
    school_urn: Mapped[str]
    given_on: Mapped[date | None]
    supports: Mapped[bool | None] = mapped_column(info={"personal": True})
    text: Mapped[str | None] = mapped_column(info={"personal": True})
    given_by: Mapped[str | None] = mapped_column(info={"personal": True})
    version: Mapped[int] = mapped_column()
    application: Mapped["DesignationApplicationRow"] = relationship(back_populates="references")

    __mapper_args__ = {"version_id_col": version}


class DesignationApplicationRow(Base):
    """One application. `state` is that of its last step; `rating` to `assessed_by` are what the panel found."""

    __tablename__ = "designation_applications"
    __table_args__ = (
        Index(
            "uq_designation_applications_applied",
            "alliance_id",
            "round_id",
            "leader_id",
            unique=True,
            postgresql_where="state <> 'withdrawn'",
        ),
        CheckConstraint("rating IN ('red', 'amber', 'green')", name="rating_is_known"),
        CheckConstraint(
            "(rating IS NULL) = (notes IS NULL) AND (rating IS NULL) = (assessed_by IS NULL)", name="assessed_whole"
        ),
        CheckConstraint("released_on IS NULL OR rating IS NOT NULL", name="assessed_before_released"),
        CheckConstraint("designation_id IS NULL OR leader_id IS NOT NULL", name="designation_has_its_leader"),
        Index(None, "alliance_id", "id"),
        Index(None, "round_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    round_id: Mapped[UUID] = mapped_column(ForeignKey("designation_rounds.id"))
    leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("leaders.id"))
    designation_id: Mapped[UUID | None] = mapped_column(ForeignKey("designations.id"))
    name: Mapped[str] = mapped_column(info={"personal": True})
    home_school_urn: Mapped[str]
    kind: Mapped[str]
    phases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    years_of_leadership: Mapped[int] = mapped_column(info={"personal": True})
    home_school_judgement: Mapped[int | None]
    head_supports: Mapped[bool] = mapped_column(info={"personal": True})
    submitted_by: Mapped[str] = mapped_column(info={"personal": True})
    rating: Mapped[str | None] = mapped_column(info={"personal": True})
    notes: Mapped[str | None] = mapped_column(info={"personal": True})
    support: Mapped[str | None] = mapped_column(info={"personal": True})
    assessed_by: Mapped[str | None] = mapped_column(info={"personal": True})
    released_on: Mapped[date | None]
    state: Mapped[str]
    version: Mapped[int] = mapped_column()
    party: Mapped[str | None] = column_property(cast(leader_id, Text))
    """The leader as the party that a role is bound to; null until there is one."""
    specialisms: Mapped[list[ApplicationSpecialismRow]] = relationship(
        order_by=ApplicationSpecialismRow.position, lazy="selectin"
    )
    steps: Mapped[list[ApplicationStepRow]] = relationship(order_by=ApplicationStepRow.position, lazy="selectin")
    references: Mapped[list[DesignationReferenceRow]] = relationship(
        order_by=DesignationReferenceRow.id, lazy="selectin", back_populates="application"
    )

    __mapper_args__ = {"version_id_col": version}
