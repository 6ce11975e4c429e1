"""The families of files there are: by which columns each is known, and under which names those have gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Family(StrEnum):
    """What a file is. The last five are this service's own templates: nobody publishes those figures by school."""

    SCHOOL_REGISTER = "school_register"
    SCHOOL_LINKS = "school_links"
    GROUP_LINKS = "group_links"
    INSPECTION_OUTCOMES = "inspection_outcomes"
    INSPECTION_HISTORY = "inspection_history"
    KEY_STAGE_2 = "key_stage_2"
    KEY_STAGE_4 = "key_stage_4"
    KEY_STAGE_5 = "key_stage_5"
    SCHOOL_INFORMATION = "school_information"
    PUPIL_PREMIUM = "pupil_premium"
    TRAINEE_NUMBERS = "trainee_numbers"
    EARLY_EMPLOYMENT = "early_employment"
    HEADSHIP_VACANCIES = "headship_vacancies"
    AGREED_TARGETS = "agreed_targets"
    NATIONAL_AVERAGES = "national_averages"


OF_ALLIANCES = frozenset(
    {Family.TRAINEE_NUMBERS, Family.EARLY_EMPLOYMENT, Family.HEADSHIP_VACANCIES, Family.AGREED_TARGETS}
)
"""The families that an alliance may hand in about itself."""


@dataclass(frozen=True)
class Layout:
    """By what a family is known. `needed` and `other` have each column's names in the files, newest first, by its name
    here; a file of the family has every needed one. `excluded` are columns that show it to be another family."""

    needed: Mapping[str, Sequence[str]]
    other: Mapping[str, Sequence[str]] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()

    def located(self, header: Sequence[str]) -> Mapping[str, int]:
        """Where in `header` each known column stands, by its name here; of a name that stands twice, the first."""
        places: dict[str, int] = {}
        for place, heading in enumerate(header):
            places.setdefault(folded(heading), place)
        return {
            name: next(places[folded(word)] for word in words if folded(word) in places)
            for name, words in (*self.needed.items(), *self.other.items())
            if any(folded(word) in places for word in words)
        }


def folded(heading: str) -> str:
    """A heading as it is compared: without case, quotes, a byte-order mark, footnote numbers or doubled spaces."""
    words = heading.replace("\ufeff", "").strip().strip('"').lower().split()
    return " ".join(word for word in words if not (word.startswith("(") and word.strip("()").isdigit()))


def _same(*names: str) -> Mapping[str, Sequence[str]]:
    return {name.lower(): (name,) for name in names}


