"""What the performance tables say: of each school, local authority and the country, a figure and whose it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from kpi_service.official_files.cell import Row
from kpi_service.official_files.family import Family
from kpi_service.official_files.file_year import AcademicYearNotReadable, FileYear, read_year


class Level(StrEnum):
    """Whose figure it is. The country has two: all schools, and those the state funds."""

    SCHOOL = "school"
    LOCAL_AUTHORITY = "local_authority"
    ENGLAND = "england"
    ENGLAND_STATE_FUNDED = "england_state_funded"


OF_THE_COUNTRY = ""
"""The code of a figure of the country: there is one country, and it has none."""


class Unit(StrEnum):
    """What a figure is: a percentage of pupils, or points a pupil."""

    PERCENT = "percent"
    POINTS = "points"


class Figure(StrEnum):
    """The figures that are read. `disadvantaged` are pupils in care or entitled to free school meals in the last six
    years, `others` all the rest."""

    RWM_EXPECTED = "rwm_expected"
    RWM_HIGHER = "rwm_higher"
    RWM_EXPECTED_DISADVANTAGED = "rwm_expected_disadvantaged"
    RWM_EXPECTED_OTHERS = "rwm_expected_others"
    ATTAINMENT_8 = "attainment_8"
    ATTAINMENT_8_DISADVANTAGED = "attainment_8_disadvantaged"
    ATTAINMENT_8_OTHERS = "attainment_8_others"
    BASICS_9_4 = "basics_9_4"
    BASICS_9_5 = "basics_9_5"
    A_LEVEL_POINTS = "a_level_points"
    A_LEVEL_POINTS_DISADVANTAGED = "a_level_points_disadvantaged"
    A_LEVEL_POINTS_OTHERS = "a_level_points_others"


@dataclass(frozen=True)
class Column:
    """Where a figure stands, and the pupils it is of."""

    figure: Figure
    unit: Unit
    value: str
    pupils: str


class Attainment(NamedTuple):
    """One published figure: `value` as it stands in the table, of `pupils`. `code` is the URN, the authority's code, or
    empty for the country."""

    level: Level
    code: str
    year: FileYear
    figure: Figure
    unit: Unit
    value: Decimal
    pupils: int


_PERCENT, _POINTS = Unit.PERCENT, Unit.POINTS
COLUMNS: Mapping[Family, Sequence[Column]] = MappingProxyType(
    {
        Family.KEY_STAGE_2: (
            Column(Figure.RWM_EXPECTED, _PERCENT, "ptrwm_exp", "telig"),
            Column(Figure.RWM_HIGHER, _PERCENT, "ptrwm_high", "telig"),
            Column(Figure.RWM_EXPECTED_DISADVANTAGED, _PERCENT, "ptrwm_exp_fsm6cla1a", "tfsm6cla1a"),
            Column(Figure.RWM_EXPECTED_OTHERS, _PERCENT, "ptrwm_exp_notfsm6cla1a", "tnotfsm6cla1a"),
        ),
        Family.KEY_STAGE_4: (
            Column(Figure.ATTAINMENT_8, _POINTS, "att8scr", "tpup"),
            Column(Figure.ATTAINMENT_8_DISADVANTAGED, _POINTS, "att8scr_fsm6cla1a", "tfsm6cla1a"),
            Column(Figure.ATTAINMENT_8_OTHERS, _POINTS, "att8scr_nfsm6cla1a", "tnotfsm6cla1a"),
            Column(Figure.BASICS_9_4, _PERCENT, "ptl2basics_94", "tpup"),
            Column(Figure.BASICS_9_5, _PERCENT, "ptl2basics_95", "tpup"),
        ),
        Family.KEY_STAGE_5: (
            Column(Figure.A_LEVEL_POINTS, _POINTS, "tallppe_alev_1618", "tallpup_alev_1618"),
            Column(Figure.A_LEVEL_POINTS_DISADVANTAGED, _POINTS, "tallppe_alev_1618_dis", "tallpup_alev_1618_dis"),
            Column(Figure.A_LEVEL_POINTS_OTHERS, _POINTS, "tallppe_alev_1618_notdis", "tallpup_alev_1618_notdis"),
        ),
    }
)

# The kinds of record are numbered otherwise at key stage 2 than later.
_SCHOOL, _AUTHORITY = Level.SCHOOL, Level.LOCAL_AUTHORITY
_LATER = {
    "1": _SCHOOL,
    "2": _SCHOOL,
    "4": _AUTHORITY,
    "5": Level.ENGLAND,
    "7": Level.ENGLAND_STATE_FUNDED,
}
_LEVELS: Mapping[Family, Mapping[str, Level]] = MappingProxyType(
    {
        Family.KEY_STAGE_2: {
            "1": _SCHOOL,
            "2": _SCHOOL,
            "3": _AUTHORITY,
            "4": Level.ENGLAND,
            "5": Level.ENGLAND_STATE_FUNDED,
        },
        Family.KEY_STAGE_4: _LATER,
        # A sixth form that several schools share stands as a school of its own.
        Family.KEY_STAGE_5: _LATER | {"3": _SCHOOL},
    }
)


def level_of(family: Family, row: Row) -> Level:
    """Whose row it is, by its kind of record; a table without kinds has schools only. Raises `CellNotReadable`."""
    kind = row.text("rectype")
    if not kind:
        return Level.SCHOOL
    level = _LEVELS[family].get(kind)
    if level is None:
        known = ", ".join(_LEVELS[family])
        raise row.refused("rectype", "record-type-not-known", f"A record of this table has a type of {known}.")
    return level


def row_year(row: Row, name: str) -> FileYear:
    """The academic year that a cell names. Raises `CellNotReadable`."""
    try:
        return read_year(row.text(name))
    except AcademicYearNotReadable as refusal:
        raise row.refused(name, refusal.code, refusal.detail) from None


def read_attainment(family: Family, row: Row, year: FileYear) -> Iterator[Attainment]:
    """The figures of one row that were published: a suppressed one says nothing, and is no nought. A column of the row
    that names its academic year is believed before `year`. Raises `CellNotReadable`."""
    level = level_of(family, row)
    match level:
        case Level.SCHOOL:
            code = row.urn("urn")
        case Level.LOCAL_AUTHORITY:
            code = row.word("lea")
        case _:
            code = OF_THE_COUNTRY
    year = row_year(row, "academic_year") if row.text("academic_year") else year
    for column in COLUMNS[family]:
        value = row.percent(column.value) if column.unit is _PERCENT else row.number(column.value)
        pupils = row.count(column.pupils)
        if value is not None and pupils:
            yield Attainment(level, code, year, column.figure, column.unit, value, pupils)
