"""What happened in a placement as plain values, to be kept as a whole, and back again."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from service_kit.life_cycle import Step
from sle_broker.deployments.agreement import Agreement, Judgement, Objective, ObjectiveOutcome, Party
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.life_cycle import DeploymentReason, DeploymentState
from sle_broker.deployments.visit import Visit


def written(engine: Deployment) -> dict[str, Any]:
    """Steps, aims, agreements and visits, as JSON knows values."""
    return {
        "steps": [[step.state, str(step.on), step.reason] for step in engine.steps],
        "aims": [[str(aim.id), aim.text, aim.measure, aim.outcome] for aim in engine.objectives],
        "agreements": [[given.party, str(given.on)] for given in engine.agreements],
        "visits": [[str(visit.on), str(visit.days)] for visit in engine.visits],
    }


def read(record: Mapping[str, Any]) -> dict[str, Any]:
    """The same as the facts of a deployment, by their names."""
    return {
        "steps": tuple(
            Step(DeploymentState(state), date.fromisoformat(on), None if reason is None else DeploymentReason(reason))
            for state, on, reason in record["steps"]
        ),
        "objectives": tuple(
            Objective(
                UUID(id),
                text,
                measure,
                judgement=Judgement(None if outcome is None else ObjectiveOutcome(outcome)),
            )
            for id, text, measure, outcome in record["aims"]
        ),
        "agreements": tuple(Agreement(Party(party), date.fromisoformat(on)) for party, on in record["agreements"]),
        "visits": tuple(Visit(date.fromisoformat(on), Decimal(days)) for on, days in record["visits"]),
    }
