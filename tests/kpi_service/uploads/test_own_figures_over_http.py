"""What an alliance hands in about itself, and what of it others see."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from service_kit.access import Reach
from service_kit.database import Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.official_files.files import csv_file
from tests.kpi_service.serving import Serving, Somebody
from tests.kpi_service.uploads.handing_in import UPLOADS, hand_in, rows, uploaded, urns, work

TRAINEES = ("alliance_id", "academic_year", "trainees_trained")
EMPLOYMENT = ("alliance_id", "academic_year", "trainees_completed", "trainees_employed")
VACANCIES = ("URN", "counted_on", "headship_vacant")
TARGETS = ("alliance_id", "academic_year", "kpi", "target", "tolerance")
HISTORY = ("URN", "Rating", "Inspection Date")


def admin_of(kpi_http: Serving, alliance: Alliance) -> Somebody:
    return kpi_http.somebody("alliance_admin", alliance.alliance_id)


def trainees(alliance: Alliance, number: int = 24) -> tuple[str, str, str]:
    return str(alliance.alliance_id), "2013/14", str(number)


def refusals(somebody: Somebody, upload: dict[str, Any]) -> list[tuple[int, str, str]]:
    found = somebody.get(f"{UPLOADS}/{upload['id']}/refused-rows").json()["items"]
    return [(row["line"], row["column"], row["code"]) for row in found]


@pytest.mark.parametrize(
    ("header", "own", "anothers"),
    [
        (TRAINEES, ("2013/14", "24"), ("2013/14", "1000")),
        (EMPLOYMENT, ("2013/14", "24", "20"), ("2013/14", "24", "0")),
        (TARGETS, ("2013/14", "B8a", "10", "2"), ("2013/14", "B8a", "0", "0")),
    ],
)
def test_an_alliance_hands_in_its_own_figures_and_nobody_elses(
    kpi_http: Serving, kpis: Database, header: tuple[str, ...], own: tuple[str, ...], anothers: tuple[str, ...]
) -> None:
    alliance, other = Alliance(kpis), Alliance(kpis)
    admin = admin_of(kpi_http, alliance)
    content = csv_file(header, (str(alliance.alliance_id), *own), (str(other.alliance_id), *anothers))
    upload = uploaded(admin, kpis, content)
    told = [upload[name] for name in ("state", "alliance_id", "rows_accepted", "rows_refused", "facts_new")]
    assert told == ["done", str(alliance.alliance_id), 1, 1, 1]
    assert refusals(admin, upload) == [(3, "alliance_id", "another-alliance")]
    of = "SELECT count(*) FROM alliance_figures WHERE alliance_id = :id"
    assert [rows(kpis, of, id=one.alliance_id) for one in (alliance, other)] == [[(1,)], [(0,)]]


def test_an_alliance_speaks_of_its_member_schools_while_they_are_members(kpi_http: Serving, kpis: Database) -> None:
    alliance, other, (member, left, foreign) = Alliance(kpis), Alliance(kpis), urns(3)
    alliance.join(member, date(2013, 9, 1))
    alliance.join(left, date(2013, 9, 1), date(2014, 8, 31))
    other.join(foreign, date(2013, 9, 1))
    counts = [(urn, on, "yes") for urn in (member, left, foreign) for on in ("31/08/2014", "01/09/2014")]
    admin = admin_of(kpi_http, alliance)
    upload = uploaded(admin, kpis, csv_file(VACANCIES, *counts))
    assert refusals(admin, upload) == [(line, "URN", "not-a-member-school") for line in (5, 6, 7)]
    kept = rows(
        kpis, "SELECT urn, counted_on FROM headship_vacancies WHERE urn = ANY(:urns)", urns=[member, left, foreign]
    )
    assert set(kept) == {(member, date(2014, 8, 31)), (member, date(2014, 9, 1)), (left, date(2014, 8, 31))}


def test_what_counts_for_the_country_is_the_operators(kpi_http: Serving, kpis: Database) -> None:
    alliance, (urn,) = Alliance(kpis), urns(1)
    admin = admin_of(kpi_http, alliance)
    said = hand_in(admin, b"URN", family="inspection_history")
    assert (said.status_code, said.json()["code"]) == (422, "family-is-the-operators")
    upload = uploaded(admin, kpis, csv_file(HISTORY, [urn, "Good", "01/02/2015"]))
    assert upload["state"] == "failed"
    assert "the operator of the platform hands it in" in upload["failure"]
    assert rows(kpis, "SELECT count(*) FROM inspections WHERE urn = :urn", urn=urn) == [(0,)]


def test_whose_file_it_is_may_be_named_and_must_be_by_who_has_several(kpi_http: Serving, kpis: Database) -> None:
    alliance, other = Alliance(kpis), Alliance(kpis)
    content = csv_file(TRAINEES, trainees(alliance))
    admin = admin_of(kpi_http, alliance)
    assert hand_in(admin, content, alliance_id=str(other.alliance_id)).status_code == 404
    assert hand_in(admin, content, alliance_id=str(alliance.alliance_id)).status_code == 202
    kpi_http.also(admin, "alliance_admin", other.alliance_id)
    unsaid = hand_in(admin, content)
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "alliance-not-named")
    operator = kpi_http.somebody("operator")
    assert hand_in(operator, content, alliance_id=str(uuid4())).status_code == 404
    work(kpis)


@pytest.mark.parametrize("role", ["broker", "plan_lead", "auditor", "leader", "school", "partner_system"])
def test_only_the_administrator_hands_in_for_an_alliance(kpi_http: Serving, kpis: Database, role: str) -> None:
    party = "100001" if role in ("leader", "school", "partner_system") else None
    somebody = kpi_http.somebody(role, Alliance(kpis).alliance_id, party)
    assert hand_in(somebody, b"URN").status_code == 403


def test_an_alliances_upload_is_seen_by_those_who_may_see_its_figures(kpi_http: Serving, kpis: Database) -> None:
    alliance, other = Alliance(kpis), Alliance(kpis)
    admin = admin_of(kpi_http, alliance)
    content = csv_file(TRAINEES, trainees(alliance), trainees(other))
    upload = uploaded(admin, kpis, content)
    national = uploaded(kpi_http.somebody("operator"), kpis, csv_file(HISTORY, [*urns(1), "Good", "01/02/2015"]))
    paths = [f"{UPLOADS}/{upload['id']}{part}" for part in ("", "/refused-rows", "/annotated-file")]

    def sees(somebody: Somebody) -> tuple[set[int], bool, bool]:
        page = somebody.get(UPLOADS, params={"limit": 200})
        assert page.status_code == 200, page.text
        listed = {item["id"]: item["state"] for item in page.json()["items"]}
        assert listed[national["id"]] == "done"
        assert somebody.get(f"{UPLOADS}/{national['id']}").json() == national
        return {somebody.get(path).status_code for path in paths}, upload["id"] in listed, upload["id"] in page.text

    for role in ("alliance_admin", "broker", "plan_lead", "auditor"):
        assert sees(kpi_http.somebody(role, alliance.alliance_id)) == ({200}, True, True)
    assert sees(kpi_http.somebody("operator")) == ({200}, True, True)
    for role, of, party in (
        ("alliance_admin", other, None),
        ("broker", other, None),
        ("school", alliance, "100001"),
        ("leader", alliance, str(uuid4())),
    ):
        assert sees(kpi_http.somebody(role, of.alliance_id, party)) == ({404}, False, False)


def test_rows_about_many_alliances_are_shown_to_the_operator_alone(kpi_http: Serving, kpis: Database) -> None:
    alliance, operator = Alliance(kpis), kpi_http.somebody("operator")
    upload = uploaded(operator, kpis, csv_file(TRAINEES, trainees(alliance, 7), trainees(Alliance(kpis), 9)))
    for part in ("refused-rows", "annotated-file"):
        path = f"{UPLOADS}/{upload['id']}/{part}"
        assert operator.get(path).status_code == 200
        assert admin_of(kpi_http, alliance).get(path).status_code == 403


def test_the_same_bytes_for_two_alliances_are_two_uploads(kpi_http: Serving, kpis: Database) -> None:
    alliance, other = Alliance(kpis), Alliance(kpis)
    content = csv_file(TRAINEES, trainees(alliance), trainees(other))
    uploads = [uploaded(admin_of(kpi_http, one), kpis, content) for one in (alliance, other)]
    assert [(upload["rows_accepted"], upload["facts_new"]) for upload in uploads] == [(1, 1), (1, 1)]
    again = hand_in(admin_of(kpi_http, alliance), content)
    assert (again.status_code, again.json()["id"]) == (200, uploads[0]["id"])


def ids_within(database: Database, table: str, column: str, *alliances: UUID) -> set[str]:
    """What the policies let a transaction of these alliances see, whatever the code asks for."""
    reach = Reach(everywhere=False, tenants=frozenset(alliances), parties={})
    with database.transaction(reach) as session:
        return {str(found) for found in session.scalars(text(f"SELECT {column} FROM {table}"))}


def test_the_database_itself_keeps_an_alliances_upload_from_others(kpi_http: Serving, kpis: Database) -> None:
    alliance, other = Alliance(kpis), Alliance(kpis)
    upload = uploaded(admin_of(kpi_http, alliance), kpis, csv_file(TRAINEES, trainees(alliance), trainees(other)))
    national = uploaded(
        kpi_http.somebody("operator"),
        kpis,
        csv_file(HISTORY, [*urns(1), "?", "01/02/2015"], [*urns(1), "Good", "01/02/2015"]),
    )
    for table, column in (
        ("uploads", "id"),
        ("upload_pieces", "upload_id"),
        ("refused_rows", "upload_id"),
        ("jobs", "id"),
    ):
        assert {upload["id"], national["id"]} <= ids_within(kpis, table, column, alliance.alliance_id)
        seen = ids_within(kpis, table, column, other.alliance_id)
        assert (upload["id"] in seen, national["id"] in seen) == (False, True)
        assert ids_within(kpis, table, column) == set()
