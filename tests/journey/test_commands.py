"""The commands of `tsa` against a running product: what they print, and what they say when they are refused."""

import json
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from tests.people import People
from tsa_local.cli import app
from tsa_local.demo import SAMPLE_DATA
from tsa_local.product import Product

PLAN, WORD_PLAN, REGISTER = (str(SAMPLE_DATA / name) for name in ("action_plan.md", "action_plan.docx", "schools.csv"))
NO_PICTURE_OF_A_PLAN = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(scope="module")
def alliance_id(people: People) -> str:
    """An alliance of this module's own."""
    return people.alliance("Alliance of the commands")


def run(environment: dict[str, str], *arguments: str) -> str:
    """What a command prints on standard output when it goes through; nothing is printed beside it."""
    ended = CliRunner().invoke(app, list(arguments), env=environment)
    assert ended.exit_code == 0, ended.output
    assert ended.stderr == ""
    return ended.stdout


def refused(environment: dict[str, str], *arguments: str) -> str:
    """The one line a command ends with when it is refused."""
    ended = CliRunner().invoke(app, list(arguments), env=environment)
    assert ended.exit_code == 1, ended.output
    assert ended.stdout == ""
    assert ended.stderr.startswith("tsa: ")
    assert ended.stderr.count("\n") == 1
    return ended.stderr


def test_a_dry_run_says_what_would_be_found_and_keeps_nothing(environment: dict[str, str], alliance_id: str) -> None:
    told = json.loads(run(environment, "import-plan", PLAN, "--alliance", alliance_id, "--dry-run", "--json"))
    assert (told["plan_id"], told["dry_run"], told["sections"]) == (None, True, 7)
    again = json.loads(run(environment, "import-plan", PLAN, "--alliance", alliance_id, "--dry-run", "--json"))
    assert again == told


def test_a_plan_is_imported_once_and_is_known_the_second_time(environment: dict[str, str], alliance_id: str) -> None:
    first = json.loads(run(environment, "import-plan", WORD_PLAN, "--alliance", alliance_id, "--json"))
    second = json.loads(run(environment, "import-plan", WORD_PLAN, "--alliance", alliance_id, "--json"))
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["plan_id"] == second["plan_id"]


def test_a_person_is_shown_the_plan_with_its_findings(environment: dict[str, str], alliance_id: str) -> None:
    told = run(environment | {"COLUMNS": "200"}, "import-plan", PLAN, "--alliance", alliance_id, "--dry-run")
    assert "7 sections, 18 action points (4, 3, 3, 3, 2, 0, 3)" in told
    assert "read, not kept (dry run)" in told
    assert "outside the year" in told


def test_a_register_is_imported_and_told_in_numbers(environment: dict[str, str]) -> None:
    run(environment, "import-register", REGISTER)
    assert "40 rows read: 0 schools added, 0 changed, 40 unchanged, 0 rows refused." in run(
        environment, "import-register", REGISTER
    )
    assert json.loads(run(environment, "import-register", REGISTER, "--json"))["rows_read"] == 40


def test_the_links_and_groups_of_the_register_are_imported_by_the_same_command(
    environment: dict[str, str], people: People, tmp_path: Path
) -> None:
    before, after = people.schools(2)
    file = tmp_path / "links.csv"
    file.write_text(f"URN,LinkURN,LinkType,LinkEstablishedDate\n{after},{before},Predecessor,01/09/2014\n")
    assert "1 rows read: 1 links between schools added" in run(environment, "import-register", str(file))
    assert "0 links between schools added, 0 changed, 1 unchanged" in run(environment, "import-register", str(file))
    file.write_text(f"URN,Linked UID,Group Name,Group Type,Closed Date\n{after},2044,Hill Trust,Multi-academy trust,\n")
    assert "schools in groups" in run(environment, "import-register", str(file))


def test_a_token_opens_the_apis(environment: dict[str, str], product: Product) -> None:
    token = run(environment, "token").strip()
    answer = httpx.get(f"{product.address.plans_api}/v1/alliances", headers={"Authorization": f"Bearer {token}"})
    assert answer.is_success


