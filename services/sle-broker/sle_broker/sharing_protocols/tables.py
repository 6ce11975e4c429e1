"""The tables of sharing protocols."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sle_broker.tables import Base


class SharingPartyRow(Base):
    """A party of a protocol."""

    __tablename__ = "sharing_parties"
    __table_args__ = (
        CheckConstraint("kind IN ('alliance', 'school', 'local_authority')", name="kind_is_known"),
        CheckConstraint("kind <> 'school' OR client_id IS NULL", name="schools_read_by_themselves"),
    )

    sharing_protocol_id: Mapped[UUID] = mapped_column(ForeignKey("sharing_protocols.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    kind: Mapped[str]
    reference: Mapped[str]
    client_id: Mapped[str | None]


class SharingProtocolRow(Base):
    """One protocol."""

    __tablename__ = "sharing_protocols"
    __table_args__ = (
        CheckConstraint("scope IN ('whole', 'scores', 'aggregate')", name="scope_is_known"),
        CheckConstraint("to_on >= from_on", name="days_in_order"),
        CheckConstraint("withdrawn_on >= agreed_on", name="agreed_before_withdrawn"),
        Index(None, "alliance_id", "school_urn"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    school_urn: Mapped[str]
    scope: Mapped[str]
    agreed_on: Mapped[date]
    agreed_by: Mapped[str] = mapped_column(info={"personal": True})
    from_on: Mapped[date]
    to_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()
    parties: Mapped[list[SharingPartyRow]] = relationship(order_by=SharingPartyRow.position, lazy="selectin")

    __mapper_args__ = {"version_id_col": version}
