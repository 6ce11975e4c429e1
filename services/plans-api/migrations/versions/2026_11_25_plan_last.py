"""Findings know the date and the milestone they are about by id; parties of a joint plan see its owner's terms."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_plan_last"
down_revision = "2026_11_25_plan_running"
branch_labels = None
depends_on = None

_SAID = """
    SELECT action_point_id, id, text AS words FROM date_values
    UNION SELECT action_point_id, date_value_id, before->>'text' FROM date_changes
"""
_DATES_THAT_SAID_IT = f"""
    UPDATE findings SET date_value_id = single.id
    FROM (
        SELECT finding.id AS finding_id, min(said.id::text)::uuid AS id
        FROM findings finding JOIN ({_SAID}) said
          ON said.action_point_id = finding.action_point_id AND said.words = finding.text
        WHERE finding.date_position IS NOT NULL
        GROUP BY finding.id HAVING count(DISTINCT said.id) = 1
    ) single
    WHERE findings.id = single.finding_id
"""  # noqa: S608 -- our own words
"""The only date that says what was found, or once did."""

_DATES_THAT_STAND = """
    UPDATE findings SET date_value_id = date_values.id
    FROM date_values
    WHERE findings.date_value_id IS NULL
      AND date_values.action_point_id = findings.action_point_id
      AND date_values.position = findings.date_position
      AND date_values.text = findings.text
      AND NOT EXISTS (SELECT FROM date_changes WHERE date_changes.action_point_id = findings.action_point_id)
"""
"""Of several that say it: the one at its place, where the dates of the action point have never been changed."""

_WHOLE_CELLS = """
    UPDATE findings SET milestone_id = milestones.id
    FROM milestones JOIN action_points ON action_points.id = milestones.action_point_id
    WHERE findings.plan_column = 'milestones'
      AND milestones.action_point_id = findings.action_point_id
      AND NOT action_points.milestones_are_split
"""

_TENANTS = "string_to_array(nullif(nullif(current_setting('app.tenants', true), '*'), ''), ',')::uuid[]"
_OWNERS = f"SELECT alliance_id FROM plan_parties WHERE party_id IN (SELECT unnest({_TENANTS}))"  # noqa: S608 -- ours


def upgrade() -> None:
    """Adds the ids, and finds them for what was imported before where there is no doubt; elsewhere they stay empty, as
    the previous release leaves them, and an answer about one date is refused."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("SET LOCAL app.tenants = '*'")
    for column in ("date_value_id", "milestone_id"):
        op.add_column("findings", sa.Column(column, sa.Uuid()))
    for statement in (_DATES_THAT_SAID_IT, _DATES_THAT_STAND, _WHOLE_CELLS):
        op.execute(statement)
    op.execute(f"CREATE POLICY party_rows ON term_calendars FOR SELECT USING (alliance_id IN ({_OWNERS}))")


def downgrade() -> None:
    """Takes it all back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("DROP POLICY party_rows ON term_calendars")
    for column in ("milestone_id", "date_value_id"):
        op.drop_column("findings", column)