def test_kpis_of_an_alliance_without_leaders_are_told_as_no_data(environment: dict[str, str], alliance_id: str) -> None:
    results = json.loads(run(environment, "results", alliance_id, "--as-of", "2015-03-13", "--json"))
    by_code = {result["code"]: result for result in results["items"]}
    assert by_code["B8b"]["state"] == "no_data"
    assert "no data" in run(environment, "results", alliance_id, "--as-of", "2015-03-13")


def test_an_official_file_is_handed_in_and_told_in_numbers(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "inspections.csv"
    file.write_text("URN,Rating,Inspection Date\n900201,Good,01/02/2015\n900202,Fine,01/02/2015\n")
    done = json.loads(run(environment, "upload", str(file), "--json"))
    told = {name: done[name] for name in ("family", "year", "rows_read", "rows_accepted", "rows_refused")}
    assert told == {
        "family": "inspection_history",
        "year": None,
        "rows_read": 2,
        "rows_accepted": 1,
        "rows_refused": 1,
    }
    assert [(row["line"], row["column"]) for row in done["refusals"]] == [(3, "Rating")]
    assert "2 rows read: 1 accepted, 1 refused" in run(environment, "upload", str(file))
    assert "key_stage_2" in refused(environment, "upload", str(file), "--family", "key_stage_2")


def test_a_published_figure_is_checked(environment: dict[str, str]) -> None:
    checked = json.loads(run(environment, "claims", "98% of 24", "--json"))
    assert (checked["possible"], checked["counts"]) == (False, [])
    assert "23 of 24 is 95.83 %" in run(environment, "claims", "98% of 24")
    assert "possible, 30 of 36" in run(environment, "claims", "83% of 36")


@pytest.mark.parametrize("command", [("import-plan", PLAN, "--alliance"), ("results",)])
def test_an_alliance_nobody_knows_is_told(environment: dict[str, str], command: tuple[str, ...]) -> None:
    assert "404 not-found" in refused(environment, *command, str(uuid4()))


def test_the_results_of_the_country_are_shown(environment: dict[str, str]) -> None:
    told = json.loads(run(environment, "results", "national", "--set", "A", "--as-of", "2015-03-13", "--json"))
    assert {result["code"] for result in told["items"]} == {"A1", "A2", "A3", "A4", "A5", "A6"}
    assert "nationally, as of 2015-03-13" in run(environment, "results", "national", "--as-of", "2015-03-13")


def test_among_several_alliances_one_is_to_be_chosen(
    environment: dict[str, str], alliance_id: str, people: People
) -> None:
    people.alliance("Another alliance")
    told = refused(environment, "import-plan", PLAN)
    assert "choose one" in told
    assert alliance_id in told


@pytest.mark.parametrize("suffix", ["md", "docx"])
def test_what_is_no_plan_is_refused_with_the_reason(
    environment: dict[str, str], alliance_id: str, tmp_path: Path, suffix: str
) -> None:
    wrong = tmp_path / f"plan.{suffix}"
    wrong.write_bytes(NO_PICTURE_OF_A_PLAN if suffix == "md" else b"PK\x03\x04 and no Word file")
    assert "422" in refused(environment, "import-plan", str(wrong), "--alliance", alliance_id)


@pytest.mark.parametrize("content", [b"Name,Town\nFellbridge,Fellbridge\n", b"\x1f\x8bno gzip", NO_PICTURE_OF_A_PLAN])
def test_what_is_no_register_is_refused_with_the_reason(
    environment: dict[str, str], tmp_path: Path, content: bytes
) -> None:
    wrong = tmp_path / "schools.csv"
    wrong.write_bytes(content)
    assert "422" in refused(environment, "import-register", str(wrong))


def test_a_wrong_secret_is_told_without_it(environment: dict[str, str]) -> None:
    told = refused(environment | {"TSA_CLIENT_SECRET": "not-the-secret-of-the-operator-000"}, "token")
    assert "sign in as operator" in told
    assert "not-the-secret" not in told
