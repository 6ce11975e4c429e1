from dataclasses import replace
from datetime import date

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import StateConflict
from service_kit.life_cycle import ReasonNotInList
from sle_broker.needs.need import (
    KindNotOfTheSource,
    NeedEndReason,
    NeedEndsWithItsRequest,
    NeedKind,
    NeedSource,
    NeedState,
    OutcomeTrigger,
    Referrer,
    SourceNotWhole,
    end,
    refuse_unless_ended_by_hand,
)
from tests.sle_broker.builders import TODAY, a_need

ON = date(2015, 3, 27)


@pytest.mark.parametrize("reason", NeedEndReason)
def test_a_need_ends_for_any_of_its_reasons_and_stays_ended(reason: NeedEndReason) -> None:
    need = a_need()
    ended = end(need, NeedState.ENDED, ON, today=TODAY, reason=reason)
    assert (ended.state, ended.ended_on, ended.end_reason) == (NeedState.ENDED, ON, reason)
    assert need.state is NeedState.OPEN
    for to in NeedState:
        with pytest.raises(StateConflict):
            end(ended, to, ON, today=TODAY, reason=reason)


def test_an_end_says_why_and_when() -> None:
    need = a_need(arisen_on=ON)
    with pytest.raises(ReasonNotInList):
        end(need, NeedState.ENDED, ON, today=TODAY, reason=None)
    with pytest.raises(DatesOutOfOrder):
        end(need, NeedState.ENDED, date(2015, 3, 26), today=TODAY, reason=NeedEndReason.MET)
    with pytest.raises(DateNotYetCome):
        end(need, NeedState.ENDED, date(2015, 3, 28), today=ON, reason=NeedEndReason.MET)
    with pytest.raises(StateConflict):
        end(need, NeedState.OPEN, ON, today=TODAY, reason=None)


@pytest.mark.parametrize("source", NeedSource)
def test_a_referral_says_who_referred_and_no_other_source_does(source: NeedSource) -> None:
    kind = NeedKind.PREDICTED if source is NeedSource.FORECAST else NeedKind.ACTUAL
    trigger = OutcomeTrigger.BELOW_FLOOR if source is NeedSource.OUTCOME_TRIGGER else None
    for referred_by in (Referrer.DEPARTMENT, None):
        facts = {"source": source, "kind": kind, "trigger": trigger, "referred_by": referred_by}
        if (source is NeedSource.REFERRAL) == (referred_by is not None):
            assert a_need(**facts).referred_by is referred_by
        else:
            with pytest.raises(SourceNotWhole):
                a_need(**facts)


def test_an_outcome_trigger_says_what_triggered_it_and_no_other_source_does() -> None:
    facts = {"source": NeedSource.OUTCOME_TRIGGER, "referred_by": None}
    assert a_need(trigger=OutcomeTrigger.CATEGORY_OF_CONCERN, **facts).state is NeedState.OPEN
    with pytest.raises(SourceNotWhole):
        a_need(trigger=None, **facts)
    with pytest.raises(SourceNotWhole):
        a_need(trigger=OutcomeTrigger.BELOW_FLOOR)


def test_a_forecast_is_of_a_predicted_need_and_a_request_is_of_an_actual_one() -> None:
    for source, kind in (
        (NeedSource.FORECAST, NeedKind.ACTUAL),
        (NeedSource.SUPPORT_REQUEST, NeedKind.PREDICTED),
        (NeedSource.AUDIT, NeedKind.PREDICTED),
    ):
        with pytest.raises(KindNotOfTheSource):
            a_need(source=source, kind=kind, referred_by=None)
    for kind in NeedKind:
        assert a_need(kind=kind).kind is kind


def test_the_needs_of_a_request_end_with_it_and_not_by_hand() -> None:
    refuse_unless_ended_by_hand(a_need())
    with pytest.raises(NeedEndsWithItsRequest):
        refuse_unless_ended_by_hand(replace(a_need(), source=NeedSource.SUPPORT_REQUEST, referred_by=None))
