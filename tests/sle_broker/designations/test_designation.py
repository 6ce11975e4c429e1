from datetime import date
from typing import Any

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import StateConflict
from service_kit.life_cycle import ReasonNotInList
from sle_broker.designations.designation import (
    AlreadyDesignated,
    AlreadyTrained,
    DesignationState,
    LeaderNotDesignated,
    RenewsNoneOfTheirs,
    RenewsWhatWasWithdrawn,
    WithdrawalReason,
    complete_training,
    end,
    is_designated,
    refuse_second_designation,
    refuse_unless_designated,
    refuse_while_designated,
)
from tests.sle_broker.builders import TODAY, a_designation, an_id


def test_a_leader_is_designated_from_the_day_of_designation() -> None:
    designation = a_designation(date(2014, 11, 3))
    assert not designation.is_in_force(date(2014, 11, 2))
    assert designation.is_in_force(date(2014, 11, 3))


@pytest.mark.parametrize("end", ["withdrawn_on", "lapsed_on"])
def test_a_leader_is_not_designated_on_the_day_it_is_withdrawn_or_lapses(end: str) -> None:
    designation = a_designation(date(2014, 11, 3), **{end: date(2015, 3, 1)})
    assert designation.is_in_force(date(2015, 2, 28))
    assert not designation.is_in_force(date(2015, 3, 1))


@pytest.mark.parametrize("end", ["withdrawn_on", "lapsed_on"])
def test_the_end_of_a_designation_is_not_known_before_its_day(end: str) -> None:
    designation = a_designation(date(2014, 11, 3), **{end: date(2015, 3, 1)})
    assert designation.as_of(date(2015, 2, 28)) == a_designation(date(2014, 11, 3))
    assert designation.as_of(date(2015, 3, 1)) == designation


def test_what_is_due_to_lapse_lapses_on_its_day_though_nobody_records_it() -> None:
    designation = a_designation(date(2014, 11, 3), due_to_lapse_on=date(2018, 11, 3))
    last, lapsed_on = date(2018, 11, 2), date(2018, 11, 3)
    assert (designation.is_in_force(last), designation.is_in_force(lapsed_on)) == (True, False)
    assert designation.state(last) is DesignationState.DESIGNATED
    assert designation.state(lapsed_on) is DesignationState.LAPSED
    with pytest.raises(LeaderNotDesignated):
        refuse_unless_designated([designation], lapsed_on)
    refuse_second_designation(a_designation(lapsed_on, id=an_id(4)), [designation])
    with pytest.raises(AlreadyDesignated):
        refuse_second_designation(a_designation(last, id=an_id(4)), [designation])


def test_the_day_on_which_it_is_due_to_lapse_is_known_from_the_first_and_a_recorded_end_may_come_before() -> None:
    due = a_designation(date(2014, 11, 3), due_to_lapse_on=date(2015, 6, 1))
    assert due.as_of(date(2015, 1, 5)) == due
    withdrawn = end(due, DesignationState.WITHDRAWN, date(2015, 5, 31), today=TODAY, reason=WithdrawalReason.STOOD_DOWN)
    assert (withdrawn.ended_on, withdrawn.as_of(date(2015, 5, 30))) == (date(2015, 5, 31), due)
    late: dict[str, Any] = {"on": date(2015, 6, 2), "today": date(2015, 6, 2)}
    assert end(due, DesignationState.LAPSED, **late).ended_on == date(2015, 6, 1)
    with pytest.raises(StateConflict):
        end(due, DesignationState.WITHDRAWN, reason=WithdrawalReason.STOOD_DOWN, **late)


def test_whoever_is_designated_is_renewed_and_does_not_apply() -> None:
    standing = a_designation(date(2014, 11, 3), due_to_lapse_on=date(2018, 11, 3))
    with pytest.raises(AlreadyDesignated, match=f"renew the designation, with `renews_designation_id` {standing.id}"):
        refuse_while_designated([standing], date(2018, 11, 2))
    refuse_while_designated([standing], date(2018, 11, 3))
    refuse_while_designated([standing], date(2014, 11, 2))


