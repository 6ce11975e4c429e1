"""The rule of a comparator in versions: the rule alone."""

from datetime import date
from decimal import Decimal

import pytest

from kpi_service.comparator_versions.comparator_version import (
    ComparatorIsNotSet,
    ComparatorVersion,
    ComparatorVersionBeginsTooEarly,
    MatchingRule,
    Variable,
    next_version,
)
from kpi_service.measures.target import Comparator

TODAY = date(2026, 1, 5)
RULE = MatchingRule(3, tuple(Variable), Decimal("1.00"))
FIRST = ComparatorVersion(Comparator.MATCHED, 1, RULE.in_words, RULE, date.min, None)
FEWER = MatchingRule(1, (Variable.PUPILS,), Decimal("0.5"))


def test_a_version_begins_tomorrow_at_the_earliest() -> None:
    second = next_version(FIRST, FEWER, date(2026, 1, 6), TODAY)
    assert (second.version, second.matching, second.valid_from_on) == (2, FEWER, date(2026, 1, 6))
    with pytest.raises(ComparatorVersionBeginsTooEarly, match="begin on 2026-01-06 or later"):
        next_version(FIRST, FEWER, TODAY, TODAY)


def test_a_comparator_without_figures_in_its_rule_is_not_set() -> None:
    group = ComparatorVersion(Comparator.GROUP, 1, "all schools in no alliance", None, date.min, None)
    with pytest.raises(ComparatorIsNotSet, match="only that of matched has"):
        next_version(group, FEWER, date(2026, 1, 6), TODAY)


def test_the_rule_is_said_in_words_with_its_figures() -> None:
    assert "up to 3 of" in RULE.in_words
    assert "nearest in pupils and disadvantaged percent, none farther away than 1 standard" in RULE.in_words
    assert "nearest in pupils, none farther away than 0.5 standard" in FEWER.in_words
