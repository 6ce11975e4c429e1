"""The tables of uploads. What becomes of one is told by its job, which has its id."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class UploadRow(Base):
    """A file that was handed in, and, once it has been read, what was read of it. One with an `alliance_id` is about
    that alliance alone and belongs to it; the others are the operator's, and for everybody."""

    __tablename__ = "uploads"
    __table_args__ = (
        Index(None, "sha256"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256_is_whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID | None]
    file_name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    asked_family: Mapped[str | None]
    asked_year: Mapped[int | None]
    handed_in_at: Mapped[datetime]
    family: Mapped[str | None]
    year: Mapped[int | None]
    rows_read: Mapped[int | None]
    rows_refused: Mapped[int | None]
    facts_new: Mapped[int | None]
    facts_restated: Mapped[int | None]
    facts_unchanged: Mapped[int | None]
    unread_columns: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class UploadPieceRow(Base):
    """A piece of a file, byte for byte."""

    __tablename__ = "upload_pieces"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID | None]
    content: Mapped[bytes]


class RefusedRowRow(Base):
    """A row of a file that was not taken over. A row may be wrong in several places."""

    __tablename__ = "refused_rows"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    column: Mapped[str] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID | None]
    code: Mapped[str]
    detail: Mapped[str]
