"""Runs the benchmarks: `make bench`, or those named in `make bench ONLY="name …"`."""

import argparse
from collections.abc import Callable

from tests.bench import kpis, plan_import, register_import, requests_over_http, shortlist

BENCHES: dict[str, Callable[[], None]] = {
    "requests": requests_over_http.run,
    "shortlist": shortlist.run,
    "plan_import": plan_import.run,
    "register": register_import.run,
    "kpis": kpis.run,
}


def main() -> None:
    """Runs the benches named on the command line, one after the other; all of them where none is named."""
    parser = argparse.ArgumentParser(prog="make bench", description="Ratios against a bare baseline in the same run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(BENCHES)}")
    names = parser.parse_args().names
    unknown = sorted(set(names) - BENCHES.keys())
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}; there are: {', '.join(BENCHES)}")
    for name in names or BENCHES:
        BENCHES[name]()


if __name__ == "__main__":
    main()
