"""Which file is which, where its header stands, how it was saved, and which year it is for."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from kpi_service.official_files.document import FileNotReadable, rows_of
from kpi_service.official_files.family import LAYOUTS, Family
from kpi_service.official_files.file_year import (
    AcademicYearDisagrees,
    AcademicYearNotKnown,
    AcademicYearNotReadable,
    FileYear,
    agreed_year,
    read_year,
    year_of_header,
    year_of_name,
)
from kpi_service.official_files.table import HeaderNotRecognised, NotThatFamily
from tests.kpi_service.official_files.files import csv_file, official, table_of

KS2 = ("RECTYPE", "URN", "TELIG", "PTRWM_EXP", "PTRWM_EXP_16")

OFFICIAL_FILES = {
    "2016-2017_850_ks2final.csv": (Family.KEY_STAGE_2, "2016/17"),
    "2017-2018_936_ks2final.csv": (Family.KEY_STAGE_2, "2017/18"),
    "2018-2019_850_ks2final.csv": (Family.KEY_STAGE_2, "2018/19"),
    "2016-2017_england_ks5final.first300.csv": (Family.KEY_STAGE_5, None),
    "202324_information_about_schools_final.first300.csv": (Family.SCHOOL_INFORMATION, None),
    "edubasealldata_header_2017.18rows.csv": (Family.SCHOOL_REGISTER, None),
    "gias_search_download_2022-04-20.first300.csv": (Family.SCHOOL_REGISTER, None),
    "grouplinks_edubaseallacademiesandfree20190601.first300.csv": (Family.GROUP_LINKS, None),
    "links_edubasealldata_2025.first300+cp1252-rows.csv": (Family.SCHOOL_LINKS, None),
    "ofsted_ratings_2018.first300.csv": (Family.INSPECTION_HISTORY, None),
    "ofsted_state_funded_2023-08-31_west_midlands.first300.csv": (Family.INSPECTION_OUTCOMES, None),
    "pupil_premium_2021-22.first300.csv": (Family.PUPIL_PREMIUM, None),
}


@pytest.mark.parametrize("name", OFFICIAL_FILES)
def test_an_official_file_is_recognised_by_its_header(name: str) -> None:
    family, year = OFFICIAL_FILES[name]
    table = table_of(official(name).read_bytes())
    told = year_of_header(table.header)
    assert (table.recognised.family, None if told is None else str(told)) == (family, year)


@pytest.mark.parametrize("name", ["2018-2019_ks4_final_meta.csv", "2018-2019_abbreviations.xlsx"])
def test_what_comes_with_an_official_file_and_is_none_is_told_apart(name: str) -> None:
    with pytest.raises(HeaderNotRecognised):
        table_of(official(name).read_bytes())


def test_the_official_header_of_key_stage_4_is_recognised() -> None:
    names = [cells[1] for _, cells in rows_of(io.BytesIO(official("2018-2019_ks4_final_meta.csv").read_bytes()))][1:]
    table = table_of(csv_file(names))
    assert table.recognised.family is Family.KEY_STAGE_4
    assert year_of_header(names) == FileYear(2018)


@pytest.mark.parametrize("family", [f for f in Family if f.value in {*list(Family)[-5:]}])
def test_our_own_templates_are_recognised(family: Family) -> None:
    assert table_of(csv_file([words[0] for words in LAYOUTS[family].needed.values()])).recognised.family is family


def test_titles_may_stand_above_the_header() -> None:
    table = table_of(
        csv_file(["State-funded schools"], [], ["URN", "Rating", "Inspection Date"], ["100000", "Good", ""])
    )
    assert (table.recognised.family, table.header_line) == (Family.INSPECTION_HISTORY, 3)
    assert [row.line for row in table.records()] == [4]


def test_a_header_that_is_none_is_told_what_came_nearest() -> None:
    with pytest.raises(HeaderNotRecognised) as refused:
        table_of(csv_file(["URN", "PTRWM_EXP"], ["100000", "72%"]))
    assert "key_stage_2" in refused.value.detail
    assert "TELIG" in refused.value.detail
    assert refused.value.members["missing"] == ["TELIG"]


def test_a_file_of_another_family_than_it_was_handed_in_as_is_told_apart() -> None:
    with pytest.raises(NotThatFamily, match="key_stage_2"):
        table_of(csv_file(KS2), Family.KEY_STAGE_4)


def test_a_short_row_is_filled_and_a_row_of_blanks_passed_over() -> None:
    table = table_of(csv_file(KS2, ["1", "100000"], ["", " ", ""], ["1", "100001", "30", "72%", "70%"]))
    rows = list(table.records())
    assert [(row.line, row.text("urn"), row.text("ptrwm_exp")) for row in rows] == [
        (2, "100000", ""),
        (4, "100001", "72%"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_read_as_it_was_saved(encoding: str) -> None:
    content = "URN,Rating,Inspection Date,Name\r\n100000,Good,01/02/2015,St Mary’s\r\n".encode(encoding)
    assert next(iter(table_of(content).rows))[1][3] == "St Mary’s"


def test_a_field_may_go_over_several_lines_and_the_next_row_keeps_its_own() -> None:
    content = b'URN,Rating,Inspection Date\n100000,"Go\nod",2015-02-01\n100001,Good,2015-02-01\n'
    assert [row.line for row in table_of(content).records()] == [2, 4]


def workbook(*rows: tuple[str | int, ...]) -> bytes:
    book, saved = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(saved)
    return saved.getvalue()


def test_a_workbook_and_a_gzipped_file_are_read_as_the_csv_they_are() -> None:
    plain = csv_file(["URN", "Rating", "Inspection Date"], ["100000", "Good", "2015-02-01"])
    book = workbook(("Title",), ("URN", "Rating", "Inspection Date"), (100000, "Good", "2015-02-01"))
    for content in (plain, gzip.compress(plain), book):
        row = next(table_of(content).records())
        assert (row.text("urn"), row.text("overall"), row.text("inspected_on")) == ("100000", "Good", "2015-02-01")


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and no workbook",
        b"\x1f\x8b and no gzip",
        gzip.compress(b"URN,Rating,Inspection Date\n", mtime=0)[:-6],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
        b"URN,Rating,Inspection Date\n\x00\n",
        ("URN," * 2_001).encode(),
    ],
)
def test_what_cannot_be_read_is_refused_and_breaks_nothing(content: bytes) -> None:
    with pytest.raises(FileNotReadable):
        table_of(content)


def test_a_zip_of_something_else_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("hello.txt", "hello")
    with pytest.raises(FileNotReadable):
        table_of((tmp_path / "other.zip").read_bytes())


@pytest.mark.parametrize("content", [b"", b"\n\n", b" , \n"])
def test_an_empty_file_is_told(content: bytes) -> None:
    with pytest.raises(HeaderNotRecognised):
        table_of(content)


@pytest.mark.parametrize("written", ["2016/17", "2016-17", "2016-2017", "201617", " 2016/17 "])
def test_an_academic_year_is_written_in_several_ways(written: str) -> None:
    assert read_year(written) == FileYear(2016)


@pytest.mark.parametrize("written", ["2016", "2016/18", "16/17", "", "2016-2018"])
def test_what_is_no_academic_year_is_refused(written: str) -> None:
    with pytest.raises(AcademicYearNotReadable):
        read_year(written)


def test_a_table_carries_the_year_before_and_so_says_its_own() -> None:
    assert year_of_header(["URN", "PTRWM_EXP_16", "READPROG_15"]) == FileYear(2016)
    assert year_of_header(["URN", "PTEBACC_E_17_PTQ_EE", "TAB1618", "P8MEA_18"]) == FileYear(2018)
    assert year_of_header(["URN", "PTRWM_EXP", "PTRWM_EXP_3YR"]) is None


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2016-2017_england_ks5final.csv", FileYear(2016)),
        ("202324_information.csv", FileYear(2023)),
        ("ks2final.csv", None),
        ("2016-2017 and 2017-2018.csv", None),
    ],
)
def test_a_year_may_stand_in_the_name(name: str, year: FileYear | None) -> None:
    assert year_of_name(name) == year


def test_all_who_say_a_year_must_agree() -> None:
    assert agreed_year(asked=None, header=FileYear(2016), name=FileYear(2017)) == FileYear(2016)
    assert agreed_year(asked=FileYear(2017), header=None, name=None) == FileYear(2017)
    with pytest.raises(AcademicYearDisagrees, match="columns"):
        agreed_year(asked=FileYear(2017), header=FileYear(2016), name=None)
    with pytest.raises(AcademicYearDisagrees, match="name"):
        agreed_year(asked=FileYear(2017), header=None, name=FileYear(2016))
    with pytest.raises(AcademicYearNotKnown):
        agreed_year(asked=None, header=None, name=None)
