"""One school's answers to an audit form: a draft until they are complete, then submitted; the latest counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Never
from uuid import UUID

from service_kit.dates_in_order import refuse_out_of_order
from service_kit.errors import Conflict, RuleBroken
from service_kit.life_cycle import LifeCycle, Step
from sle_broker.audits.audit_form import AuditForm
from sle_broker.specialisms.specialism import Phase, Specialism


class AuditState(StrEnum):
    """A draft, submitted, or superseded by the school's next audit on the same form for the same phase."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPERSEDED = "superseded"


class AnswerNotOnForm(RuleBroken):
    """An answer is to a question of the form, once each, with a score on its scale."""


class AnswersNotComplete(Conflict):
    """An audit is submitted once every question is answered."""


LIFE_CYCLE: LifeCycle[AuditState, Never] = LifeCycle(
    MappingProxyType(
        {
            AuditState.DRAFT: {AuditState.SUBMITTED: frozenset()},
            AuditState.SUBMITTED: {AuditState.SUPERSEDED: frozenset()},
            AuditState.SUPERSEDED: {},
        }
    )
)


@dataclass(frozen=True)
class Answer:
    """What a school says to one question: a score on the form's scale, and what it wrote beside it."""

    number: int
    score: int
    comment: str | None = None


@dataclass(frozen=True)
class AuditSubmission:
    """One audit of one school, for one phase.

    Raises `AnswerNotOnForm`.
    """

    id: UUID
    form: AuditForm
    school_urn: str
    phase: Phase
    answers: tuple[Answer, ...]
    begun_on: date
    submitted_on: date | None = None
    superseded_on: date | None = None

    def __post_init__(self) -> None:
        asked = {question.number for question in self.form.questions}
        numbers = [answer.number for answer in self.answers]
        if len(set(numbers)) != len(numbers):
            raise AnswerNotOnForm("Answer each question once.")
        for answer in self.answers:
            if answer.number not in asked:
                raise AnswerNotOnForm(f"The form has no question {answer.number}.")
            if answer.score not in self.form.scale:
                scale = self.form.scale
                raise AnswerNotOnForm(f"{answer.score} is not on the scale from {scale.lowest} to {scale.highest}.")

    @property
    def state(self) -> AuditState:
        """The state reached last."""
        if self.superseded_on is not None:
            return AuditState.SUPERSEDED
        return AuditState.DRAFT if self.submitted_on is None else AuditState.SUBMITTED

    @property
    def areas_of_need(self) -> tuple[Specialism, ...]:
        """The specialisms on which at least one answer is a need, once each, in the order of the questions."""
        scores = {answer.number: answer.score for answer in self.answers}
        needed = [
            question.specialism
            for question in self.form.questions
            if question.number in scores and self.form.scale.is_need(scores[question.number])
        ]
        return tuple(dict.fromkeys(needed))


def answer(submission: AuditSubmission, answers: Sequence[Answer]) -> AuditSubmission:
    """The draft with these answers in place of those it had. Raises `StateConflict`, `AnswerNotOnForm`."""
    if submission.state is not AuditState.DRAFT:
        raise LIFE_CYCLE.conflict(submission.state, "What was submitted stays as it is; begin another audit.")
    return replace(submission, answers=tuple(answers))


def submit(
    submission: AuditSubmission, to: AuditState, on: date, *, today: date, latest: AuditSubmission | None
) -> AuditSubmission:
    """The draft submitted, after `latest`, the audit that counted until now.

    Raises `StateConflict`, `AnswersNotComplete` (`missing`), `DatesOutOfOrder`, `DateNotYetCome`.
    """
    if to is AuditState.SUPERSEDED:
        raise LIFE_CYCLE.conflict(submission.state, "An audit is superseded by the next one, and not by hand.")
    began = Step[AuditState, Never](submission.state, submission.submitted_on or submission.begun_on)
    step = LIFE_CYCLE.next_step([began], to=to, on=on, today=today, reason=None)
    answered = {one.number for one in submission.answers}
    missing = [question.number for question in submission.form.questions if question.number not in answered]
    if missing:
        raise AnswersNotComplete("Answer every question first.", members={"missing": missing})
    if latest is not None and latest.submitted_on is not None:
        refuse_out_of_order(
            earlier="the audit before it", earlier_on=latest.submitted_on, later="the audit", later_on=on
        )
    return replace(submission, submitted_on=step.on)
