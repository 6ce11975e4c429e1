"""What `tsa results` says of a KPI, by what is judged of it."""

from typing import Any

import pytest
from rich.console import Console

from tsa_local.report import print_results

RESULT = {
    "code": "A4",
    "name": "Improvement",
    "as_of": "2015-03-13",
    "measure": "attainment_change",
    "unit": "percent",
    "target": {"rule": "double", "comparator": "group", "direction": "up", "value": None},
    "state": "met",
}
NATIONALLY = dict.fromkeys(("numerator", "denominator", "percent", "value", "previous_value", "change_percent"))
CHANGE = {"key_stage": "key_stage_2", "figure": "rwm_expected", "change_unit": "percentage_points"}


@pytest.mark.parametrize(
    ("judged", "told"),
    [
        (CHANGE | {"value": 64.0, "previous_value": 60.0, "change_percent": 6.67}, "64 after 60 = +6.67 %; target"),
        (CHANGE | {"value": 64.0, "previous_value": None, "change_percent": None}, "64, no percentage; target"),
        (CHANGE | {"value": 3.0, "previous_value": 0.0, "change_percent": None}, "3 after 0 = no percentage; target"),
        (CHANGE | {"value": None, "previous_value": None, "change_percent": None}, "no figure; target"),
        ({"numerator": 27, "denominator": 30, "percent": 90.0}, "27 of 30 = 90 %; target"),
        ({"value": 12, "previous_value": 10, "change_percent": 20.0, "unit": "trainees"}, "12 trainees; target"),
        (NATIONALLY | {"key_stage": None, "figure": None}, "no figure; target"),
        (NATIONALLY | {"denominator": 7, "state": "suppressed"}, "no figure; target"),
        (
            NATIONALLY
            | {key: CHANGE[key] for key in ("key_stage", "figure")}
            | {"value": 64.0, "previous_value": 60.0},
            "64 after 60 = no percentage; target",
        ),
        ({"value": 11, "unit": "SLEs"}, "11 SLEs; target double group: met"),
    ],
)
def test_a_kpi_is_told_by_what_is_judged_of_it(judged: dict[str, Any], told: str) -> None:
    console = Console(width=120, markup=False, highlight=False)
    with console.capture() as printed:
        print_results(console, [RESULT | judged], {})
    text = printed.get()
    assert told in text
    assert "None" not in text
    assert ("key stage 2, rwm expected" in text) is bool(judged.get("figure"))
