"""Which reader reads the rows of which family, and for which families the academic year must be known beforehand."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain
from types import MappingProxyType

from kpi_service.official_files import attainment, characteristics, inspections, own_templates
from kpi_service.official_files.attainment import Attainment
from kpi_service.official_files.cell import Row
from kpi_service.official_files.characteristics import Characteristics, GroupLink, Place, SchoolLink
from kpi_service.official_files.family import Family
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from kpi_service.official_files.own_templates import (
    AgreedTarget,
    EarlyEmployment,
    HeadshipVacancy,
    NationalAverage,
    TraineeNumbers,
)

Fact = (
    Inspection
    | Attainment
    | Place
    | Characteristics
    | SchoolLink
    | GroupLink
    | TraineeNumbers
    | EarlyEmployment
    | HeadshipVacancy
    | AgreedTarget
    | NationalAverage
)
Reader = Callable[[Row], Iterator[Fact]]

PERFORMANCE_TABLES = frozenset({Family.KEY_STAGE_2, Family.KEY_STAGE_4, Family.KEY_STAGE_5})
OF_ONE_YEAR = PERFORMANCE_TABLES | {Family.PUPIL_PREMIUM, Family.SCHOOL_REGISTER}
"""The families whose rows do not say for which academic year they are."""

_OF_ANY_YEAR: Mapping[Family, Reader] = MappingProxyType(
    {
        Family.SCHOOL_LINKS: characteristics.read_school_link,
        Family.GROUP_LINKS: characteristics.read_group_link,
        Family.INSPECTION_OUTCOMES: inspections.read_outcomes,
        Family.INSPECTION_HISTORY: inspections.read_history,
        Family.SCHOOL_INFORMATION: characteristics.read_school_information,
        Family.TRAINEE_NUMBERS: own_templates.read_trainee_numbers,
        Family.EARLY_EMPLOYMENT: own_templates.read_early_employment,
        Family.HEADSHIP_VACANCIES: own_templates.read_headship_vacancy,
        Family.AGREED_TARGETS: own_templates.read_agreed_target,
        Family.NATIONAL_AVERAGES: own_templates.read_national_average,
    }
)


def reader_of(family: Family, year: FileYear | None) -> Reader:
    """What reads one row of the family; `year` is needed, and looked at, only by those in `OF_ONE_YEAR`."""
    if family in _OF_ANY_YEAR:
        return _OF_ANY_YEAR[family]
    if year is None:
        raise ValueError(f"{family} is read for an academic year")
    match family:
        case Family.PUPIL_PREMIUM:
            return partial(characteristics.read_pupil_premium, year=year)
        case Family.SCHOOL_REGISTER:
            return partial(characteristics.read_register, year=year)
    return partial(_read_performance_table, family, year)


def _read_performance_table(family: Family, year: FileYear, row: Row) -> Iterator[Fact]:
    return chain(
        attainment.read_attainment(family, row, year), characteristics.read_performance_table(family, row, year)
    )
