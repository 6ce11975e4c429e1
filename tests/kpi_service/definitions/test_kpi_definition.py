"""What a KPI definition may say."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kpi_service.definitions.kpi_definition import (
    DefinitionEndsBeforeItBegins,
    Disaggregation,
    KpiTerms,
    Measure,
    MeasureNotDisaggregated,
)
from kpi_service.measures.target import Comparator, Direction, Target, TargetRule


def terms(**changes: Any) -> KpiTerms:
    given: dict[str, Any] = {
        "set_code": "C",
        "number": "4",
        "name": "SLEs deployed in time",
        "measure": Measure.SLES_DEPLOYED_WITHIN_THREE_MONTHS,
        "target": Target(TargetRule.AT_LEAST, Comparator.FIXED, Direction.UP, Decimal(60)),
        "disaggregations": frozenset({Disaggregation.ROUND}),
        "valid_from_on": date(2014, 9, 1),
        "valid_to_on": None,
    }
    return KpiTerms(**given | changes)


def test_a_number_alone_does_not_say_which_kpi_is_meant() -> None:
    assert (terms().code, terms(set_code="B").code) == ("C4", "B4")


def test_a_measure_is_taken_apart_only_by_what_it_knows() -> None:
    with pytest.raises(MeasureNotDisaggregated):
        terms(disaggregations=frozenset({Disaggregation.COHORT}))
    with pytest.raises(MeasureNotDisaggregated):
        terms(measure=Measure.SCHOOLS_IN_ALLIANCES)


def test_a_definition_may_be_in_force_for_one_day_and_not_for_less() -> None:
    assert terms(valid_to_on=date(2014, 9, 1)).valid_to_on == date(2014, 9, 1)
    with pytest.raises(DefinitionEndsBeforeItBegins):
        terms(valid_to_on=date(2014, 8, 31))
