import pytest

from sle_broker.audits.audit_form import NoQuestions, Scale, ScaleEnd, ScaleNotWhole
from tests.sle_broker.builders import a_form


def test_an_answer_at_the_threshold_or_worse_is_a_need() -> None:
    inspection = Scale(1, 4, ScaleEnd.LOWEST, need_at=3)
    assert [score for score in range(1, 5) if inspection.is_need(score)] == [3, 4]
    stars = Scale(0, 5, ScaleEnd.HIGHEST, need_at=2)
    assert [score for score in range(6) if stars.is_need(score)] == [0, 1, 2]


def test_a_scale_holds_its_ends_and_what_is_between() -> None:
    scale = Scale(1, 4, ScaleEnd.LOWEST, need_at=3)
    assert [score for score in range(-1, 7) if score in scale] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("lowest", "highest", "best", "need_at"),
    [
        (4, 1, ScaleEnd.LOWEST, 3),
        (1, 1, ScaleEnd.LOWEST, 1),
        (1, 4, ScaleEnd.LOWEST, 5),
        (1, 4, ScaleEnd.LOWEST, 0),
        (1, 4, ScaleEnd.LOWEST, 1),
        (1, 4, ScaleEnd.HIGHEST, 4),
    ],
)
def test_a_scale_that_says_nothing_is_refused(lowest: int, highest: int, best: ScaleEnd, need_at: int) -> None:
    with pytest.raises(ScaleNotWhole):
        Scale(lowest, highest, best, need_at)


def test_a_form_asks_something() -> None:
    with pytest.raises(NoQuestions):
        a_form(questions=())
