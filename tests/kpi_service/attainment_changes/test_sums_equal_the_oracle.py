"""On any schools, links and figures the SQL adds up what plain Python adds up of the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_service.attainment_changes import store
from kpi_service.attainment_changes.change import TOPICS, add_up
from kpi_service.inspections.store import Population
from kpi_service.official_files.attainment import Attainment, Figure, Level, Unit
from kpi_service.official_files.characteristics import SchoolLink
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.attainment_changes import oracle
from tests.kpi_service.attainment_changes.figures import DAY, YEAR
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
URNS = [str(100001 + number) for number in range(6)]
POPULATIONS = [population for population in Population if population is not Population.ALLIANCE]
FIGURES = (Figure.RWM_EXPECTED, Figure.RWM_EXPECTED_OTHERS, Figure.RWM_EXPECTED_DISADVANTAGED)


@dataclass(frozen=True)
class Schools:
    """Schools in the alliance, those in another (a school may be in both), and all schools' figures and successions."""

    members: Sequence[str]
    others: Sequence[str]
    links: Sequence[SchoolLink]
    told: Sequence[Attainment]


@st.composite
def schools(draw: st.DrawFn) -> Schools:
    """Six URNs: academies of one school, of two, parts of one, chains; with figures missing here and there."""
    pairs = [(before, after) for index, after in enumerate(URNS) for before in URNS[:index]]
    links = [SchoolLink(before, after, "predecessor", None) for before, after in draw(st.sets(st.sampled_from(pairs)))]
    places = [(urn, figure, year) for urn in URNS for figure in FIGURES for year in (YEAR, YEAR.before)]
    told = [
        Attainment(
            *(Level.SCHOOL, urn, year, figure, Unit.PERCENT),
            draw(st.decimals(0, 100, places=1)),
            draw(st.integers(1, 200)),
        )
        for urn, figure, year in draw(st.sets(st.sampled_from(places), min_size=8))
    ]
    members, others = (sorted(draw(st.sets(st.sampled_from(URNS), min_size=1))) for _ in range(2))
    return Schools(members, others, links, told)


@MANY
@given(drawn=schools())
def test_what_is_added_up(kpis: Database, drawn: Schools) -> None:
    forget_everything(kpis)
    record_schools(kpis, URNS)
    alliance, another = Alliance(kpis), Alliance(kpis)
    for joined, members in ((alliance, drawn.members), (another, drawn.others)):
        for urn in members:
            joined.join(urn, DAY)
    take_over(kpis, [*drawn.links, *drawn.told])
    outside = [urn for urn in URNS if urn not in {*drawn.members, *drawn.others}]
    with kpis.transaction(EVERY_TENANT) as session:
        records = store.records_of(session, alliance.alliance_id, YEAR, DAY)
        sums = store.sums_of(session, POPULATIONS, YEAR, DAY)
    nothing = {topic: add_up(topic, [], YEAR) for topic in TOPICS}
    for topic in TOPICS:
        for found, members in (
            (add_up(topic, records, YEAR), drawn.members),
            (sums[Population.IN_NO_ALLIANCE][topic], outside),
            (sums[Population.EVERY_ALLIANCE][topic], sorted({*drawn.members, *drawn.others})),
            (sums[Population.NATION][topic], URNS),
            (sums.get(alliance.alliance_id, nothing)[topic], drawn.members),
            (sums.get(another.alliance_id, nothing)[topic], drawn.others),
        ):
            expected = oracle.sums(members, topic.figures, YEAR, drawn.told, drawn.links)
            assert {cell: (100 * part.numerator, part.pupils) for cell, part in found.sums.items()} == expected
