"""Waiting for what will be true shortly: one service learns from another's feed, a moment after it happened."""

import time
from collections.abc import Callable
from typing import TypeVar

from tsa_local.api_client import ApiProblem
from tsa_local.trouble import Trouble

Answer = TypeVar("Answer")

# A national register is some 26,000 events, and a slow machine reads a few hundred a second.
PATIENCE_SECONDS = 600.0
PAUSE_SECONDS = 0.25

NOT_YET_KNOWN = (403, 404)
"""How a service refuses whom, or what, it has not heard of yet."""


def until_known(ask: Callable[[], Answer], what: str, *, seconds: float = PATIENCE_SECONDS) -> Answer:
    """The answer, once the service has heard of what is asked for. Raises `Trouble` when it has not in time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except ApiProblem as problem:
            if problem.status not in NOT_YET_KNOWN:
                raise
            if time.monotonic() > deadline:
                raise _too_late(what, seconds, str(problem)) from problem
        time.sleep(PAUSE_SECONDS)


def until_complete(
    ask: Callable[[], Answer], missing: Callable[[Answer], str | None], what: str, *, seconds: float = PATIENCE_SECONDS
) -> Answer:
    """The answer, once `missing` finds nothing missing from it. Raises `Trouble` when something still is."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        lacks = missing(answer)
        if lacks is None:
            return answer
        if time.monotonic() > deadline:
            raise _too_late(what, seconds, lacks)
        time.sleep(PAUSE_SECONDS)


def _too_late(what: str, seconds: float, why: str) -> Trouble:
    return Trouble(
        f"{what} was not known after {seconds:.0f} s: {why}. Does the service's worker run? See its log in .local/logs."
    )
