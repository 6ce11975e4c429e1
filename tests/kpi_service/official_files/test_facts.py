"""What the rows of each family say."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from kpi_service.official_files.attainment import Attainment, Figure, Level, Unit
from kpi_service.official_files.cell import CellNotReadable, Grade
from kpi_service.official_files.characteristics import Characteristics, GroupLink, Place, SchoolLink
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from kpi_service.official_files.own_templates import (
    AgreedTarget,
    EarlyEmployment,
    HeadshipVacancy,
    NationalAverage,
    TraineeNumbers,
)
from tests.kpi_service.official_files.files import YEAR, csv_file, facts_in, facts_in_file, of_kind, official

ALLIANCE = UUID("0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071")


def test_each_inspection_keeps_the_urn_it_was_given_to() -> None:
    facts = facts_in(
        csv_file(
            [
                *("URN", "Overall effectiveness", "Quality of education", "Inspection start date"),
                *("URN at time of previous graded inspection", "Previous inspection start date"),
                "Previous graded inspection overall effectiveness",
            ],
            ["140000", "2", "9", "15/03/2022", "103121", "04/12/2014", "3"],
        )
    )
    assert facts == [
        Inspection("140000", date(2022, 3, 15), Grade.GOOD, teaching=None),
        Inspection("103121", date(2014, 12, 4), Grade.REQUIRES_IMPROVEMENT),
    ]


def test_a_school_that_was_not_judged_says_nothing() -> None:
    rows = (["URN", "Rating", "Inspection Date"], ["100000", "9", "2015-02-01"], ["100001", "", ""])
    assert facts_in(csv_file(*rows)) == []


def test_a_grade_without_its_day_is_refused() -> None:
    with pytest.raises(CellNotReadable, match="day"):
        facts_in(csv_file(["URN", "Rating", "Inspection Date"], ["100000", "Good", ""]))


KS2 = ("RECTYPE", "LEA", "URN", "TOTPUPS", "TELIG", "PTRWM_EXP", "TFSM6CLA1A", "PTFSM6CLA1A", "PTRWM_EXP_FSM6CLA1A")


def test_a_performance_table_tells_schools_authorities_and_the_country_apart() -> None:
    facts = facts_in(
        csv_file(
            KS2,
            ["1", "850", "115976", "465", "109", "72%", "17", "16%", "59%"],
            ["3", "850", " ", " ", "14915", "66%", " ", " ", " "],
            ["4", " ", " ", " ", "648515", "61%", " ", " ", " "],
        )
    )
    attainments = of_kind(facts, Attainment)
    assert attainments[:2] == [
        Attainment(Level.SCHOOL, "115976", YEAR, Figure.RWM_EXPECTED, Unit.PERCENT, Decimal(72), 109),
        Attainment(Level.SCHOOL, "115976", YEAR, Figure.RWM_EXPECTED_DISADVANTAGED, Unit.PERCENT, Decimal(59), 17),
    ]
    assert [(fact.level, fact.code) for fact in attainments[2:] if isinstance(fact, Attainment)] == [
        (Level.LOCAL_AUTHORITY, "850"),
        (Level.ENGLAND, ""),
    ]
    assert of_kind(facts, Characteristics) == [Characteristics("115976", YEAR, 465, Decimal(16))]


def test_a_suppressed_figure_is_no_figure() -> None:
    row = ["1", "850", "115976", "465", "109", "SUPP", "4", "4%", "SUPP"]
    assert of_kind(facts_in(csv_file(KS2, row)), Attainment) == []


def test_the_kinds_of_record_are_numbered_otherwise_after_key_stage_2() -> None:
    header = ("RECTYPE", "LEA", "URN", "TPUP", "ATT8SCR")
    rows = (["4", "850", "", "12000", "46.1"], ["5", "", "", "600000", "46.3"], ["1", "850", "100001", "90", "57.9"])
    levels = [fact.level for fact in facts_in(csv_file(header, *rows)) if isinstance(fact, Attainment)]
    assert levels == [Level.LOCAL_AUTHORITY, Level.ENGLAND, Level.SCHOOL]
    with pytest.raises(CellNotReadable, match="1, 2, 4, 5, 7"):
        facts_in(csv_file(header, ["3", "850", "100001", "90", "57.9"]))


def test_the_register_says_where_a_school_is_and_how_large() -> None:
    header = (
        *("URN", "EstablishmentName", "TypeOfEstablishment (name)", "PhaseOfEducation (name)", "LA (code)"),
        *("GOR (name)", "NumberOfPupils", "PercentageFSM"),
    )
    row = ("100000", "A school", "Community school", "Primary", "201", "London", "276", "13.7")
    assert facts_in(csv_file(header, row)) == [
        Place("100000", "Primary", "London", "201"),
        Characteristics("100000", YEAR, 276, Decimal("13.7")),
    ]


def test_a_link_is_told_from_the_earlier_school_to_the_later_whichever_it_is_about() -> None:
    header = ("URN", "LinkURN", "LinkType", "LinkEstablishedDate")
    rows = (
        ["134643", "100006", "Predecessor - merged", "01-01-2022"],
        ["100012", "100021", "Successor", ""],
        ["100013", "100022", "Result of Amalgamation", "01-01-2022"],
    )
    assert facts_in(csv_file(header, *rows)) == [
        SchoolLink("100006", "134643", "merger", date(2022, 1, 1)),
        SchoolLink("100012", "100021", "succession", None),
    ]


def test_a_group_is_known_by_its_number() -> None:
    rows = (
        ["URN", "Linked UID", "Group Type", "Joined date"],
        ["105135", "4782", "Single-academy trust", "01-09-2005"],
    )
    assert facts_in(csv_file(*rows)) == [GroupLink("105135", "4782", "Single-academy trust", date(2005, 9, 1))]


def test_our_own_templates_say_what_nobody_publishes() -> None:
    assert facts_in(
        csv_file(["alliance_id", "academic_year", "trainees_trained"], [str(ALLIANCE), "2013/14", "24"])
    ) == [TraineeNumbers(ALLIANCE, FileYear(2013), 24)]
    assert facts_in(
        csv_file(
            ["alliance_id", "academic_year", "trainees_completed", "trainees_employed"],
            [str(ALLIANCE), "2013/14", "24", "23"],
        )
    ) == [EarlyEmployment(ALLIANCE, FileYear(2013), 24, 23)]
    assert facts_in(csv_file(["urn", "counted_on", "headship_vacant"], ["100000", "2014-11-06", "yes"])) == [
        HeadshipVacancy("100000", date(2014, 11, 6), True)
    ]
    assert facts_in(
        csv_file(
            ["alliance_id", "academic_year", "kpi", "target", "tolerance"], [str(ALLIANCE), "2014/15", "B8a", "12", "1"]
        )
    ) == [AgreedTarget(ALLIANCE, FileYear(2014), "B8a", Decimal(12), Decimal(1))]
    assert facts_in(
        csv_file(
            ["measure", "academic_year", "value", "published_on", "source"],
            ["early_employment", "2013/14", "89", "2015-07-30", "Statistical release"],
        )
    ) == [NationalAverage("early_employment", FileYear(2013), Decimal(89), date(2015, 7, 30), "Statistical release")]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (("alliance_id", "academic_year", "trainees_trained"), ("one of ours", "2013/14", "24")),
        (("alliance_id", "academic_year", "trainees_trained"), (str(ALLIANCE), "2013", "24")),
        (("alliance_id", "academic_year", "trainees_trained"), (str(ALLIANCE), "2013/14", "")),
        (
            ("alliance_id", "academic_year", "trainees_completed", "trainees_employed"),
            (str(ALLIANCE), "2013/14", "24", "25"),
        ),
        (("urn", "counted_on", "headship_vacant"), ("100000", "2014-11-06", "perhaps")),
    ],
)
def test_what_a_template_cannot_mean_is_refused(header: tuple[str, ...], row: tuple[str, ...]) -> None:
    with pytest.raises(CellNotReadable):
        facts_in(csv_file(header, row))


def test_the_official_totals_of_an_authority_are_in_the_authoritys_own_file() -> None:
    facts = facts_in_file(official("2018-2019_850_ks2final.csv"), FileYear(2018))
    totals = [fact for fact in facts if isinstance(fact, Attainment) and fact.level is Level.LOCAL_AUTHORITY]
    schools = [fact for fact in facts if isinstance(fact, Attainment) and fact.level is Level.SCHOOL]
    assert {fact.code for fact in totals} == {"850"}
    of_all = {
        figure: sum(fact.pupils for fact in schools if fact.figure is figure)
        for figure in (Figure.RWM_EXPECTED, Figure.RWM_EXPECTED_DISADVANTAGED)
    }
    published = {fact.figure: fact.pupils for fact in totals}
    assert 0.95 < of_all[Figure.RWM_EXPECTED] / published[Figure.RWM_EXPECTED] <= 1
