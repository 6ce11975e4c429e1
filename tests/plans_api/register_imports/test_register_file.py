"""The register's extract: what is read, what is refused, and what is never guessed."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.alliances.directory_file import read_directory
from plans_api.register_imports.recognition import RegisterNotReadable
from plans_api.register_imports.register_file import RegisterTooLarge, open_register
from plans_api.register_imports.register_row import KnownSchool, RefusedRow
from plans_api.schools.school import Phase, School, SchoolStatus
from service_kit.errors import RuleBroken

A_SCHOOL = {
    "URN": "100000",
    "SCHNAME": "Harbour Primary School",
    "LA": "201",
    "LA (name)": "City of London",
    "PhaseOfEducation (name)": "Primary",
    "NFTYPE": "Voluntary aided school",
    "ICLOSE": "1",
    "OPENDATE": "2014-09-01",
    "CLOSEDATE": "",
    "MINORGROUP": "Maintained School",
    "ISPRIMARY": "1",
    "ISSECONDARY": "0",
    "ISPOST16": "0",
    "AGEL": "3",
    "AGEH": "11",
    "latitude": "51.5",
    "longitude": "-0.1",
    "GOR (name)": "London",
}


def extract(*rows: dict[str, str]) -> bytes:
    lines = [list(A_SCHOOL), *(list((A_SCHOOL | row).values()) for row in rows)]
    return "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode()


@dataclass(frozen=True)
class Read:
    """What a whole extract says."""

    rows_read: int
    schools: tuple[School, ...]
    refused: tuple[RefusedRow, ...]


def read_register(data: bytes, *, gzipped: bool) -> Read:
    file = open_register(data, gzipped=gzipped)
    records = list(file.records)
    schools = tuple(record.school for record in records if isinstance(record, KnownSchool))
    return Read(file.rows_read, schools, tuple(record for record in records if isinstance(record, RefusedRow)))


def read(*rows: dict[str, str]) -> Read:
    return read_register(extract(*rows), gzipped=False)


def phase_of(**columns: str) -> Phase:
    return read({"PhaseOfEducation (name)": ""} | columns).schools[0].phase


def test_a_row_of_the_register_is_a_school() -> None:
    assert read({}).schools == (
        School(
            urn="100000",
            name="Harbour Primary School",
            phase=Phase.PRIMARY,
            type="Voluntary aided school",
            local_authority_code="201",
            local_authority="City of London",
            region="London",
            latitude=51.5,
            longitude=-0.1,
            status=SchoolStatus.OPEN,
            opened_on=date(2014, 9, 1),
            closed_on=None,
        ),
    )


def test_an_extract_may_be_gzipped() -> None:
    assert read_register(gzip.compress(extract({})), gzipped=True) == read({})


def test_an_extract_in_windows_letters_keeps_its_names() -> None:
    told = extract({"SCHNAME": "St Bede’s"}).decode().encode("cp1252")
    assert read_register(told, gzipped=False).schools[0].name == "St Bede’s"


def test_a_day_may_be_written_the_english_way() -> None:
    assert read({"ICLOSE": "2", "CLOSEDATE": "31-08-2018"}).schools[0].closed_on == date(2018, 8, 31)


def test_a_school_without_a_place_has_none() -> None:
    school = read({"latitude": ""}).schools[0]
    assert (school.latitude, school.longitude) == (None, None)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"URN": "12345"}, "urn-not-readable"),
        ({"URN": ""}, "urn-not-readable"),
        ({"ICLOSE": "7"}, "status-not-known"),
        ({"PhaseOfEducation (name)": "Tertiary"}, "phase-not-known"),
        ({"SCHNAME": ""}, "value-missing"),
        ({"OPENDATE": "September 2014"}, "date-not-readable"),
        ({"latitude": "north"}, "location-not-readable"),
        ({"latitude": "nan"}, "location-not-readable"),
        ({"longitude": "-181"}, "location-not-readable"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_line_and_the_others_are_taken(
    columns: dict[str, str], code: str
) -> None:
    register = read({"URN": "100001"}, columns, {"URN": "100002"})
    assert [school.urn for school in register.schools] == ["100001", "100002"]
    assert [(row.line, row.code) for row in register.refused] == [(3, code)]
    assert register.rows_read == 3


def test_a_school_that_stands_twice_is_taken_once() -> None:
    register = read({}, {"SCHNAME": "Another name"})
    assert [school.name for school in register.schools] == ["Harbour Primary School"]
    assert register.refused[0].code == "urn-repeated"


def test_a_missing_phase_is_taken_from_the_ages_only_where_they_leave_no_choice() -> None:
    assert phase_of() is Phase.PRIMARY
    assert phase_of(ISPRIMARY="0", ISSECONDARY="1", AGEL="11", AGEH="18") is Phase.SECONDARY
    assert phase_of(ISPRIMARY="0", ISPOST16="1", AGEL="16", AGEH="19") is Phase.SIXTEEN_PLUS


@pytest.mark.parametrize(
    "columns",
    [
        {"ISSECONDARY": "1", "AGEH": "16"},
        {"AGEH": "12"},
        {"ISPRIMARY": "0", "ISSECONDARY": "1", "AGEL": "9"},
        {"MINORGROUP": "Independent School"},
        {"MINORGROUP": "Special School"},
        {"AGEH": ""},
    ],
)
def test_a_phase_that_may_be_one_of_several_is_unknown(columns: dict[str, str]) -> None:
    assert phase_of(**columns) is Phase.UNKNOWN


@pytest.mark.parametrize(
    ("data", "gzipped"),
    [
        (b"", False),
        (b"URN,SCHNAME\n100000,Harbour\n", False),
        (b"\x00\x01", False),
        (b"not gzip", True),
        (gzip.compress(extract({}))[:-9], True),
        (extract({}) + b'"open', False),
    ],
)
def test_what_is_not_a_register_extract_is_refused_as_a_whole(data: bytes, gzipped: bool) -> None:
    with pytest.raises(RegisterNotReadable):
        read_register(data, gzipped=gzipped)


@pytest.mark.parametrize("read_as_csv", [lambda data: open_register(data, gzipped=False), read_directory])
@pytest.mark.parametrize(
    ("start", "kind"), [(bytes.fromhex("d0cf11e0a1b11ae1"), r"\(\.xls"), (b"PK\x03\x04", r"\(\.xlsx")]
)
def test_a_workbook_is_refused_with_what_to_do(read_as_csv: Callable[[bytes], object], start: bytes, kind: str) -> None:
    with pytest.raises(RuleBroken, match=f"{kind}.*save it as CSV"):
        read_as_csv(start + bytes(100))


def test_an_extract_that_unpacks_to_more_than_100_megabytes_is_refused() -> None:
    with pytest.raises(RegisterTooLarge):
        read_register(gzip.compress(bytes(100 * 1024 * 1024 + 1), compresslevel=1), gzipped=True)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: extract({}) + b"\n" + text.encode()))
def test_whatever_is_sent_is_read_or_refused_by_name(data: bytes) -> None:
    for gzipped in (False, True):
        try:
            read_register(data, gzipped=gzipped)
        except RuleBroken:
            continue
