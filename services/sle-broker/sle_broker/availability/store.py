"""The SQL of what leaders offer of an academic year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from sle_broker.availability.availability import Availability
from sle_broker.availability.tables import HalfTermAvailabilityRow, LeaderAllowanceRow
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.half_term import HalfTerm, half_terms_of
from sle_broker.designations.leader import Leader
from sle_broker.designations.tables import LeaderRow


def availability_of(session: Session, leaders: Iterable[Leader], year: AcademicYear) -> Mapping[UUID, Availability]:
    """What each of these leaders offers of a year, by their ids: the usual allowance where no other is recorded."""
    usual = {leader.id: leader.allowance_days for leader in leaders}
    allowance, in_half_term = LeaderAllowanceRow, HalfTermAvailabilityRow
    of_the_year = select(allowance.leader_id, allowance.days).where(
        allowance.leader_id.in_(usual), allowance.academic_year == year.starting
    )
    agreed = dict(session.execute(of_the_year).all())
    half_terms = {half_term.name.value: half_term for half_term in half_terms_of(year)}
    said: dict[UUID, dict[HalfTerm, Decimal]] = defaultdict(dict)
    rows = session.scalars(
        select(in_half_term).where(in_half_term.leader_id.in_(usual), in_half_term.academic_year == year.starting)
    )
    for row in rows:
        said[row.leader_id][half_terms[row.half_term]] = row.days
    return {id: Availability(agreed.get(id, days), said.get(id, {})) for id, days in usual.items()}


def save_availability(
    session: Session,
    leader_id: UUID,
    alliance_id: UUID,
    year: AcademicYear,
    allowance_days: Decimal | None,
    said: Mapping[HalfTerm, Decimal],
) -> int:
    """Puts what a leader offers of a year in the place of what they offered; no allowance means the usual one.

    It is a new version of the leader, whose row has been locked before: the number is the answer.
    """
    whose = {"leader_id": leader_id, "academic_year": year.starting, "alliance_id": alliance_id}
    for table in (LeaderAllowanceRow, HalfTermAvailabilityRow):
        session.execute(
            delete(table).where(table.leader_id == leader_id, table.academic_year == year.starting),
        )
    if allowance_days is not None:
        session.execute(insert(LeaderAllowanceRow).values(**whose, days=allowance_days))
    if said:
        rows = [{**whose, "half_term": half_term.name, "days": days} for half_term, days in said.items()]
        session.execute(insert(HalfTermAvailabilityRow), rows)
    leader = session.get_one(LeaderRow, leader_id)
    flag_modified(leader, "allowance_days")
    session.flush()
    return leader.version
