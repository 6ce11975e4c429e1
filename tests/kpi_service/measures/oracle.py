"""The measures once more, in plain Python and from the facts alone, to set the SQL against."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta

from kpi_service.facts.fact import DeploymentBegun, Designation, Lapse, Withdrawal
from kpi_service.schools.membership import Membership, School


@dataclass(frozen=True)
class Reading:
    """What one designation counts as, and by which deployment."""

    counted_as: str
    deployment_id: UUID | None = None


def read_clocks(
    designations: Sequence[Designation],
    withdrawals: Sequence[Withdrawal],
    lapses: Sequence[Lapse],
    deployments: Sequence[DeploymentBegun],
    as_of: date,
) -> dict[UUID, Reading]:
    """Each designation that has a clock on the day, by its id."""
    withdrawn = {w.designation_id: w.withdrawn_on for w in withdrawals if w.withdrawn_on <= as_of}
    lapsed = {lapse.designation_id: lapse.lapsed_on for lapse in lapses if lapse.lapsed_on <= as_of}
    for made in designations:
        if made.due_to_lapse_on is not None and made.due_to_lapse_on <= as_of:
            by_itself = made.due_to_lapse_on
            lapsed[made.designation_id] = min(by_itself, lapsed.get(made.designation_id, by_itself))
    known = [d for d in deployments if d.first_day_on <= as_of and d.extends_deployment_id is None]
    return {
        made.designation_id: _read(
            made, withdrawn.get(made.designation_id), lapsed.get(made.designation_id), known, as_of
        )
        for made in designations
        if made.kind == "sle" and made.renews_designation_id is None and made.designated_on <= as_of
    }


def _read(
    made: Designation,
    withdrawn_on: date | None,
    lapsed_on: date | None,
    known: Sequence[DeploymentBegun],
    as_of: date,
) -> Reading:
    last_day = made.designated_on + relativedelta(months=3)
    in_force = [
        deployment
        for deployment in known
        if deployment.leader_id == made.leader_id
        and deployment.first_day_on >= made.designated_on
        and (withdrawn_on is None or deployment.first_day_on < withdrawn_on)
        and (lapsed_on is None or deployment.first_day_on < lapsed_on)
    ]
    if in_force:
        first = min(in_force, key=lambda deployment: (deployment.first_day_on, deployment.deployment_id))
        return Reading("within" if first.first_day_on <= last_day else "late", first.deployment_id)
    if withdrawn_on is not None and withdrawn_on <= last_day:
        return Reading("excluded")
    return Reading("pending" if as_of <= last_day else "not_deployed")


def rate(readings: Mapping[UUID, Reading]) -> tuple[int, int]:
    """Numerator and denominator."""
    counts = Counter(reading.counted_as for reading in readings.values())
    return counts["within"], counts["within"] + counts["late"] + counts["not_deployed"]


def schools_on(
    day: date, memberships: Sequence[Membership], schools: Sequence[School], cohort_of: Mapping[UUID, int | None]
) -> tuple[set[str], dict[int, set[str]]]:
    """The URNs that count on a day, in total and by cohort."""
    closed = {s.urn for s in schools if s.closed_on is not None and s.closed_on < day}
    total: set[str] = set()
    cohorts: dict[int, set[str]] = {}
    for membership in memberships:
        ended = membership.to_on is not None and membership.to_on < day
        if membership.from_on > day or ended or membership.urn in closed:
            continue
        total.add(membership.urn)
        cohort = cohort_of.get(membership.alliance_id)
        if cohort is not None:
            cohorts.setdefault(cohort, set()).add(membership.urn)
    return total, cohorts
