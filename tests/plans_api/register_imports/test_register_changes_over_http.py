"""What an import of the register says it changed, and imports that run as jobs."""

import csv
import gzip
import io
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.databases import Databases
from tests.people import People, SignedIn
from tests.plans_api.importing import everything
from tests.plans_api.telling import told
from tests.running import House

DATA = Path(__file__).parents[4] / "shared" / "data"
HEADINGS = "URN,LA (code),LA (name),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),CloseDate"
HEADINGS += ",PhaseOfEducation (name),Easting,Northing"


def row(urn: str, name: str = "North School", status: str = "Open", la: str = "393", east: str = "433000") -> str:
    closed = "31-08-2014" if status == "Closed" else ""
    return (
        f'"{urn}","{la}","South Tyneside","{name}","Community school","{status}","{closed}","Primary","{east}","565000"'
    )


def send(client: SignedIn, content: str | bytes, path: str = "/v1/register-imports", **more: str) -> httpx.Response:
    body = content if isinstance(content, bytes) else content.encode("cp1252")
    kind = "application/gzip" if body[:2] == b"\x1f\x8b" else "text/csv"
    return client.post(path, content=body, headers={"Content-Type": kind}, params=more, timeout=120)


def extract(*rows: str) -> str:
    return "\r\n".join([HEADINGS, *rows])


def links(*rows: str) -> str:
    return "\r\n".join(["URN,LinkURN,LinkName,LinkType,LinkEstablishedDate", *rows])


def finished(client: SignedIn, path: str, seconds: float = 60) -> tuple[dict[str, Any], list[int]]:
    """The job at its end, and the counts of rows it was seen to have read on its way."""
    deadline, seen = time.monotonic() + seconds, []
    while True:
        job = client.get(path).json()
        seen.append(int(job["progress"].get("rows_read", 0)))
        if job["state"] not in ("waiting", "running"):
            return job, sorted(set(seen) - {0})
        assert time.monotonic() < deadline, job
        time.sleep(0.02)


@pytest.fixture(scope="module")
def operator(people: People) -> SignedIn:
    """The operator at plans-api."""
    return people.operator()


def test_an_extract_says_what_opened_closed_was_renamed_and_moved(operator: SignedIn) -> None:
    first = send(operator, extract(*(row(f"71000{n}") for n in range(1, 5))))
    assert first.json()["changes"] == {"opened": 4}
    second = send(
        operator,
        extract(
            row("710001", status="Closed"), row("710002", name="South School"), row("710003", la="394"),
            row("710004", east="433100"), row("710005", status="Closed"),
        ),
    )  # fmt: skip
    assert second.json()["changes"] == {"closed": 1, "renamed": 1, "moved": 1}
    assert (second.json()["added"], second.json()["changed"]) == (1, 4)
    listed = everything(operator, "/v1/register-changes", import_id=second.json()["import_id"])
    assert [(item["urn"], item["kind"], item["before"], item["after"]) for item in listed] == [
        ("710001", "closed", "open", "2014-08-31"),
        ("710002", "renamed", "North School", "South School"),
        ("710003", "moved", "393", "394"),
    ]


def test_an_extract_without_a_column_leaves_alone_what_stood_in_it(operator: SignedIn) -> None:
    send(operator, extract(row("710011")))
    before = operator.get("/v1/schools/710011").json()
    assert before["latitude"] is not None
    short = HEADINGS.removesuffix(",Easting,Northing") + "\r\n" + row("710011", "New name").rsplit(",", 2)[0]
    assert send(operator, short).status_code == 201
    after = operator.get("/v1/schools/710011").json()
    assert after == before | {"name": "New name", "version": 2}


def test_links_make_a_lineage_and_are_told_in_the_feed(operator: SignedIn, house: House) -> None:
    file = links(
        '710021,710022,"A","Successor","01-09-2014"',
        '710022,710024,"B","Successor - merged","01-09-2016"',
        '710023,710024,"C","Successor - merged","01-09-2016"',
        '710024,710025,"D","Successor - Split School","01-09-2018"',
        '710024,710026,"E","Successor - Split School","01-09-2018"',
    )
    done = send(operator, file)
    assert (done.status_code, done.json()["kind"], done.json()["added"]) == (201, "links", 5)
    assert done.json()["changes"] == {"converted": 1, "merged": 2, "split": 2}
    lineage = operator.get("/v1/schools/710021/lineage").json()
    assert lineage["successors"] == ["710022", "710024", "710025", "710026"]
    assert lineage["latest"] == ["710025", "710026"]
    assert operator.get("/v1/schools/710026/lineage").json()["predecessors"] == ["710021", "710022", "710023", "710024"]
    ours = [link for link in told(house, "school-link-recorded") if link["predecessor_urn"].startswith("71002")]
    assert len(ours) == 5
    assert ours[0] == {
        "predecessor_urn": "710021", "successor_urn": "710022", "kind": "succession", "on": "2014-09-01",
    }  # fmt: skip
    assert send(operator, file).status_code == 200