def test_a_renewal_carries_a_leader_over_the_lapse_of_the_first() -> None:
    first = a_designation(date(2011, 11, 3), lapsed_on=date(2014, 11, 3))
    renewal = a_designation(date(2014, 11, 3), id=an_id(4), renews_designation_id=first.id)
    assert is_designated([first, renewal], date(2014, 11, 3))
    assert not is_designated([first], date(2014, 11, 3))
    assert not is_designated([], date(2014, 11, 3))


def test_a_leader_is_not_deployed_while_not_designated() -> None:
    refuse_unless_designated([a_designation(date(2014, 11, 3))], date(2014, 11, 3))
    with pytest.raises(LeaderNotDesignated):
        refuse_unless_designated([a_designation(date(2014, 11, 3))], date(2014, 11, 2))


@pytest.mark.parametrize("end", ["withdrawn_on", "lapsed_on"])
def test_a_designation_does_not_end_before_it_began(end: str) -> None:
    with pytest.raises(DatesOutOfOrder):
        a_designation(date(2014, 11, 3), **{end: date(2014, 11, 2)})


def test_a_second_designation_waits_for_the_end_of_the_first() -> None:
    withdrawn = a_designation(date(2011, 11, 3), withdrawn_on=date(2014, 1, 6))
    refuse_second_designation(a_designation(date(2014, 1, 6), id=an_id(4)), [withdrawn])
    for standing, again_on in ((a_designation(), date(2015, 1, 5)), (withdrawn, date(2014, 1, 5))):
        with pytest.raises(AlreadyDesignated):
            refuse_second_designation(a_designation(again_on, id=an_id(4)), [standing])


def test_a_renewal_continues_an_earlier_designation_of_the_same_leader() -> None:
    first = a_designation(date(2011, 11, 3))
    refuse_second_designation(a_designation(id=an_id(4), renews_designation_id=first.id), [first])
    with pytest.raises(RenewsNoneOfTheirs):
        refuse_second_designation(a_designation(id=an_id(4), renews_designation_id=an_id(5)), [first])
    with pytest.raises(DatesOutOfOrder):
        refuse_second_designation(
            a_designation(date(2011, 11, 2), id=an_id(4), renews_designation_id=first.id), [first]
        )


def test_what_has_lapsed_is_renewed_and_what_was_withdrawn_is_not() -> None:
    lapsed = a_designation(date(2011, 11, 3), lapsed_on=date(2014, 11, 3))
    withdrawn = a_designation(
        date(2011, 11, 3), withdrawn_on=date(2014, 1, 6), withdrawal_reason=WithdrawalReason.STOOD_DOWN
    )
    renewal = a_designation(id=an_id(4), renews_designation_id=lapsed.id)
    refuse_second_designation(renewal, [lapsed])
    with pytest.raises(RenewsWhatWasWithdrawn, match="designate the leader afresh"):
        refuse_second_designation(renewal, [withdrawn])


def test_a_leader_is_trained_once_and_not_before_they_were_designated() -> None:
    designation = a_designation(date(2014, 11, 3))
    trained = complete_training(designation, date(2014, 11, 3), today=TODAY)
    assert trained.trained_on == date(2014, 11, 3)
    with pytest.raises(AlreadyTrained):
        complete_training(trained, date(2014, 12, 1), today=TODAY)
    with pytest.raises(DatesOutOfOrder):
        complete_training(designation, date(2014, 11, 2), today=TODAY)
    with pytest.raises(DateNotYetCome):
        complete_training(designation, date(2015, 9, 1), today=TODAY)


def test_a_designation_lapses_without_a_reason_and_is_withdrawn_for_one() -> None:
    designation, on = a_designation(), date(2015, 1, 5)
    assert end(designation, DesignationState.LAPSED, on, today=TODAY).lapsed_on == on
    withdrawn = end(designation, DesignationState.WITHDRAWN, on, today=TODAY, reason=WithdrawalReason.STOOD_DOWN)
    assert (withdrawn.state(on), withdrawn.ended_on) == (DesignationState.WITHDRAWN, on)
    with pytest.raises(ReasonNotInList):
        end(designation, DesignationState.WITHDRAWN, on, today=TODAY)
    with pytest.raises(StateConflict):
        end(withdrawn, DesignationState.LAPSED, on, today=TODAY)
