"""A steady load from a few connections, and what it cost the server."""

import http.client
import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Request:
    """One HTTP request to send again and again; `headers` may differ each time, as an idempotency key must."""

    method: str
    path: str
    headers: Callable[[], dict[str, str]]
    body: Callable[[], bytes | None] = lambda: None


@dataclass(frozen=True)
class Cost:
    """Requests a second, median and 99th percentile in milliseconds, and the server's CPU milliseconds a request."""

    per_second: float
    median_ms: float
    p99_ms: float
    cpu_ms: float


def measure(port: int, pid: int, request: Request, *, seconds: float, connections: int = 4) -> Cost:
    """Sends `request` over `connections` keep-alive connections for `seconds`; process `pid` is the server.

    Errors: `RuntimeError` for any answer that is not a success.
    """
    took: list[float] = []
    failures: list[str] = []
    until = time.perf_counter() + seconds

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.perf_counter() < until and not failures:
            began = time.perf_counter()
            connection.request(request.method, request.path, request.body(), request.headers())
            answer = connection.getresponse()
            text = answer.read()
            took.append(time.perf_counter() - began)
            if answer.status >= 300:
                failures.append(f"{answer.status} {text[:500]!r}")
        connection.close()

    cpu_before, began = cpu_seconds(pid), time.perf_counter()
    threads = [threading.Thread(target=send) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed, cpu = time.perf_counter() - began, cpu_seconds(pid) - cpu_before
    if failures:
        raise RuntimeError(f"{request.method} {request.path} answered {failures[0]}")
    cuts = statistics.quantiles(took, n=100)
    return Cost(len(took) / elapsed, cuts[49] * 1000, cuts[98] * 1000, cpu / len(took) * 1000)


def cpu_seconds(pid: int) -> float:
    """The processor time a process has used so far, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
