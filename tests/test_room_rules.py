"""The house keeps its own rules, and the check that says so sees each of them broken."""

from pathlib import Path

import pytest

from tests.room_rules.check import check_house
from tests.room_rules.contents import LONGEST_FILE

ROOT = Path(__file__).resolve().parents[1]
PLANS = "services/plans-api/plans_api"


def test_the_house_keeps_its_rules() -> None:
    assert not [str(violation) for violation in check_house(ROOT)]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"{PLANS}/plans/milestone.py", "from dateutil import easter\nfrom plans_api.schools.school import School\n"),
        (f"{PLANS}/plans/milestone.py", "from service_kit.errors import RuleBroken\nimport datetime\n"),
        (
            f"{PLANS}/plans/tables.py",
            "from sqlalchemy import func\nfrom plans_api.schools import tables\nat = func.now()\n",
        ),
        (f"{PLANS}/plans/store.py", "from plans_api.schools.store import find\nfrom service_kit import paging\n"),
        (
            f"{PLANS}/plans/use_cases.py",
            "from plans_api.plans import store, tables\nfrom sqlalchemy.orm import Session\nx = deployment.begin(on)\n",
        ),
        (f"{PLANS}/plans/use_cases.py", "from plans_api.register_client import RegisterClient\n"),
        (f"{PLANS}/plans/routes.py", "import fastapi\nfrom plans_api.permissions import MATRIX\n"),
        (f"{PLANS}/main.py", "import fastapi\nfrom plans_api.plans import routes, tables\n"),
        ("services/plans-api/migrations/env.py", "import alembic\nfrom plans_api.plans import tables\n"),
        ("shared/service_kit/feed.py", "import sqlalchemy\n# Explanations of a planet: no word of the sector.\n"),
        ("deploy/local/tsa_local/cli.py", "import typer\nfrom service_kit.provision import provision\n"),
        ("tests/plans_api/test_main.py", "def test():\n    from plans_api import main\n"),
    ],
)
def test_what_a_room_may_know_passes(tmp_path: Path, path: str, source: str) -> None:
    plant(tmp_path, path, source)
    assert not check_house(tmp_path)


