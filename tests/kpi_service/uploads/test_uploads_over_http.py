"""Official files handed in over HTTP, and read as the worker reads them."""

import gzip
import threading
from datetime import date

import pytest

from kpi_service.uploads.use_cases import JOB, read_upload
from service_kit import jobs
from service_kit.database import Database
from service_kit.jobs import JobRun, JobRunner
from tests.kpi_service.builders import Alliance
from tests.kpi_service.official_files.files import csv_file, official
from tests.kpi_service.serving import Serving, Somebody
from tests.kpi_service.uploads.handing_in import UPLOADS, hand_in, rows, uploaded, urns, work

HISTORY = ("URN", "Rating", "Inspection Date")


@pytest.fixture
def operator(kpi_http: Serving) -> Somebody:
    return kpi_http.somebody("operator")


def test_a_file_is_recognised_read_and_reported(operator: Somebody, kpis: Database) -> None:
    one, other = urns(2)
    content = csv_file(HISTORY, [one, "Good", "01/02/2015"], [other, "Fine", "01/02/2015"], [other, "9", "01/02/2012"])
    answer = hand_in(operator, content)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    work(kpis)
    upload = operator.get(answer.headers["Location"]).json()
    assert {name: upload[name] for name in ("state", "family", "rows_read", "rows_accepted", "rows_refused")} == {
        "state": "done",
        "family": "inspection_history",
        "rows_read": 3,
        "rows_accepted": 2,
        "rows_refused": 1,
    }
    refused = operator.get(f"{UPLOADS}/{upload['id']}/refused-rows").json()["items"]
    assert [(row["line"], row["column"], row["code"]) for row in refused] == [(3, "Rating", "grade-not-known")]
    annotated = operator.get(f"{UPLOADS}/{upload['id']}/annotated-file")
    assert annotated.headers["Content-Type"].startswith("text/csv")
    lines = annotated.text.splitlines()
    assert lines[0] == "URN,Rating,Inspection Date,errors"
    assert [line.endswith(",") for line in lines[1:]] == [True, False, True]
    assert upload in operator.get(UPLOADS, params={"limit": 200}).json()["items"]


