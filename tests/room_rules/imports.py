"""Who may import whom: the table of rooms, the ranks of features, and the walls between services."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tests.room_rules.house import FEATURES, FRONT_NAMES, PACKAGES, Module, Room, Violation

# Rules may use these third parties: they compute or read bytes in memory, and reach nothing outside the process.
PURE_LIBRARIES = (
    "dateutil", "defusedxml", "docx", "highspy", "icalendar", "jinja2", "lxml", "numpy", "openpyxl", "scipy", "typst",
)  # fmt: skip

# The parts of the kit that are rules themselves.
PURE_KIT = (
    *("service_kit.errors", "service_kit.dates_in_order", "service_kit.file_signature", "service_kit.life_cycle"),
    "service_kit.suppression",
)

# What reaches a disk, a network, a clock, another process or chance.
IMPURE_MODULES = (
    "asyncio", "glob", "http", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "signal",
    "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
)  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """What a room may import besides the standard library: third parties, parts of the kit, its own service's rooms."""

    third_parties: tuple[str, ...] = ()
    kit: tuple[str, ...] = ()
    rooms: tuple[Room, ...] = ()
    front: tuple[str, ...] = ()


WHOLE_KIT = ("service_kit",)
REACH = {
    Room.RULES: Reach(PURE_LIBRARIES, kit=PURE_KIT, rooms=(Room.RULES,), front=("errors",)),
    Room.TABLES: Reach(("sqlalchemy",), kit=WHOLE_KIT, rooms=(Room.TABLES, Room.RULES), front=("tables",)),
    Room.STORE: Reach(
        ("sqlalchemy", "psycopg", "pydantic_core", "msgspec"),
        kit=WHOLE_KIT,
        rooms=(Room.STORE, Room.TABLES, Room.RULES),
        front=("errors",),
    ),
    # A use case names the rows its store hands out and the session it is given; it writes no SQL.
    Room.USE_CASES: Reach(
        ("sqlalchemy.orm",),
        kit=WHOLE_KIT,
        rooms=(Room.USE_CASES, Room.STORE, Room.TABLES, Room.RULES, Room.CLIENT),
        front=("errors", "permissions", "settings"),
    ),
    Room.SCHEMAS: Reach(("pydantic",), kit=("service_kit.schemas",), rooms=(Room.SCHEMAS, Room.RULES)),
    Room.ROUTES: Reach(
        ("fastapi", "starlette", "pydantic"),
        kit=WHOLE_KIT,
        rooms=(Room.SCHEMAS, Room.USE_CASES, Room.STORE, Room.RULES),
        front=("errors", "permissions", "settings"),
    ),
    Room.CLIENT: Reach(
        ("httpx", "pydantic", "stamina"), kit=WHOLE_KIT, rooms=(Room.RULES,), front=("errors", "settings")
    ),
}


def check_imports(module: Module) -> Iterator[Violation]:
    """Every import of one module that its room does not allow."""
    for line, name in _imported(module.tree):
        top = name.split(".")[0]
        if top in PACKAGES:
            yield from _of_a_service(module, line, name)
        elif top == "tsa_local" and module.room not in (Room.DEPLOY, Room.TESTS):
            yield module.violation("walls", line, f"imports {name}: only deploy knows the local runner")
        elif module.room in REACH:
            yield from _of_anyone_else(module, line, name, REACH[module.room])


def _of_a_service(module: Module, line: int, name: str) -> Iterator[Violation]:
    if module.room is Room.TESTS:
        return
    parts = name.split(".")
    if module.room is Room.KIT:
        yield module.violation("walls", line, f"imports {name}: service_kit knows no service")
    elif module.room is Room.DEPLOY:
        yield module.violation("walls", line, f"imports {name}: deploy is a client of the public APIs only")
    elif module.service is None or module.service.package != parts[0]:
        yield module.violation("walls", line, f"imports {name}: services never import each other; follow the feed")
    elif parts[1:2] == ["main"]:
        yield module.violation("main", line, f"imports {name}: nothing imports main.py")
    elif module.room in FEATURES or module.room is Room.CLIENT:
        yield from _of_its_own_service(module, line, name)


def _of_its_own_service(module: Module, line: int, name: str) -> Iterator[Violation]:
    if module.service is None or module.room is None:
        return
    reach = REACH[module.room]
    _, *inside = name.split(".")
    if not inside or f"{inside[0]}.py" in FRONT_NAMES:
        if not inside or inside[0] not in reach.front:
            yield module.violation("rooms", line, f"imports {name}: {module.room} may not know it")
        return
    if inside[0].endswith("_client"):
        if Room.CLIENT not in reach.rooms:
            yield module.violation("rooms", line, f"imports {name}: {module.room} may not call other services")
        return
    if len(inside) < 2:
        yield module.violation("rooms", line, f"imports {name}: name the module inside the feature")
        return
    room = next((room for room in Room if room.value == f"{inside[1]}.py"), Room.RULES)
    if room not in reach.rooms:
        yield module.violation("rooms", line, f"imports {name}: {module.room} may not import {room}")
    ranks = module.service.ranks
    if module.feature in ranks and inside[0] in ranks and ranks.index(inside[0]) > ranks.index(module.feature):
        yield module.violation("ranks", line, f"imports {name}: {module.feature} ranks before {inside[0]}")


def _of_anyone_else(module: Module, line: int, name: str, reach: Reach) -> Iterator[Violation]:
    top = name.split(".", maxsplit=1)[0]
    if top == "service_kit":
        if not any(name == part or name.startswith(f"{part}.") for part in reach.kit):
            allowed = ", ".join(reach.kit) or "nothing of the kit"
            yield module.violation("rooms", line, f"imports {name}: {module.room} may import {allowed}")
    elif top in sys.stdlib_module_names:
        if module.room is Room.RULES and top in IMPURE_MODULES:
            yield module.violation("purity", line, f"imports {name}: rules are pure; pass in what they need to know")
    elif not {top, name} & set(reach.third_parties):
        allowed = ", ".join(reach.third_parties) or "no third party"
        yield module.violation("rooms", line, f"imports {name}: {module.room} may import {allowed}")


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, name) for name in _names_from(node, node.module))


def _names_from(node: ast.ImportFrom, origin: str) -> Iterator[str]:
    # `from plans_api import main` and `from plans_api.schools import store` name a module after `import`. Deeper,
    # and from anyone else, the name is a thing inside the module.
    names_modules = origin.split(".", maxsplit=1)[0] in PACKAGES and origin.count(".") < 2 and not _names_a_file(origin)
    if names_modules or origin == "service_kit":
        yield from (f"{origin}.{alias.name}" for alias in node.names)
    else:
        yield origin


def _names_a_file(origin: str) -> bool:
    last = origin.rsplit(".", maxsplit=1)[-1]
    return origin.count(".") == 1 and (last == "main" or last.endswith("_client") or f"{last}.py" in FRONT_NAMES)
