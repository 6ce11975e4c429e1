"""One row of each leader with all that a search asks of them, and a first look at nobody out of reach."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_search_profiles"
down_revision = "2026_11_25_rounds"
branch_labels = None
depends_on = None

PROFILE: dict[str, tuple[sa.types.TypeEngine[Any], bool]] = {
    "leader_id": (sa.Uuid(), False),
    "alliance_id": (sa.Uuid(), False),
    "home_school_urn": (sa.Text(), False),
    "phases": (postgresql.ARRAY(sa.Text()), False),
    "conflicts": (postgresql.ARRAY(sa.Text()), False),
    "travel_limit_km": (sa.Integer(), True),
    "not_released_from_on": (sa.Date(), True),
    "not_released_to_on": (sa.Date(), True),
    "allowance_days": (sa.Numeric(precision=4, scale=1), False),
    "agreed_days": (postgresql.JSONB(), False),
    "said": (postgresql.JSONB(), False),
    "designations": (postgresql.JSONB(), False),
    "designated_during": (postgresql.DATEMULTIRANGE(), False),
    "designated_as": (postgresql.JSONB(), False),
    "running_clocks": (postgresql.ARRAY(postgresql.DATERANGE()), False),
    "days_held": (postgresql.JSONB(), False),
    "taken": (postgresql.JSONB(), False),
    "open_deployments": (sa.Integer(), False),
    "first_days": (postgresql.ARRAY(sa.Date()), False),
    "helped": (postgresql.ARRAY(sa.Text()), False),
    "met": (sa.Integer(), False),
    "judged": (sa.Integer(), False),
    "settled_on": (sa.Date(), True),
    "held_until": (sa.DateTime(timezone=True), True),
}
"""The columns of a profile, each with its type and whether it may be null."""

# What one leader is and has done, as known once all that has happened to them is past and no offer has expired.
KEEP_PROFILES = """
    INSERT INTO leader_search_profiles ({columns})
    SELECT leader.id, leader.alliance_id, leader.home_school_urn, leader.phases, leader.conflicts,
           leader.travel_limit_km, leader.not_released_from_on, leader.not_released_to_on, leader.allowance_days,
           (SELECT coalesce(jsonb_object_agg(academic_year, days), '{}') FROM leader_allowances
            WHERE leader_id = leader.id),
           (SELECT coalesce(jsonb_object_agg(academic_year, said), '{}') FROM (
                SELECT academic_year, jsonb_object_agg(half_term, days) AS said
                FROM half_term_availability WHERE leader_id = leader.id GROUP BY academic_year) of_year),
           designated.designations, designated.designated_during, designated.designated_as,
           (SELECT coalesce(array_agg(daterange(designated_on, due_to_lapse_on) ORDER BY id), '{}')
            FROM designations
            WHERE leader_id = leader.id AND kind = 'sle' AND renews_designation_id IS NULL
              AND coalesce(lapsed_on, withdrawn_on) IS NULL AND due_to_lapse_on <= designated_on IS NOT TRUE
              AND NOT EXISTS (SELECT FROM unnest(record.first_days) day WHERE day >= designated_on)),
           record.days_held, record.taken, record.open_deployments, record.first_days, record.helped, record.met,
           record.judged, greatest(designated.settled_on, record.settled_on), record.held_until
    FROM leaders leader
    CROSS JOIN LATERAL (
        WITH each AS (SELECT * FROM designations WHERE leader_id = leader.id),
        in_force AS (
            SELECT kind, range_agg(daterange(designated_on, due_to_lapse_on)) AS during FROM each
            WHERE coalesce(lapsed_on, withdrawn_on) IS NULL AND due_to_lapse_on <= designated_on IS NOT TRUE
            GROUP BY kind
        )
        SELECT (SELECT coalesce(jsonb_agg(jsonb_build_array(
                    id, kind, designated_on, renews_designation_id, due_to_lapse_on, lapsed_on, withdrawn_on
                ) ORDER BY id), '[]') FROM each) AS designations,
               (SELECT coalesce(range_agg(during), '{}') FROM in_force) AS designated_during,
               (SELECT coalesce(jsonb_object_agg(kind, during), '{}') FROM in_force) AS designated_as,
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
        )
        SELECT (SELECT coalesce(jsonb_object_agg(academic_year, days), '{}') FROM (
                    SELECT academic_year, sum(days_taken) AS days FROM each GROUP BY academic_year) of_year
               ) AS days_held,
               (SELECT coalesce(jsonb_object_agg(academic_year, taken), '{}') FROM (
                    SELECT academic_year,
                           jsonb_agg(jsonb_build_array(starts_on, ends_on, days_taken, visits) ORDER BY id) AS taken
                    FROM each WHERE days_taken > 0 OR visits IS NOT NULL GROUP BY academic_year) of_year
               ) AS taken,
               count(*) FILTER (WHERE NOT has_ended) AS open_deployments,
               coalesce(array_agg(first_day_on ORDER BY id) FILTER (
                   WHERE kind = 'commission' AND first_day_on IS NOT NULL), '{}') AS first_days,
               coalesce(array_agg(DISTINCT host_school_urn) FILTER (WHERE first_day_on IS NOT NULL), '{}') AS helped,
               coalesce(sum(met), 0) AS met, coalesce(sum(judged), 0) AS judged, max(settled_on) AS settled_on,
               min(held_until) AS held_until
        FROM each
    ) record
    {which}
    ON CONFLICT (leader_id) DO UPDATE SET {changes}
