"""The tables of audit forms and submissions."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.tables import Base


class AuditQuestionRow(Base):
    """A question of a form, and the specialism it bears on in the version in force when the form was published."""

    __tablename__ = "audit_questions"

    audit_form_id: Mapped[UUID] = mapped_column(ForeignKey("audit_forms.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    text: Mapped[str]
    specialism_id: Mapped[UUID] = mapped_column(ForeignKey("specialisms.id"))
    specialism: Mapped[SpecialismRow] = relationship(lazy="joined", innerjoin=True)


class AuditFormRow(Base):
    """One version of a form. The database refuses every change of it."""

    __tablename__ = "audit_forms"
    __table_args__ = (
        UniqueConstraint("alliance_id", "code", "version"),
        CheckConstraint("version >= 1", name="versions_count_from_one"),
        CheckConstraint("lowest < highest AND need_at BETWEEN lowest AND highest", name="scale_is_whole"),
        CheckConstraint("best IN ('lowest', 'highest')", name="best_is_an_end"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    code: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    lowest: Mapped[int]
    highest: Mapped[int]
    best: Mapped[str]
    need_at: Mapped[int]
    published_on: Mapped[date]
    questions: Mapped[list[AuditQuestionRow]] = relationship(order_by=AuditQuestionRow.number, lazy="selectin")


class AuditAnswerRow(Base):
    """An answer."""

    __tablename__ = "audit_answers"

    audit_submission_id: Mapped[UUID] = mapped_column(ForeignKey("audit_submissions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    score: Mapped[int]
    comment: Mapped[str | None] = mapped_column(info={"personal": True})


class AuditSubmissionRow(Base):
    """One audit. Of a school's audits on one form for one phase, one is submitted and all before it superseded."""

    __tablename__ = "audit_submissions"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'submitted', 'superseded')", name="state_is_known"),
        CheckConstraint("(state = 'draft') = (submitted_on IS NULL)", name="submitted_on_a_day"),
        CheckConstraint("(state = 'superseded') = (superseded_on IS NOT NULL)", name="superseded_on_a_day"),
        CheckConstraint("submitted_on >= begun_on", name="begun_before_submitted"),
        CheckConstraint("superseded_on >= submitted_on", name="submitted_before_superseded"),
        Index(
            "uq_audit_submissions_latest",
            *("alliance_id", "school_urn", "form_code", "phase"),
            unique=True,
            postgresql_where=text("state = 'submitted'"),
        ),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    audit_form_id: Mapped[UUID] = mapped_column(ForeignKey("audit_forms.id"))
    form_code: Mapped[str]
    school_urn: Mapped[str]
    phase: Mapped[str]
    state: Mapped[str]
    begun_on: Mapped[date]
    submitted_on: Mapped[date | None]
    superseded_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()
    form: Mapped[AuditFormRow] = relationship(lazy="joined", innerjoin=True)
    answers: Mapped[list[AuditAnswerRow]] = relationship(
        order_by=AuditAnswerRow.number, lazy="selectin", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
