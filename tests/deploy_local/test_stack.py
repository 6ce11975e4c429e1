"""The whole product starts in order, answers, and stops; tried with stand-ins that check what they are told."""

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import httpx
import pytest

from tests.deploy_local.conftest import copy_cluster
from tests.deploy_local.waiting import wait_until
from tsa_local.credentials import Credentials, make_signing_key
from tsa_local.embedded_postgres import EmbeddedPostgres
from tsa_local.ports import Ports, free_port, is_free
from tsa_local.stack import SERVICES, Stack, running_address
from tsa_local.trouble import Trouble

MIGRATION = """
import os
from alembic import context
from sqlalchemy import create_engine, text
with create_engine(os.environ["DATABASE_OWNER_URL"]).begin() as connection:
    connection.execute(text("CREATE TABLE IF NOT EXISTS thing (name text PRIMARY KEY)"))
"""

MAIN = """
import json, os
import psycopg
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
        things = [name for name, in connection.execute("SELECT name FROM thing ORDER BY name")]
    names = "TOKEN_ISSUER JWKS_URL TOKEN_URL PLANS_API_URL SLE_BROKER_URL CLIENT_ID SIGNING_KEY_FILE".split()
    told = {name: os.environ[name] for name in names if name in os.environ}
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps({"told": told, "things": things}).encode()})
"""

WORKER = """
import os, time
import psycopg
with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
    connection.execute("INSERT INTO thing VALUES ('worker') ON CONFLICT DO NOTHING")
print("at work as", os.getpid(), flush=True)
time.sleep(600)
"""

BOOTSTRAP = """
import json, os
import psycopg
with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
    for client in json.loads(os.environ["BOOTSTRAP_CLIENTS"]):
        name = f"{client['client_id']} {client['role']} {len(client['client_secret'])}"
        connection.execute("INSERT INTO thing VALUES (%s) ON CONFLICT DO NOTHING", [name])
"""


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with three stand-in services."""
    root = tmp_path / "clone"
    for service in SERVICES:
        folder = root / "services" / service.name
        (folder / "migrations").mkdir(parents=True)
        (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
        (folder / "migrations" / "env.py").write_text(MIGRATION)
        package = folder / service.package
        package.mkdir()
        for name, source in {"__init__": "", "main": MAIN, "worker": WORKER, "bootstrap": BOOTSTRAP}.items():
            (package / f"{name}.py").write_text(source)
    folders = [str(root / "services" / service.name) for service in SERVICES]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(folders))
    return root


@pytest.fixture
def ports() -> Ports:
    return Ports(free_port(), free_port(), free_port())


@pytest.fixture
def home(tmp_path: Path, cluster: Path) -> Path:
    """A data folder of an earlier run, in which Postgres need not be made any more."""
    copy_cluster(cluster, tmp_path / "home" / "postgres")
    return tmp_path / "home"


def test_the_product_starts_from_nothing_answers_and_stops(clone: Path, ports: Ports, tmp_path: Path) -> None:
    home = tmp_path / "home"
    steps: list[str] = []
    with Stack(home, ports=ports, say=steps.append, root=clone) as stack:
        address = stack.address
        assert running_address(home) == address
        assert (address.plans_api, address.client_id) == (f"http://127.0.0.1:{ports.plans}", "tsa")
        wait_until(lambda: "worker" in httpx.get(address.kpi_service).json()["things"])

        plans, broker, kpis = (
            httpx.get(url).json() for url in (address.plans_api, address.sle_broker, address.kpi_service)
        )
        assert {"kpi-service service 32", "sle-broker service 32", "tsa operator 32"} <= set(plans["things"])
        assert plans["told"] == {
            "TOKEN_ISSUER": address.plans_api,
            "SIGNING_KEY_FILE": str(home / "keys" / "signing-key.json"),
        }
        assert broker["told"] == {
            "TOKEN_ISSUER": address.plans_api,
            "JWKS_URL": f"{address.plans_api}/.well-known/jwks.json",
            "TOKEN_URL": f"{address.plans_api}/oauth/token",
            "PLANS_API_URL": address.plans_api,
            "CLIENT_ID": "sle-broker",
        }
        assert kpis["told"] == broker["told"] | {"SLE_BROKER_URL": address.sle_broker, "CLIENT_ID": "kpi-service"}

        with pytest.raises(Trouble, match=f"already runs from .* .process {os.getpid()}."):
            Stack(home, ports=ports, root=clone).__enter__()
    assert steps == ["starting Postgres", "preparing the databases", "starting the services", "stopping"]
    assert running_address(home) is None
    assert all(is_free(port) for port in (ports.plans, ports.broker, ports.kpis))


def test_a_service_that_does_not_start_is_told_and_leaves_nothing_running(
    clone: Path, ports: Ports, home: Path
) -> None:
    (clone / "services" / "sle-broker" / "sle_broker" / "main.py").write_text("raise SystemExit('no such setting')")
    with pytest.raises(Trouble, match=r"(?s)sle-broker ended with code 1\..*no such setting"):
        Stack(home, ports=ports, root=clone).__enter__()
    assert all(is_free(port) for port in (ports.plans, ports.broker, ports.kpis))
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()


def test_a_migration_that_fails_is_told(clone: Path, ports: Ports, home: Path) -> None:
    (clone / "services" / "kpi-service" / "migrations" / "env.py").write_text("raise ValueError('two heads')")
    with pytest.raises(Trouble, match=r"(?s)kpi-service-migration ended with code 1\..*two heads"):
        Stack(home, ports=ports, root=clone).__enter__()


def test_a_run_that_was_killed_leaves_nothing_in_the_way_and_a_worker_that_dies_is_noticed(
    clone: Path, ports: Ports, home: Path
) -> None:
    program = textwrap.dedent(f"""
        from pathlib import Path
        from tsa_local.ports import Ports
        from tsa_local.stack import Stack
        with Stack(Path({str(home)!r}), ports={ports!r}, root=Path({str(clone)!r})) as stack:
            print("up", flush=True)
            stack.wait()
    """)
    killed = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    with killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"up\n"
        before = running_address(home)
        assert before is not None
        killed.kill()
    assert running_address(home) is None
    steps: list[str] = []
    with Stack(home, ports=ports, say=steps.append, root=clone) as again:
        assert again.address == before
        log = home / "logs" / "plans-api-worker.log"
        wait_until(lambda: log.exists() and "at work as" in log.read_text())
        os.kill(int(log.read_text().split()[-1]), signal.SIGKILL)
        with pytest.raises(Trouble, match="plans-api-worker ended with code -9"):
            again.wait()
    assert steps[0] == "clearing up after a run that was cut off"


def test_a_taken_port_is_told_before_anything_starts(ports: Ports, postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    taken = postgres.port
    with pytest.raises(Trouble, match=rf"Port {taken}, wanted by sle-broker, .*TSA_BROKER_PORT="):
        Stack(tmp_path / "home", ports=Ports(ports.plans, taken, ports.kpis)).__enter__()
    assert not (tmp_path / "home" / "postgres").exists()


def test_secrets_are_made_once_and_are_for_their_owner_only(tmp_path: Path) -> None:
    first = Credentials(tmp_path / "secrets.json")
    assert first.secret("a") != first.secret("b")
    assert Credentials(tmp_path / "secrets.json").secret("a") == first.secret("a")
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_the_signing_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "signing-key.json"
    make_signing_key(file)
    key = file.read_text()
    make_signing_key(file)
    assert file.read_text() == key
    assert {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig"}.items() <= json.loads(key).items()
    assert {"d", "kid"} <= json.loads(key).keys()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
