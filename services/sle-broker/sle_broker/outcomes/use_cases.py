"""What people record of the schools that were helped."""

from typing import Any

from service_kit.commands import UnitOfWork
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.store import save_deployment
from sle_broker.deployments.use_cases import deployment_to_change, record_event, require_word_of
from sle_broker.outcomes import store
from sle_broker.outcomes.outcome import DeploymentOutcome, refuse_outcome
from sle_broker.schools.store import require_schools
from sle_broker.specialisms.kept import Kept


def record_outcome(work: UnitOfWork, expected_version: int, outcome: DeploymentOutcome) -> Kept[Deployment]:
    """The host school, or the broker for it, records what became of the school; it takes the place of what was recorded
    before, and is a new version of the deployment.

    Errors: `VersionMismatch`, `Forbidden`, `SchoolNotKnown`, and those of `refuse_outcome`.
    """
    kept = deployment_to_change(work, outcome.deployment_id, expected_version)
    require_word_of(work, kept, kept.thing.host_school_urn)
    refuse_outcome(outcome, kept.thing, today=work.today)
    if outcome.inspection is not None:
        require_schools(work.session, {outcome.inspection.urn})
    store.save_outcome(work.session, kept.alliance_id, outcome)
    saved = save_deployment(work.session, kept.thing)
    record_event(work, "deployment-outcome-recorded", saved, _event(outcome, kept.thing))
    return saved


def _event(outcome: DeploymentOutcome, deployment: Deployment) -> dict[str, Any]:
    inspection, results = outcome.inspection, outcome.results
    return {
        "host_school_urn": deployment.host_school_urn,
        "urn": inspection and inspection.urn,
        "inspected_on": inspection and inspection.inspected_on,
        "previous_grade": inspection and inspection.previous_grade,
        "grade": inspection and inspection.grade,
        "inspection_outcome": inspection and inspection.outcome,
        "results_outcome": results and results.outcome,
    }
