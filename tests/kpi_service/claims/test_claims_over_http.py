"""The checker for published figures over HTTP."""

from typing import Any

import pytest

from tests.kpi_service.serving import Serving, Somebody

CHECK = "/v1/claims/check"


@pytest.fixture
def anybody(kpi_http: Serving) -> Somebody:
    return kpi_http.somebody("auditor")


def test_each_claim_is_answered_in_its_place(anybody: Somebody) -> None:
    claims = [
        {"text": "98% of 24", "base": 24, "parts": [{"percent": "98"}]},
        {"base": 36, "parts": [{"count": 15}, {"count": 15}, {"count": 6}], "total": {"percent": "100"}},
    ]
    answer = anybody.post(CHECK, json={"claims": claims})
    assert answer.status_code == 200, answer.text
    employed, inspected = answer.json()["items"]
    assert (employed["text"], employed["possible"], employed["counts"]) == ("98% of 24", False, [])
    assert employed["parts"][0]["nearest"] == [{"count": 23, "percent": 95.83}, {"count": 24, "percent": 100.0}]
    assert (inspected["possible"], inspected["counts"]) == (True, [36])


@pytest.mark.parametrize(
    "claim",
    [
        {"base": 0, "parts": [{"percent": "50"}]},
        {"base": 10_001, "parts": [{"percent": "50"}]},
        {"base": 24, "parts": []},
        {"base": 24, "parts": [{}]},
        {"base": 24, "parts": [{"percent": 98}]},
        {"base": 24, "parts": [{"percent": "1e2"}]},
        {"base": 24, "parts": [{"percent": "98 per cent"}]},
        {"base": 24, "parts": [{"count": -1}]},
        {"base": 24, "parts": [{"count": 1}], "of": 24},
    ],
)
def test_what_is_no_claim_is_refused(anybody: Somebody, claim: dict[str, Any]) -> None:
    answer = anybody.post(CHECK, json={"claims": [claim]})
    assert answer.status_code == 422, answer.text
