"""Life cycles as data: which state leads to which, and for which coded reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import RuleBroken, StateConflict

State = TypeVar("State", bound=StrEnum)
Reason = TypeVar("Reason", bound=StrEnum)


class ReasonNotInList(RuleBroken):
    """A step aside is taken for one of its coded reasons; a step on the main path takes none."""


@dataclass(frozen=True)
class Step(Generic[State, Reason]):
    """A state that was reached, the day it was reached, and the coded reason where the step takes one."""

    state: State
    on: date
    reason: Reason | None = None


@dataclass(frozen=True)
class LifeCycle(Generic[State, Reason]):
    """The transition table of one kind of record.

    `moves` has a row for every state: the states that follow it, each with the reasons it may be taken for. An empty
    set of reasons means that the step explains itself and takes none; an empty row, that the state is final.
    """

    moves: Mapping[State, Mapping[State, frozenset[Reason]]]

    def allowed_from(self, state: State) -> tuple[State, ...]:
        """The states that may follow, main path first; none after a final state."""
        return tuple(self.moves[state])

    def next_step(
        self, steps: Sequence[Step[State, Reason]], *, to: State, on: date, today: date, reason: Reason | None
    ) -> Step[State, Reason]:
        """The step that may be added to `steps`, which has at least the first.

        Raises `StateConflict` where the table does not lead from the present state to `to`, `ReasonNotInList`,
        `DatesOutOfOrder` where `on` is before the last step, `DateNotYetCome` where it is after today.
        """
        last = steps[-1]
        reasons = self.moves[last.state].get(to)
        if reasons is None:
            raise self.conflict(last.state, f"What is {last.state} cannot become {to}.")
        if reasons and reason not in reasons:
            raise ReasonNotInList(f"To become {to}, give one of these reasons: {', '.join(sorted(reasons))}.")
        if not reasons and reason is not None:
            raise ReasonNotInList(f"The step from {last.state} to {to} takes no reason.")
        refuse_out_of_order(earlier=last.state, earlier_on=last.on, later=to, later_on=on)
        refuse_future(what=to, on=on, today=today)
        return Step(to, on, reason)

    def conflict(self, state: State, detail: str) -> StateConflict:
        """The refusal of something that the present state stands against, with what it does allow."""
        return StateConflict(detail, current=state, allowed=self.allowed_from(state))
