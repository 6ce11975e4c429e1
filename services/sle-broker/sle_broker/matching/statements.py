"""The statements of matching. Each is made in two ways: from what is recorded, as of any day; and from the profile that
the database keeps of each leader, as of a day by which all that has happened to them is past. That both say what the
rules say is tested on pools of every sort."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from sqlalchemy import TextClause, literal_column, select, text
from sqlalchemy.dialects import postgresql

from service_kit.database import Prepared
from sle_broker.deployments.deployment import VISITS_ENDED
from sle_broker.deployments.store import state_as_of
from sle_broker.deployments.tables import DeploymentRow
from sle_broker.designations.half_term import HalfTermName
from sle_broker.matching.blocking import BlockingReason
from sle_broker.matching.brought import Brought
from sle_broker.matching.distance import EARTH_RADIUS_KM
from sle_broker.matching_weights.weights import Weights

# `least` passes over what is null, so an unknown place is asked about first.
_KM = f"""CASE WHEN {{latitude}} + {{longitude}} + CAST(:latitude AS float8) + CAST(:longitude AS float8) IS NOT NULL
    THEN round({2 * EARTH_RADIUS_KM} * asin(sqrt(least(1.0,
        power(sin((radians(:latitude) - radians({{latitude}})) / 2), 2)
        + cos(radians({{latitude}})) * cos(radians(:latitude))
        * power(sin(radians(:longitude - {{longitude}}) / 2), 2))))) END"""

_PERCENT = "CASE WHEN validated_on <= :as_of THEN 100 ELSE :claimed_percent END"
_EVERYBODY = "who AS (SELECT id AS leader_id FROM leaders WHERE alliance_id = :alliance)"
_THESE = "who AS (SELECT unnest(CAST(:ids AS uuid[])) AS leader_id)"
_CLAIMED = """SELECT * FROM search_rows
    WHERE alliance_id = :alliance AND code = ANY(:codes) AND claimed_on <= :as_of"""
_MEASURED = f"SELECT *, {_KM.format(latitude='latitude', longitude='longitude')} AS km FROM ({{rows}}) of_rows"  # noqa: S608 -- our own words alone
# Whoever may travel as far by latitude is found in an index, as long as what is asked of it stands in it as it is:
# under row-level security nothing that is worked out beside a column finds its way there.
_NEAR = f"{_CLAIMED} AND southernmost <= :north AND northernmost >= :south"
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
        SELECT sum({_PERCENT}) AS percent
        FROM search_rows WHERE leader_id = leader.id AND code = ANY(:codes) AND claimed_on <= :as_of
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
_TOO_FEW_FREE_DAYS = """:is_over OR coalesce(
    offered_days[:year][:last_half_term + 1] - offered_days[:year][:first_half_term] < :days_wanted, false)"""

# The points of whoever is not settled are not known: in descending order they come first.
_OF_SPECIALISMS = ":specialism * {percent} / (100 * cardinality(CAST(:codes AS text[])))"
_OF_THE_REST = """CASE WHEN :wanted_phase = ANY(phases) THEN :phase ELSE 0 END
    + coalesce(:distance * greatest(:far_km - CAST(km AS integer), 0) / :far_km, 0)
    + CAST(trunc(:days * least(allowance_days - days_held, allowance_days) / nullif(allowance_days, 0)) AS integer)
    + :load * greatest(:heavy_load - open_deployments, 0) / :heavy_load
    + CASE WHEN clock_runs AND clocked_on <= :as_of AND :first_day <= clocked_on + interval '3 months'
        THEN :clock * (:as_of - clocked_on) / (CAST(clocked_on + interval '3 months' AS date) - clocked_on) ELSE 0 END
    + :experience * least(like_schools, :well_practised) / :well_practised
    + coalesce(:evaluations * met / nullif(judged, 0), 0)"""
_STANDING = f"""(SELECT * FROM facts WHERE NOT is_settled OR NOT (
    {" OR ".join(_STANDS_AGAINST.values()).format(held="days_held")} OR {{too_few}}) OFFSET 0) standing"""  # noqa: S608 -- our own words alone
_SCORED = f"""
    SELECT *, CASE WHEN is_settled THEN {_OF_SPECIALISMS.format(percent="percent")} + {_OF_THE_REST} END AS points
    FROM {_STANDING.format(too_few="false")}"""  # noqa: S608 -- our own words alone

# What is told of a leader, as `Brought` reads it.
_BROUGHT = f"""
SELECT {{chosen}}.*, json_build_array(
    id, name, home_school_urn, travel_limit_km,
    (SELECT coalesce(json_agg(json_build_object(
        'id', id, 'leader_id', leader_id, 'kind', kind, 'designated_on', designated_on,
        'renews_designation_id', renews_designation_id, 'due_to_lapse_on', due_to_lapse_on,
        'lapsed_on', lapsed_on, 'withdrawn_on', withdrawn_on)), '[]')
     FROM designations WHERE leader_id = {{chosen}}.id),
    (SELECT coalesce(json_agg(json_build_array(claim.id, code, claimed_on, validated_on)), '[]')
     FROM leader_specialisms claim JOIN specialisms ON specialisms.id = specialism_id
     WHERE leader_id = {{chosen}}.id),
    phases, conflicts, coalesce(first_days, '{{{{}}}}'), open_deployments, met, judged,
    (SELECT coalesce(json_object_agg(academic_year, of_year), '{{{{}}}}') FROM (
        SELECT academic_year, json_build_array({
    ", ".join(f"max(days) FILTER (WHERE half_term = '{name}')" for name in HalfTermName)
}) AS of_year
        FROM half_term_availability WHERE leader_id = {{chosen}}.id GROUP BY academic_year) years)
) AS told, (
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

# From what the database keeps: the rows of those who hold what is asked for say what each is judged by, and a profile
# what else is told of whoever is found.
_FOUND = f"(SELECT *, {_PERCENT} AS percent FROM {_WITHIN_REACH}) found"  # noqa: S608 -- our own words alone
_HELD = f"""held AS MATERIALIZED (
    SELECT leader_id, latitude, longitude, km, sum(percent) AS percent
    FROM (SELECT *, {_PERCENT} AS percent FROM {{rows}}) each GROUP BY 1, 2, 3, 4)"""  # noqa: S608 -- our own words alone
_HOLDERS = "held JOIN search_profiles profile USING (leader_id)"
_ALL_PROFILES = """(SELECT * FROM search_profiles WHERE alliance_id = :alliance) profile
    LEFT JOIN held USING (leader_id)"""
_JUDGED = """facts AS (
    SELECT settled_on <= :as_of IS NOT FALSE AND held_until > now() IS NOT FALSE AS is_settled,
           leader_id AS id, home_school_urn, phases, travel_limit_km, conflicts,
           coalesce(not_released_from_on <= :earliest_start AND :latest_finish <= not_released_to_on, false)
               AS is_kept_back,
           coalesce(agreed_days[:year], allowance_days) AS allowance_days,
           latitude, longitude, km, percent,
           designated_during @> CAST(:first_day AS date) AS is_designated,
           CAST(:leader_kind AS text) IS NULL OR coalesce(
               CAST(designated_as ->> :leader_kind AS datemultirange) @> CAST(:first_day AS date), false) AS is_of_kind,
           cardinality(running_clocks) > 0 AS clock_runs,
           CASE WHEN cardinality(running_clocks) > 0 THEN (
               SELECT max(lower(clock)) FROM unnest(running_clocks) clock WHERE clock @> CAST(:first_day AS date))
           END AS clocked_on,
           coalesce(days_held[:year], 0) AS days_held, offered_days, open_deployments,
           coalesce(CAST(helped -> (SELECT phase || '/' || type FROM schools WHERE urn = :host_urn) AS integer), 0)
               AS like_schools, met, judged
    FROM {whose})"""
# Each row of a leader says the same but of the specialism.
_SCORED_BY_ROWS = f"""
    SELECT id, bool_and(is_settled) AS is_settled, min(latitude) AS latitude, min(longitude) AS longitude,
           min(allowance_days) AS allowance_days, min(days_held) AS days_held, bool_or(is_kept_back) AS is_kept_back,
           min(like_schools) AS like_schools,
           {_OF_SPECIALISMS.format(percent="sum(percent)")} + min(of_the_rest) AS points
    FROM (
        SELECT *, CASE WHEN is_settled THEN {_OF_THE_REST} END AS of_the_rest
        FROM {_STANDING.format(too_few=_TOO_FEW_FREE_DAYS)}
    ) each GROUP BY id"""  # noqa: S608 -- our own words alone
_BROUGHT_PROFILED = """
SELECT * FROM {chosen} CROSS JOIN LATERAL (
    SELECT told, taken -> CAST(CAST(:year AS integer) AS text) AS taken
    FROM search_profiles WHERE leader_id = {chosen}.id OFFSET 0
) profile"""

_LEADER = f"CAST(json_build_array({', '.join(Brought._fields)}) AS text)"


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
        scored: str,
        named: str,
        brought: str,
        everybody: str,
        held: str,
        too_few: str,
    ) -> Self:
        """Made of the facts on those who may be best and how they are `scored`, on those named and on `everybody`; and
        of how leaders are `brought`."""
        against = {reason: sql.format(held=held) for reason, sql in _STANDS_AGAINST.items()}
        against[BlockingReason.TOO_FEW_FREE_DAYS] = too_few
        first = " ".join(f"WHEN {sql} THEN '{reason}'" for reason, sql in against.items())
        sorted_out = f"WITH {everybody}, sorted_out AS (SELECT id, CASE {first} END AS reason FROM facts profile)"  # noqa: S608 -- our own words alone
        return cls(
            f"""WITH {best}, best AS (SELECT * FROM ({scored}) scored ORDER BY points DESC, id LIMIT :count)
                SELECT is_settled, {_LEADER} FROM ({brought.format(chosen="best")}) brought
                ORDER BY points DESC, id""",  # noqa: S608 -- our own words alone
            text(f"WITH {named} SELECT {_LEADER} FROM ({brought.format(chosen='facts')}) brought"),  # noqa: S608 -- our own words alone
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
    return f"({_MEASURED.format(rows=f'{_CLAIMED} {and_who}')}) claimed"


ALL_LEADERS = text(
    f"WITH {_EVERYBODY}, {_RECORDED} SELECT {_LEADER} FROM ({_BROUGHT.format(chosen='facts')}) brought"  # noqa: S608 -- our own words alone
)

EXACT = Statements.of(
    best=f"who AS (SELECT DISTINCT leader_id FROM {_WITHIN_REACH}), {_RECORDED}",  # noqa: S608 -- our own words alone
    scored=_SCORED,
    named=f"{_THESE}, {_RECORDED}",
    brought=_BROUGHT,
    everybody=f"{_EVERYBODY}, {_PROFILES}, facts AS (SELECT * FROM profile)",  # noqa: S608 -- our own words alone
    # Asked in its turn alone, of the few against whom nothing before it stands.
    held=f"(SELECT days_held FROM ({_RECORD}) record)",  # noqa: S608 -- our own words alone
    too_few="false",
)
"""As of any day, from what is recorded."""

QUICK = Statements.of(
    # `OFFSET 0` has each fact worked out once, where the planner would judge by some of them twice.
    best=_JUDGED.format(whose=f"{_FOUND} OFFSET 0"),
    scored=_SCORED_BY_ROWS,
    named=f"{_HELD.format(rows=_claimed('AND leader_id = ANY(:ids)'))}, {_JUDGED.format(whose=_HOLDERS)}",
    brought=_BROUGHT_PROFILED,
    everybody=f"{_HELD.format(rows=_claimed())}, {_JUDGED.format(whose=_ALL_PROFILES)}",
    held="days_held",
    too_few=_TOO_FEW_FREE_DAYS,
)
"""As of a day by which all that has happened is past, from what the database keeps of each leader."""

IS_SETTLED = text("""
    SELECT coalesce(max(settled_on) <= :as_of, true) AND coalesce(min(held_until) > now(), true)
    FROM search_profiles WHERE alliance_id = :alliance
""")
"""Whether all that has happened to an alliance's leaders is past and no offer of one of them has expired."""

PLAN_ONCE = text("SET LOCAL plan_cache_mode = force_generic_plan")
"""To plan these statements anew takes longer than to carry them out."""
