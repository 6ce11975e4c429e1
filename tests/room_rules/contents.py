"""What a module may say: names, length, clocks, transactions, locks, and the words the kit does not use."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

from tests.room_rules.house import FEATURES, SERVICES, Module, Room, Violation

FORBIDDEN_NAMES = frozenset(
    {"utils.py", "helpers.py", "common.py", "models.py", "manager.py", "base.py", "service.py", "misc.py", "util.py"}
)
LONGEST_FILE = 400

CLOCKS = frozenset(
    {
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
        "time.monotonic", "time.perf_counter", "time.localtime", "time.gmtime",
    }
)  # fmt: skip
REACHING_OUT = frozenset({"open", "print", "input", "breakpoint", "__import__", "uuid.uuid1", "uuid.uuid4", "uuid4"})

ENDS_A_TRANSACTION = frozenset({"commit", "rollback"})
OPENS_A_TRANSACTION = frozenset({"begin", "begin_nested"})
# `deployment.begin(…)` is a word of the sector; the same word said to one of these is SQL.
CONNECTIONS = frozenset({"session", "connection", "conn", "engine", "unit_of_work", "uow", "work"})
TRANSACTION_SQL = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|START\s+TRANSACTION)\b")

WORDS_OF_THE_SECTOR = frozenset(
    {
        "academic", "academies", "academy", "alliance", "broker", "brokerage", "deployment", "designation", "education",
        "governor", "headteacher", "host_school", "inspection", "kpi", "leader", "lle", "milestone", "nle", "ofsted",
        "plan", "programme", "pupil", "school", "sle", "specialism", "teacher", "teaching", "trainee",
    }
)  # fmt: skip
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def check_contents(module: Module) -> Iterator[Violation]:
    """Every place where one module says what its room does not allow."""
    yield from _place(module)
    yield from _length(module)
    if module.room is Room.TESTS:
        return
    yield from _imports_inside_functions(module)
    if module.room is Room.KIT:
        yield from _words_of_the_sector(module)
    if module.room in FEATURES:
        yield from _clocks(module)
    if module.room is Room.RULES:
        yield from _reaching_out(module)
    if module.room in (Room.STORE, Room.USE_CASES, Room.ROUTES):
        yield from _transactions(module)
    if module.room in (Room.STORE, Room.USE_CASES, Room.KIT):
        yield from _locks(module)


def _place(module: Module) -> Iterator[Violation]:
    name = PurePath(module.path).name
    if name in FORBIDDEN_NAMES:
        yield module.violation("names", 1, f"{name} says nothing about what is in it: name the concept")
    if module.room is None:
        yield module.violation(
            "names", 1, "the house has no such place: it belongs in a feature, or is one of main.py's"
        )
    elif module.service is None and module.room in (*FEATURES, Room.FRONT, Room.MAIN, Room.CLIENT):
        known = ", ".join(service.folder for service in SERVICES)
        yield module.violation("names", 1, f"this service is not in the plan of the house ({known})")
    elif module.service and module.feature and module.feature not in module.service.ranks:
        yield module.violation("ranks", 1, f"feature {module.feature} has no rank: add it to tests/room_rules/house.py")


def _length(module: Module) -> Iterator[Violation]:
    lines = module.text.count("\n")
    if lines > LONGEST_FILE:
        yield module.violation("length", lines, f"{lines} lines: look for the second concept (at most {LONGEST_FILE})")


def _imports_inside_functions(module: Module) -> Iterator[Violation]:
    functions = (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    lines = {
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    for line in sorted(lines):
        yield module.violation("imports", line, "an import inside a function hides who knows whom: move it to the top")


def _words_of_the_sector(module: Module) -> Iterator[Violation]:
    for number, line in enumerate(module.text.splitlines(), start=1):
        for word in sorted({found.lower() for found in WORD.findall(line)}):
            if word in WORDS_OF_THE_SECTOR or word.removesuffix("s") in WORDS_OF_THE_SECTOR:
                yield module.violation("words", number, f"says {word!r}: the kit has not one word of education in it")


def _clocks(module: Module) -> Iterator[Violation]:
    for call, name in _calls(module.tree):
        if ".".join(name.split(".")[-2:]) in CLOCKS:
            yield module.violation("clock", call.lineno, f"calls {name}: the time is passed in")


def _reaching_out(module: Module) -> Iterator[Violation]:
    for call, name in _calls(module.tree):
        if name in REACHING_OUT:
            yield module.violation(
                "purity", call.lineno, f"calls {name}: rules are pure; pass in what they need to know"
            )


def _transactions(module: Module) -> Iterator[Violation]:
    why = "the kit's door for writes opens and ends the transaction"
    for call, name in _calls(module.tree):
        *receiver, verb = name.split(".")
        to_a_connection = bool(receiver) and receiver[-1].lstrip("_") in CONNECTIONS
        opens = verb in OPENS_A_TRANSACTION and (to_a_connection or module.room is Room.STORE)
        if receiver and (verb in ENDS_A_TRANSACTION or opens):
            yield module.violation("transactions", call.lineno, f"calls {name}: {why}")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TRANSACTION_SQL.match(node.value):
            yield module.violation("transactions", node.lineno, f"says {node.value.strip()!r}: {why}")


def _locks(module: Module) -> Iterator[Violation]:
    why = "it holds up whoever refers to the row as well, who may hold what is wanted next: use key_share, or find_row"
    for call, name in _calls(module.tree):
        said = {keyword.arg: keyword.value for keyword in call.keywords}
        chosen = name.split(".")[-1] == "with_for_update" and "key_share" not in said
        if chosen or isinstance(said.get("with_for_update"), ast.Constant | ast.Name):
            yield module.violation("locks", call.lineno, f"locks FOR UPDATE: {why}")


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, _dotted(node.func)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{_dotted(node.func)}()"
    return node.id if isinstance(node, ast.Name) else "…"