_LAYOUTS: dict[Family, Layout] = {
    Family.SCHOOL_REGISTER: Layout(
        needed={
            "urn": ("URN",),
            "name": ("EstablishmentName", "SCHNAME"),
            "type": ("TypeOfEstablishment (name)", "NFTYPE"),
        },
        other={
            "phase": ("PhaseOfEducation (name)",),
            "local_authority": ("LA (code)", "LA"),
            "region": ("GOR (name)",),
            "pupils": ("NumberOfPupils",),
            "free_school_meals": ("PercentageFSM", "PercentageFSM (2021 census)"),
        },
        excluded=frozenset({"rectype", "linked uid"}),
    ),
    Family.SCHOOL_LINKS: Layout(
        needed=_same("URN", "LinkURN", "LinkType"),
        other={"established_on": ("LinkEstablishedDate",)},
    ),
    Family.GROUP_LINKS: Layout(
        needed=_same("URN", "Linked UID", "Group Type"),
        other={"joined_on": ("Joined date",)},
    ),
    Family.INSPECTION_OUTCOMES: Layout(
        needed={
            "urn": ("URN",),
            "overall": ("Overall effectiveness", "Overall effectiveness: how good is the school"),
            "inspected_on": ("Inspection start date", "Inspection date", "Inspection end date"),
        },
        other={
            "inspected_urn": ("URN at time of latest graded inspection", "URN at time of latest full inspection"),
            "ended_on": ("Inspection end date",),
            "teaching": (
                "Quality of education",
                "Quality of teaching, learning and assessment",
                "Quality of teaching",
            ),
            "leadership": (
                "Effectiveness of leadership and management",
                "Leadership and management",
            ),
            "previous_urn": (
                "URN at time of previous graded inspection",
                "URN at time of previous full inspection",
            ),
            "previous_inspected_on": (
                "Previous inspection start date",
                "Previous inspection date",
                "Previous inspection end date",
            ),
            "previous_overall": (
                "Previous graded inspection overall effectiveness",
                "Previous full inspection overall effectiveness",
                "Previous overall effectiveness",
            ),
            "previous_teaching": (
                "Previous quality of education",
                "Previous quality of teaching, learning and assessment",
                "Previous quality of teaching",
            ),
            "previous_leadership": (
                "Previous effectiveness of leadership and management",
                "Previous leadership and management",
            ),
        },
    ),
    Family.INSPECTION_HISTORY: Layout(
        needed={
            "urn": ("URN",),
            "overall": ("Rating", "Overall effectiveness"),
            "inspected_on": ("Inspection Date", "inspection_date"),
        },
        excluded=frozenset({"previous inspection number", "web link"}),
    ),
    Family.KEY_STAGE_2: Layout(
        needed=_same("URN", "PTRWM_EXP", "TELIG"),
        other=_same(
            *("ACADEMIC_YEAR", "RECTYPE", "LEA", "TOTPUPS", "PTFSM6CLA1A", "TFSM6CLA1A", "TNOTFSM6CLA1A"),
            *("PTRWM_HIGH", "PTRWM_EXP_FSM6CLA1A", "PTRWM_EXP_NOTFSM6CLA1A"),
        ),
    ),
    Family.KEY_STAGE_4: Layout(
        needed=_same("URN", "ATT8SCR", "TPUP"),
        other=_same(
            *("ACADEMIC_YEAR", "RECTYPE", "LEA", "TOTPUPS", "PTFSM6CLA1A", "TFSM6CLA1A", "TNOTFSM6CLA1A"),
            *("ATT8SCR_FSM6CLA1A", "ATT8SCR_NFSM6CLA1A", "PTL2BASICS_94", "PTL2BASICS_95"),
            *("PTFSM6CLA1ABASICS_94", "PTNOTFSM6CLA1ABASICS_94"),
        ),
    ),
    Family.KEY_STAGE_5: Layout(
        needed=_same("URN", "TALLPUP_ALEV_1618", "TALLPPE_ALEV_1618"),
        other=_same(
            *("ACADEMIC_YEAR", "RECTYPE", "LEA", "TALLPUP_ALEV_1618_DIS", "TALLPPE_ALEV_1618_DIS"),
            *("TALLPUP_ALEV_1618_NOTDIS", "TALLPPE_ALEV_1618_NOTDIS"),
        ),
    ),
    Family.SCHOOL_INFORMATION: Layout(
        needed=_same("time_period", "school_urn", "t_pupils"),
        other=_same("geographic_level", "t_allks_pupils", "t_disadvantaged", "pt_disadvantaged"),
    ),
    Family.PUPIL_PREMIUM: Layout(
        needed={
            "urn": ("URN",),
            "pupils": ("Number of pupils on roll",),
            "eligible": ("Total number of pupils eligible for the Deprivation Pupil Premium",),
        },
    ),
    Family.TRAINEE_NUMBERS: Layout(
        needed=_same("alliance_id", "academic_year", "trainees_trained"), other=_same("source")
    ),
    Family.EARLY_EMPLOYMENT: Layout(
        needed=_same("alliance_id", "academic_year", "trainees_completed", "trainees_employed"), other=_same("source")
    ),
    Family.HEADSHIP_VACANCIES: Layout(needed=_same("urn", "counted_on", "headship_vacant"), other=_same("source")),
    Family.AGREED_TARGETS: Layout(
        needed=_same("alliance_id", "academic_year", "kpi", "target", "tolerance"), other=_same("agreed_on", "source")
    ),
    Family.NATIONAL_AVERAGES: Layout(
        needed=_same("measure", "academic_year", "value", "published_on", "source"),
    ),
}
LAYOUTS: Mapping[Family, Layout] = MappingProxyType(_LAYOUTS)


@dataclass(frozen=True)
class Recognised:
    """A header that was recognised: the family, and where each of its columns stands. `unread` are the headings that
    stand for nothing this service reads."""

    family: Family
    places: Mapping[str, int]
    headings: Mapping[str, str]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class NearMiss:
    """A family that a header might have been meant for, and the columns it lacks for it."""

    family: Family
    missing: tuple[str, ...]


def recognise(header: Sequence[str], among: Iterable[Family] = Family) -> Recognised | None:
    """The family that `header` belongs to: of those whose needed columns are all there, the one that finds the most of
    its columns. None where there is none."""
    present = {folded(heading) for heading in header}
    found: list[tuple[int, Family, Mapping[str, int]]] = []
    for family in among:
        layout = LAYOUTS[family]
        places = layout.located(header)
        if layout.needed.keys() <= places.keys() and not layout.excluded & present:
            found.append((len(places), family, places))
    if not found:
        return None
    _, family, places = max(found, key=lambda candidate: candidate[0])
    read = set(places.values())
    return Recognised(
        family,
        MappingProxyType(dict(places)),
        MappingProxyType({name: header[place].strip() for name, place in places.items()}),
        tuple(heading for place, heading in enumerate(header) if heading.strip() and place not in read),
    )


def nearest(header: Sequence[str], among: Iterable[Family] = Family) -> NearMiss:
    """The family that `header` came nearest to: the one of whose needed columns the largest share is there."""

    def lacking(family: Family) -> tuple[str, ...]:
        layout = LAYOUTS[family]
        there = layout.located(header)
        return tuple(words[0] for name, words in layout.needed.items() if name not in there)

    present = {folded(heading) for heading in header}
    misses = [NearMiss(family, lacking(family)) for family in among if not LAYOUTS[family].excluded & present]
    return min(misses, key=lambda miss: len(miss.missing) / len(LAYOUTS[miss.family].needed))
