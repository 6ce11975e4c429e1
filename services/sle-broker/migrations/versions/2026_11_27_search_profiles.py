"""Profiles that say at once how often a leader has helped schools of a kind, and what is told of whoever is found.

The profiles that the release before reads stay, and are kept as they were, until a later one takes them away.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_27_search_profiles"
down_revision = "2026_11_25_search_profiles"
branch_labels = None
depends_on = None

Columns = dict[str, tuple[sa.types.TypeEngine[Any], bool]]
"""Columns, each with its type and whether it may be null."""

JUDGED: Columns = {
    "settled_on": (sa.Date(), True),
    "held_until": (sa.DateTime(timezone=True), True),
    "travel_limit_km": (sa.Integer(), True),
    "allowance_days": (sa.Double(), False),
    "not_released_from_on": (sa.Date(), True),
    "not_released_to_on": (sa.Date(), True),
    "open_deployments": (sa.Integer(), False),
    "met": (sa.Integer(), False),
    "judged": (sa.Integer(), False),
    "home_school_urn": (sa.Text(), False),
    "phases": (postgresql.ARRAY(sa.Text()), False),
    "conflicts": (postgresql.ARRAY(sa.Text()), False),
    "designated_during": (postgresql.DATEMULTIRANGE(), False),
    "designated_as": (postgresql.JSONB(), False),
    "running_clocks": (postgresql.ARRAY(postgresql.DATERANGE()), False),
    "agreed_days": (postgresql.ARRAY(sa.Double()), True),
    "days_held": (postgresql.ARRAY(sa.Double()), True),
    "offered_days": (postgresql.ARRAY(sa.Double(), dimensions=2), True),
    "helped": (postgresql.JSONB(), False),
}
"""What leaders are judged by."""

PROFILE: Columns = {
    "leader_id": (sa.Uuid(), False),
    "alliance_id": (sa.Uuid(), False),
    **JUDGED,
    "taken": (postgresql.JSONB(), False),
    "told": (postgresql.JSON(), False),
}

HALF_TERMS = ("autumn_1", "autumn_2", "spring_1", "spring_2", "summer_1", "summer_2")
_OF_HALF_TERMS = ", ".join(f"max(days) FILTER (WHERE half_term = '{name}')" for name in HALF_TERMS)

NOTHING_SAID = 1_000
"""Days offered in a half-term of which nothing is said: more than are asked for."""


def _by_year(days: str) -> str:
    """Days of a leader by academic year, of a source of both, as an array that has years for its places."""
    return f"""
        (SELECT CAST(format('[%s:%s]={{%s}}', min(year), max(year),
                            string_agg(coalesce(CAST(days AS text), 'NULL'), ',' ORDER BY year)) AS float8[])
         FROM (SELECT generate_series(min(academic_year), max(academic_year)) AS year FROM ({days}) first) years
         LEFT JOIN ({days}) of_year ON academic_year = year
         HAVING count(*) > 0)"""  # noqa: S608 -- our own words alone


# What one leader is and has done, as known once all that has happened to them is past and no offer has expired.
KEEP_PROFILES = f"""
    INSERT INTO search_profiles ({", ".join(PROFILE)})
    SELECT leader.id, leader.alliance_id, greatest(designated.settled_on, record.settled_on), record.held_until,
           leader.travel_limit_km, leader.allowance_days, leader.not_released_from_on, leader.not_released_to_on,
           record.open_deployments, record.met, record.judged, leader.home_school_urn, leader.phases, leader.conflicts,
           designated.designated_during, designated.designated_as,
           (SELECT coalesce(array_agg(daterange(designated_on, due_to_lapse_on) ORDER BY id), '{{}}')
            FROM designations
            WHERE leader_id = leader.id AND kind = 'sle' AND renews_designation_id IS NULL
              AND coalesce(lapsed_on, withdrawn_on) IS NULL AND due_to_lapse_on <= designated_on IS NOT TRUE
              AND NOT EXISTS (SELECT FROM unnest(record.first_days) day WHERE day >= designated_on)),
           {_by_year("SELECT academic_year, days FROM leader_allowances WHERE leader_id = leader.id")},
           record.days_held,
           (SELECT CAST(format('[%s:%s][0:{len(HALF_TERMS)}]={{%s}}', min(year), max(year),
                               string_agg(of_year, ',' ORDER BY year)) AS float8[])
            FROM (
                SELECT year, format('{{0,%s}}', string_agg(CAST(so_far AS text), ',' ORDER BY place)) AS of_year
                FROM (
                    SELECT year, place,
                           sum(coalesce(days, {NOTHING_SAID})) OVER (PARTITION BY year ORDER BY place) AS so_far
                    FROM (SELECT generate_series(min(academic_year), max(academic_year)) AS year
                          FROM half_term_availability WHERE leader_id = leader.id) years
                    CROSS JOIN unnest(CAST('{{{",".join(HALF_TERMS)}}}' AS text[])) WITH ORDINALITY each (named, place)
                    LEFT JOIN half_term_availability
                        ON leader_id = leader.id AND academic_year = year AND half_term = named
                ) each GROUP BY year
            ) years HAVING count(*) > 0),
           record.helped, record.taken,
           json_strip_nulls(json_build_array(
               leader.id, leader.name, leader.home_school_urn, leader.travel_limit_km, designated.designations,
               (SELECT coalesce(json_agg(json_build_array(held.id, code, claimed_on, validated_on) ORDER BY held.id),
                                '[]')
                FROM leader_specialisms held JOIN specialisms ON specialisms.id = held.specialism_id
                WHERE held.leader_id = leader.id),
               leader.phases, leader.conflicts, record.first_days, record.open_deployments, record.met, record.judged,
               (SELECT coalesce(json_object_agg(academic_year, of_year), '{{}}') FROM (
                    SELECT academic_year, json_build_array({_OF_HALF_TERMS}) AS of_year
                    FROM half_term_availability WHERE leader_id = leader.id GROUP BY academic_year) years)))
    FROM leaders leader
    CROSS JOIN LATERAL (
        WITH each AS (SELECT * FROM designations WHERE leader_id = leader.id),
        in_force AS (
            SELECT kind, range_agg(daterange(designated_on, due_to_lapse_on)) AS during FROM each
            WHERE coalesce(lapsed_on, withdrawn_on) IS NULL AND due_to_lapse_on <= designated_on IS NOT TRUE
            GROUP BY kind
        )
        SELECT (SELECT coalesce(json_agg(json_build_object(
                    'id', id, 'leader_id', leader_id, 'kind', kind, 'designated_on', designated_on,
                    'renews_designation_id', renews_designation_id, 'due_to_lapse_on', due_to_lapse_on,
                    'lapsed_on', lapsed_on, 'withdrawn_on', withdrawn_on
                ) ORDER BY id), '[]') FROM each) AS designations,
               (SELECT coalesce(range_agg(during), '{{}}') FROM in_force) AS designated_during,
               (SELECT coalesce(jsonb_object_agg(kind, during), '{{}}') FROM in_force) AS designated_as,
               (SELECT max(greatest(lapsed_on, withdrawn_on)) FROM each) AS settled_on
    ) designated
    CROSS JOIN LATERAL (
        WITH each AS (
            SELECT deployment.*, reached.has_ended,
                   CASE WHEN reached.has_ended THEN deployment.days_held ELSE deployment.days END AS days_taken,
                   objectives.met, objectives.judged, visited.visits,
                   greatest(reached.last_on, visited.last_on, deployment.first_day_on) AS settled_on
            FROM deployments deployment
            CROSS JOIN LATERAL (
                SELECT state, state IN ('closing_meeting_held', 'evaluated', 'closed', 'declined', 'cancelled',
                                        'ended_early', 'withdrawn', 'expired') AS has_ended,
                       max("on") OVER () AS last_on
                FROM deployment_steps WHERE deployment_id = deployment.id ORDER BY position DESC LIMIT 1
            ) reached
            CROSS JOIN LATERAL (
                SELECT max("on") AS last_on, jsonb_agg(jsonb_build_array("on", days) ORDER BY "on") AS visits
                FROM visits WHERE deployment_id = deployment.id
            ) visited
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE outcome = 'met') AS met, count(*) AS judged FROM objectives
                WHERE deployment_id = deployment.id AND reached.state IN ('evaluated', 'closed')
            ) objectives
            WHERE deployment.leader_id = leader.id
        ), of_year AS (
            SELECT academic_year, sum(days_taken) AS days,
                   jsonb_agg(jsonb_build_array(starts_on, ends_on, days_taken, visits) ORDER BY id)
                       FILTER (WHERE days_taken > 0 OR visits IS NOT NULL) AS taken
            FROM each GROUP BY academic_year
        )
        SELECT {_by_year("SELECT academic_year, days FROM of_year")} AS days_held,
               (SELECT coalesce(jsonb_object_agg(academic_year, taken) FILTER (WHERE taken IS NOT NULL), '{{}}')
                FROM of_year) AS taken,
               count(*) FILTER (WHERE NOT has_ended) AS open_deployments,
               coalesce(array_agg(first_day_on ORDER BY id) FILTER (
                   WHERE kind = 'commission' AND first_day_on IS NOT NULL), '{{}}') AS first_days,
               (SELECT coalesce(jsonb_object_agg(kind, schools), '{{}}') FROM (
                    SELECT phase || '/' || type AS kind, count(*) AS schools FROM schools
                    WHERE urn IN (SELECT host_school_urn FROM each WHERE first_day_on IS NOT NULL) GROUP BY kind
                ) kinds) AS helped,
               coalesce(sum(met), 0) AS met, coalesce(sum(judged), 0) AS judged, max(settled_on) AS settled_on,
               min(held_until) AS held_until
        FROM each
    ) record
    {{which}}
    ON CONFLICT (leader_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in PROFILE if name != "leader_id")}
"""  # noqa: S608 -- our own words alone


def upgrade() -> None:
    """Makes the profiles. The database keeps them from the next migration on, which fills them too."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "search_profiles",
        *(sa.Column(name, kind, nullable=nullable) for name, (kind, nullable) in PROFILE.items()),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_search_profiles_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("leader_id", name=op.f("pk_search_profiles")),
    )
    for name in ("settled_on", "held_until"):
        op.create_index(op.f(f"ix_search_profiles_alliance_id_{name}"), "search_profiles", ["alliance_id", name])
    protect_tenant_rows("search_profiles", "alliance_id")
    # Whose profile is to be made anew where a school becomes another kind.
    op.create_index(
        "ix_deployments_helped",
        "deployments",
        ["host_school_urn"],
        postgresql_where=sa.text("first_day_on IS NOT NULL"),
    )


def downgrade() -> None:
    """Takes the profiles away."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index("ix_deployments_helped", "deployments")
    op.drop_table("search_profiles")
