"""Processes of the product on this machine: each with its own group and its own log, and ended with its parent."""

import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tsa_local.trouble import Trouble
from tsa_local.watchdog import Watchdog, send


@dataclass(frozen=True)
class Command:
    """What to run, under which name it is known, and with which environment (the whole of it, nothing is inherited)."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]


class RunningProcess:
    """One started command. Its process id is also the id of its process group."""

    def __init__(self, command: Command, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.command = command
        self.log = log
        self._process = process

    @property
    def name(self) -> str:
        """The name its command goes by."""
        return self.command.name

    @property
    def group(self) -> int:
        """The process group to signal."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """The code it ended with (negative: the signal that killed it), or nothing while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End it as a power cut would: the whole group, at once, nothing tidied up."""
        send(self.group, signal.SIGKILL)
        self._process.wait()

    def wait(self, timeout: float) -> bool:
        """Whether it ended within so many seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for a message to a person."""
        text = self.log.read_text(errors="replace").strip()
        return "\n".join("    " + line for line in text.splitlines()[-lines:])


class Processes:
    """All processes of one run. Their output goes to `logs`, one `<name>.log` each, added to on a restart."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._running: dict[str, RunningProcess] = {}
        self._watchdog = Watchdog()

    def start(self, command: Command) -> RunningProcess:
        """Start a command and keep it under its name. Ctrl-C at the terminal does not reach it: we end it ourselves."""
        log = self._logs / f"{command.name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                list(command.arguments),
                env=dict(command.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = RunningProcess(command, process, log)
        former = self._running.get(command.name)
        if former is not None and former.exit_code() is not None:
            # Its number may be another program's by the time the watchdog looks.
            self._let_go(former)
        self._running[command.name] = running
        self._watchdog.watch(running.group, signal.SIGTERM)
        return running

    def run_to_the_end(self, commands: Iterable[Command], timeout: float) -> None:
        """Run commands side by side and wait for all of them.

        Raises `Trouble` with the end of its log when one fails or is not done after `timeout` seconds in all.
        """
        started = [self.start(command) for command in commands]
        deadline = time.monotonic() + timeout
        for process in started:
            if not process.wait(max(0.0, deadline - time.monotonic())):
                self._end([process], grace=0)
                raise Trouble(f"{process.name} was not done after {timeout:.0f} s. Its log is {process.log}.")
            self._let_go(process)
            if process.exit_code() != 0:
                raise Trouble(_how_it_ended(process))

    def check(self) -> None:
        """Raise `Trouble` with the end of its log when one of the processes has ended by itself."""
        for process in self._running.values():
            if process.exit_code() is not None:
                raise Trouble(_how_it_ended(process))

    def stop(self, grace: float = 10.0) -> None:
        """End every process, whole groups at a time: politely first, by force after `grace` seconds in all."""
        self._end(list(self._running.values()), grace)
        self._watchdog.close()

    def _end(self, processes: Sequence[RunningProcess], grace: float) -> None:
        for process in processes:
            send(process.group, signal.SIGTERM)
        deadline = time.monotonic() + grace
        for process in processes:
            process.wait(max(0.0, deadline - time.monotonic()))
            process.kill()
            self._let_go(process)

    def _let_go(self, process: RunningProcess) -> None:
        self._running.pop(process.name, None)
        self._watchdog.forget(process.group)


def _how_it_ended(process: RunningProcess) -> str:
    words = process.last_words()
    advice = "The disk is full. Free some room and run the same command again.\n" if "No space left" in words else ""
    return f"{process.name} ended with code {process.exit_code()}. {advice}The end of {process.log}:\n{words}"
