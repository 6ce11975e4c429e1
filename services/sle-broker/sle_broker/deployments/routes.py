"""Deployments over HTTP."""

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.access import Caller
from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.commands import Command, Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.deployments import store, use_cases
from sle_broker.deployments.agreement import Objective
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.schemas import (
    AgreementIn,
    DeploymentIn,
    DeploymentOut,
    DeploymentTermsIn,
    DeploymentTransitionIn,
    FirstDayCorrectionIn,
    ObjectiveIn,
    ReviewIn,
    VisitIn,
    VisitOut,
    objectives_of,
)
from sle_broker.specialisms.kept import Kept

router = APIRouter(tags=["deployments"])

Ids = Annotated[list[UUID] | None, Query(max_length=50)]


@router.post("/v1/deployments", status_code=201, response_model=DeploymentOut, summary="Propose a deployment")
def propose_deployment(body: DeploymentIn, command: KeyedCommand) -> Response:
    """A leader is proposed for a request that is accepted or matched, and their days are booked from the academic year
    in which the booking begins. They must be designated on its first day, have the days left, and be free on the days
    fixed in the diary. The last day is booked once: whoever comes second is told `leader-has-no-days-left`."""
    objectives = _under_new_ids(body.objectives)
    return command.execute(
        lambda work: use_cases.propose_deployment(
            work,
            body.support_request_id,
            body.leader_id,
            body.booking(),
            objectives,
            body.proposed_on or work.today,
            body.extends_deployment_id,
        ),
        lambda kept: Reply(_shown(kept, command.caller), 201, kept.version, f"/v1/deployments/{kept.thing.id}"),
    )


@router.get("/v1/deployments", response_model=Page[DeploymentOut], summary="List deployments")
def list_deployments(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Ids = None,
    leader_id: Ids = None,
    support_request_id: Ids = None,
    state: Annotated[list[DeploymentState] | None, Query(max_length=15)] = None,
) -> Page[DeploymentOut]:
    """The deployments of the alliances you work for, those of leaders they lend included; a leader, a school or another
    system sees those it is party to.
    Every reading is recorded: reviews and outcomes judge a person's work."""
    filters = store.named(
        alliance_ids=alliance_id or (),
        leader_ids=leader_id or (),
        support_request_ids=support_request_id or (),
        states=state or (),
    )
    with reading.transaction() as session:
        found = store.page_of_deployments(
            session, reading.caller, filters, page, lambda kept: _shown(kept, reading.caller)
        )
        shared = ((one.id, one.alliance_id, one.lender_alliance_id) for one in found.items)
        reading.note_each(session, "deployment-read", read=use_cases.read_by(reading.caller, shared))
    return found


@router.get("/v1/deployments/{deployment_id}", response_model=DeploymentOut, summary="Read a deployment")
def get_deployment(deployment_id: UUID, reading: ReadingOf, response: Response) -> DeploymentOut:
    """One deployment with all its steps. The reading is recorded."""
    with reading.transaction() as session:
        kept = store.get_deployment(session, deployment_id)
        use_cases.require_party(reading.caller, kept)
        whose = use_cases.acting_for(reading.caller, kept.alliance_id, kept.thing.lender_alliance_id)
        reading.note(session, "deployment-read", subject=deployment_id, tenant=whose)
    response.headers["ETag"] = etag(kept.version)
    return _shown(kept, reading.caller)


