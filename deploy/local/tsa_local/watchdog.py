"""Ends what we started, even when we are killed ourselves.

A small process of its own holds the reading end of a pipe. The kernel closes the writing end when the parent ends,
however it ends, and the watchdog then ends every process group it was told of. Standard library only: it starts in a
few hundredths of a second.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from types import TracebackType

GRACE = 10.0


class Watchdog:
    """The parent's end. Closing it without `forget` ends the groups, just as the parent's death does."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__], stdin=subprocess.PIPE, start_new_session=True, text=True
        )

    def watch(self, group: int, stop_signal: signal.Signals) -> None:
        """End this process group with this signal, and with SIGKILL ten seconds later, once the parent is gone."""
        self._say(f"watch {group} {stop_signal.value}")

    def forget(self, group: int) -> None:
        """The parent has ended this group itself."""
        self._say(f"forget {group} 0")

    def close(self) -> None:
        """Let the watchdog end, and wait until it has ended what it still watches."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def __enter__(self) -> "Watchdog":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _say(self, line: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()


def end_groups(groups: dict[int, int], grace: float = GRACE) -> None:
    """Send each process group its signal, wait until all are gone, and kill what is left after `grace` seconds."""
    for group, stop_signal in groups.items():
        send(group, stop_signal)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(send(group, 0) for group in groups):
        time.sleep(0.05)
    for group in groups:
        send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Send a signal to a process group; whether there was anyone to receive it. Signal 0 only asks."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
        return True
    return False


def main() -> None:
    """The watchdog's end: listen until the parent is gone, then end what it left behind."""
    watched: dict[int, int] = {}
    for line in sys.stdin:
        verb, group, number = line.split()
        if verb == "watch":
            watched[int(group)] = int(number)
        else:
            watched.pop(int(group), None)
    end_groups(watched)


if __name__ == "__main__":
    main()