PLANTED = {
    "a rule asks the database": (f"{PLANS}/plans/milestone.py", "import sqlalchemy", "rooms"),
    "a rule imports the kit": (f"{PLANS}/plans/milestone.py", "from service_kit import database", "rooms"),
    "a rule imports a store": (f"{PLANS}/plans/milestone.py", "from plans_api.schools import store", "rooms"),
    "a rule reads the disk": (f"{PLANS}/plans/milestone.py", "import pathlib", "purity"),
    "a rule opens a file": (f"{PLANS}/plans/milestone.py", "x = open('a')", "purity"),
    "a rule prints": (f"{PLANS}/plans/milestone.py", "print('a')", "purity"),
    "a rule logs": (f"{PLANS}/plans/milestone.py", "from logging import getLogger", "purity"),
    "a rule draws lots": (f"{PLANS}/plans/milestone.py", "import random", "purity"),
    "a rule calls out": (f"{PLANS}/plans/milestone.py", "import httpx", "rooms"),
    "a rule looks at the clock": (
        f"{PLANS}/plans/milestone.py",
        "import datetime\ndatetime.datetime.now()",
        "clock",
    ),
    "a rule asks for today": (f"{PLANS}/plans/milestone.py", "from datetime import date\nx = date.today()", "clock"),
    "a use case looks at the clock": (f"{PLANS}/plans/use_cases.py", "x = datetime.utcnow()", "clock"),
    "tables parse JSON": (f"{PLANS}/plans/tables.py", "import pydantic", "rooms"),
    "tables import a store": (f"{PLANS}/plans/tables.py", "from plans_api.plans.store import find", "rooms"),
    "a store answers HTTP": (f"{PLANS}/plans/store.py", "import fastapi", "rooms"),
    "a store imports a use case": (f"{PLANS}/plans/store.py", "from plans_api.plans import use_cases", "rooms"),
    "a store commits": (f"{PLANS}/plans/store.py", "def f(session):\n    session.commit()", "transactions"),
    "a store rolls back": (f"{PLANS}/plans/store.py", "def f(s):\n    s.rollback()", "transactions"),
    "a store opens a transaction": (f"{PLANS}/plans/store.py", "def f(s):\n    s.begin_nested()", "transactions"),
    "a store commits in SQL": (f"{PLANS}/plans/store.py", "x = text('COMMIT')", "transactions"),
    "a use case commits": (f"{PLANS}/plans/use_cases.py", "def f(uow):\n    uow.session.commit()", "transactions"),
    "a use case opens a transaction": (f"{PLANS}/plans/use_cases.py", "x = work.session.begin()", "transactions"),
    "a route commits": (f"{PLANS}/plans/routes.py", "def f(session):\n    session.commit()", "transactions"),
    "a use case writes SQL": (f"{PLANS}/plans/use_cases.py", "from sqlalchemy import select", "rooms"),
    "a store locks for update": (f"{PLANS}/plans/store.py", "x = found.with_for_update(of=row)", "locks"),
    "a store gets a row for update": (f"{PLANS}/plans/store.py", "x = s.get(A, b, with_for_update=lock)", "locks"),
    "a schema reads the store": (f"{PLANS}/plans/schemas.py", "from plans_api.plans import store", "rooms"),
    "a schema uses the whole kit": (f"{PLANS}/plans/schemas.py", "from service_kit.database import Base", "rooms"),
    "a route writes SQL": (f"{PLANS}/plans/routes.py", "import sqlalchemy", "rooms"),
    "a route knows the tables": (f"{PLANS}/plans/routes.py", "import plans_api.plans.tables", "rooms"),
    "a route calls another service": (f"{PLANS}/plans/routes.py", "from plans_api.register_client import R", "rooms"),
    "a client writes SQL": (f"{PLANS}/register_client.py", "import sqlalchemy", "rooms"),
    "a rule knows the settings": (f"{PLANS}/plans/milestone.py", "from plans_api import settings", "rooms"),
    "an early feature knows a later": (f"{PLANS}/schools/school.py", "from plans_api.plans.plan import Plan", "ranks"),
    "a feature without a rank": (f"{PLANS}/gossip/rumour.py", "x = 1", "ranks"),
    "a service imports another": (f"{PLANS}/worker.py", "from sle_broker.matching import shortlist", "walls"),
    "the local runner imports a service": ("deploy/local/tsa_local/cli.py", "import kpi_service.main", "walls"),
    "a service imports the local runner": (f"{PLANS}/worker.py", "import tsa_local", "walls"),
    "main is imported": (f"{PLANS}/worker.py", "from plans_api.main import app", "main"),
    "main is imported by name": (f"{PLANS}/worker.py", "from plans_api import main", "main"),
    "the kit says school": ("shared/service_kit/feed.py", "def of_schools(): ...", "words"),
    "the kit says leader in camel case": ("shared/service_kit/feed.py", "class OldLeaderRow: ...", "words"),
    "the kit says KPI in a comment": ("shared/service_kit/feed.py", "# for every KPI", "words"),
    "an import inside a function": ("shared/service_kit/feed.py", "def f():\n    import json", "imports"),
    "an import inside a migration": ("services/plans-api/migrations/env.py", "def f():\n    import json", "imports"),
    "a name that says nothing": ("deploy/local/tsa_local/utils.py", "x = 1", "names"),
    "a name that says nothing in a feature": (f"{PLANS}/plans/models.py", "x = 1", "names"),
    "a file beside main without a place": (f"{PLANS}/rumour.py", "x = 1", "names"),
    "a folder inside a feature": (f"{PLANS}/plans/deeper/rumour.py", "x = 1", "names"),
    "a service without a place": ("services/gossip-api/gossip_api/main.py", "x = 1", "names"),
    "a file too long": ("tests/test_everything.py", "\n" * (LONGEST_FILE + 1), "length"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_broken_rule_is_seen(tmp_path: Path, planted: str) -> None:
    path, source, rule = PLANTED[planted]
    plant(tmp_path, path, source)
    [violation] = check_house(tmp_path)
    assert violation.rule == rule
    last_line = max(1, source.count("\n") + 1) if rule != "length" else source.count("\n")
    assert str(violation).startswith(f"{path}:{last_line}: ")
    assert len(violation.message) > 20


def test_the_kit_knows_no_service(tmp_path: Path) -> None:
    plant(tmp_path, "shared/service_kit/feed.py", "import plans_api")
    # Its very name is a word of the sector, so the line breaks two rules.
    assert {violation.rule for violation in check_house(tmp_path)} == {"walls", "words"}


def plant(root: Path, path: str, source: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
