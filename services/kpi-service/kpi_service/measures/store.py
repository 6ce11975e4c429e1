"""The SQL of the measures: one statement over the facts gives the figures and what stands behind them.

Each takes the day it is asked about; what happened after that day is not looked at.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FunctionFilter, Subquery, and_, case, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from kpi_service.facts.fact import SPECIALIST_LEADER
from kpi_service.facts.tables import DeploymentRow, DesignationRow
from kpi_service.measures.deployment_clock import ClockReading, CountedAs, DesignatedIn
from kpi_service.measures.rate import Rate
from kpi_service.measures.school_count import MemberSchool, NationalCount, SchoolCount
from kpi_service.schools.tables import AllianceRow, MembershipRow, SchoolRow

# What `grouping(alliance_id, cohort)` says of a row: it is of one alliance, of a cohort, or of all together.
_OF_AN_ALLIANCE, _OF_A_COHORT, _ALL = 1, 2, 3


def read_deployment_clocks(
    session: Session, alliance_id: UUID, chosen: DesignatedIn, as_of: date
) -> tuple[Rate, Sequence[ClockReading]]:
    """How many SLEs were deployed within three months of designation, of how many, and each designation's clock.

    Every first designation of an SLE up to `as_of` has a clock, a renewal has none. It stops on the first day on site
    of the leader's first deployment that began while the designation was in force; an extension is no new deployment.
    A lapse ends a designation and, unlike a withdrawal, excuses nothing: what lapsed without a deployment counts.
    Source: KPI B8b.
    """
    clocks = _clocks(as_of, DesignationRow.alliance_id == alliance_id, *_chosen(chosen))
    numerator, denominator = (counted.over() for counted in _deployed_of_all(clocks))
    rows = session.execute(
        select(clocks, numerator.label("numerator"), denominator.label("denominator")).order_by(
            clocks.c.designated_on, clocks.c.designation_id
        )
    ).all()
    rate = Rate(rows[0].numerator, rows[0].denominator) if rows else Rate(0, 0)
    return rate, [
        ClockReading(
            designation_id=row.designation_id,
            leader_id=row.leader_id,
            designated_on=row.designated_on,
            last_day_on=row.last_day_on,
            withdrawn_on=row.withdrawn_on,
            deployment_id=row.deployment_id,
            first_day_on=row.first_day_on,
            agreed_on=row.agreed_on,
            counted_as=CountedAs(row.counted_as),
            read_on=as_of,
        )
        for row in rows
    ]


def deployment_rates_by_alliance(session: Session, as_of: date) -> Mapping[UUID, Rate]:
    """How many SLEs of each alliance were deployed within three months, of how many, in one statement for all that the
    caller may see. An alliance that has designated nobody is left out."""
    clocks = _clocks(as_of)
    rates = select(clocks.c.alliance_id, *_deployed_of_all(clocks)).group_by(clocks.c.alliance_id)
    return {alliance_id: Rate(deployed, of) for alliance_id, deployed, of in session.execute(rates)}


def _deployed_of_all(clocks: Subquery) -> Sequence[FunctionFilter[int]]:
    """The numerator and the denominator of the deployment rate."""
    of_all = [CountedAs.WITHIN, CountedAs.LATE, CountedAs.NOT_DEPLOYED]
    counted_as = clocks.c.counted_as
    return [func.count().filter(counted_as == CountedAs.WITHIN), func.count().filter(counted_as.in_(of_all))]


def _clocks(as_of: date, *chosen: ColumnElement[bool]) -> Subquery:
    """The clock of each first designation chosen, and what it counts as on the day."""
    made, begun = DesignationRow, DeploymentRow
    ended_on = func.least(made.withdrawn_on, made.lapsed_on)
    first = (
        select(begun.deployment_id, begun.first_day_on, begun.agreed_on)
        .where(
            begun.alliance_id == made.alliance_id,
            begun.leader_id == made.leader_id,
            begun.extends_deployment_id.is_(None),
            begun.first_day_on.between(made.designated_on, as_of),
            or_(ended_on.is_(None), begun.first_day_on < ended_on),
        )
        .order_by(begun.first_day_on, begun.deployment_id)
        .limit(1)
        .lateral("first")
    )
    counted_as = case(
        (first.c.first_day_on <= made.last_day_on, CountedAs.WITHIN),
        (first.c.first_day_on.is_not(None), CountedAs.LATE),
        (made.withdrawn_on <= func.least(as_of, made.last_day_on), CountedAs.EXCLUDED),
        (made.last_day_on >= as_of, CountedAs.PENDING),
        else_=CountedAs.NOT_DEPLOYED,
    )
    return (
        select(
            made.alliance_id,
            made.designation_id,
            made.leader_id,
            made.designated_on,
            made.last_day_on,
            case((made.withdrawn_on <= as_of, made.withdrawn_on)).label("withdrawn_on"),
            first.c.deployment_id,
            first.c.first_day_on,
            first.c.agreed_on,
            counted_as.label("counted_as"),
        )
        .join(first, true(), isouter=True)
        .where(
            made.kind == SPECIALIST_LEADER,
            made.renews_designation_id.is_(None),
            made.designated_on <= as_of,
            *chosen,
        )
        .subquery()
    )


def _chosen(chosen: DesignatedIn) -> list[ColumnElement[bool]]:
    conditions = []
    if chosen.round is not None:
        conditions.append(DesignationRow.round == chosen.round)
    if chosen.designated_from is not None:
        conditions.append(DesignationRow.designated_on >= chosen.designated_from)
    if chosen.designated_to is not None:
        conditions.append(DesignationRow.designated_on < chosen.designated_to)
    return conditions


def count_member_schools(
    session: Session, alliance_id: UUID, as_of: date, year_before: date
) -> tuple[SchoolCount, Sequence[MemberSchool]]:
    """How many schools one alliance has on either day, and which. Source: KPI A1, B7."""
    member = MembershipRow
    is_member, was_member = func.bool_or(_covers(as_of)), func.bool_or(_covers(year_before))
    schools = (
        select(
            member.urn,
            func.array_agg(aggregate_order_by(member.membership_id, member.from_on)).label("membership_ids"),
            and_(is_member, _is_open(as_of)).label("is_counted"),
            and_(was_member, _is_open(year_before)).label("was_counted"),
            and_(is_member, ~_is_open(as_of)).label("is_closed"),
            SchoolRow.closed_on,
        )
        .join(SchoolRow, SchoolRow.urn == member.urn, isouter=True)
        .where(member.alliance_id == alliance_id, or_(_covers(as_of), _covers(year_before)))
        .group_by(member.urn, SchoolRow.closed_on)
        .subquery()
    )
    counts = [func.count().filter(counted).over() for counted in (schools.c.is_counted, schools.c.was_counted)]
    rows = session.execute(
        select(schools, counts[0].label("schools"), counts[1].label("schools_year_before")).order_by(schools.c.urn)
    ).all()
    count = SchoolCount(rows[0].schools, rows[0].schools_year_before) if rows else SchoolCount(0, 0)
    return count, [
        MemberSchool(
            urn=row.urn,
            membership_ids=tuple(row.membership_ids),
            is_counted=row.is_counted,
            was_counted=row.was_counted,
            is_closed=row.is_closed,
            closed_on=row.closed_on,
        )
        for row in rows
    ]


def count_schools_nationally(session: Session, as_of: date, year_before: date) -> NationalCount:
    """How many schools are in alliances on either day, in total, for each cohort and for each alliance that has or had
    one.

    A school in several alliances counts once in the total and once in each cohort. An alliance whose cohort is not
    known counts in the total only. Source: KPI A1, B7.
    """
    member = MembershipRow
    on_the_day = and_(_covers(as_of), _is_open(as_of))
    a_year_before = and_(_covers(year_before), _is_open(year_before))
    rows = session.execute(
        select(
            member.alliance_id,
            AllianceRow.cohort,
            func.grouping(member.alliance_id, AllianceRow.cohort).label("without"),
            func.count(member.urn.distinct()).filter(on_the_day).label("schools"),
            func.count(member.urn.distinct()).filter(a_year_before).label("schools_year_before"),
        )
        .select_from(member)
        .join(AllianceRow, AllianceRow.alliance_id == member.alliance_id, isouter=True)
        .join(SchoolRow, SchoolRow.urn == member.urn, isouter=True)
        .where(or_(on_the_day, a_year_before))
        .group_by(func.grouping_sets(tuple_(member.alliance_id), tuple_(AllianceRow.cohort), tuple_()))
        .order_by(AllianceRow.cohort)
    ).all()
    counts = [(row, SchoolCount(row.schools, row.schools_year_before)) for row in rows]
    return NationalCount(
        total=next(count for row, count in counts if row.without == _ALL),
        cohorts={row.cohort: count for row, count in counts if row.without == _OF_A_COHORT and row.cohort is not None},
        alliances={row.alliance_id: count for row, count in counts if row.without == _OF_AN_ALLIANCE},
    )


def _covers(day: date) -> ColumnElement[bool]:
    member = MembershipRow
    return and_(member.from_on <= day, or_(member.to_on.is_(None), member.to_on >= day))


def _is_open(day: date) -> ColumnElement[bool]:
    return or_(SchoolRow.closed_on.is_(None), SchoolRow.closed_on >= day)


def newest_leader_fact(session: Session, alliance_id: UUID | None = None) -> datetime | None:
    """When the newest of the facts about leaders, of one alliance or of all, was recorded; None where there is none."""
    newest = [
        select(func.max(row.recorded_at))
        .where(true() if alliance_id is None else row.alliance_id == alliance_id)
        .scalar_subquery()
        for row in (DesignationRow, DeploymentRow)
    ]
    return session.scalar(select(func.greatest(*newest)))


def newest_school_fact(session: Session, alliance_id: UUID | None = None) -> datetime | None:
    """When the newest of the facts behind a count of schools was recorded: of one alliance, its memberships and their
    schools; of all of them, the alliances too, whose cohorts are counted. None where there is no membership."""
    of = true() if alliance_id is None else MembershipRow.alliance_id == alliance_id
    behind = [MembershipRow.recorded_at, SchoolRow.recorded_at]
    behind += [AllianceRow.recorded_at] if alliance_id is None else []
    newest: datetime | None = session.scalar(
        select(func.max(func.greatest(*behind)))
        .select_from(MembershipRow)
        .join(AllianceRow, AllianceRow.alliance_id == MembershipRow.alliance_id, isouter=True)
        .join(SchoolRow, SchoolRow.urn == MembershipRow.urn, isouter=True)
        .where(of)
    )
    return newest
