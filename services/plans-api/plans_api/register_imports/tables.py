"""The tables of register imports: what was sent, what it did, and each change it made."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class RegisterImportRow(Base):
    """One file of the register that was sent. `content` is kept until the file has been taken over."""

    __tablename__ = "register_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    sent_at: Mapped[datetime]
    gzipped: Mapped[bool]
    content: Mapped[bytes | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class RegisterChangeRow(Base):
    """One change that an import made."""

    __tablename__ = "register_changes"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("register_imports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    urn: Mapped[str]
    kind: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
