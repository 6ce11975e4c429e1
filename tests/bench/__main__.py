"""Runs the benchmarks: `make bench`, or those named in `make bench ONLY="name …"`."""

import argparse
from collections.abc import Callable

from tests.bench import brokerage_round, kpis, plan_import, register_import, requests_over_http, shortlist, upload

BENCHES: dict[str, Callable[[], None]] = {
    "requests": requests_over_http.run,
    "shortlist": shortlist.run,
    "brokerage-round": brokerage_round.run,
    "plan-import": plan_import.run,
    "register-import": register_import.run,
    "kpis": kpis.run,
    "upload": upload.run,
}
LONG_BENCHES: dict[str, Callable[[], None]] = {
    "brokerage-round-national": brokerage_round.run_national,
}
"""Those that take minutes: only where they are named."""


def main() -> None:
    """Runs the benches named on the command line, one after the other; where none is named, all but the long."""
    benches = BENCHES | LONG_BENCHES
    parser = argparse.ArgumentParser(prog="make bench", description="Ratios against a bare baseline in the same run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(benches)}")
    names = parser.parse_args().names
    unknown = sorted(set(names) - benches.keys())
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}; there are: {', '.join(benches)}")
    for name in names or BENCHES:
        benches[name]()


if __name__ == "__main__":
    main()
