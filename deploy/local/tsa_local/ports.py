"""Which port each service listens on, and whether it is to be had."""

import secrets
import socket
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

from tsa_local.trouble import Trouble

LOOPBACK = "127.0.0.1"
_BELOW_THOSE_OF_CONNECTIONS = range(20_000, 32_768)
_given: set[int] = set()


@dataclass(frozen=True)
class Ports:
    """The ports of the three services on the loopback address."""

    plans: int = 8101
    broker: int = 8102
    kpis: int = 8103


VARIABLES = {"plans": "TSA_PLANS_PORT", "broker": "TSA_BROKER_PORT", "kpis": "TSA_KPI_PORT"}


def read_ports(environment: Mapping[str, str]) -> Ports:
    """The ports the environment asks for, the usual ones where it says nothing.

    Raises `Trouble` where a value is not a port or two services are given the same one.
    """
    wanted = {field: _port(environment[name], name) for field, name in VARIABLES.items() if environment.get(name)}
    ports = Ports(**wanted)
    if len({ports.plans, ports.broker, ports.kpis}) < len(VARIABLES):
        raise Trouble(f"Two services are given the same port: {ports}. Give {', '.join(VARIABLES.values())} one each.")
    return ports


def reach_ourselves_directly(environment: MutableMapping[str, str]) -> None:
    """Keep the machine's proxy, where it has one, from between our own programs on the loopback address."""
    # Where both are set, programs read the small letters.
    direct = (environment.get("no_proxy") or environment.get("NO_PROXY") or "").split(",")
    if LOOPBACK not in direct:
        environment["no_proxy"] = ",".join([*filter(None, direct), LOOPBACK])


def require_free(port: int, *, wanted_by: str, variable: str) -> None:
    """Raise `Trouble` when something already listens on the port, naming the variable that chooses another."""
    if not is_free(port):
        raise Trouble(
            f"Port {port}, wanted by {wanted_by}, is taken by another program. "
            f"Stop that program, or choose another port: {variable}={port + 100} make run"
        )


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket() as probe:
        # As the servers do it: a port whose last connection has only just closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on at this moment, never one this process was given before, and below those that a
    system gives to connections by default. It may be gone the next, so the caller tries again if it is."""
    while True:
        port = secrets.choice(_BELOW_THOSE_OF_CONNECTIONS)
        if port not in _given and is_free(port):
            _given.add(port)
            return port


def _port(text: str, variable: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Trouble(f"{variable} is {text!r}; a port is a whole number from 1 to 65535.")
    return int(text)
