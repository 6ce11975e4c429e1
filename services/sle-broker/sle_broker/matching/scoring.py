"""The score of a leader who may be offered: points for each criterion, and the fact that earned them.

Points are whole numbers, so that the parts add up to the total exactly. With the weights as they stand by default a
total is in thousandths of the best there could be.
"""

from enum import StrEnum
from typing import NamedTuple

from sle_broker.designations.clock import ClockReading, ClockState, read_clock
from sle_broker.designations.days import in_figures
from sle_broker.designations.designation import Designation, LeaderKind
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching_weights.weights import Weights
from sle_broker.specialisms.specialism import SpecialismStanding


class Criterion(StrEnum):
    """What a leader is scored on, in the order in which the parts of a score are listed."""

    SPECIALISM = "specialism"
    PHASE = "phase"
    DISTANCE = "distance"
    DAYS = "days"
    LOAD = "load"
    CLOCK = "clock"
    EXPERIENCE = "experience"
    EVALUATIONS = "evaluations"


class ScorePart(NamedTuple):
    """What one criterion contributed: points out of the most it could give, and the fact they were given for."""

    criterion: Criterion
    points: int
    out_of: int
    fact: str


def score(candidate: Candidate, search: Search, weights: Weights) -> tuple[ScorePart, ...]:
    """One part for every criterion, in the order of `Criterion`, whether or not it earned anything.

    Points are rounded down. What is not recorded earns nothing and is said to be missing; it is never guessed.
    """
    return (
        _specialism(candidate, search, weights),
        _phase(candidate, search, weights),
        _distance(candidate, search, weights),
        _days(candidate, weights),
        _load(candidate, weights),
        _clock(candidate, search, weights),
        _experience(candidate, weights),
        _evaluations(candidate, weights),
    )


def _specialism(candidate: Candidate, search: Search, weights: Weights) -> ScorePart:
    """Each specialism asked for counts the same; one only claimed counts for a part of one validated."""
    held, percent, facts = search.held_by(candidate), 0, []
    for need in search.areas:
        specialism = held.get(need.code)
        if specialism is None:
            facts.append(f"does not hold {need.name}")
        else:
            standing = specialism.standing
            percent += 100 if standing is SpecialismStanding.VALIDATED else weights.claimed_percent
            facts.append(f"{standing} in {need.name} on {specialism.validated_on or specialism.claimed_on}")
    points = weights.specialism * percent // (100 * len(search.areas))
    return ScorePart(Criterion.SPECIALISM, points, weights.specialism, "; ".join(facts))


def _phase(candidate: Candidate, search: Search, weights: Weights) -> ScorePart:
    phase = search.phase
    if phase in candidate.phases:
        return ScorePart(Criterion.PHASE, weights.phase, weights.phase, f"works in {phase}")
    return ScorePart(Criterion.PHASE, 0, weights.phase, f"does not work in {phase}")


def _distance(candidate: Candidate, search: Search, weights: Weights) -> ScorePart:
    km = search.whole_km_to(candidate)
    if km is None:
        return ScorePart(Criterion.DISTANCE, 0, weights.distance, "location not recorded")
    points = weights.distance * max(weights.far_km - km, 0) // weights.far_km
    return ScorePart(Criterion.DISTANCE, points, weights.distance, f"{km} km")


def _days(candidate: Candidate, weights: Weights) -> ScorePart:
    left, yearly = candidate.days_left, candidate.allowance_days
    points = weights.days if left >= yearly else int(weights.days * left // yearly)
    fact = (
        f"{in_figures(left)} of {in_figures(yearly)} days left, {in_figures(candidate.free_days)} free in this window"
    )
    return ScorePart(Criterion.DAYS, points, weights.days, fact)


def _load(candidate: Candidate, weights: Weights) -> ScorePart:
    count = candidate.open_deployments
    points = weights.load * max(weights.heavy_load - count, 0) // weights.heavy_load
    return ScorePart(Criterion.LOAD, points, weights.load, _say_number(count, "open deployment"))


def _clock(candidate: Candidate, search: Search, weights: Weights) -> ScorePart:
    """The nearer the end of the three months, the more; nothing where this request would come too late to help."""
    designation = _designation_with_a_clock(candidate, search)
    if designation is None:
        return ScorePart(Criterion.CLOCK, 0, weights.clock, "no deployment clock to meet")
    reading = read_clock(designation, candidate.first_days_on_site, search.as_of)
    points = 0
    if reading.state is ClockState.PENDING and search.first_day <= reading.last_day:
        elapsed = (search.as_of - designation.designated_on).days
        points = weights.clock * elapsed // (reading.last_day - designation.designated_on).days
    return ScorePart(Criterion.CLOCK, points, weights.clock, _say_clock(designation, reading, search))


def _designation_with_a_clock(candidate: Candidate, search: Search) -> Designation | None:
    clocked = [
        designation
        for designation in candidate.designations
        if designation.kind == LeaderKind.SLE
        and designation.renews_designation_id is None
        and designation.is_in_force(search.first_day)
    ]
    return max(clocked, key=lambda designation: (designation.designated_on, designation.id), default=None)


def _say_clock(designation: Designation, reading: ClockReading, search: Search) -> str:
    if reading.days_left is None:
        return f"to be designated on {designation.designated_on}"
    if reading.first_day_on_site is not None:
        return f"first deployed on {reading.first_day_on_site}"
    days = (search.as_of - designation.designated_on).days
    since = f"{_say_number(days, 'day')} ago" if days else "today"
    waited = f"designated {since}, not yet deployed"
    if reading.state is ClockState.OVERDUE:
        return f"{waited}: the clock ended {_say_number(-reading.days_left, 'day')} ago"
    if search.first_day > reading.last_day:
        return f"{waited}: this help begins after the clock ends on {reading.last_day}"
    return f"{waited}: {_say_number(reading.days_left, 'day')} left on the clock"


def _experience(candidate: Candidate, weights: Weights) -> ScorePart:
    count = candidate.like_schools_helped
    points = weights.experience * min(count, weights.well_practised) // weights.well_practised
    return ScorePart(
        Criterion.EXPERIENCE, points, weights.experience, f"{_say_number(count, 'school')} like this one helped before"
    )


def _evaluations(candidate: Candidate, weights: Weights) -> ScorePart:
    met, judged = candidate.objectives_met, candidate.objectives_judged
    if not judged:
        return ScorePart(Criterion.EVALUATIONS, 0, weights.evaluations, "no deployment evaluated yet")
    fact = f"{met} of {_say_number(judged, 'objective')} met in evaluated deployments"
    return ScorePart(Criterion.EVALUATIONS, weights.evaluations * met // judged, weights.evaluations, fact)


def _say_number(count: int, thing: str) -> str:
    return f"{count or 'no'} {thing}{'' if count == 1 else 's'}"
