"""What a search looks at. SQL narrows, counts and fetches; the rules decide on what it brings.

A small pool is fetched whole. In a large one the database says of each leader, in the rules' own order, what stands
against them and how many points they would have; the rules then look at the best alone. That both say the same is
tested on pools of every sort.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, Uuid, any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.availability.availability import Availability
from sle_broker.deployments.booking import days_left
from sle_broker.deployments.deployment import VISITS_ENDED
from sle_broker.deployments.free_days import HeldDays, free_days
from sle_broker.designations.academic_year import academic_year_of
from sle_broker.designations.designation import Designation
from sle_broker.designations.half_term import half_terms_of
from sle_broker.designations.tables import LeaderRow
from sle_broker.matching.blocking import BlockingReason, block
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.distance import EARTH_RADIUS_KM, Location
from sle_broker.matching_weights.weights import Weights
from sle_broker.schools.school import School
from sle_broker.schools.store import schools_by_urn
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, Specialism, SpecialismGroup
from sle_broker.support_requests.support_request import SupportRequest

Leaders = Mapping[UUID, tuple[str, Candidate]]
"""Leaders by their ids, each with their name."""

LARGEST_READ_WHOLE = 200
"""A pool of so many leaders is listed whole; of a larger one the best are."""

_AT_ONCE = 200

# `least` passes over what is null, so an unknown place is asked about first.
_KM = f"""CASE WHEN {{latitude}} + {{longitude}} + CAST(:latitude AS float8) + CAST(:longitude AS float8) IS NOT NULL
    THEN round({2 * EARTH_RADIUS_KM} * asin(sqrt(least(1.0,
        power(sin((radians(:latitude) - radians({{latitude}})) / 2), 2)
        + cos(radians({{latitude}})) * cos(radians(:latitude))
        * power(sin(radians(:longitude - {{longitude}}) / 2), 2))))) END"""

_EVERYBODY = "who AS (SELECT id AS leader_id FROM leaders WHERE alliance_id = :alliance)"
_THESE = "who AS (SELECT unnest(CAST(:ids AS uuid[])) AS leader_id)"
# A degree of latitude is more than 111.19 km: whoever is further away by latitude alone is not measured.
_WITHIN_REACH = f"""who AS (
    SELECT DISTINCT leader_id FROM leader_search_rows
    WHERE alliance_id = :alliance AND code = ANY(:codes) AND claimed_on <= :as_of AND (
        travel_limit_km IS NULL OR latitude + longitude + CAST(:latitude AS float8) IS NULL
        OR (abs(latitude - :latitude) * 111.19 <= travel_limit_km + :km_more + 1
            AND {_KM.format(latitude="latitude", longitude="longitude")} <= travel_limit_km + :km_more)))"""  # noqa: S608 -- our own words alone

# What leaders have done by the day, each by their deployments: an index has all of it that a search asks for. An offer
# to another alliance that nobody answered in time holds nothing, whether or not that has been recorded.
_RECORD = """
    SELECT coalesce(sum(CASE WHEN has_ended THEN days_held ELSE days END)
                    FILTER (WHERE academic_year = :year), 0) AS days_held,
           count(*) FILTER (WHERE NOT has_ended) AS open_deployments,
           array_agg(first_day_on) FILTER (WHERE kind = 'commission' AND first_day_on <= :as_of) AS first_days,
           count(DISTINCT host_school_urn) FILTER (WHERE is_like AND first_day_on <= :as_of) AS like_schools,
           coalesce(sum(met), 0) AS met, coalesce(sum(judged), 0) AS judged
    FROM (
        SELECT deployment.academic_year, deployment.days, deployment.days_held, deployment.kind,
               deployment.first_day_on, deployment.host_school_urn, reached.state = ANY(:visits_ended) AS has_ended,
               (helped.phase, helped.type) = (SELECT phase, type FROM schools WHERE urn = :host_urn) AS is_like,
               objectives.met, objectives.judged
        FROM deployments deployment
        CROSS JOIN LATERAL (
            SELECT state FROM deployment_steps WHERE deployment_id = deployment.id AND "on" <= :as_of
            ORDER BY position DESC LIMIT 1
        ) reached
        LEFT JOIN schools helped ON helped.urn = deployment.host_school_urn
        LEFT JOIN LATERAL (
            SELECT count(*) FILTER (WHERE outcome = 'met') AS met, count(*) AS judged
            FROM objectives WHERE deployment_id = deployment.id
        ) objectives ON reached.state IN ('evaluated', 'closed')
        WHERE deployment.leader_id = profile.id AND deployment.held_until <= now() IS NOT TRUE
    ) each"""

# What is known of an end of a designation is known once its day has come: so a designation is in force on the first day
# of the search, which is not before the day of asking, exactly when it has begun and no end of it is known.
# `OFFSET 0` has leaders looked up one by one: those who are wanted are few, however many there are.
_PROFILES = f"""profile AS (
    SELECT leader.id, leader.name, leader.home_school_urn, leader.phases, leader.travel_limit_km, leader.conflicts,
           coalesce(leader.not_released_from_on <= :earliest_start AND :latest_finish <= leader.not_released_to_on,
                    false) AS is_kept_back,
           coalesce(agreed.days, leader.allowance_days) AS allowance_days,
           home.latitude, home.longitude, {_KM.format(latitude="home.latitude", longitude="home.longitude")} AS km,
           held.percent, designated.*
    FROM who
    CROSS JOIN LATERAL (SELECT * FROM leaders WHERE id = who.leader_id OFFSET 0) leader
    LEFT JOIN schools home ON home.urn = leader.home_school_urn
    LEFT JOIN leader_allowances agreed ON agreed.leader_id = leader.id AND agreed.academic_year = :year
    CROSS JOIN LATERAL (
        SELECT sum(percent) AS percent FROM (
            SELECT max(CASE WHEN validated_on <= :as_of THEN 100 ELSE :claimed_percent END) AS percent
            FROM leader_search_rows
            WHERE leader_id = leader.id AND code = ANY(:codes) AND claimed_on <= :as_of GROUP BY code) each
    ) held
    CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS is_designated,
               CAST(:leader_kind AS text) IS NULL OR coalesce(bool_or(kind = :leader_kind), false) AS is_of_kind,
               max(designated_on) FILTER (WHERE kind = 'sle' AND renews_designation_id IS NULL) AS clocked_on
        FROM designations
        WHERE leader_id = leader.id AND designated_on <= :first_day
          AND least(lapsed_on, withdrawn_on) <= :as_of IS NOT TRUE AND due_to_lapse_on <= :first_day IS NOT TRUE
    ) designated)"""  # noqa: S608 -- our own words alone
_FACTS = f"""{_PROFILES}, facts AS (
    SELECT profile.*, record.* FROM profile CROSS JOIN LATERAL ({_RECORD}) record)"""  # noqa: S608 -- our own words alone

_STANDS_AGAINST = {
    BlockingReason.OWN_SCHOOL: "home_school_urn = :host_urn",
    BlockingReason.NOT_DESIGNATED: "NOT is_designated",
    BlockingReason.OTHER_KIND: "NOT is_of_kind",
    BlockingReason.LACKS_SPECIALISM: "percent IS NULL",
    BlockingReason.OUTSIDE_TRAVEL_LIMIT: "coalesce(km > travel_limit_km + :km_more, false)",
    BlockingReason.NOT_RELEASED: "is_kept_back",
    BlockingReason.NO_DAYS_LEFT: "allowance_days - {held} < :days_wanted",
    BlockingReason.CONFLICT_OF_INTEREST: ":host_urn = ANY(conflicts)",
}
"""The hard rules as conditions on facts, but the last: the days free in the window are for the rules to say."""

_CLOCK = """CASE WHEN clocked_on <= :as_of AND :first_day <= clocked_on + interval '3 months'
    AND NOT EXISTS (SELECT FROM unnest(first_days) day WHERE day >= clocked_on)
    THEN :clock * (:as_of - clocked_on) / (CAST(clocked_on + interval '3 months' AS date) - clocked_on) ELSE 0 END"""
_TOTAL = f""":specialism * percent / (100 * cardinality(CAST(:codes AS text[])))
    + CASE WHEN :phase = ANY(phases) THEN :phase_points ELSE 0 END
    + coalesce(:distance * greatest(:far_km - CAST(km AS integer), 0) / :far_km, 0)
    + div(:days * least(allowance_days - days_held, allowance_days), nullif(allowance_days, 0))
    + :load * greatest(:heavy_load - open_deployments, 0) / :heavy_load
    + {_CLOCK}
    + :experience * least(like_schools, :well_practised) / :well_practised
    + coalesce(div(:evaluations * met, nullif(judged, 0)), 0)"""
_BEST = f"""best AS (
    SELECT * FROM (
        SELECT *, {_TOTAL} AS total FROM facts
        WHERE NOT ({" OR ".join(_STANDS_AGAINST.values()).format(held="days_held")})
    ) ranked
    WHERE CAST(:below AS bigint) IS NULL OR total < :below OR (total = :below AND id > :after)
    ORDER BY total DESC, id LIMIT :count)"""  # noqa: S608 -- our own words alone

_BROUGHT = """
SELECT {chosen}.*, (
    SELECT json_agg(json_build_array(id, kind, designated_on, renews_designation_id, due_to_lapse_on, lapsed_on,
                                     withdrawn_on))
    FROM designations WHERE leader_id = {chosen}.id
) AS designations, (
    SELECT json_agg(json_build_array(held.id, held.claimed_on, held.validated_on, specialism.id, specialism.code,
                                     specialism."group", specialism.name, specialism.version))
    FROM leader_specialisms held JOIN specialisms specialism ON specialism.id = held.specialism_id
    WHERE held.leader_id = {chosen}.id AND specialism.code = ANY(:codes)
) AS specialisms, (
    SELECT json_agg(json_build_array(half_term, days)) FROM half_term_availability
    WHERE leader_id = {chosen}.id AND academic_year = :year
) AS said, (
    SELECT json_agg(json_build_array(starts_on, ends_on, CASE WHEN has_ended THEN days_held ELSE days END, visits))
    FROM (
        SELECT deployment.*, (
            SELECT state = ANY(:visits_ended) FROM deployment_steps
            WHERE deployment_id = deployment.id AND "on" <= :as_of ORDER BY position DESC LIMIT 1
        ) AS has_ended, (
            SELECT json_agg(json_build_array("on", days)) FROM visits
            WHERE deployment_id = deployment.id AND "on" <= :as_of
        ) AS visits
        FROM deployments deployment
        WHERE leader_id = {chosen}.id AND academic_year = :year AND held_until <= now() IS NOT TRUE
    ) each
    WHERE has_ended IS NOT NULL
) AS taken
FROM {chosen}"""

_ALL_LEADERS = text(f"WITH {_EVERYBODY}, {_FACTS} {_BROUGHT.format(chosen='facts')}")
_THESE_LEADERS = text(f"WITH {_THESE}, {_FACTS} {_BROUGHT.format(chosen='facts')}")
_BEST_LEADERS = text(
    f"WITH {_WITHIN_REACH}, {_FACTS}, {_BEST} {_BROUGHT.format(chosen='best')} ORDER BY total DESC, id"
)
# Asked in its turn alone, of the few against whom nothing before it stands.
_HELD_IN_TURN = f"(SELECT days_held FROM ({_RECORD}) record)"  # noqa: S608 -- our own words alone
# To plan this statement anew takes longer than to carry it out.
_PLAN_ONCE = text("SET LOCAL plan_cache_mode = force_generic_plan")
_FIRST_REASON = "CASE " + " ".join(f"WHEN {sql} THEN '{reason}'" for reason, sql in _STANDS_AGAINST.items()) + " END"
_SORTED_OUT = f"""WITH {_EVERYBODY}, {_PROFILES},
    sorted_out AS (SELECT id, {_FIRST_REASON.format(held=_HELD_IN_TURN)} AS reason FROM profile)"""  # noqa: S608 -- our own words alone
_COUNTS = text(f"""{_SORTED_OUT}
    SELECT reason, count(*) AS leaders, array_agg(id) FILTER (WHERE reason IS NULL) AS ids
    FROM sorted_out GROUP BY reason""")  # noqa: S608 -- our own words alone
_WITH_REASON = text(f"leaders.id IN ({_SORTED_OUT} SELECT id FROM sorted_out WHERE reason = :reason)")  # noqa: S608 -- our own words alone


def search_for(session: Session, request: SupportRequest, as_of: date, line_number: int = 1) -> Search:
    """The search for one line of a request, with the place of its host school where that is recorded.

    Errors: `LineNotForLeaders`.
    """
    host = schools_by_urn(session, [request.host_school_urn]).get(request.host_school_urn)
    return Search.of(request, _location(host), as_of, line_number)


def is_large_pool(session: Session, alliance_id: UUID) -> bool:
    """Whether an alliance has more leaders than a broker wants to read one by one: more than 200."""
    some = select(LeaderRow.id).where(LeaderRow.alliance_id == alliance_id).limit(LARGEST_READ_WHOLE + 1)
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) > LARGEST_READ_WHOLE


def candidates_for(session: Session, alliance_id: UUID, search: Search) -> Leaders:
    """Every leader of the alliance as they stood at the end of the day of the search.

    Of what happens on a day nothing later is looked at: claims and validations, the ends of designations, the steps of
    deployments and what they led to, visits. What is kept without a day is as it is now: a leader's profile, what they
    offer of the year, their conflicts and release, the days agreed for a deployment, and where schools stand.
    """
    return _brought(session, _ALL_LEADERS, search, {"alliance": alliance_id})


def candidates_named(session: Session, leader_ids: Iterable[UUID], search: Search) -> Leaders:
    """These leaders, as `candidates_for` has them."""
    return _brought(session, _THESE_LEADERS, search, {"ids": list(leader_ids)})


def best_candidates(session: Session, alliance_id: UUID, search: Search, weights: Weights, count: int) -> Leaders:
    """The leaders with the highest totals of those nothing stands against, as `candidates_for` has them: as many as
    `count`, where there are so many. What leaders outside their travel limit there are costs nothing."""
    points = asdict(weights)
    given = {"alliance": alliance_id, "count": count, "phase_points": points.pop("phase"), **points}
    given |= {"phase": search.phase.value, "below": None, "after": None}
    session.execute(_PLAN_ONCE)
    best: dict[UUID, tuple[str, Candidate]] = {}
    while True:
        rows = session.execute(_BEST_LEADERS, _asked(search) | given).all()
        brought = {row.id: (row.name, _candidate(row, search)) for row in rows}
        best |= {id: one for id, one in brought.items() if block(one[1], search) is None}
        if len(best) >= count or len(rows) < count:
            return dict(list(best.items())[:count])
        given |= {"below": rows[-1].total, "after": rows[-1].id}


def count_by_reason(session: Session, alliance_id: UUID, search: Search) -> tuple[Counter[BlockingReason], list[UUID]]:
    """How many leaders of the alliance are blocked for each reason, and who is for the last, too few free days."""
    counts: Counter[BlockingReason] = Counter()
    kept_from: list[UUID] = []
    for row in session.execute(_COUNTS, _asked(search) | {"alliance": alliance_id}).all():
        if row.reason is not None:
            counts[BlockingReason(row.reason)] = row.leaders
            continue
        for first in range(0, len(row.ids), _AT_ONCE):
            some = candidates_named(session, row.ids[first : first + _AT_ONCE], search)
            kept_from += [id for id, (_, one) in some.items() if block(one, search) is not None]
    if kept_from:
        counts[BlockingReason.TOO_FEW_FREE_DAYS] = len(kept_from)
    return counts, kept_from


def page_of_blocked(
    session: Session, alliance_id: UUID, search: Search, reason: BlockingReason, page: PageRequest
) -> tuple[Page[UUID], Leaders]:
    """A page of the leaders who are blocked for one reason, by their ids."""
    row = LeaderRow
    found = select(row).where(row.alliance_id == alliance_id)
    if reason is BlockingReason.TOO_FEW_FREE_DAYS:
        ids = count_by_reason(session, alliance_id, search)[1]
        found = found.where(row.id == any_(literal(ids, ARRAY(Uuid()))))
    else:
        asked = _asked(search) | {"alliance": alliance_id, "reason": reason.value}
        found = found.where(_WITH_REASON.bindparams(**asked))
    shown = read_page(session, found, [row.id], page, lambda leader: leader.id)
    return shown, candidates_named(session, shown.items, search)


def _asked(search: Search) -> dict[str, Any]:
    host = search.host_location
    return {
        "as_of": search.as_of,
        "first_day": search.first_day,
        "year": academic_year_of(search.first_day).starting,
        "earliest_start": search.window.earliest_start_on,
        "latest_finish": search.window.latest_finish_on,
        "leader_kind": search.leader_kind,
        "days_wanted": search.days_wanted,
        "codes": [area.code for area in search.areas],
        "host_urn": search.host_school_urn,
        "latitude": None if host is None else host.latitude,
        "longitude": None if host is None else host.longitude,
        "km_more": search.travel_km_more,
        "claimed_percent": 0,
        "visits_ended": sorted(VISITS_ENDED),
    }


def _brought(session: Session, statement: TextClause, search: Search, whose: Mapping[str, Any]) -> Leaders:
    rows = session.execute(statement, {**_asked(search), **whose})
    return {row.id: (row.name, _candidate(row, search)) for row in rows}


def _candidate(row: Row[Any], search: Search) -> Candidate:
    return Candidate(
        leader_id=row.id,
        home_school_urn=row.home_school_urn,
        home_location=None if row.latitude is None or row.longitude is None else Location(row.latitude, row.longitude),
        travel_limit_km=row.travel_limit_km,
        designations=tuple(_designation(row.id, *made).as_of(search.as_of) for made in row.designations or ()),
        specialisms=tuple(_specialisms(row, search.as_of)),
        phases=frozenset(map(Phase, row.phases)),
        allowance_days=row.allowance_days,
        days_left=days_left(row.allowance_days, row.days_held),
        free_days=_free_days(row, search),
        is_released=not row.is_kept_back,
        conflicts=frozenset(row.conflicts),
        first_days_on_site=tuple(row.first_days or ()),
        open_deployments=row.open_deployments,
        like_schools_helped=row.like_schools,
        objectives_met=int(row.met),
        objectives_judged=int(row.judged),
    )


def _designation(
    leader_id: UUID, id: str, kind: str, designated: str, renews: str | None, *ends: str | None
) -> Designation:
    due_to_lapse_on, lapsed_on, withdrawn_on = map(_day, ends)
    return Designation(
        id=UUID(id),
        leader_id=leader_id,
        kind=kind,
        designated_on=date.fromisoformat(designated),
        renews_designation_id=None if renews is None else UUID(renews),
        due_to_lapse_on=due_to_lapse_on,
        lapsed_on=lapsed_on,
        withdrawn_on=withdrawn_on,
    )


def _specialisms(row: Row[Any], as_of: date) -> Iterable[LeaderSpecialism]:
    for id, claimed, validated, specialism_id, code, group, name, version in row.specialisms or ():
        specialism = Specialism(UUID(specialism_id), code, SpecialismGroup(group), name, version)
        held = LeaderSpecialism(UUID(id), row.id, specialism, date.fromisoformat(claimed), _day(validated))
        then = held.as_of(as_of)
        if then is not None:
            yield then


def _free_days(row: Row[Any], search: Search) -> Decimal:
    window = search.rest_of_window
    if window is None:
        return Decimal(0)
    half_terms = {one.name.value: one for one in half_terms_of(academic_year_of(window.earliest_start_on))}
    said = {half_terms[name]: Decimal(str(days)) for name, days in row.said or ()}
    return free_days(window, Availability(row.allowance_days, said), list(_taken(row.taken or ())))


def _taken(deployments: Iterable[Sequence[Any]]) -> Iterable[HeldDays]:
    for starts, ends, days, visits in deployments:
        left = Decimal(str(days))
        for on, used in visits or ():
            left -= Decimal(str(used))
            yield HeldDays(date.fromisoformat(on), date.fromisoformat(on), Decimal(str(used)))
        if left > 0:
            yield HeldDays(date.fromisoformat(starts), date.fromisoformat(ends), left)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _location(school: School | None) -> Location | None:
    if school is None or school.latitude is None or school.longitude is None:
        return None
    return Location(school.latitude, school.longitude)
