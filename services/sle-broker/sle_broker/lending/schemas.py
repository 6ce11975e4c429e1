"""The JSON of lending agreements."""

from datetime import date
from typing import Self
from uuid import UUID

from service_kit.schemas import Day, RequestBody, ResponseBody, example
from sle_broker.lending.agreement import (
    LIFE_CYCLE,
    LendingAgreement,
    LendingAgreementReason,
    LendingAgreementState,
    Side,
    proposed,
)
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE

LENDER_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6073"
AGREEMENT_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b1"
_TERMS = {
    "lender_alliance_id": LENDER_EXAMPLE,
    "borrower_alliance_id": ALLIANCE_EXAMPLE,
    "from_on": "2015-01-05",
    "to_on": "2015-08-31",
    "proposed_by": "borrower",
}


class LendingAgreementIn(RequestBody):
    """One alliance proposes to another that leaders be lent. `proposed_by` says which of the two you speak for;
    `proposed_on` is today where absent."""

    model_config = RequestBody.model_config | example(**_TERMS)

    lender_alliance_id: UUID
    borrower_alliance_id: UUID
    from_on: Day
    to_on: Day | None = None
    proposed_by: Side
    proposed_on: Day | None = None

    def to_rule(self, agreement_id: UUID, today: date) -> LendingAgreement:
        """The agreement, under a new id. Errors: those of `LendingAgreement` and `proposed`."""
        facts = self.model_dump(exclude={"proposed_on"})
        return LendingAgreement(id=agreement_id, steps=(proposed(self.proposed_on or today, today=today),), **facts)


class LendingAgreementTransitionIn(RequestBody):
    """The other side's answer, or the end of an agreement, with its coded reason where it is declined or ended."""

    model_config = RequestBody.model_config | example(to="agreed", on="2015-01-06")

    to: LendingAgreementState
    on: Day
    reason: LendingAgreementReason | None = None


class LendingAgreementStepOut(ResponseBody):
    """A state that the agreement reached."""

    model_config = ResponseBody.model_config | example(state="proposed", on="2015-01-05", reason=None)

    state: LendingAgreementState
    on: date
    reason: LendingAgreementReason | None


class LendingAgreementOut(ResponseBody):
    """One alliance lends its leaders to another. `to_on` null: without an end."""

    model_config = ResponseBody.model_config | example(
        id=AGREEMENT_EXAMPLE,
        **_TERMS,
        state="proposed",
        allowed=["agreed", "declined", "ended"],
        steps=[{"state": "proposed", "on": "2015-01-05", "reason": None}],
        version=1,
    )

    id: UUID
    lender_alliance_id: UUID
    borrower_alliance_id: UUID
    from_on: date
    to_on: date | None
    proposed_by: Side
    state: LendingAgreementState
    allowed: list[LendingAgreementState]
    steps: list[LendingAgreementStepOut]
    version: int

    @classmethod
    def of(cls, kept: tuple[LendingAgreement, int]) -> Self:
        """A stored agreement."""
        agreement, version = kept
        return cls(
            id=agreement.id,
            lender_alliance_id=agreement.lender_alliance_id,
            borrower_alliance_id=agreement.borrower_alliance_id,
            from_on=agreement.from_on,
            to_on=agreement.to_on,
            proposed_by=agreement.proposed_by,
            state=agreement.state,
            allowed=list(LIFE_CYCLE.allowed_from(agreement.state)),
            steps=[LendingAgreementStepOut.model_validate(step) for step in agreement.steps],
            version=version,
        )
