"""The tables of lending agreements. Both alliances of one see it, and nobody else."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sle_broker.tables import Base


class BetweenAlliances:
    """What every record that two alliances share has."""

    lender_alliance_id: Mapped[UUID] = mapped_column(sort_order=-1)
    borrower_alliance_id: Mapped[UUID] = mapped_column(sort_order=-1)


class LendingAgreementStepRow(BetweenAlliances, Base):
    """A state that an agreement reached."""

    __tablename__ = "lending_agreement_steps"

    lending_agreement_id: Mapped[UUID] = mapped_column(
        ForeignKey("lending_agreements.id"), primary_key=True, sort_order=-2
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str | None]


class LendingAgreementRow(BetweenAlliances, Base):
    """One agreement. `state` is that of its last step."""

    __tablename__ = "lending_agreements"
    __table_args__ = (
        ExcludeConstraint(
            ("lender_alliance_id", "="),
            ("borrower_alliance_id", "="),
            (func.daterange(literal_column("from_on"), literal_column("to_on"), literal_column("'[]'")), "&&"),
            where=literal_column("state IN ('proposed', 'agreed')"),
            using="gist",
            name="one_agreement_of_two_alliances_at_a_time",
        ),
        CheckConstraint("lender_alliance_id <> borrower_alliance_id", name="between_two_alliances"),
        CheckConstraint("to_on >= from_on", name="in_order"),
        CheckConstraint("proposed_by IN ('lender', 'borrower')", name="proposed_by_a_side"),
        Index(None, "borrower_alliance_id", "id"),
        Index(None, "lender_alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    proposed_by: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column()
    steps: Mapped[list[LendingAgreementStepRow]] = relationship(
        order_by=LendingAgreementStepRow.position, lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}
