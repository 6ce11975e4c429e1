from dataclasses import fields, replace

import pytest

from sle_broker.matching_weights.weights import DEFAULT_VERSION, DEFAULT_WEIGHTS, MOST, Weights, WeightsOutOfRange


@pytest.mark.parametrize("name", [field.name for field in fields(Weights)])
@pytest.mark.parametrize("figure", [-1, MOST + 1])
def test_no_weight_and_no_scale_is_negative_or_beyond_all_bounds(name: str, figure: int) -> None:
    with pytest.raises(WeightsOutOfRange):
        replace(DEFAULT_WEIGHTS, **{name: figure})


@pytest.mark.parametrize("change", [{"claimed_percent": 101}, {"far_km": 0}, {"heavy_load": 0}, {"well_practised": 0}])
def test_weights_that_make_no_sense_are_not_recorded(change: dict[str, int]) -> None:
    with pytest.raises(WeightsOutOfRange):
        replace(DEFAULT_WEIGHTS, **change)


def test_a_criterion_may_count_nothing() -> None:
    assert replace(DEFAULT_WEIGHTS, clock=0, claimed_percent=0).clock == 0


def test_the_first_version_is_the_defaults_recorded_by_nobody() -> None:
    assert (DEFAULT_VERSION.version, DEFAULT_VERSION.weights) == (1, Weights())
    assert DEFAULT_VERSION.recorded_by is None