def test_how_far_a_file_is_read_is_told_while_it_is(
    operator: Somebody, kpis: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[dict[str, int]]()
    report = JobRun.report

    def told_too(job_run: JobRun, **progress: int) -> None:
        report(job_run, **progress)
        upload = operator.get(f"{UPLOADS}/{job_run.job_id}").json()
        told.append({name: upload[name] for name in progress})

    monkeypatch.setattr(jobs, "REPORT_EVERY", 0.0)
    monkeypatch.setattr(JobRun, "report", told_too)
    one, other = urns(2)
    uploaded(operator, kpis, csv_file(HISTORY, [one, "Good", "01/02/2015"], [other, "Fine", "01/02/2015"]))
    assert told == [{"rows_read": 1, "rows_refused": 0}, {"rows_read": 2, "rows_refused": 1}]


def test_the_same_bytes_again_are_the_upload_they_were(operator: Somebody, kpis: Database) -> None:
    content = csv_file(HISTORY, [*urns(1), "Good", "01/02/2015"])
    first = uploaded(operator, kpis, content)
    again = hand_in(operator, content, "another name.csv")
    assert (again.status_code, again.json()) == (200, first)
    other_word = hand_in(operator, content, family="key_stage_2")
    assert (other_word.status_code, other_word.json()["code"]) == (422, "not-that-family")


def test_the_same_figures_in_another_file_change_nothing(operator: Somebody, kpis: Database) -> None:
    urn = urns(1)[0]
    uploaded(operator, kpis, csv_file(HISTORY, [urn, "Good", "01/02/2015"]))
    again = uploaded(operator, kpis, gzip.compress(csv_file(HISTORY, [urn, "2", "2015-02-01"])))
    assert (again["facts_new"], again["facts_restated"], again["facts_unchanged"]) == (0, 0, 1)


def test_other_figures_restate_and_what_was_known_stays_known(operator: Somebody, kpis: Database) -> None:
    urn = urns(1)[0]
    first = uploaded(operator, kpis, csv_file(HISTORY, [urn, "Good", "01/02/2015"]))
    second = uploaded(operator, kpis, csv_file(HISTORY, [urn, "Requires improvement", "01/02/2015"]))
    assert (second["facts_new"], second["facts_restated"]) == (0, 1)
    today = date.fromisoformat(second["handed_in_at"][:10])
    told = "SELECT overall, known_from_on, known_to_on, upload_id::text, line FROM inspections"
    known = rows(kpis, f"{told} WHERE urn = :urn ORDER BY id", urn=urn)
    assert known == [
        (2, date(2015, 2, 1), today, first["id"], 2),
        (3, today, None, second["id"], 2),
    ]


def test_a_file_that_is_silent_on_a_judgement_takes_none_back(operator: Somebody, kpis: Database) -> None:
    urn = urns(1)[0]
    header = (
        "URN",
        "Overall effectiveness",
        "Inspection start date",
        "Quality of teaching",
        "Leadership and management",
    )
    uploaded(operator, kpis, csv_file(header, [urn, "2", "01/02/2015", "1", "2"]))
    uploaded(operator, kpis, csv_file(HISTORY, [urn, "Good", "01/02/2015"]))
    assert rows(kpis, "SELECT overall, teaching, leadership FROM inspections WHERE urn = :urn", urn=urn) == [(2, 1, 2)]


def test_of_two_lines_that_contradict_each_other_the_first_stands_and_the_other_is_told(
    operator: Somebody, kpis: Database
) -> None:
    urn = urns(1)[0]
    content = csv_file(HISTORY, [urn, "Good", "01/02/2015"], [urn, "Good", "01/02/2015"], [urn, "4", "01/02/2015"])
    upload = uploaded(operator, kpis, content)
    assert (upload["rows_accepted"], upload["facts_new"]) == (2, 1)
    refused = operator.get(f"{UPLOADS}/{upload['id']}/refused-rows").json()["items"]
    assert [(row["line"], row["code"]) for row in refused] == [(4, "said-otherwise-before")]
    assert rows(kpis, "SELECT overall FROM inspections WHERE urn = :urn", urn=urn) == [(2,)]


KS2 = ("RECTYPE", "LEA", "URN", "TELIG", "PTRWM_EXP", "PTRWM_EXP_16")
KS4 = ("RECTYPE", "LEA", "URN", "TPUP", "ATT8SCR")
LAST_YEARS = {"name": "2017-2018_england_ks4final.csv"}


@pytest.mark.parametrize(
    ("content", "asked", "says"),
    [
        (csv_file(("Name", "Town"), ("A", "B")), {}, "Nearest came"),
        (csv_file(KS2, ["1", "850", "115976", "109", "72%", ""]), {"family": "key_stage_4"}, "key_stage_2"),
        (csv_file(KS4, ["1", "850", "115976", "109", "46.3"]), {"family": "key_stage_2"}, "key_stage_4"),
        (csv_file(KS2, ["1", "850", "115976", "109", "72%", ""]), {"academic_year": "2017/18"}, "2016/17"),
        (csv_file(KS4, ["1", "850", "115976", "109", "46.3"]), {"academic_year": "2018/19"} | LAST_YEARS, "2017/18"),
        (csv_file(KS4, ["4", "850", "", "10900", "46.3"], ["5", "", "", "550000", ""]), LAST_YEARS, "not one school"),
        (csv_file(KS2[:5], ["1", "850", "115976", "109", "72%"]), {}, "which academic year"),
        (csv_file(KS2, ["3", "850", "", "10900", "72%", ""]), {}, "not one school"),
        (csv_file(KS2), {}, "no rows"),
        (csv_file(HISTORY, ["12", "Good", "01/02/2015"], ["13", "Good", "01/02/2015"]), {}, "None of the 2 rows"),
        (b"\x1f\x8b\x08\x00 torn", {}, "gzip"),
    ],
)
def test_a_wrong_file_is_told_and_nothing_of_it_is_kept(
    operator: Somebody, kpis: Database, content: bytes, asked: dict[str, str], says: str
) -> None:
    before = rows(kpis, "SELECT count(*) FROM attainments UNION ALL SELECT count(*) FROM inspections")
    asked = {"name": "ks2final.csv"} | asked
    upload = uploaded(operator, kpis, content, **asked)
    assert upload["state"] == "failed"
    assert says in upload["failure"]
    annotated = operator.get(f"{UPLOADS}/{upload['id']}/annotated-file")
    assert (annotated.status_code, annotated.json()["code"]) == (409, "upload-not-read")
    assert rows(kpis, "SELECT count(*) FROM attainments UNION ALL SELECT count(*) FROM inspections") == before
    assert hand_in(operator, content, **asked).status_code == 202, "it may be handed in again"
    work(kpis)


def test_an_upload_whose_reader_fails_in_the_middle_leaves_nothing(operator: Somebody, kpis: Database) -> None:
    urn = urns(1)[0]
    hand_in(operator, csv_file(HISTORY, *([urn, "Good", f"01/02/{year}"] for year in range(1990, 2020))))

    def fails_at_the_end(job_run: JobRun) -> None:
        # The job is given to somebody else just before its effect is kept.
        rows(kpis, "UPDATE jobs SET attempts = attempts + 1 WHERE id = :id RETURNING 1", id=job_run.job_id)
        read_upload(job_run)

    assert JobRunner(kpis, JOB, fails_at_the_end).step(threading.Event())
    assert rows(kpis, "SELECT count(*) FROM inspections WHERE urn = :urn", urn=urn) == [(0,)]
    rows(kpis, "UPDATE jobs SET beat_at = now() - interval '1 hour' WHERE state = 'running' RETURNING 1")
    work(kpis)
    assert rows(kpis, "SELECT count(*) FROM inspections WHERE urn = :urn", urn=urn) == [(30,)]


def test_figures_of_an_alliance_are_its_own(operator: Somebody, kpis: Database) -> None:
    alliance = Alliance(kpis)
    header = ("alliance_id", "academic_year", "trainees_trained")
    upload = uploaded(operator, kpis, csv_file(header, [str(alliance.alliance_id), "2013/14", "24"]))
    assert (upload["family"], upload["facts_new"]) == ("trainee_numbers", 1)
    told = rows(
        kpis, "SELECT figure, year, value FROM alliance_figures WHERE alliance_id = :id", id=alliance.alliance_id
    )
    assert [(figure, year, int(value)) for figure, year, value in told] == [("trainees_trained", 2013, 24)]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"file_name": "a/b.csv"}, 422),
        ({"file_name": ""}, 422),
        ({"academic_year": "2016"}, 422),
        ({"academic_year": "2016/18"}, 422),
        ({"family": "horoscopes"}, 422),
        ({"colour": "red"}, 400),
    ],
)
def test_what_is_asked_of_a_file_is_examined(operator: Somebody, asked: dict[str, str], status: int) -> None:
    assert hand_in(operator, b"URN", **asked).status_code == status


def test_an_official_file_is_taken_over_whole(operator: Somebody, kpis: Database) -> None:
    path = official("2016-2017_850_ks2final.csv")
    upload = uploaded(operator, kpis, path.read_bytes(), path.name)
    assert (upload["state"], upload["family"], upload["year"]) == ("done", "key_stage_2", "2016/17")
    assert (upload["rows_read"], upload["rows_refused"]) == (331, 0)
    assert rows(
        kpis, "SELECT value, pupils FROM attainments WHERE level = 'local_authority' AND figure = 'rwm_expected'"
    ) == [(66, 14040)]
