"""On any facts, told in any order, the SQL says what plain Python says of the same facts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_service import projections
from kpi_service.facts.fact import DeploymentBegun, Designation, Lapse, Withdrawal
from kpi_service.measures.deployment_clock import last_day_within
from kpi_service.measures.rate import Rate
from kpi_service.measures.school_count import SchoolCount
from kpi_service.measures.target import year_before
from kpi_service.schools.membership import Membership, School
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import RECORDED_AT, Alliance, record_school, tell
from tests.kpi_service.measures import oracle
from tests.kpi_service.results.asking import a1, b7, b8b

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DESIGNATION_DAYS = [date(2014, 11, day) for day in (27, 28, 29, 30)] + [
    date(2015, 1, 31),
    date(2015, 5, 31),
    date(2015, 11, 29),
    date(2015, 11, 30),
    date(2016, 2, 29),
]
AROUND = st.sampled_from([-100, -92, -91, -45, -1, 0, 1, 2, 60])
"""Days from the last day that is within three months: on every side of each boundary."""


@dataclass(frozen=True)
class Facts:
    """What is told of one alliance's leaders, and the day that is asked about."""

    designations: Sequence[Designation]
    withdrawals: Sequence[Withdrawal]
    lapses: Sequence[Lapse]
    deployments: Sequence[DeploymentBegun]
    as_of: date


@st.composite
def leader_facts(draw: st.DrawFn) -> Facts:
    """One to three leaders, each with designations, withdrawals, lapses by themselves and recorded, and deployments on
    and around the boundaries."""
    alliance_id, designations, withdrawals, lapses, deployments = uuid4(), [], [], [], []
    last_days = []
    for leader_id in [uuid4() for _ in range(draw(st.integers(1, 3)))]:
        earlier: UUID | None = None
        for _ in range(draw(st.integers(1, 3))):
            designated_on = draw(st.sampled_from(DESIGNATION_DAYS))
            last_days.append(last_day_within(designated_on))
            ended_on = max(designated_on, last_days[-1] + timedelta(draw(AROUND)))
            made = Designation(
                designation_id=uuid4(),
                alliance_id=alliance_id,
                leader_id=leader_id,
                kind=draw(st.sampled_from(["sle", "sle", "sle", "nle"])),
                round=None,
                designated_on=designated_on,
                renews_designation_id=draw(st.sampled_from([None, None, earlier])),
                recorded_at=RECORDED_AT,
                due_to_lapse_on=draw(st.sampled_from([None, ended_on, ended_on + timedelta(1)])),
            )
            earlier = made.designation_id
            designations.append(made)
            match draw(st.sampled_from(["stands", "withdrawn", "lapsed"])):
                case "withdrawn":
                    withdrawals.append(Withdrawal(made.designation_id, ended_on, RECORDED_AT))
                case "lapsed":
                    lapses.append(Lapse(made.designation_id, ended_on, RECORDED_AT))
        for _ in range(draw(st.integers(0, 3))):
            begun = DeploymentBegun(
                deployment_id=uuid4(),
                alliance_id=alliance_id,
                leader_id=leader_id,
                first_day_on=draw(st.sampled_from(last_days)) + timedelta(draw(AROUND)),
                agreed_on=None,
                extends_deployment_id=draw(st.sampled_from([None, None, uuid4()])),
                recorded_at=RECORDED_AT,
            )
            deployments.append(begun)
    as_of = draw(st.sampled_from(last_days)) + timedelta(draw(AROUND))
    return Facts(designations, withdrawals, lapses, deployments, as_of)


def told(database: Database, name: str, fact: Designation | Withdrawal | Lapse | DeploymentBegun) -> None:
    tell(database, name, asdict(fact))


@MANY
@given(facts=leader_facts())
def test_the_deployment_clock(kpis: Database, facts: Facts) -> None:
    alliance = Alliance(kpis, alliance_id=facts.designations[0].alliance_id)
    for deployment in facts.deployments:
        told(kpis, "deployment-begun", deployment)
    for made in facts.designations:
        told(kpis, "designation-made", made)
    for withdrawal in facts.withdrawals:
        told(kpis, "designation-withdrawn", withdrawal)
    for lapse in facts.lapses:
        told(kpis, "designation-lapsed", lapse)
    expected = oracle.read_clocks(facts.designations, facts.withdrawals, facts.lapses, facts.deployments, facts.as_of)
    result = b8b(alliance, facts.as_of)
    assert {
        clock.designation_id: oracle.Reading(clock.counted_as, clock.deployment_id) for clock in result.clocks
    } == expected
    assert result.rate == Rate(*oracle.rate(expected))


@dataclass(frozen=True)
class Nation:
    """Alliances by their cohort, their memberships, the schools that closed, and the day that is asked about."""

    cohorts: Sequence[int | None]
    memberships: Sequence[tuple[int, str, date, date | None]]
    schools: Sequence[School]
    as_of: date


AS_OF = date(2016, 2, 29)
DAYS = [day + timedelta(days) for day in (date(2015, 2, 28), AS_OF) for days in (-40, -1, 0, 1)]


@st.composite
def nations(draw: st.DrawFn) -> Nation:
    """A few alliances and schools, with beginnings, ends and closures on and around the two days that are compared."""
    cohorts = draw(st.lists(st.sampled_from([None, 1, 2, 3]), min_size=1, max_size=4))
    urns = [str(100001 + number) for number in range(4)]
    memberships = []
    for index in range(len(cohorts)):
        for urn in draw(st.sets(st.sampled_from(urns))):
            from_on, to_on = draw(st.sampled_from(DAYS)), draw(st.sampled_from([None, *DAYS]))
            memberships.append((index, urn, from_on, None if to_on is None else max(from_on, to_on)))
    closing = st.sampled_from([None, None, *DAYS])
    schools = [School(urn, draw(closing), RECORDED_AT) for urn in draw(st.sets(st.sampled_from(urns)))]
    return Nation(cohorts, memberships, schools, AS_OF)


@MANY
@given(nation=nations())
def test_schools_in_alliances(kpis: Database, nation: Nation) -> None:
    with kpis.transaction(EVERY_TENANT) as session:
        projections.reset_plans_api(session)
    alliances = [Alliance(kpis, cohort=cohort) for cohort in nation.cohorts]
    memberships = [
        Membership(
            alliances[index].join(urn, from_on, to_on), alliances[index].alliance_id, urn, from_on, to_on, RECORDED_AT
        )
        for index, urn, from_on, to_on in nation.memberships
    ]
    for school in nation.schools:
        record_school(kpis, school.urn, school.closed_on)
    known = {alliance.alliance_id: alliance.cohort for alliance in alliances}
    now, now_by_cohort = oracle.schools_on(nation.as_of, memberships, nation.schools, known)
    then, then_by_cohort = oracle.schools_on(year_before(nation.as_of), memberships, nation.schools, known)
    result = a1(kpis, nation.as_of)
    assert result.total.years == SchoolCount(len(now), len(then)).years
    assert {cohort: judged.years for cohort, judged in result.cohorts.items()} == {
        cohort: SchoolCount(len(now_by_cohort.get(cohort, ())), len(then_by_cohort.get(cohort, ()))).years
        for cohort in now_by_cohort.keys() | then_by_cohort.keys()
    }
    for alliance in alliances:
        own = [membership for membership in memberships if membership.alliance_id == alliance.alliance_id]
        counts = [
            len(oracle.schools_on(day, own, nation.schools, known)[0])
            for day in (nation.as_of, year_before(nation.as_of))
        ]
        assert b7(alliance, nation.as_of).count == SchoolCount(*counts)