"""
_KEPT = KEEP_PROFILES.replace("{columns}", ", ".join(PROFILE)).replace(
    "{changes}", ", ".join(f"{name} = excluded.{name}" for name in PROFILE if name != "leader_id")
)
# Of two changes of one leader at the same moment the second waits, and then reads what the first has done. Profiles are
# kept whoever makes the change: what a borrower does to a lent leader's deployment is in the profile that the lender
# reads, so the function sees every alliance, and answers nothing. To plan it anew would take longer than to run it.
KEEP_THESE_PROFILES = f"""
    CREATE FUNCTION keep_search_profiles(ids uuid[]) RETURNS void LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan AS $$
    DECLARE tenants text := coalesce(current_setting('app.tenants', true), '');
    BEGIN
        IF cardinality(ids) = 0 THEN
            RETURN;
        END IF;
        PERFORM set_config('app.tenants', '*', true);
        PERFORM 1 FROM leader_search_profiles WHERE leader_id = ANY(ids) ORDER BY leader_id FOR UPDATE;
        {_KEPT.replace("{which}", "WHERE leader.id = ANY(ids)")};
        PERFORM set_config('app.tenants', tenants, true);
    END $$
"""
# A lent leader's deployment is seen by both alliances, and their parts with it: so is whose they are. Objectives count
# once they have been judged.
_OF_PARTS = "SELECT DISTINCT leader_id FROM deployments WHERE id IN (SELECT deployment_id FROM changed)"
WHOSE = {
    "keep_profiles_of_leaders": "SELECT id FROM changed",
    "keep_profiles_of_what_leaders_have": "SELECT DISTINCT leader_id FROM changed",
    "keep_profiles_of_parts_of_deployments": _OF_PARTS,
    "keep_profiles_of_objectives": f"{_OF_PARTS} AND state IN ('evaluated', 'closed')",
}
PROFILED = {
    "leaders": ("keep_profiles_of_leaders", "INSERT", "UPDATE"),
    "leader_allowances": ("keep_profiles_of_what_leaders_have", "INSERT", "UPDATE", "DELETE"),
    "half_term_availability": ("keep_profiles_of_what_leaders_have", "INSERT", "UPDATE", "DELETE"),
    "designations": ("keep_profiles_of_what_leaders_have", "INSERT", "UPDATE", "DELETE"),
    "deployments": ("keep_profiles_of_what_leaders_have", "UPDATE"),
    "deployment_steps": ("keep_profiles_of_parts_of_deployments", "INSERT", "UPDATE", "DELETE"),
    "visits": ("keep_profiles_of_parts_of_deployments", "INSERT", "UPDATE", "DELETE"),
    "objectives": ("keep_profiles_of_objectives", "INSERT", "UPDATE", "DELETE"),
}
"""Which function keeps the profiles at which changes of a table. The leader of a row never changes; a deployment counts
from its first step to its last, and a leader goes with their profile."""

ANYWHERE = "travel_limit_km IS NULL OR latitude IS NULL OR longitude IS NULL"


def upgrade() -> None:
    """Makes the profiles, has the database keep them, and fills them: from the first lock on nothing is missed."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "leader_search_profiles",
        *(sa.Column(name, kind, nullable=nullable) for name, (kind, nullable) in PROFILE.items()),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_search_profiles_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("leader_id", name=op.f("pk_leader_search_profiles")),
    )
    for last in ("settled_on", "held_until", "travel_limit_km"):
        op.create_index(
            op.f(f"ix_leader_search_profiles_alliance_id_{last}"), "leader_search_profiles", ["alliance_id", last]
        )
    protect_tenant_rows("leader_search_profiles", "alliance_id")
    op.create_index(
        "ix_leader_search_rows_anywhere",
        "leader_search_rows",
        ["alliance_id", "code"],
        postgresql_where=sa.text(ANYWHERE),
    )
    op.create_index(
        op.f("ix_deployments_held_until"),
        "deployments",
        ["held_until"],
        postgresql_where=sa.text("held_until IS NOT NULL"),
    )
    op.execute(KEEP_THESE_PROFILES)
    for name, whose in WHOSE.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN PERFORM keep_search_profiles(ARRAY({whose})); RETURN NULL; END $$"
        )
    for table, (function, *changes) in PROFILED.items():
        for change in changes:
            rows = "OLD" if change == "DELETE" else "NEW"
            op.execute(
                f"CREATE TRIGGER profiled_on_{change.lower()} AFTER {change} ON {table} "
                f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    op.execute("SET LOCAL app.tenants = '*'")
    op.execute(_KEPT.replace("{which}", "WHERE true"))


def downgrade() -> None:
    """Takes the profiles away."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table, (_, *changes) in PROFILED.items():
        for change in changes:
            op.execute(f"DROP TRIGGER profiled_on_{change.lower()} ON {table}")
    for name in WHOSE:
        op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP FUNCTION keep_search_profiles(uuid[])")
    op.drop_index(op.f("ix_deployments_held_until"), "deployments")
    op.drop_index("ix_leader_search_rows_anywhere", "leader_search_rows")
    op.drop_table("leader_search_profiles")
