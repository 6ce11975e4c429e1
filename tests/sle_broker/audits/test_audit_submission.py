from dataclasses import replace
from datetime import date

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import StateConflict
from sle_broker.audits.audit_needs import needs_after
from sle_broker.audits.audit_submission import (
    Answer,
    AnswerNotOnForm,
    AnswersNotComplete,
    AuditState,
    AuditSubmission,
    answer,
    submit,
)
from sle_broker.needs.need import NeedEndReason
from tests.sle_broker.builders import ATTENDANCE, MATHEMATICS, PHONICS, TODAY, a_form, an_audit

ON = date(2014, 9, 30)


def submitted(audit: AuditSubmission, on: date = ON, latest: AuditSubmission | None = None) -> AuditSubmission:
    return submit(audit, AuditState.SUBMITTED, on, today=TODAY, latest=latest)


def test_a_draft_is_submitted_once_every_question_is_answered() -> None:
    draft = an_audit(2, form=a_form(PHONICS, MATHEMATICS, ATTENDANCE))
    with pytest.raises(AnswersNotComplete) as refused:
        submitted(draft)
    assert refused.value.members["missing"] == [2, 3]
    complete = answer(draft, [Answer(number, 1) for number in (3, 1, 2)])
    assert (submitted(complete).state, complete.state) == (AuditState.SUBMITTED, AuditState.DRAFT)


def test_what_was_submitted_stays_as_it_is() -> None:
    done = submitted(an_audit(2))
    for audit in (done, replace(done, superseded_on=ON)):
        with pytest.raises(StateConflict):
            answer(audit, [Answer(1, 1)])
        for to in AuditState:
            with pytest.raises(StateConflict):
                submit(audit, to, ON, today=TODAY, latest=None)
    with pytest.raises(StateConflict):
        submit(an_audit(2), AuditState.SUPERSEDED, ON, today=TODAY, latest=None)


def test_an_audit_comes_after_its_beginning_and_after_the_audit_before_it() -> None:
    with pytest.raises(DatesOutOfOrder):
        submitted(an_audit(2, begun_on=ON), date(2014, 9, 29))
    with pytest.raises(DatesOutOfOrder):
        submitted(an_audit(2), date(2014, 9, 29), latest=submitted(an_audit(2)))
    with pytest.raises(DateNotYetCome):
        submit(an_audit(2), AuditState.SUBMITTED, ON, today=date(2014, 9, 29), latest=None)
    assert submitted(an_audit(2), ON, latest=submitted(an_audit(2))).submitted_on == ON


@pytest.mark.parametrize("answers", [(Answer(1, 2), Answer(1, 2)), (Answer(2, 2),), (Answer(1, 0),), (Answer(1, 5),)])
def test_an_answer_is_to_a_question_of_the_form_once_and_on_its_scale(answers: tuple[Answer, ...]) -> None:
    with pytest.raises(AnswerNotOnForm):
        an_audit(answers=answers)


def test_a_specialism_is_an_area_of_need_where_one_answer_on_it_is() -> None:
    form = a_form(PHONICS, MATHEMATICS, PHONICS, ATTENDANCE)
    assert an_audit(2, 1, 3, 2, form=form).areas_of_need == (PHONICS,)
    assert an_audit(4, 3, 3, 2, form=form).areas_of_need == (PHONICS, MATHEMATICS)
    assert an_audit(form=form).areas_of_need == ()


def test_a_later_audit_keeps_meets_and_adds_needs() -> None:
    audit = an_audit(1, 3, 4, form=a_form(PHONICS, MATHEMATICS, ATTENDANCE))
    after = needs_after(audit, ["phonics", "mathematics", "governance"])
    assert after.arisen == (ATTENDANCE,)
    assert after.ended == {"phonics": NeedEndReason.MET, "governance": NeedEndReason.SUPERSEDED}
