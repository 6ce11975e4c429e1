"""How each kind of fact that a file says is kept: in which table, known by what, and from which day it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
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

_YEAR_BEGINS, _YEAR_ENDS = "make_date(year, 9, 1)", "make_date(year + 1, 8, 31)"


@dataclass(frozen=True)
class Kind:
    """How one kind of fact is kept: the columns that say what it is about, those that say what is so, and the day from
    which it counts, in SQL. Of the columns in `may_be_silent` a file that says nothing takes nothing back. Where a file
    may say a thing `from_both_ends`, what the two say is joined."""

    table: str
    key: tuple[str, ...]
    told: tuple[str, ...]
    values: Callable[[Any], tuple[object, ...]]
    counts_from: str
    may_be_silent: tuple[str, ...] = ()
    from_both_ends: bool = False


_ALLIANCE_KEY = ("alliance_id", "year", "figure")
_ALLIANCE_TOLD = ("value", "people", "tolerance")
# Of one table, and so told from one day's rule: a target counts from the start of its year, a result from the end.
_TARGET_OR_RESULT = f"CASE WHEN starts_with(figure, 'target_') THEN {_YEAR_BEGINS} ELSE {_YEAR_ENDS} END"
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
            _YEAR_ENDS,
        ),
        Place: Kind(
            "school_places",
            ("urn",),
            ("phase", "region", "local_authority"),
            lambda fact: (fact.urn, fact.phase, fact.region, fact.local_authority),
            f"date '{FROM_THE_FIRST}'",
            may_be_silent=("phase", "region", "local_authority"),
        ),
        Characteristics: Kind(
            "school_characteristics",
            ("urn", "year"),
            ("pupils", "disadvantaged_percent"),
            lambda fact: (fact.urn, fact.year.starting, fact.pupils, fact.disadvantaged_percent),
            _YEAR_BEGINS,
            may_be_silent=("pupils", "disadvantaged_percent"),
        ),
        SchoolLink: Kind(
            "school_links",
            ("predecessor_urn", "successor_urn"),
            ("kind", "established_on"),
            lambda fact: (fact.predecessor_urn, fact.successor_urn, fact.kind, fact.established_on),
            f"coalesce(established_on, '{FROM_THE_FIRST}')",
            from_both_ends=True,
        ),
        GroupLink: Kind(
            "group_links",
            ("urn", "group_uid"),
            ("kind", "joined_on"),
            lambda fact: (fact.urn, fact.group_uid, fact.kind, fact.joined_on),
            f"coalesce(joined_on, '{FROM_THE_FIRST}')",
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
            _TARGET_OR_RESULT,
        ),
        EarlyEmployment: Kind(
            "alliance_figures",
            _ALLIANCE_KEY,
            _ALLIANCE_TOLD,
            lambda fact: (
                *(fact.alliance_id, fact.year.starting, "trainees_employed"),
                *(fact.employed, fact.completed, None),
            ),
            _TARGET_OR_RESULT,
        ),
        AgreedTarget: Kind(
            "alliance_figures",
            _ALLIANCE_KEY,
            _ALLIANCE_TOLD,
            lambda fact: (
                *(fact.alliance_id, fact.year.starting, f"target_{fact.kpi}"),
                *(fact.target, None, fact.tolerance),
            ),
            _TARGET_OR_RESULT,
        ),
    }
)
