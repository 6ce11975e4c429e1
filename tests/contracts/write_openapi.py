"""`make openapi`: writes the published contracts to `docs/openapi/`, one file a service."""

import json
from pathlib import Path

from tests.contracts.applications import applications

FOLDER = Path(__file__).parents[2] / "docs" / "openapi"


def published(service: str) -> Path:
    """The file that holds the contract of `service`."""
    return FOLDER / f"{service}.json"


def contract_text(service: str) -> str:
    """The contract of `service` as the running code has it."""
    return json.dumps(applications()[service].openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    for name in applications():
        published(name).write_text(contract_text(name))
        print(f"wrote {published(name).relative_to(FOLDER.parents[1])}")  # noqa: T201 -- a command for people
