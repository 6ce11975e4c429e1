"""The figures that were published of teaching schools in March 2014 (002): which whole numbers can give them, and those
that can be rebuilt from records, through the service.

Every figure of the document that says of how many it is stands here. A percentage without its base, such as one of a
school's lessons, can be neither checked nor rebuilt. Rebuilt elsewhere are the outcomes of 36 inspections and the five
supported schools (`improvements/test_improvement_results.py`) and the gap that narrowed from 20 to 11
(`attainment_changes/test_attainment_results.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from kpi_service.claims.claim import Claim, Figure, check, nearest_percents
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.inspections import Inspection
from service_kit.database import Database
from tests.kpi_service.attainment_changes.figures import YEAR, figure
from tests.kpi_service.attainment_changes.figures import result as attainment_result
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over
from tests.kpi_service.official_files.files import ROOT
from tests.kpi_service.serving import Serving

DOCUMENT = ROOT / "shared" / "seeds" / "002_07bf6d3efaf093e7.txt"
URNS = count(600_000)


def percent(written: int) -> Figure:
    return Figure(Decimal(written))


def number(counted: int) -> Figure:
    return Figure(count=counted)


@dataclass(frozen=True)
class Published:
    """A figure of the document, words by which it is found there, and what whole numbers make of it: the numbers that
    its parts can come to together, none where it is impossible."""

    words: str
    claim: Claim
    sums: list[int]


PUBLISHED = [
    Published("supported 24 PGCE students, 98% of whom", Claim(24, (percent(98),)), []),
    Published("12 teachers took part in the programme", Claim(12, (percent(90),)), []),
    Published("two of these have already gained promotion", Claim(12, (number(2),)), [2]),
    Published("out of 36 primary Ofsted inspections", Claim(36, (percent(83),)), [30]),
    Published("15 had improved on their last inspection", Claim(36, (number(15), number(15))), [30]),
    Published("two 'outstanding' and eight 'good'", Claim(15, (number(2), number(8))), [10]),
    Published("with 67% graded 'outstanding' and 23% 'good'", Claim(30, (percent(67), percent(23))), [27]),
    Published("with 60% having a 2:1 degree", Claim(15, (percent(60),)), [9]),
    Published("13 secondary and two primary places", Claim(15, (number(13), number(2)), number(15)), [15]),
    Published("offering 13 places (eight fee-paying and five", Claim(13, (number(8), number(5)), number(13)), [13]),
    Published("two were graded 'outstanding' for teaching", Claim(3, (number(2), number(1)), percent(100)), [3]),
    Published("two moving from 'serious weaknesses'", Claim(5, (number(2), number(3)), percent(100)), [5]),
    Published(
        "39 schools including six special schools",
        Claim(39, (number(6), number(1), number(26), number(6)), number(39)),
        [39],
    ),
    Published("seven participants have already secured promotions", Claim(30, (number(7),)), [7]),
    Published("three middle leaders, one of whom", Claim(3, (number(1),)), [1]),
    Published("17 were brought above this level", Claim(19, (number(17),)), [17]),
    Published("with 15 leading to improved Ofsted outcomes", Claim(21, (number(15),)), [15]),
]


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.words)
def test_a_published_figure_is_possible_or_is_flagged(published: Published) -> None:
    assert check(published.claim).sums.listed() == published.sums


def test_what_cannot_be_is_told_beside_what_it_could_have_been() -> None:
    # 90 per cent of twelve: eleven are 92 per cent, ten 83.
    assert [(counted, round(float(exact), 1)) for counted, exact in nearest_percents(Decimal(90), 12)] == [
        (10, 83.3),
        (11, 91.7),
    ]


def test_70_and_30_per_cent_of_at_most_21_schools_are_of_ten_or_twenty() -> None:
    # 002: of the schools supported in 21 deployments that were inspected since, 70 per cent moved up and 30 stayed.
    both = (percent(70), percent(30))
    bases = [base for base in range(1, 22) if check(Claim(base, both, percent(100))).is_possible]
    assert bases == [10, 20]


@pytest.mark.skipif(not DOCUMENT.is_file(), reason="the document is not beside this repository")
def test_every_figure_here_stands_in_the_document() -> None:
    document = " ".join(DOCUMENT.read_text().split())
    assert [published.words for published in PUBLISHED if published.words not in document] == []


@pytest.fixture
def empty(kpis: Database) -> Iterator[None]:
    """The test leaves no school and no inspection."""
    yield
    forget_everything(kpis)


def result(kpi_http: Serving, alliance: Alliance, code: str, on: date) -> dict[str, Any]:
    somebody = kpi_http.somebody("broker", alliance.alliance_id)
    answer = somebody.get(f"/v1/alliances/{alliance.alliance_id}/results", params={"kpi": code, "as_of": str(on)})
    (found,) = answer.json()["items"]
    return dict(found)


@pytest.mark.usefixtures("empty")
def test_the_21_deployments_of_18_sles_are_rebuilt_from_records(kpi_http: Serving, kpis: Database) -> None:
    # 002: 18 SLEs, 21 deployments so far; of the supported schools inspected since, 70 per cent moved from requires
    # improvement to good and the others kept their grade. The days, and ten for the schools, are ours.
    alliance = Alliance(kpis)
    designated_on = date(2012, 9, 3)
    leaders = [alliance.designate(designated_on).leader_id for _ in range(18)]
    for nth in range(21):
        alliance.begin(leaders[nth % 18], designated_on + timedelta(days=7 * nth))
    urns = [str(next(URNS)) for _ in range(10)]
    record_schools(kpis, urns)
    for urn in urns:
        alliance.join(urn, date(2011, 9, 1))
    first, second = date(2011, 11, 8), date(2013, 5, 14)
    take_over(kpis, [Inspection(urn, first, Grade.REQUIRES_IMPROVEMENT) for urn in urns])
    grades = [Grade.GOOD] * 7 + [Grade.REQUIRES_IMPROVEMENT] * 3
    take_over(kpis, [Inspection(urn, second, grade) for urn, grade in zip(urns, grades, strict=True)])
    on = date(2013, 8, 31)
    improved, deployed = result(kpi_http, alliance, "A6", on), result(kpi_http, alliance, "B8b", on)
    assert (improved["numerator"], improved["denominator"], improved["percent"]) == (7, 10, 70.0)
    assert (improved["counts"]["maintained"], improved["counts"]["declined"]) == (3, 0)
    # The first thirteen weeks hold fourteen first days; the three leaders who were sent again count once.
    assert (deployed["denominator"], deployed["numerator"], len(deployed["trace"])) == (18, 14, 18)


@pytest.mark.usefixtures("empty")
def test_an_increase_from_29_to_79_per_cent_is_50_points_and_no_50_per_cent(kpi_http: Serving, kpis: Database) -> None:
    # 002: "50%" more pupils reaching level 4, "from 29% (2011) to 79% (2012)". The pupils and the years are ours.
    alliance = Alliance(kpis)
    urn = str(next(URNS))
    record_schools(kpis, [urn])
    alliance.join(urn, date(2011, 9, 1))
    take_over(kpis, [figure(urn, YEAR.before, "29", 28), figure(urn, YEAR, "79", 28)])
    found = attainment_result(kpi_http, alliance, "A4")
    assert (found["change"], found["change_unit"], found["change_percent"]) == (50.0, "percentage_points", 172.41)
    assert found["change_interval"]["low"] > 20, "few as they are, there were more"
