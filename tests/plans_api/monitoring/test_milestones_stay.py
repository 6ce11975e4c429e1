"""What was recorded of a milestone stays its own, whatever becomes of the milestones around it."""

from typing import Any

import httpx
import pytest

from tests.people import SignedIn
from tests.plans_api.importing import MARKDOWN, everything, send

HEAD = """# Action plan 2014/15 - 1. Leadership

| Action points | Milestones | Date | Lead | Impact | KPIs |
|---|---|---|---|---|---|
"""
ROW = "| Host | {milestones} | {dates} | R Osborne | Growth | 3 |\n"


class Milestones:
    """The milestones of the one action point of a plan."""

    def __init__(self, client: SignedIn, alliance: str, milestones: str, dates: str) -> None:
        self.client = client
        self.plan_id = str(send(client, alliance, self._document(milestones, dates)).json()["plan_id"])

    def correct(self, milestones: str, dates: str) -> None:
        """The document comes in again, with these cells."""
        self.client.post(
            "/v1/plan-corrections",
            content=self._document(milestones, dates),
            params={"plan_id": self.plan_id},
            headers={"Content-Type": MARKDOWN},
        ).raise_for_status()

    def settle(self, code: str, text: str) -> None:
        """Somebody answers the finding."""
        found = everything(self.client, "/v1/findings", plan_id=self.plan_id)
        [finding] = [each for each in found if each["code"] == code]
        self.client.post(
            f"/v1/findings/{finding['id']}/transitions",
            json={"to": "edited", "text": text},
            headers={"If-Match": f'"{finding["version"]}"'},
        ).raise_for_status()

    def say(self, text: str, status: str, **more: Any) -> httpx.Response:
        """Somebody says how far the milestone is."""
        body = {"milestone_id": self.ids()[text], "status": status, "on": "2014-11-03"}
        return self.client.post("/v1/milestone-statuses", json=body | more).raise_for_status()

    def ids(self) -> dict[str, str]:
        """The milestones' ids, in order, by their words."""
        return {one["text"]: one["id"] for one in self.point()["milestones"]}

    def point(self) -> dict[str, Any]:
        """The action point, whole."""
        [point] = everything(self.client, "/v1/action-points", plan_id=self.plan_id)
        return dict(self.client.get(f"/v1/action-points/{point['id']}").raise_for_status().json())

    def statuses(self) -> dict[str, str]:
        """How far each milestone is."""
        [point] = self.client.get(f"/v1/plans/{self.plan_id}/progress").raise_for_status().json()["action_points"]
        return {one["text"]: one["status"] for one in point["milestones"]}

    def _document(self, milestones: str, dates: str) -> bytes:
        return (HEAD + ROW.format(milestones=milestones, dates=dates)).encode()


@pytest.fixture
def three(admin: SignedIn, alliance: str) -> Milestones:
    """Three milestones, each with its own date; the first is done, the third under way."""
    three = Milestones(
        admin, alliance, "Choose hosts.<br>Place leaders.<br>Thank everybody.", "October 2014<br>May 2015<br>June 2015"
    )
    three.say("Choose hosts.", "done", evidence=["https://example.org/hosts"])
    three.say("Thank everybody.", "under_way")
    return three


def test_a_milestone_that_stays_keeps_its_status_wherever_it_comes_to_stand(three: Milestones) -> None:
    before, dates = three.ids(), {one["text"]: one["id"] for one in three.point()["dates"]}
    three.correct(
        "Tell the schools.<br>Thank everybody.<br>Choose hosts.<br>Place leaders.",
        "September 2014<br>June 2015<br>October 2014<br>May 2015",
    )
    assert three.statuses() == {
        "Tell the schools.": "not_started",
        "Thank everybody.": "under_way",
        "Choose hosts.": "done",
        "Place leaders.": "not_started",
    }
    assert {text: three.ids()[text] for text in before} == before
    assert dates.items() <= {one["text"]: one["id"] for one in three.point()["dates"]}.items()
    assert [(one["position"], one["date_position"]) for one in three.point()["milestones"]] == [
        (position, position) for position in range(1, 5)
    ]
    [evidenced, _] = everything(three.client, "/v1/milestone-statuses", plan_id=three.plan_id)
    assert (evidenced["milestone_id"], evidenced["evidence"]) == (
        before["Choose hosts."],
        ["https://example.org/hosts"],
    )
    [change] = everything(three.client, "/v1/date-changes", plan_id=three.plan_id)
    assert (change["before"], change["milestone_id"]) == (None, three.ids()["Tell the schools."])


def test_changes_of_a_date_are_its_milestones_after_others_have_come_before_it(three: Milestones) -> None:
    place, value = three.ids()["Place leaders."], three.point()["dates"][1]
    body = {"text": "July 2015", "reason": "slipped"}
    headers = {"If-Match": f'"{value["version"]}"'}
    three.client.patch(f"/v1/date-values/{value['id']}", json=body, headers=headers).raise_for_status()
    three.correct("Place leaders.<br>Choose hosts.<br>Thank everybody.", "July 2015<br>October 2014<br>June 2015")
    [change] = everything(three.client, "/v1/date-changes", milestone_id=place)
    assert (change["date_value_id"], change["after"]["text"]) == (value["id"], "July 2015")
    assert three.point()["dates"][0]["id"] == value["id"]
    assert three.ids()["Place leaders."] == place


def test_a_milestone_that_disappears_keeps_its_record(three: Milestones) -> None:
    gone = three.ids()["Choose hosts."]
    three.correct("Place leaders.<br>Thank everybody.", "May 2015<br>June 2015")
    assert three.statuses() == {"Place leaders.": "not_started", "Thank everybody.": "under_way"}
    [told] = three.point()["gone_milestones"]
    assert (told["id"], told["text"]) == (gone, "Choose hosts.")
    [status] = everything(three.client, "/v1/milestone-statuses", milestone_id=gone)
    assert (status["status"], status["evidence"]) == ("done", ["https://example.org/hosts"])
    said = {"milestone_id": gone, "status": "done", "on": "2014-11-03"}
    assert three.client.post("/v1/milestone-statuses", json=said).status_code == 404


def test_the_first_part_of_a_milestone_that_is_split_stays_it(admin: SignedIn, alliance: str) -> None:
    one = Milestones(admin, alliance, "Choose hosts Place leaders", "October 2014 June 2015")
    whole = one.ids()["Choose hosts Place leaders"]
    one.say("Choose hosts Place leaders", "under_way")
    one.settle("milestones-not-split", "Choose hosts\nPlace leaders\nThank them")
    first, *others = one.point()["milestones"]
    assert (first["id"], first["split_from_id"]) == (whole, None)
    assert [other["split_from_id"] for other in others] == [whole, whole]
    assert one.statuses() == {"Choose hosts": "under_way", "Place leaders": "not_started", "Thank them": "not_started"}
    one.settle("milestones-not-split", "Place leaders\nChoose hosts\nThank them")
    assert one.statuses() == {"Place leaders": "not_started", "Choose hosts": "under_way", "Thank them": "not_started"}
    assert one.point()["gone_milestones"] == []
