"""Outcomes and their register over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import ReadingOf, UnkeyedCommand
from service_kit.commands import Reply
from service_kit.errors import NotFound
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Day
from sle_broker.deployments.store import get_deployment
from sle_broker.deployments.use_cases import require_party
from sle_broker.outcomes import store, use_cases
from sle_broker.outcomes.schemas import (
    DeploymentOutcomeIn,
    DeploymentOutcomeOut,
    OutcomeRegisterOut,
    RegisterEntryOut,
)

router = APIRouter(tags=["outcomes"])


@router.put(
    "/v1/deployments/{deployment_id}/outcome",
    response_model=DeploymentOutcomeOut,
    summary="Record what became of the school",
)
def record_outcome(
    deployment_id: UUID, body: DeploymentOutcomeIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """What became of the school that a deployment supported, once it has been evaluated: by an inspection since it
    began, by the school's results, or by both. The outcome follows from the grades and the figures. It takes the place
    of what was recorded before, and is a new version of the deployment."""
    outcome = body.to_rule(deployment_id)
    return command.execute(
        lambda work: use_cases.record_outcome(work, expected, outcome),
        lambda kept: Reply(DeploymentOutcomeOut.of(outcome), version=kept.version),
    )


@router.get(
    "/v1/deployments/{deployment_id}/outcome",
    response_model=DeploymentOutcomeOut,
    summary="Read what became of the school",
)
def get_outcome(deployment_id: UUID, reading: ReadingOf, response: Response) -> DeploymentOutcomeOut:
    """What is recorded of the school that a deployment supported; 404 where nothing is recorded yet."""
    with reading.transaction() as session:
        kept = get_deployment(session, deployment_id)
        require_party(reading.caller, kept)
        outcome = store.outcomes_of(session, [deployment_id]).get(deployment_id)
    if outcome is None:
        raise NotFound("There is no such thing here.")
    response.headers["ETag"] = etag(kept.version)
    return DeploymentOutcomeOut.of(outcome)


@router.get("/v1/outcome-register", response_model=OutcomeRegisterOut, summary="Read the outcome register")
def get_outcome_register(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: UUID,
    began_from: Annotated[Day | None, Query(description="First day on site on this day or later.")] = None,
    began_to: Annotated[Day | None, Query(description="First day on site before this day.")] = None,
) -> OutcomeRegisterOut:
    """How many of an alliance's deployments, and of the schools they supported, have been inspected since, and what
    became of them; with the deployments behind the figures. A commission counts once it has begun; its extensions and
    follow-ons belong to it and are not counted again."""
    with reading.transaction() as session:
        reading.caller.require(alliance_id)
        register = store.register_of(session, alliance_id, began_from, began_to)
        found = store.page_of_register(session, alliance_id, began_from, began_to, page, RegisterEntryOut.of)
    return OutcomeRegisterOut.counted(alliance_id, register, found)
