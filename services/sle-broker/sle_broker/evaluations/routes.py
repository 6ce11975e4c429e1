"""Evaluations of deployments, and feedback, over HTTP."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Command, Reply
from service_kit.etags import ExpectedVersion
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.schemas import DeploymentOut
from sle_broker.deployments.store import may_know_judgement
from sle_broker.deployments.use_cases import acting_for, read_by
from sle_broker.evaluations import store, use_cases
from sle_broker.evaluations.feedback import Feedback
from sle_broker.evaluations.schemas import EvaluationReleaseIn, FeedbackIn, FeedbackOut, OutcomesIn
from sle_broker.specialisms.kept import Kept

router = APIRouter(tags=["evaluations"])


@router.post("/v1/deployments/{deployment_id}/outcomes", response_model=DeploymentOut, summary="Judge objectives")
def judge_objectives(
    deployment_id: UUID, body: OutcomesIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The host school judges the objectives once the closing meeting has been held: by the figure reached where one has
    a target, and in words where it has none. A deployment is evaluated when all of them have been judged. The leader
    does not read it before it is released to them."""
    return command.execute(
        lambda work: use_cases.judge_deployment(work, deployment_id, expected, body.by_objective()),
        _as_it_is_now(command),
    )


@router.post(
    "/v1/deployments/{deployment_id}/evaluation-releases",
    response_model=DeploymentOut,
    summary="Release the evaluation to the leader",
)
def release_evaluation(
    deployment_id: UUID, body: EvaluationReleaseIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The leader, and their home school, may read from now on how the deployment was judged and what was fed back. It
    is released once, when it has been evaluated or has ended early; nothing is added to it afterwards."""
    return command.execute(
        lambda work: use_cases.release_deployment_evaluation(work, deployment_id, expected, body.on),
        _as_it_is_now(command),
    )


@router.post("/v1/feedback", status_code=201, response_model=FeedbackOut, summary="Give feedback about a leader")
def give_feedback(body: FeedbackIn, command: KeyedCommand) -> Response:
    """The host school, the home school or who asked for the support says something of the leader's work, each in their
    own name, from the first day on site on. The leader does not read it before it is released to them; then nothing is
    added to it."""
    feedback = Feedback(id=new_id(), **body.model_dump())
    return command.execute(
        lambda work: use_cases.give_feedback(work, feedback),
        lambda kept: Reply(FeedbackOut.of(kept), 201, location=f"/v1/feedback/{kept.thing.id}"),
    )


@router.get("/v1/feedback", response_model=Page[FeedbackOut], summary="List feedback")
def list_feedback(
    reading: ReadingOf, page: PageOf, deployment_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[FeedbackOut]:
    """The feedback of the alliances you work for; a school sees what it gave, who asked for the support all that was
    given, and a leader and their home school what has been released to them. Every reading is recorded."""
    with reading.transaction() as session:
        found = store.page_of_feedback(session, reading.caller, deployment_id or (), page, FeedbackOut.of)
        lenders = store.lenders_of(session, (one.deployment_id for one in found.items))
        shared = ((one.id, one.alliance_id, lenders[one.deployment_id]) for one in found.items)
        reading.note_each(session, "feedback-read", read=read_by(reading.caller, shared))
    return found


@router.get("/v1/feedback/{feedback_id}", response_model=FeedbackOut, summary="Read feedback")
def get_feedback(feedback_id: UUID, reading: ReadingOf) -> FeedbackOut:
    """One piece of feedback. What has not been released to you is as if it were not there. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.read_feedback(session, reading.caller, feedback_id)
        lender = store.lenders_of(session, [kept.thing.deployment_id])[kept.thing.deployment_id]
        whose = acting_for(reading.caller, kept.alliance_id, lender)
        reading.note(session, "feedback-read", subject=feedback_id, tenant=whose)
    return FeedbackOut.of(kept)


def _as_it_is_now(command: Command) -> Callable[[Kept[Deployment]], Reply]:
    return lambda kept: Reply(
        DeploymentOut.of(kept, shows_judgement=may_know_judgement(command.caller, kept)), version=kept.version
    )
