"""What people do when a deployment is over: judge it, give feedback, tell the leader."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from service_kit.commands import UnitOfWork
from sle_broker.deployments.agreement import Judgement
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.store import get_deployment, save_deployment
from sle_broker.deployments.use_cases import (
    deployment_to_change,
    record_event,
    require_party,
    require_word_of,
)
from sle_broker.evaluations import store
from sle_broker.evaluations.evaluation import judge_objectives, release_evaluation
from sle_broker.evaluations.feedback import Feedback, author_of, refuse_feedback
from sle_broker.specialisms.kept import Kept


def judge_deployment(
    work: UnitOfWork, deployment_id: UUID, expected_version: int, judgements: Mapping[UUID, Judgement]
) -> Kept[Deployment]:
    """The host school judges objectives; a broker may record what it said.

    Errors: `VersionMismatch`, `Forbidden`, and those of `judge_objectives`.
    """
    kept = deployment_to_change(work, deployment_id, expected_version)
    require_word_of(work, kept, kept.thing.host_school_urn)
    saved = save_deployment(work.session, judge_objectives(kept.thing, judgements))
    record_event(work, "deployment-objectives-judged", saved, {"objective_ids": sorted(map(str, judgements))})
    return saved


def release_deployment_evaluation(
    work: UnitOfWork, deployment_id: UUID, expected_version: int, on: date
) -> Kept[Deployment]:
    """The leader may read how they were judged. Errors: `VersionMismatch`, and those of `release_evaluation`."""
    kept = deployment_to_change(work, deployment_id, expected_version)
    saved = save_deployment(work.session, release_evaluation(kept.thing, on, today=work.today))
    record_event(work, "deployment-evaluation-released", saved, {"on": on})
    return saved


def give_feedback(work: UnitOfWork, feedback: Feedback) -> Kept[Feedback]:
    """A school, or who asked for the support, says something of the leader's work, each in their own name.

    Errors: `NotFound`, `Forbidden`, and those of `refuse_feedback`.
    """
    kept = get_deployment(work.session, feedback.deployment_id, for_update=True)
    require_party(work.caller, kept)
    author = author_of(feedback, kept.thing)
    require_word_of(work, kept, author)
    refuse_feedback(feedback, kept.thing, today=work.today)
    given = store.add_feedback(work.session, kept.alliance_id, feedback, author)
    record_event(
        work,
        "deployment-feedback-given",
        kept,
        {"feedback_id": feedback.id, "given_by": feedback.given_by, "on": feedback.on},
    )
    return given
