"""What differs between the ways in which somebody goes from home school to host school; all else is the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from service_kit.life_cycle import LifeCycle
from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentReason, DeploymentState

Moves = Mapping[DeploymentState, Mapping[DeploymentState, frozenset[DeploymentReason]]]


@dataclass(frozen=True)
class Arrangement:
    """The states somebody goes through, the one in which the three parties agree, the one before which every objective
    has been judged, and whether the first day on site stops the deployment clock."""

    life_cycle: LifeCycle[DeploymentState, DeploymentReason]
    agreed_after: DeploymentState
    judged_before: DeploymentState
    stops_clock: bool


DEPLOYMENT = Arrangement(
    LIFE_CYCLE,
    agreed_after=DeploymentState.MEETING_HELD,
    judged_before=DeploymentState.EVALUATED,
    stops_clock=True,
)


def leave_out(moves: Moves, states: Collection[DeploymentState]) -> LifeCycle[DeploymentState, DeploymentReason]:
    """The same life cycle without some of its states: what led to one of them leads to what follows it on the main
    path, and is taken for the reasons for which it was."""
    left: dict[DeploymentState, Mapping[DeploymentState, frozenset[DeploymentReason]]] = {}
    for state in moves.keys() - set(states):
        row: dict[DeploymentState, frozenset[DeploymentReason]] = {}
        for to, reasons in moves[state].items():
            row[_next_kept(moves, states, to)] = reasons
        left[state] = MappingProxyType(row)
    return LifeCycle(MappingProxyType(left))


def _next_kept(moves: Moves, states: Collection[DeploymentState], state: DeploymentState) -> DeploymentState:
    while state in states:
        state = next(iter(moves[state]))
    return state
