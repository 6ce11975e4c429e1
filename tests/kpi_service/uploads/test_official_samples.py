"""Every family of official files of which there is one beside this repository is handed in as it was downloaded."""

import pytest

from service_kit.database import Database
from tests.kpi_service.official_files.files import official
from tests.kpi_service.serving import Serving
from tests.kpi_service.uploads.handing_in import uploaded


@pytest.mark.parametrize(
    ("name", "family", "year", "rows_read", "facts"),
    [
        ("edubasealldata_header_2017.18rows.csv", "school_register", "this year", 19, 28),
        ("gias_search_download_2022-04-20.first300.csv", "school_register", "this year", 300, 562),
        ("links_edubasealldata_2025.first300+cp1252-rows.csv", "school_links", None, 308, 270),
        ("grouplinks_edubaseallacademiesandfree20190601.cp1252-rows.csv", "group_links", None, 39, 39),
        ("ofsted_ratings_2018.first300.csv", "inspection_history", None, 300, 300),
        ("ofsted_state_funded_2023-08-31_west_midlands.first300.csv", "inspection_outcomes", None, 300, None),
        ("2017-2018_936_ks2final.csv", "key_stage_2", "2017/18", 238, 989),
        ("2016-2017_england_ks5final.first300.csv", "key_stage_5", "2016/17", 300, 561),
        ("202324_information_about_schools_final.first300.csv", "school_information", None, 300, 297),
        ("pupil_premium_2021-22.first300.csv", "pupil_premium", "2021/22", 300, 300),
    ],
)
def test_an_official_file_is_taken_over(
    kpi_http: Serving, kpis: Database, name: str, family: str, year: str | None, rows_read: int, facts: int | None
) -> None:
    upload = uploaded(kpi_http.somebody("operator"), kpis, official(name).read_bytes(), name)
    assert (upload["state"], upload["family"], upload["rows_read"]) == ("done", family, rows_read), upload["failure"]
    assert upload["rows_refused"] == 0
    assert year == "this year" or upload["year"] == year
    assert facts is None or upload["facts_new"] == facts


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("2018-2019_ks4_final_meta.csv", "Nearest came line"),
        ("2022-2023_england_ks4-mats-performance.csv", "Nearest came line"),
        ("2018-2019_abbreviations.xlsx", "Nearest came line"),
        ("180312_teaching-schools-all.xls", "save it as .xlsx"),
    ],
)
def test_what_lies_beside_an_official_file_is_not_one(kpi_http: Serving, kpis: Database, name: str, says: str) -> None:
    upload = uploaded(kpi_http.somebody("operator"), kpis, official(name).read_bytes(), name)
    assert upload["state"] == "failed"
    assert says in upload["failure"]