@router.patch("/v1/deployments/{deployment_id}", response_model=DeploymentOut, summary="Change the terms")
def change_deployment_terms(
    deployment_id: UUID, body: DeploymentTermsIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Changes days, dates or objectives up to the agreement, and leaves what is not sent (a merge patch). Every yes
    given before was to other terms and is asked for again."""
    sent = body.sent_objectives()
    objectives = None if sent is None else _under_new_ids(sent)
    return command.execute(
        lambda work: use_cases.change_deployment_terms(
            work, deployment_id, expected, body.booking_changes(), objectives
        ),
        _as_it_is_now(command),
    )


@router.post(
    "/v1/deployments/{deployment_id}/agreements", response_model=DeploymentOut, summary="Agree to a deployment"
)
def agree_to_deployment(
    deployment_id: UUID, body: AgreementIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The leader, the home head or the host head says yes after the brokerage meeting. The yes is to the terms as they
    stood in the version that `If-Match` names."""
    return command.execute(
        lambda work: use_cases.agree_to_deployment(work, deployment_id, expected, body.party, body.on),
        _as_it_is_now(command),
    )


@router.post(
    "/v1/deployments/{deployment_id}/transitions", response_model=DeploymentOut, summary="Move a deployment on"
)
def transition_deployment(
    deployment_id: UUID, body: DeploymentTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """One step: proposed → released by the home school → meeting held → agreed → under way (the first day on site) →
    closing meeting held → evaluated → closed; or declined, cancelled, paused or ended early, each for a coded reason.
    There is no start without the meeting and the agreement of all three parties. What the present state does not allow
    is 409 `state-conflict` and changes nothing."""
    return command.execute(
        lambda work: use_cases.move_deployment(work, deployment_id, expected, body.to, body.on, body.reason),
        _as_it_is_now(command),
    )


@router.post("/v1/deployments/{deployment_id}/reviews", response_model=DeploymentOut, summary="Record a review")
def record_review(deployment_id: UUID, body: ReviewIn, expected: ExpectedVersion, command: KeyedCommand) -> Response:
    """A half-term review of a deployment under way."""
    return command.execute(
        lambda work: use_cases.record_deployment_review(work, deployment_id, expected, body.to_rule()),
        _as_it_is_now(command),
    )


@router.post(
    "/v1/deployments/{deployment_id}/first-day-corrections",
    response_model=DeploymentOut,
    summary="Correct the first day on site",
)
def correct_first_day(
    deployment_id: UUID, body: FirstDayCorrectionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The first day on site was another than was recorded. It stops the deployment clock, so what was recorded before
    is kept with the reason, and the feed tells of both. The day keeps its place: not before the agreement, not after
    the first visit."""
    return command.execute(
        lambda work: use_cases.correct_deployment_first_day(
            work, deployment_id, expected, body.on, body.reason, body.note
        ),
        _as_it_is_now(command),
    )


@router.post("/v1/visits", status_code=201, response_model=VisitOut, summary="Record a visit", tags=["visits"])
def record_visit(body: VisitIn, command: KeyedCommand) -> Response:
    """A visit while the deployment is under way, and the time it took: one a date, and never more days in all than were
    agreed; more take an extension."""
    visit = body.to_rule()
    return command.execute(
        lambda work: use_cases.record_deployment_visit(work, body.deployment_id, visit),
        lambda kept: Reply(
            VisitOut(deployment_id=kept.thing.id, on=visit.on, days=float(visit.days)),
            201,
            location=f"/v1/visits?deployment_id={kept.thing.id}",
        ),
    )


@router.get("/v1/visits", response_model=Page[VisitOut], summary="List visits", tags=["visits"])
def list_visits(reading: ReadingOf, page: PageOf, deployment_id: Ids = None) -> Page[VisitOut]:
    """The visits of the deployments you may read, by deployment and then by day."""
    with reading.transaction() as session:
        return store.page_of_visits(session, reading.caller, deployment_id or (), page, VisitOut.model_validate)


def _as_it_is_now(command: Command) -> Callable[[Kept[Deployment]], Reply]:
    return lambda kept: Reply(_shown(kept, command.caller), version=kept.version)


def _shown(kept: Kept[Deployment], caller: Caller) -> DeploymentOut:
    return DeploymentOut.of(kept, shows_judgement=store.may_know_judgement(caller, kept))


def _under_new_ids(sent: Sequence[ObjectiveIn]) -> tuple[Objective, ...]:
    return objectives_of(sent, [new_id() for _ in sent])
