"""What names a result: one id for one question, and nothing else is read."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_service.measures.deployment_clock import DesignatedIn, PeriodEndsBeforeItBegins
from kpi_service.verdicts.result_id import LONGEST_ID, ResultId, ResultIdNotReadable, ResultPart

ASKED = ResultId(
    UUID("0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"), UUID("01a213bd-e1eb-72ff-ba99-cf8751307c70"), date(2015, 3, 20)
)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
NAMES = (
    st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1, max_size=200) | st.none()
)


@given(key_stage=NAMES, figure=NAMES, round_name=NAMES, as_of=DAYS, from_on=st.none() | DAYS)
def test_every_id_that_is_given_out_is_read_back(
    key_stage: str | None, figure: str | None, round_name: str | None, as_of: date, from_on: date | None
) -> None:
    asked = replace(ASKED, as_of=as_of, part=ResultPart(key_stage, figure, DesignatedIn(round_name, from_on)))
    assert ResultId.read(asked.text) == asked
    assert asked.text.replace("-", "").replace("_", "").isalnum()


def test_the_longest_round_there_is_has_an_id_that_is_read() -> None:
    asked = replace(ASKED, part=ResultPart(designated_in=DesignatedIn("\x01" * 200, ASKED.as_of, date(2015, 3, 21))))
    assert len(asked.text) <= LONGEST_ID
    assert ResultId.read(asked.text) == asked


def test_different_questions_have_different_ids() -> None:
    others = [
        replace(ASKED, as_of=date(2015, 3, 21)),
        replace(ASKED, definition_id=ASKED.alliance_id),
        replace(ASKED, part=ResultPart("key_stage_2", "rwm_expected")),
        replace(ASKED, part=ResultPart(designated_in=DesignatedIn("2014 autumn"))),
    ]
    assert len({asked.text for asked in (ASKED, *others)}) == 5


def written(text: str) -> str:
    """What somebody made up, in the letters of an id."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


_A = '"0198c1d2a7e17c3f8a1b2c3d4e5f6071"'
_DEFINITION = '"01a213bde1eb72ffba99cf8751307c70"'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "a" * 1_999,
        ASKED.text[:-1],
        f"{ASKED.text}=",
        written("[]"),
        written("5"),
        written("[" * 1_000),
        written(f"[{_A},{_DEFINITION}]"),
        written(f'[{_A},{_DEFINITION},"0001-01-01"]'),
        written(f'[{_A},{_DEFINITION},"9999-12-31"]'),
        written(f'[{_A},{_DEFINITION},"20150320"]'),
        written(f'[{_A}, {_DEFINITION},"2015-03-20"]'),
        written(f'[{_A},{_DEFINITION},"2015-03-20",null]'),
        written(f'[{_A},{_DEFINITION},"2015-03-20",5]'),
        written(f'[{_A},{_DEFINITION},"2015-03-20",null,null,"\\u0000"]'),
        written(f'[{_A},{_DEFINITION},"2015-03-20",null,null,"\\ud800"]'),
        written(f'[{_A},{_DEFINITION},"2015-03-20",null,null,null,null,null,null]'),
        written(f'[1e999,{_DEFINITION},"2015-03-20"]'),
    ],
)
def test_nothing_else_is_read(text: str) -> None:
    with pytest.raises(ResultIdNotReadable, match="member `id`"):
        ResultId.read(text)


def test_a_period_that_ends_before_it_begins_is_refused_as_in_a_question() -> None:
    made_up = written(f'[{_A},{_DEFINITION},"2015-03-20",null,null,null,"2015-01-02","2015-01-01"]')
    with pytest.raises(PeriodEndsBeforeItBegins):
        ResultId.read(made_up)
