"""The statements of matching. Each is made in two ways: from what is recorded, as of any day; and from the profile that
the database keeps of each leader, as of a day by which all that has happened to them is past. That both say what the
rules say is tested on pools of every sort."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Self

from sqlalchemy import TextClause, literal_column, select, text
from sqlalchemy.dialects import postgresql

from service_kit.database import Prepared
from sle_broker.deployments.deployment import VISITS_ENDED
from sle_broker.deployments.store import state_as_of
from sle_broker.deployments.tables import DeploymentRow
from sle_broker.designations.half_term import HalfTermName
from sle_broker.matching.blocking import BlockingReason
from sle_broker.matching.distance import EARTH_RADIUS_KM
from sle_broker.matching_weights.weights import Weights

# `least` passes over what is null, so an unknown place is asked about first.
_KM = f"""CASE WHEN {{latitude}} + {{longitude}} + CAST(:latitude AS float8) + CAST(:longitude AS float8) IS NOT NULL
    THEN round({2 * EARTH_RADIUS_KM} * asin(sqrt(least(1.0,
        power(sin((radians(:latitude) - radians({{latitude}})) / 2), 2)
        + cos(radians({{latitude}})) * cos(radians(:latitude))
        * power(sin(radians(:longitude - {{longitude}}) / 2), 2))))) END"""

# Between which latitudes all stand who travel so far, by how far anybody does: a degree is more than 111.19 km.
_OF_ALL = "FROM leader_search_profiles WHERE alliance_id = :alliance"
_KNOWN = f"""known AS MATERIALIZED (
    SELECT coalesce(:latitude - away, '-Infinity') AS south, coalesce(:latitude + away, 'Infinity') AS north
    FROM (SELECT (coalesce(max(travel_limit_km), 0) + :km_more + 1) / 111.19 AS away {_OF_ALL}) of_all)"""  # noqa: S608 -- our own words alone

_EVERYBODY = "who AS (SELECT id AS leader_id FROM leaders WHERE alliance_id = :alliance)"
_THESE = "who AS (SELECT unnest(CAST(:ids AS uuid[])) AS leader_id)"
_ASKED_FOR = "alliance_id = :alliance AND code = ANY(:codes) AND claimed_on <= :as_of"
_ROWS = f"SELECT * FROM leader_search_rows WHERE {_ASKED_FOR}"  # noqa: S608 -- our own words alone
_MEASURED = f"SELECT *, {_KM.format(latitude='latitude', longitude='longitude')} AS km FROM ({{rows}}) of_rows"  # noqa: S608 -- our own words alone
# Two looks into an index: at those who stand within the longest way that anybody travels, from south to north, and at
# those whom no distance keeps away, because theirs is not known or does not matter. The ends of the way are plain
# values: under row-level security nothing that is worked out beside a column finds its way into an index.
_NEAR = f"""SELECT * FROM (
        SELECT * FROM leader_search_rows
        WHERE latitude BETWEEN (SELECT south FROM known) AND (SELECT north FROM known)
          AND travel_limit_km IS NOT NULL AND longitude IS NOT NULL
        UNION ALL SELECT * FROM leader_search_rows
        WHERE travel_limit_km IS NULL OR latitude IS NULL OR longitude IS NULL
    ) near WHERE {_ASKED_FOR}"""  # noqa: S608 -- our own words alone
_WITHIN_REACH = f"""(SELECT * FROM ({_MEASURED.format(rows=_NEAR)} OFFSET 0) measured
    WHERE km <= travel_limit_km + :km_more IS NOT FALSE) within_reach"""  # noqa: S608 -- our own words alone

_DEPLOYMENTS = str(
    select(DeploymentRow.__table__, state_as_of(literal_column(":as_of")).label("reached")).compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
)
_VISITS_ENDED = ", ".join(f"'{state}'" for state in sorted(VISITS_ENDED))
# What leaders have done by the day, each by their deployments: an index has all of it that a search asks for. An offer
# to another alliance that nobody answered in time holds nothing, whether or not that has been recorded.
_RECORD = f"""
    SELECT coalesce(sum(CASE WHEN has_ended THEN days_held ELSE days END)
                    FILTER (WHERE academic_year = :year), 0) AS days_held,
           count(*) FILTER (WHERE NOT has_ended) AS open_deployments,
           array_agg(first_day_on) FILTER (WHERE kind = 'commission' AND first_day_on <= :as_of) AS first_days,
           count(DISTINCT host_school_urn) FILTER (WHERE is_like AND first_day_on <= :as_of) AS like_schools,
           CAST(coalesce(sum(met), 0) AS integer) AS met, CAST(coalesce(sum(judged), 0) AS integer) AS judged
    FROM (
        SELECT deployment.academic_year, deployment.days, deployment.days_held, deployment.kind,
               deployment.first_day_on, deployment.host_school_urn, reached IN ({_VISITS_ENDED}) AS has_ended,
               (helped.phase, helped.type) = (SELECT phase, type FROM schools WHERE urn = :host_urn) AS is_like,
               objectives.met, objectives.judged
        FROM ({_DEPLOYMENTS} WHERE leader_id = profile.id AND held_until <= now() IS NOT TRUE OFFSET 0) deployment
        LEFT JOIN schools helped ON helped.urn = deployment.host_school_urn
        LEFT JOIN LATERAL (
            SELECT count(*) FILTER (WHERE outcome = 'met') AS met, count(*) AS judged
            FROM objectives WHERE deployment_id = deployment.id
        ) objectives ON deployment.reached IN ('evaluated', 'closed')
        WHERE deployment.reached IS NOT NULL
    ) each"""  # noqa: S608 -- our own words alone

# What is known of an end of a designation is known once its day has come: so a designation is in force on the first day
# of the search, which is not before the day of asking, exactly when it has begun and no end of it is known.
# `OFFSET 0` has leaders looked up one by one: those who are wanted are few, however many there are.
_PROFILES = f"""profile AS (
    SELECT true AS is_settled, leader.id, leader.name, leader.home_school_urn, leader.phases, leader.travel_limit_km,
           leader.conflicts,
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
_RECORDED = f"""{_PROFILES}, facts AS (
    SELECT profile.*, record.*,
           clocked_on IS NOT NULL AND NOT EXISTS (
               SELECT FROM unnest(record.first_days) day WHERE day >= clocked_on) AS clock_runs
    FROM profile CROSS JOIN LATERAL ({_RECORD}) record)"""  # noqa: S608 -- our own words alone

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
# No more days are free in the window than they have said of its half-terms, where that is something of each; of whom
# something is taken in the year there may be fewer, and as of a day in the past the rules alone know.
_SAID_OF_WINDOW = " + ".join(
    f"CASE WHEN '{name}' = ANY(:half_terms) THEN CAST(said -> '{name}' AS numeric) ELSE 0 END" for name in HalfTermName
)
_TOO_FEW_FREE_DAYS = f":is_over OR coalesce({_SAID_OF_WINDOW} < :days_wanted, false)"

# Points but for experience, which takes a look at schools: it is asked only of those whom it can bring among the best.
_POINTS = """:specialism * percent / (100 * cardinality(CAST(:codes AS text[])))
    + CASE WHEN :wanted_phase = ANY(phases) THEN :phase ELSE 0 END
    + coalesce(:distance * greatest(:far_km - CAST(km AS integer), 0) / :far_km, 0)
    + CAST(div(:days * least(allowance_days - days_held, allowance_days), nullif(allowance_days, 0)) AS integer)
    + :load * greatest(:heavy_load - open_deployments, 0) / :heavy_load
    + CASE WHEN clock_runs AND clocked_on <= :as_of AND :first_day <= clocked_on + interval '3 months'
        THEN :clock * (:as_of - clocked_on) / (CAST(clocked_on + interval '3 months' AS date) - clocked_on) ELSE 0 END
    + coalesce(:evaluations * met / nullif(judged, 0), 0)"""
# The points of whoever is not settled are not known: in descending order they come first.
_BEST = f"""best AS (
    SELECT *, points + :experience * least(like_schools, :well_practised) / :well_practised AS total FROM (
        SELECT *{{alike}} FROM (
            SELECT *, nth_value(points, CAST(:count AS integer)) OVER (
                ORDER BY points DESC ROWS UNBOUNDED PRECEDING) AS points_of_last
            FROM (
                SELECT *, CASE WHEN is_settled THEN {_POINTS} END AS points FROM (
                    SELECT * FROM facts WHERE NOT is_settled OR NOT (
                        {" OR ".join(_STANDS_AGAINST.values()).format(held="days_held")} OR {{too_few}}
                    ) OFFSET 0
                ) standing
            ) offered
        ) in_order
        WHERE points + :experience >= points_of_last IS NOT FALSE OFFSET 0
    ) close
    ORDER BY total DESC, id LIMIT :count)"""  # noqa: S608 -- our own words alone

_SPECIALISMS = """
    SELECT json_agg(json_build_array(leader_specialism_id, code, claimed_on, validated_on))
    FROM leader_search_rows WHERE leader_id = {chosen}.id AND code = ANY(:codes)
"""
_BROUGHT = f"""
SELECT {{chosen}}.*, (
    SELECT json_agg(json_build_array(id, kind, designated_on, renews_designation_id, due_to_lapse_on, lapsed_on,
                                     withdrawn_on))
    FROM designations WHERE leader_id = {{chosen}}.id
) AS designations, ({_SPECIALISMS}) AS specialisms, (
    SELECT json_object_agg(half_term, days) FROM half_term_availability
    WHERE leader_id = {{chosen}}.id AND academic_year = :year
) AS said, (
    SELECT json_agg(json_build_array(starts_on, ends_on, CASE WHEN has_ended THEN days_held ELSE days END, visits))
    FROM (
        SELECT deployment.*, reached IN ({_VISITS_ENDED}) AS has_ended, (
            SELECT json_agg(json_build_array("on", days)) FROM visits
            WHERE deployment_id = deployment.id AND "on" <= :as_of
        ) AS visits
        FROM ({_DEPLOYMENTS}
              WHERE leader_id = {{chosen}}.id AND academic_year = :year AND held_until <= now() IS NOT TRUE) deployment
        WHERE reached IS NOT NULL
    ) each
) AS taken
FROM {{chosen}}"""  # noqa: S608 -- our own words alone

# From the profiles. Where a leader stands is in each of their search rows.
_HELD = """held AS MATERIALIZED (
    SELECT leader_id, latitude, longitude, km, sum(percent) AS percent
    FROM (
        SELECT leader_id, latitude, longitude, km,
               max(CASE WHEN validated_on <= :as_of THEN 100 ELSE :claimed_percent END) AS percent
        FROM {rows} GROUP BY 1, 2, 3, 4, code
    ) each GROUP BY 1, 2, 3, 4)"""
_PROFILED = """facts AS (
    SELECT settled_on <= :as_of IS NOT FALSE AND held_until > now() IS NOT FALSE AS is_settled,
           profile.leader_id AS id, home_school_urn, phases, travel_limit_km, conflicts,
           coalesce(not_released_from_on <= :earliest_start AND :latest_finish <= not_released_to_on, false)
               AS is_kept_back,
           coalesce(CAST(agreed_days -> :year_key AS numeric), allowance_days) AS allowance_days,
           latitude, longitude, km, percent,
           designated_during @> CAST(:first_day AS date) AS is_designated,
           CAST(:leader_kind AS text) IS NULL OR coalesce(
               CAST(designated_as ->> :leader_kind AS datemultirange) @> CAST(:first_day AS date), false) AS is_of_kind,
           cardinality(running_clocks) > 0 AS clock_runs,
           CASE WHEN cardinality(running_clocks) > 0 THEN (
               SELECT max(lower(clock)) FROM unnest(running_clocks) clock WHERE clock @> CAST(:first_day AS date))
           END AS clocked_on,
           coalesce(CAST(days_held -> :year_key AS numeric), 0) AS days_held, open_deployments, first_days,
           helped, met, judged, designations, said -> :year_key AS said, taken -> :year_key AS taken
    FROM {whose})"""
_HOLDERS = """held
    CROSS JOIN LATERAL (SELECT * FROM leader_search_profiles WHERE leader_id = held.leader_id OFFSET 0) profile"""
_ALL_PROFILES = """(SELECT * FROM leader_search_profiles WHERE alliance_id = :alliance) profile
    LEFT JOIN held USING (leader_id)"""
_ALIKE = """, CASE WHEN cardinality(helped) > 0 THEN (
    SELECT count(*) FROM schools
    WHERE urn = ANY(helped) AND (phase, type) = (SELECT phase, type FROM schools WHERE urn = :host_urn)
) ELSE 0 END AS like_schools"""
_BROUGHT_PROFILED = f"""
SELECT *, (SELECT name FROM leaders WHERE id = {{chosen}}.id) AS name, ({_SPECIALISMS}) AS specialisms
FROM {{chosen}}"""  # noqa: S608 -- our own words alone


class Brought(NamedTuple):
    """A leader as the statements bring them, in one array of JSON: read at once, and by place."""

    id: str
    name: str
    home_school_urn: str
    latitude: float | None
    longitude: float | None
    travel_limit_km: int | None
    designations: list[Any] | None
    specialisms: list[Any] | None
    phases: list[str]
    allowance_days: float
    days_held: float
    said: dict[str, float] | None
    taken: list[Any] | None
    is_kept_back: bool
    conflicts: list[str]
    first_days: list[str] | None
    open_deployments: int
    like_schools: int
    met: int
    judged: int


_LEADER = f"json_build_array({', '.join(Brought._fields)})"


@dataclass(frozen=True)
class Statements:
    """What a search asks, all in the same way: for the best, for leaders by their ids (of the quick way, those who hold
    a specialism asked for), and for everybody by what stands against them, counted or with one reason alone. The best
    come with whether they are settled: of the quick way nobody counts where the first is not."""

    best: str
    named: TextClause
    counts: TextClause
    with_reason: TextClause

    def best_by(self, weights: Weights) -> Prepared:
        """The best by these weights, which stand in the statement: it is read the sooner, and points are whole."""
        return _weighed(self.best, weights)

    @classmethod
    def of(
        cls,
        *,
        best: str,
        named: str,
        alike: str,
        brought: str,
        everybody: str,
        held: str,
        too_few: str,
    ) -> Self:
        """Made of the facts on those who may be best, on those named and on `everybody`; and of how schools `alike` are
        counted and leaders brought."""
        against = {reason: sql.format(held=held) for reason, sql in _STANDS_AGAINST.items()}
        against[BlockingReason.TOO_FEW_FREE_DAYS] = too_few
        first = " ".join(f"WHEN {sql} THEN '{reason}'" for reason, sql in against.items())
        sorted_out = f"WITH {everybody}, sorted_out AS (SELECT id, CASE {first} END AS reason FROM facts profile)"  # noqa: S608 -- our own words alone
        return cls(
            f"""WITH {_KNOWN}, {best}, {_BEST.format(too_few=too_few, alike=alike)}
                SELECT is_settled, {_LEADER} FROM ({brought.format(chosen="best")}) brought
                ORDER BY total DESC, id""",  # noqa: S608 -- our own words alone
            text(f"""WITH {named}, these AS (SELECT *{alike} FROM facts)
                SELECT {_LEADER} FROM ({brought.format(chosen="these")}) brought"""),  # noqa: S608 -- our own words alone
            text(f"""{sorted_out}
                SELECT reason, count(*) AS leaders,
                       array_agg(id) FILTER (WHERE reason IS NULL OR reason = :listed) AS ids
                FROM sorted_out GROUP BY reason"""),  # noqa: S608 -- our own words alone
            text(f"leaders.id IN ({sorted_out} SELECT id FROM sorted_out WHERE reason = :reason)"),  # noqa: S608 -- our own words alone
        )


@lru_cache
def _weighed(sql: str, weights: Weights) -> Prepared:
    return Prepared.of(sql, vars(weights))


def _claimed(and_who: str = "") -> str:
    return f"({_MEASURED.format(rows=f'{_ROWS} {and_who}')}) claimed"


ALL_LEADERS = text(
    f"WITH {_EVERYBODY}, {_RECORDED} SELECT {_LEADER} FROM ({_BROUGHT.format(chosen='facts')}) brought"  # noqa: S608 -- our own words alone
)

EXACT = Statements.of(
    best=f"who AS (SELECT DISTINCT leader_id FROM {_WITHIN_REACH}), {_RECORDED}",  # noqa: S608 -- our own words alone
    named=f"{_THESE}, {_RECORDED}",
    alike="",
    brought=_BROUGHT,
    everybody=f"{_EVERYBODY}, {_PROFILES}, facts AS (SELECT * FROM profile)",  # noqa: S608 -- our own words alone
    # Asked in its turn alone, of the few against whom nothing before it stands.
    held=f"(SELECT days_held FROM ({_RECORD}) record)",  # noqa: S608 -- our own words alone
    too_few="false",
)
"""As of any day, from what is recorded."""

QUICK = Statements.of(
    # `OFFSET 0` has each fact worked out once, where the planner would judge by some of them twice.
    best=f"{_HELD.format(rows=_WITHIN_REACH)}, {_PROFILED.format(whose=f'{_HOLDERS} OFFSET 0')}",
    named=f"{_HELD.format(rows=_claimed('AND leader_id = ANY(:ids)'))}, {_PROFILED.format(whose=_HOLDERS)}",
    alike=_ALIKE,
    brought=_BROUGHT_PROFILED,
    everybody=f"{_HELD.format(rows=_claimed())}, {_PROFILED.format(whose=_ALL_PROFILES)}",
    held="days_held",
    too_few=_TOO_FEW_FREE_DAYS,
)
"""As of a day by which all that has happened is past, from the profiles."""

IS_SETTLED = text(
    f"SELECT coalesce(max(settled_on) <= :as_of, true) AND coalesce(min(held_until) > now(), true) {_OF_ALL}"
)
"""Whether all that has happened to an alliance's leaders is past and no offer of one of them has expired."""

PLAN_ONCE = text("SET LOCAL plan_cache_mode = force_generic_plan")
"""To plan these statements anew takes longer than to carry them out."""
