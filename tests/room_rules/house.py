"""The plan of the house: its services, the rank of their features, and the room each module stands in."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Room(StrEnum):
    """The kinds of module there are."""

    RULES = "rules"
    TABLES = "tables.py"
    STORE = "store.py"
    USE_CASES = "use_cases.py"
    SCHEMAS = "schemas.py"
    ROUTES = "routes.py"
    CLIENT = "*_client.py"
    FRONT = "beside main.py"
    MAIN = "main.py"
    MIGRATION = "migrations"
    KIT = "service_kit"
    DEPLOY = "deploy"
    TESTS = "tests"


@dataclass(frozen=True)
class Service:
    """A service's folder, its package, and its features: a later one may import an earlier one, never back."""

    folder: str
    package: str
    ranks: tuple[str, ...]


SERVICES = (
    Service(
        "plans-api",
        "plans_api",
        (
            "schools", "alliances", "access", "register_imports",
            "plans", "milestone_dates", "imports", "findings", "corrections", "exports", "calendar_feeds", "monitoring",
            "programmes", "bookings", "success_measures",
        ),
    ),
    Service(
        "sle-broker",
        "sle_broker",
        (
            "access", "schools",
            "specialisms", "teachers", "sharing_protocols", "needs", "audits",
            "designation_rules", "designations", "need_summaries", "designation_rounds", "designation_applications",
            "availability", "support_requests",
            "deployments", "due_reviews", "leader_days", "evaluations", "outcomes", "lending",
            "matching_weights", "matching", "deployment_clock", "lending_offers", "allocation", "brokerage_rounds",
            "placements", "placement_matches",
        ),
    ),
    Service(
        "kpi-service",
        "kpi_service",
        (
            "access", "schools", "official_files", "outcomes", "uploads",
            "facts", "measures", "inspections", "comparator_versions", "definitions", "verdicts", "comparators",
            "agreed_targets", "improvements", "school_grades", "attainment_changes", "trainees", "headships",
            "leader_training", "deployment_days",
            "results", "result_series", "traces", "exports", "national_results", "scorecards", "claims",
        ),
    ),
)  # fmt: skip
PACKAGES = frozenset(service.package for service in SERVICES)

FEATURE_ROOMS = (Room.TABLES, Room.STORE, Room.USE_CASES, Room.SCHEMAS, Room.ROUTES)
FEATURES = frozenset({Room.RULES, *FEATURE_ROOMS})
FRONT_NAMES = frozenset(
    {
        "application.py", "bootstrap.py", "errors.py", "permissions.py", "projections.py", "settings.py", "tables.py",
        "worker.py",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Violation:
    """A rule broken in one place."""

    rule: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message} [{self.rule}]"


@dataclass(frozen=True)
class Module:
    """One Python file: where it stands (`path` is relative to the top folder), its room, and what it says."""

    path: str
    room: Room | None
    service: Service | None
    feature: str | None
    text: str
    tree: ast.Module

    def violation(self, rule: str, line: int, message: str) -> Violation:
        """A rule broken in this module."""
        return Violation(rule, self.path, line, message)


def read_house(root: Path) -> Iterator[Module]:
    """Every Python file of the house, in the order of their paths."""
    for top in ("shared", "services", "deploy", "tests"):
        for file in sorted((root / top).rglob("*.py")):
            path = file.relative_to(root)
            text = file.read_text()
            service, feature = _whose(path)
            yield Module(str(path), room_of(path), service, feature, text, ast.parse(text))


def room_of(path: Path) -> Room | None:
    """The room a file stands in, or nothing where the house has no such place."""
    match path.parts:
        case ("shared", "service_kit", *_):
            return Room.KIT
        case ("deploy", *_):
            return Room.DEPLOY
        case ("tests", *_):
            return Room.TESTS
        case ("services", _, "migrations", *_):
            return Room.MIGRATION
        case ("services", _, _, name):
            return _room_beside_main(name)
        case ("services", _, _, _, "statements.py"):
            # What a store says in SQL of its own, where both together would be too long for one file.
            return Room.STORE
        case ("services", _, _, _, name):
            return next((room for room in FEATURE_ROOMS if room.value == name), Room.RULES)
    return None


def _room_beside_main(name: str) -> Room | None:
    if name == "main.py":
        return Room.MAIN
    if name.endswith("_client.py"):
        return Room.CLIENT
    return Room.FRONT if name in FRONT_NAMES or name == "__init__.py" else None


def _whose(path: Path) -> tuple[Service | None, str | None]:
    if path.parts[0] != "services":
        return None, None
    service = next((service for service in SERVICES if service.folder == path.parts[1]), None)
    in_feature = len(path.parts) == 5 and path.parts[2] != "migrations"
    return service, path.parts[3] if in_feature else None
