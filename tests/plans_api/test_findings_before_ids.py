"""Findings of the release before know their dates afterwards where there is no doubt, and none where there is."""

from uuid import UUID, uuid4

import psycopg

from tests.databases import Databases, migrate
from tests.plans_api.test_tenancy import fill_tables

BEFORE, NOW = "2026_11_25_plan_running", "2026_11_25_plan_last"


class Imported:
    """What the release before left of an imported plan."""

    def __init__(self, admin: "psycopg.Connection[tuple[object, ...]]") -> None:
        self.admin = admin
        admin.execute(
            "INSERT INTO schools (urn, name, phase, type, local_authority_code, status, version) "
            "VALUES ('100000', 'A', 'primary', 'x', '201', 'open', 1)"
        )
        fill_tables(admin, uuid4(), ("alliances", "plans", "plan_sections"))
        self.position = 0

    def point(self, *dates: str, are_split: bool = True) -> tuple[UUID, list[UUID]]:
        """An action point with these dates: its id and theirs."""
        self.position += 1
        point, ids = uuid4(), [uuid4() for _ in dates]
        self.admin.execute(
            "INSERT INTO action_points (id, alliance_id, plan_id, section_id, position, title, impact, "
            "milestones_are_split, kpi_links_are_none, rows) "
            "SELECT %s, alliance_id, plan_id, id, %s, 'x', 'x', %s, false, '{}' FROM plan_sections",
            [point, self.position, are_split],
        )
        for place, (one, text) in enumerate(zip(ids, dates, strict=True), start=1):
            self.admin.execute(
                "INSERT INTO date_values "
                "(id, action_point_id, position, alliance_id, text, kind, inferred, outside_year) "
                "SELECT %s, %s, %s, alliance_id, %s, 'tbc', false, false FROM plans",
                [one, point, place, text],
            )
        return point, ids

    def changed(self, point: UUID, date: UUID, before: str, after: str | None) -> None:
        """A date said something else before."""
        said = None if after is None else f'{{"text": "{after}"}}'
        self.admin.execute(
            "INSERT INTO date_changes (id, alliance_id, plan_id, action_point_id, date_value_id, position, before, "
            "after, reason, changed_at, issuer, changed_by) "
            "SELECT %s, alliance_id, id, %s, %s, 1, %s, %s, 'replanned', now(), 'i', 'x' FROM plans",
            [uuid4(), point, date, f'{{"text": "{before}"}}', said],
        )

    def finding(self, point: UUID, text: str, place: int | None, column: str = "date") -> UUID:
        """A finding about the action point's column, or the date at that place of it."""
        one = uuid4()
        self.admin.execute(
            'INSERT INTO findings (id, alliance_id, plan_id, position, code, severity, row, "column", text, proposal, '
            "plan_column, date_position, action_point_id) "
            "SELECT %s, alliance_id, id, (SELECT count(*) FROM findings), 'x', 'info', 1, 'x', %s, 'x', %s, %s, %s "
            "FROM plans",
            [one, text, column, place, point],
        )
        return one


def test_a_date_is_known_where_there_is_no_doubt(databases: Databases) -> None:
    database = databases.empty("plans-api")
    migrate("plans-api", database, "upgrade", BEFORE)
    with psycopg.connect(database.admin_url) as admin:
        plan = Imported(admin)
        untouched, alike = plan.point("TBC", "TBC")
        by_place = [plan.finding(untouched, "TBC", place) for place in (1, 2)]
        moved, [_, second] = plan.point("On-going", "May 2015")
        plan.changed(moved, second, "November 2015", "May 2015")
        by_words = plan.finding(moved, "November 2015", 1)
        emptied, _ = plan.point("June 2015")
        gone = uuid4()
        plan.changed(emptied, gone, "November 2015", None)
        of_gone = plan.finding(emptied, "November 2015", 1)
        doubtful, [first, _] = plan.point("TBC", "TBC")
        plan.changed(doubtful, first, "May 2015", "TBC")
        in_doubt = plan.finding(doubtful, "TBC", 1)
        whole, _ = plan.point(are_split=False)
        cell = uuid4()
        admin.execute(
            "INSERT INTO milestones (id, action_point_id, position, alliance_id, text) "
            "SELECT %s, %s, 1, alliance_id, 'Choose hosts Place leaders' FROM plans",
            [cell, whole],
        )
        of_cell = plan.finding(whole, "Choose hosts Place leaders", None, "milestones")
    migrate("plans-api", database, "upgrade", NOW)
    with psycopg.connect(database.admin_url) as admin:
        about = {
            one: (date, milestone)
            for one, date, milestone in admin.execute("SELECT id, date_value_id, milestone_id FROM findings")
        }
    assert [about[one][0] for one in by_place] == alike
    assert (about[by_words][0], about[of_gone][0], about[in_doubt][0]) == (second, gone, None)
    assert about[of_cell] == (None, cell)
