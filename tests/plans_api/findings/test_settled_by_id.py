"""An answer about a date or a milestone reaches that one, whatever has become of the others meanwhile."""

from typing import Any

import httpx
import pytest

from tests.people import SignedIn
from tests.plans_api.importing import MARKDOWN, everything, send

HEAD = """# Action plan 2014/15 - 1. Leadership

| Action points | Milestones | Date | Lead | Impact | KPIs |
|---|---|---|---|---|---|
"""
ROW = "| Host | {milestones} | {dates} | R Osborne | {impact} | 3 |\n"
MILESTONES = "Choose hosts Place leaders Choose hosts"
IMPACT = "2^{nd} yearThen more"


class Answered:
    """A plan of one action point, with what is found about it and what becomes of that."""

    def __init__(self, client: SignedIn, alliance: str) -> None:
        self.client = client
        self.plan_id = str(send(client, alliance, self.document("November 2015<br>June 2015")).json()["plan_id"])

    def document(self, dates: str) -> bytes:
        """The plan's document with these dates."""
        return (HEAD + ROW.format(milestones=MILESTONES, dates=dates, impact=IMPACT)).encode()

    def correct(self, dates: str) -> None:
        """The document comes in again with these dates."""
        self.client.post(
            "/v1/plan-corrections",
            content=self.document(dates),
            params={"plan_id": self.plan_id},
            headers={"Content-Type": MARKDOWN},
        ).raise_for_status()

    def finding(self, code: str, state: str = "open") -> dict[str, Any]:
        """The one finding of this code and state."""
        [found] = [
            each
            for each in everything(self.client, "/v1/findings", plan_id=self.plan_id, state=state)
            if each["code"] == code
        ]
        return found

    def settle(self, code: str, to: str, text: str | None = None, state: str = "open") -> httpx.Response:
        """Somebody settles it."""
        finding = self.finding(code, state)
        headers = {"If-Match": f'"{finding["version"]}"'}
        body = {"to": to} if text is None else {"to": to, "text": text}
        return self.client.post(f"/v1/findings/{finding['id']}/transitions", json=body, headers=headers)

    def point(self) -> dict[str, Any]:
        """The action point."""
        [point] = everything(self.client, "/v1/action-points", plan_id=self.plan_id)
        return point

    def dates(self) -> dict[str, str]:
        """The ids of its dates, in order, by their words."""
        return {one["text"]: one["id"] for one in self.point()["dates"]}


@pytest.fixture
def answered(admin: SignedIn, alliance: str) -> Answered:
    return Answered(admin, alliance)


def test_a_finding_says_which_date_and_which_milestone_it_is_about(answered: Answered) -> None:
    about = answered.finding("date-outside-year")
    assert (about["date_value_id"], about["date_position"]) == (answered.dates()["November 2015"], 1)
    for code in ("milestones-not-split", "milestone-repeated"):
        assert answered.finding(code)["milestone_id"] == answered.point()["milestones"][0]["id"]
    assert answered.finding("kpi-set-not-stated")["date_value_id"] is None


def test_an_accepted_year_reaches_its_date_wherever_that_has_come_to_stand(answered: Answered) -> None:
    before = answered.dates()
    assert answered.settle("dates-not-in-order", "edited", "On-going\nJune 2015\nNovember 2015").is_success
    assert answered.finding("date-outside-year")["date_position"] == 3
    assert answered.settle("date-outside-year", "accepted").status_code == 200
    after = answered.dates()
    assert list(after) == ["On-going", "June 2015", "November 2014"]
    assert (after["June 2015"], after["November 2014"]) == (before["June 2015"], before["November 2015"])


@pytest.mark.parametrize("answer", [("accepted", None), ("edited", "December 2014")])
def test_an_answer_about_a_date_that_is_gone_is_refused_and_writes_nothing(
    answered: Answered, answer: tuple[str, str | None]
) -> None:
    assert answered.settle("dates-not-in-order", "edited", "June 2015").is_success
    kept = answered.dates()
    refused = answered.settle("date-outside-year", *answer)
    assert (refused.status_code, refused.json()["code"]) == (409, "date-is-gone")
    assert "dismiss the finding" in refused.json()["detail"]
    assert answered.finding("date-outside-year")["date_position"] is None
    assert answered.dates() == kept
    assert answered.settle("date-outside-year", "dismissed").status_code == 200


def test_a_date_that_comes_to_say_what_another_says_stays_itself(answered: Answered) -> None:
    before = [one["id"] for one in answered.point()["dates"]]
    assert answered.settle("date-outside-year", "edited", "June 2015").is_success
    after = answered.point()["dates"]
    assert [(one["id"], one["text"]) for one in after] == [(one, "June 2015") for one in before]


def test_a_proposal_is_for_a_date_that_says_what_was_found(answered: Answered) -> None:
    path = f"/v1/date-values/{answered.dates()['November 2015']}"
    change = {"text": "December 2014", "reason": "replanned"}
    assert answered.client.patch(path, json=change, headers={"If-Match": '"1"'}).is_success
    refused = answered.settle("date-outside-year", "accepted")
    assert (refused.status_code, refused.json()["code"]) == (409, "date-says-otherwise")
    assert list(answered.dates()) == ["December 2014", "June 2015"]
    assert answered.settle("date-outside-year", "edited", "January 2015").is_success
    assert list(answered.dates()) == ["January 2015", "June 2015"]


def test_a_proposed_split_is_for_milestones_that_are_the_cell_that_was_found(answered: Answered) -> None:
    assert answered.settle("milestone-repeated", "edited", "Choose hosts\nPlace leaders").is_success
    refused = answered.settle("milestones-not-split", "accepted")
    assert (refused.status_code, refused.json()["code"]) == (409, "milestones-written-anew")
    assert [one["text"] for one in answered.point()["milestones"]] == ["Choose hosts", "Place leaders"]
    assert answered.settle("milestones-not-split", "edited", "Choose hosts\nPlace the leaders").is_success


def test_two_proposals_about_the_letters_of_a_cell_do_not_undo_each_other(answered: Answered) -> None:
    for code in ("letters-raised", "words-run-together"):
        assert answered.settle(code, "accepted").status_code == 200
    assert answered.point()["impact"] == "2nd year Then more"


def test_a_finding_follows_its_date_through_corrected_documents(answered: Answered) -> None:
    known = answered.finding("date-outside-year")
    answered.correct("October 2014<br>November 2015<br>June 2015")
    moved = answered.finding("date-outside-year")
    assert (moved["id"], moved["date_value_id"], moved["date_position"]) == (known["id"], known["date_value_id"], 2)
    assert answered.settle("date-outside-year", "accepted").status_code == 200
    assert list(answered.dates()) == ["October 2014", "November 2014", "June 2015"]
    # What the document now writes anew has to be answered anew, of the same date.
    answered.correct("September 2014<br>October 2014<br>November 2015<br>June 2015")
    assert answered.finding("date-outside-year")["id"] == known["id"]
    assert answered.dates()["November 2015"] == known["date_value_id"]
    assert answered.settle("date-outside-year", "dismissed").status_code == 200
    answered.correct("November 2015<br>September 2014<br>October 2014<br>June 2015")
    kept = answered.finding("date-outside-year", state="dismissed")
    assert (kept["id"], kept["date_position"]) == (known["id"], 1)


def test_a_date_that_a_corrected_document_leaves_out_is_gone(answered: Answered) -> None:
    answered.correct("June 2015")
    refused = answered.settle("date-outside-year", "edited", "May 2015", state="outdated")
    assert refused.status_code == 409
    assert list(answered.dates()) == ["June 2015"]
