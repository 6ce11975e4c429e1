"""How each kind of fact that a file says is kept: in which table, known by what, and from which day it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

from kpi_service.official_files.attainment import Attainment
from kpi_service.official_files.characteristics import Characteristics, GroupLink, Place, SchoolLink
from kpi_service.official_files.inspections import Inspection
from kpi_service.official_files.own_templates import (
    AgreedTarget,
    EarlyEmployment,
    HeadshipVacancy,
    NationalAverage,
    TraineeNumbers,
)

FROM_THE_FIRST = date(1900, 1, 1)
"""What has no day of its own has always been so."""


class CountsFrom(Enum):
    """The day from which a fact counts that nobody has said before, where it is not one that the fact itself says."""

    START_OF_YEAR = auto()
    END_OF_YEAR = auto()
    TARGET_OR_RESULT = auto()
    """A target counts from the start of its year, a result from the end: they are of one table."""
    THE_FIRST = auto()


@dataclass(frozen=True)
class Kind:
    """How one kind of fact is kept: the columns that say what it is about, those that say what is so, and from which
    day it counts: one of its columns, or a rule. Of the columns in `may_be_silent` a file that says nothing takes
    nothing back. Where a file may say a thing `from_both_ends`, what the two say is joined."""

    table: str
    key: tuple[str, ...]
    told: tuple[str, ...]
    values: Callable[[Any], tuple[object, ...]]
    counts_from: CountsFrom | str
    may_be_silent: tuple[str, ...] = ()
    from_both_ends: bool = False


_ALLIANCE_KEY = ("alliance_id", "year", "figure")
_ALLIANCE_TOLD = ("value", "people", "tolerance")
KINDS: Mapping[type[Any], Kind] = MappingProxyType(
    {
        Inspection: Kind(
            "inspections",
            ("urn", "inspected_on"),
            ("overall", "teaching", "leadership"),
            lambda fact: fact,
            "inspected_on",
            may_be_silent=("teaching", "leadership"),
        ),
        Attainment: Kind(
            "attainments",
            ("level", "code", "year", "figure"),
            ("unit", "value", "pupils"),
            lambda fact: (
                fact.level,
                fact.code,
                fact.year.starting,
                fact.figure,
                fact.unit,
                fact.value,
                fact.pupils,
            ),
            CountsFrom.END_OF_YEAR,
        ),
        Place: Kind(
            "school_places",
            ("urn",),
            ("phase", "region", "local_authority"),
            lambda fact: (fact.urn, fact.phase, fact.region, fact.local_authority),
            CountsFrom.THE_FIRST,
            may_be_silent=("phase", "region", "local_authority"),
        ),
        Characteristics: Kind(
            "school_characteristics",
            ("urn", "year"),
            ("pupils", "disadvantaged_percent"),
            lambda fact: (fact.urn, fact.year.starting, fact.pupils, fact.disadvantaged_percent),
            CountsFrom.START_OF_YEAR,
            may_be_silent=("pupils", "disadvantaged_percent"),
        ),
        SchoolLink: Kind(
            "school_links",
            ("predecessor_urn", "successor_urn"),
            ("kind", "established_on"),
            lambda fact: (fact.predecessor_urn, fact.successor_urn, fact.kind, fact.established_on),
            "established_on",
            from_both_ends=True,
        ),
        GroupLink: Kind(
            "group_links",
            ("urn", "group_uid"),
            ("kind", "joined_on"),
            lambda fact: (fact.urn, fact.group_uid, fact.kind, fact.joined_on),
            "joined_on",
        ),
        HeadshipVacancy: Kind(
            "headship_vacancies",
            ("urn", "counted_on"),
            ("is_vacant",),
            lambda fact: (fact.urn, fact.counted_on, fact.is_vacant),
            "counted_on",
        ),
        NationalAverage: Kind(
            "national_averages",
            ("measure", "year"),
            ("value", "published_on", "source"),
            lambda fact: (fact.measure, fact.year.starting, fact.value, fact.published_on, fact.source),
            "published_on",
        ),
        TraineeNumbers: Kind(
            "alliance_figures",
            _ALLIANCE_KEY,
            _ALLIANCE_TOLD,
            lambda fact: (fact.alliance_id, fact.year.starting, "trainees_trained", fact.trained, None, None),
            CountsFrom.TARGET_OR_RESULT,
        ),
        EarlyEmployment: Kind(
            "alliance_figures",
            _ALLIANCE_KEY,
            _ALLIANCE_TOLD,
            lambda fact: (
                *(fact.alliance_id, fact.year.starting, "trainees_employed"),
                *(fact.employed, fact.completed, None),
            ),
            CountsFrom.TARGET_OR_RESULT,
        ),
        AgreedTarget: Kind(
            "alliance_figures",
            _ALLIANCE_KEY,
            _ALLIANCE_TOLD,
            lambda fact: (
                *(fact.alliance_id, fact.year.starting, f"target_{fact.kpi}"),
                *(fact.target, None, fact.tolerance),
            ),
            CountsFrom.TARGET_OR_RESULT,
        ),
    }
)