def test_a_link_without_a_direction_takes_it_from_the_register_or_is_refused(operator: SignedIn) -> None:
    send(operator, extract(row("710031", status="Closed"), row("710032"), row("710033"), row("710034")))
    file = links('710031,710032,"A","Result of Amalgamation",""', '710033,710034,"B","Result of Amalgamation",""')
    done = send(operator, file).json()
    assert [(item["urn"], item["code"]) for item in done["refused"]] == [("710033", "direction-not-known")]
    assert operator.get("/v1/schools/710031/lineage").json()["latest"] == ["710032"]


def test_group_links_put_schools_into_trusts(operator: SignedIn) -> None:
    send(operator, extract(row("710041")))
    header = "URN,Linked UID,Group Name,Group Type,Closed Date,HasSharedHT"
    rows = ("710041,2150,A Sponsor,School sponsor,", "710041,4782,A TRUST,Single-academy trust,", "799999,1,B,Trust,")
    done = send(operator, "\r\n".join([header, *rows]))
    assert (done.json()["kind"], done.json()["changes"]) == ("groups", {"joined": 1})
    assert [item["code"] for item in done.json()["refused"]] == ["school-not-in-register"]
    school = operator.get("/v1/schools/710041").json()
    assert (school["trust_uid"], school["trust_name"]) == ("4782", "A TRUST")


def test_a_file_that_breaks_off_is_not_taken_over_at_all(operator: SignedIn) -> None:
    rows = "\r\n".join(row(f"72{n:04}") for n in range(6_000))
    sent = send(operator, HEADINGS + "\r\n" + rows + '\r\n"open', "/v1/register-jobs")
    assert sent.status_code == 202
    job, _ = finished(operator, sent.headers["Location"])
    assert (job["state"], job["report"]) == ("failed", None)
    assert "is not CSV" in job["failure"]
    assert operator.get("/v1/schools/720000").status_code == 404


@pytest.mark.skipif(not DATA.exists(), reason="the published files are not beside this repository")
def test_a_national_register_is_taken_over_as_a_job_whose_progress_is_seen(
    databases: Databases, tmp_path: Path
) -> None:
    house = House(databases, tmp_path)
    people = People(house)
    try:
        operator = people.operator()
        sent = send(operator, (DATA / "schools.csv.gz").read_bytes(), "/v1/register-jobs")
        job, seen = finished(operator, sent.headers["Location"], 120)
        assert (job["state"], job["failure"]) == ("done", None)
        assert (job["report"]["rows_read"], job["report"]["added"], job["report"]["refused"]) == (26_078, 26_078, [])
        assert seen[:-1], "no reader saw it under way"
        assert seen[-1] == 26_078
        _directory_of_2018(operator)
    finally:
        people.close()
        house.stop()


def _directory_of_2018(operator: SignedIn) -> None:
    directory = (DATA / "teaching_schools_2018-03-12.csv").read_bytes()
    dry = send(operator, directory, "/v1/alliance-imports", dry_run="true").json()
    first = send(operator, directory, "/v1/alliance-imports").json()
    assert (first["rows_read"], first["added"]) == (808, dry["added"])
    missing = {item["urn"] for item in first["refused"]}
    assert {item["code"] for item in first["refused"]} == {"school-not-in-register"}
    with io.StringIO(directory.decode()) as file:
        listed = {lead["URN"]: lead for lead in csv.DictReader(file)}
    schools = [
        f'{urn},{listed[urn]["laestab"][:3] or "000"},,"{listed[urn]["Teaching School"]}","{listed[urn]["Type"]}",'
        f"Open,,{listed[urn]['Phase']},{listed[urn]['easting']},{listed[urn]['northing']}"
        for urn in sorted(missing)
    ]
    assert send(operator, gzip.compress(extract(*schools).encode())).json()["refused"] == []
    second = send(operator, directory, "/v1/alliance-imports").json()
    assert (first["added"] + second["added"], second["refused"]) == (640, [])
    assert send(operator, directory, "/v1/alliance-imports").json()["unchanged"] == 640
    found = everything(operator, "/v1/alliances", limit="200")
    assert (len(found), max(len(one["lead_school_urns"]) for one in found)) == (640, 6)
    assert sum(len(one["lead_school_urns"]) for one in found) == 808
