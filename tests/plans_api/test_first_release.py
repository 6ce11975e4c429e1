"""Plans that the first release imported are as good as new ones once the database is brought up to date."""

from uuid import UUID, uuid4

import psycopg

from tests.databases import Databases, migrate
from tests.plans_api.test_tenancy import fill_tables

FIRST_TABLES = ("alliances", "plans", "plan_sections", "action_points", "milestones", "date_values")


def test_milestones_of_the_first_release_have_ids_afterwards(databases: Databases) -> None:
    database = databases.empty("plans-api")
    migrate("plans-api", database, "upgrade", "2026_11_21_first_release")
    with psycopg.connect(database.admin_url) as admin:
        admin.execute(
            "INSERT INTO schools (urn, name, phase, type, local_authority_code, status, version) "
            "VALUES ('100000', 'A', 'primary', 'x', '201', 'open', 1)"
        )
        fill_tables(admin, uuid4(), FIRST_TABLES)
        admin.execute(
            "INSERT INTO milestones (action_point_id, position, alliance_id, text) "
            "SELECT action_point_id, 2, alliance_id, 'Another' FROM milestones"
        )
    migrate("plans-api", database, "upgrade", "head")
    with psycopg.connect(database.admin_url) as admin:
        known = admin.execute("SELECT position, id FROM milestones ORDER BY position").fetchall()
        assert [position for position, _ in known] == [1, 2]
        ids = [UUID(str(one)) for _, one in known]
        assert len(set(ids)) == 2
        assert {one.version for one in ids} == {7}
        # The release before goes on writing while this one comes in.
        admin.execute(
            "INSERT INTO milestones (action_point_id, position, alliance_id, text) "
            "SELECT action_point_id, 3, alliance_id, 'A third' FROM milestones LIMIT 1"
        )
        assert admin.execute("SELECT count(DISTINCT id) FROM milestones").fetchone() == (3,)
    migrate("plans-api", database, "downgrade", "2026_11_21_first_release")
    with psycopg.connect(database.admin_url) as admin:
        assert admin.execute("SELECT position FROM milestones ORDER BY position").fetchall() == [(1,), (2,), (3,)]
