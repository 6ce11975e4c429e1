"""A deployment of the main job, walked from its proposal as far as the story goes, from wherever it stands."""

from datetime import date
from typing import Final

from tsa_local.api_client import JsonObject
from tsa_local.broker_client import BrokerApi
from tsa_local.story import DeploymentOfTheYear

PARTIES: Final = ("leader", "home_head", "host_head")
DAYS_OF_A_VISIT: Final = 1.0


def deploy(
    broker: BrokerApi, request: JsonObject, leader_id: str, story: DeploymentOfTheYear, *, parent: str | None = None
) -> list[JsonObject]:
    """The deployment of a leader for a request, and the extension that followed where the story has one.

    `parent` is the deployment that it extends. What the story tells is recorded where it is not there yet.
    """
    deployments = broker.deployments(request["id"])
    deployment = next((known for known in deployments if known["extends_deployment_id"] == parent), None)
    if deployment is None:
        deployment = broker.propose_deployment(
            request["id"],
            leader_id,
            days=story.days,
            starts_on=story.steps.first_day_on,
            ends_on=date.fromisoformat(request["latest_finish_on"]),
            objective=story.objective,
            measure=story.measure,
            proposed_on=story.steps.proposed_on,
            extends_deployment_id=parent,
        )
    deployment = _begun(broker, deployment, story)
    visited = {visit["on"] for visit in broker.visits(deployment["id"])}
    for day in story.visits:
        if day.isoformat() not in visited:
            broker.record_visit(deployment["id"], day, DAYS_OF_A_VISIT)
    children = deploy(broker, request, leader_id, story.extension, parent=deployment["id"]) if story.extension else []
    deployment = broker.deployment(deployment["id"])
    if story.closing_meeting_on is not None and deployment["state"] == "under_way":
        deployment = broker.move_deployment(deployment, "closing_meeting_held", story.closing_meeting_on)
    return [deployment, *children]


def _begun(broker: BrokerApi, deployment: JsonObject, story: DeploymentOfTheYear) -> JsonObject:
    """The deployment, taken through every step up to the first day on site that it has not taken yet."""
    taken = {step["state"] for step in deployment["steps"]}
    days = {
        "released": story.steps.released_on,
        "meeting_held": story.steps.meeting_on,
        "agreed": story.steps.agreed_on,
        "under_way": story.steps.first_day_on,
    }
    for state, on in days.items():
        if state in taken:
            continue
        if state == "agreed":
            agreed = {agreement["party"] for agreement in deployment["agreements"]}
            for party in PARTIES:
                if party not in agreed:
                    deployment = broker.agree_to_deployment(deployment, party, on)
        deployment = broker.move_deployment(deployment, state, on)
    return deployment
