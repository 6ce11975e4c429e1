"""A lending agreement: one alliance lends its leaders to another, from a day on, once both have said yes."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict, RuleBroken
from service_kit.life_cycle import LifeCycle, Step


class Side(StrEnum):
    """The two alliances of an agreement: the one that lends its leaders, and the one that borrows them."""

    LENDER = "lender"
    BORROWER = "borrower"


class LendingAgreementState(StrEnum):
    """Proposed by one side, agreed or declined by the other, and in the end ended by either."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


class LendingAgreementReason(StrEnum):
    """Why an agreement was declined or ended."""

    NO_LEADERS_TO_LEND = "no_leaders_to_lend"
    NOT_NEEDED = "not_needed"
    TERMS_NOT_ACCEPTABLE = "terms_not_acceptable"
    TERMS_NOT_KEPT = "terms_not_kept"
    RECORDED_IN_ERROR = "recorded_in_error"


class LendsToItself(RuleBroken):
    """An alliance places its own leaders without an agreement."""


class NotForThisSideToSay(Conflict):
    """Both sides agree: what one has proposed is for the other to agree to or decline."""


class NoLendingAgreement(Conflict):
    """A leader is lent under an agreement that is in force on the first day they are booked for."""


_S, _R = LendingAgreementState, LendingAgreementReason
LIFE_CYCLE: LifeCycle[LendingAgreementState, LendingAgreementReason] = LifeCycle(
    MappingProxyType(
        {
            _S.PROPOSED: {
                _S.AGREED: frozenset(),
                _S.DECLINED: frozenset({_R.NO_LEADERS_TO_LEND, _R.NOT_NEEDED, _R.TERMS_NOT_ACCEPTABLE}),
                _S.ENDED: frozenset({_R.NOT_NEEDED, _R.RECORDED_IN_ERROR}),
            },
            _S.AGREED: {_S.ENDED: frozenset(_R) - {_R.TERMS_NOT_ACCEPTABLE}},
            _S.DECLINED: {},
            _S.ENDED: {},
        }
    )
)


@dataclass(frozen=True)
class LendingAgreement:
    """One alliance lends to another from `from_on` to `to_on`, both included; without end where `to_on` is None.

    `steps` begins with the proposal of one side and is never empty; its last is the present state. Raises
    `LendsToItself`, `DatesOutOfOrder`.
    """

    id: UUID
    lender_alliance_id: UUID
    borrower_alliance_id: UUID
    from_on: date
    to_on: date | None
    proposed_by: Side
    steps: tuple[Step[LendingAgreementState, LendingAgreementReason], ...]

    def __post_init__(self) -> None:
        if self.lender_alliance_id == self.borrower_alliance_id:
            raise LendsToItself("Name two alliances: a leader of the same alliance is proposed without an agreement.")
        if self.to_on is not None:
            refuse_out_of_order(
                earlier="the first day of the agreement", earlier_on=self.from_on, later="its last", later_on=self.to_on
            )

    @property
    def state(self) -> LendingAgreementState:
        """The state reached last."""
        return self.steps[-1].state

    def alliance(self, side: Side) -> UUID:
        """The alliance on one side."""
        return self.lender_alliance_id if side is Side.LENDER else self.borrower_alliance_id

    def is_in_force(self, on: date) -> bool:
        """Whether leaders may be lent under it for help that begins on a day: agreed and not ended, and the day lies
        within it. What was lent before an end stays lent."""
        begun = self.state is LendingAgreementState.AGREED and self.from_on <= on
        return begun and (self.to_on is None or on <= self.to_on)


def proposed(on: date, *, today: date) -> Step[LendingAgreementState, LendingAgreementReason]:
    """The first step of every agreement. Raises `DateNotYetCome`."""
    refuse_future(what=LendingAgreementState.PROPOSED, on=on, today=today)
    return Step(LendingAgreementState.PROPOSED, on)


def move(
    agreement: LendingAgreement,
    to: LendingAgreementState,
    on: date,
    *,
    sides: frozenset[Side],
    today: date,
    reason: LendingAgreementReason | None = None,
) -> LendingAgreement:
    """The agreement one step on, by somebody who speaks for `sides`. The side that proposed it cannot answer for the
    other; either may end it.

    Raises `StateConflict`, `NotForThisSideToSay`, `ReasonNotInList`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    step = LIFE_CYCLE.next_step(agreement.steps, to=to, on=on, today=today, reason=reason)
    answers = to in (LendingAgreementState.AGREED, LendingAgreementState.DECLINED)
    if answers and sides <= {agreement.proposed_by}:
        raise NotForThisSideToSay(f"The {agreement.proposed_by} proposed it; the other alliance answers.")
    return replace(agreement, steps=(*agreement.steps, step))


def refuse_unless_in_force(agreement: LendingAgreement, on: date) -> None:
    """Whether help that begins on a day may be lent under the agreement. Raises `NoLendingAgreement`."""
    if not agreement.is_in_force(on):
        raise NoLendingAgreement(f"The lending agreement is {agreement.state} and does not cover {on}.")
