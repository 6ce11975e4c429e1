"""Brokerage rounds over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.jobs import read_job, read_jobs
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.brokerage_rounds import store, use_cases
from sle_broker.brokerage_rounds.schemas import (
    AcceptanceIn,
    AcceptanceOut,
    AcceptedOut,
    BrokerageRoundIn,
    BrokerageRoundOut,
    LevelOut,
    ProgressOut,
    ProposalOut,
    RoundTransitionIn,
    ValuesOut,
)
from sle_broker.brokerage_rounds.use_cases import KeptRound

router = APIRouter(tags=["brokerage-rounds"])


@router.post(
    "/v1/brokerage-rounds", status_code=202, response_model=BrokerageRoundOut, summary="Ask for a brokerage round"
)
def ask_for_brokerage_round(body: BrokerageRoundIn, command: KeyedCommand) -> Response:
    """All accepted requests of these alliances together against all their leaders: urgent requests first, then the most
    leaders deployed for the first time before their three months end, then fit, then least travel. It is solved by a
    worker: read the round until it is done. A request that wants several leaders may be served in part. Where one of
    the alliances lends to another, its leaders are proposed for the places that own leaders leave. Nothing is booked
    before a broker accepts it. You must be broker in each of the alliances."""
    return command.execute(
        lambda work: use_cases.ask_for_round(
            work, body.alliance_ids, body.as_of or work.today, body.time_limit_seconds
        ),
        lambda kept: Reply(_round(kept), 202, version=kept.row.version, location=f"/v1/brokerage-rounds/{kept.row.id}"),
    )


@router.get("/v1/brokerage-rounds", response_model=Page[BrokerageRoundOut], summary="List brokerage rounds")
def list_brokerage_rounds(
    reading: ReadingOf, page: PageOf, alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[BrokerageRoundOut]:
    """The rounds that the alliances you work for keep: each is kept by the first it names."""
    with reading.transaction() as session:
        rows = store.page_of_rounds(session, reading.caller, alliance_id or (), page, lambda row: row)
        found = read_jobs(session, [row.id for row in rows.items])
        return Page(items=[_round(KeptRound(row, found[row.id])) for row in rows.items], next_cursor=rows.next_cursor)


@router.get(
    "/v1/brokerage-rounds/{brokerage_round_id}", response_model=BrokerageRoundOut, summary="Read a brokerage round"
)
def get_brokerage_round(brokerage_round_id: UUID, reading: ReadingOf, response: Response) -> BrokerageRoundOut:
    """How far the round has come, and once it is done how good it is: on each level its value, the bound that is proven
    and the gap between them, and what brokering by hand would reach."""
    with reading.transaction() as session:
        row = use_cases.required_round(session, reading.caller, brokerage_round_id)
        response.headers["ETag"] = etag(row.version)
        return _round(KeptRound(row, read_job(session, row.id)))


@router.get(
    "/v1/brokerage-rounds/{brokerage_round_id}/proposals",
    response_model=Page[ProposalOut],
    summary="List what a round proposes",
)
def list_brokerage_proposals(brokerage_round_id: UUID, reading: ReadingOf, page: PageOf) -> Page[ProposalOut]:
    """Whom the round proposes for which request, with the points of each criterion and the fact they were given for.
    Every reading is recorded: it judges people."""
    with reading.transaction() as session:
        row = use_cases.required_round(session, reading.caller, brokerage_round_id)
        reading.note(session, "brokerage-proposals-read", subject=row.id, tenant=row.alliance_id)
        return store.page_of_proposals(session, row.id, page, ProposalOut.model_validate)


@router.post(
    "/v1/brokerage-rounds/{brokerage_round_id}/transitions",
    response_model=BrokerageRoundOut,
    summary="Cancel a brokerage round",
)
def transition_brokerage_round(
    brokerage_round_id: UUID, body: RoundTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A round that waits is cancelled at once, one that is being solved within moments; what has ended is 409
    `state-conflict`."""
    return command.execute(
        lambda work: use_cases.cancel_round(work, brokerage_round_id, expected),
        lambda kept: Reply(_round(kept), version=kept.row.version),
    )


@router.post(
    "/v1/brokerage-rounds/{brokerage_round_id}/acceptances",
    response_model=AcceptanceOut,
    summary="Accept what a round proposes",
)
def accept_brokerage_proposals(brokerage_round_id: UUID, body: AcceptanceIn, command: KeyedCommand) -> Response:
    """Each proposal accepted becomes a proposed deployment and holds its days; a lent leader is asked for, offered and
    accepted for that in one. Each is checked against the records as
    they are now; what has changed since is refused by itself with its reason, and the rest goes through. What was
    accepted before stays as it is. You must be broker in each of the round's alliances."""
    return command.execute(
        lambda work: use_cases.accept_proposals(work, brokerage_round_id, body.proposal_ids, body.on or work.today),
        lambda accepted: Reply(AcceptanceOut(items=[_accepted(one) for one in accepted])),
    )


def _round(kept: KeptRound) -> BrokerageRoundOut:
    row, job = kept.row, kept.job
    took = None if job.started_at is None or job.ended_at is None else (job.ended_at - job.started_at).total_seconds()
    return BrokerageRoundOut(
        id=row.id,
        alliance_ids=row.alliance_ids,
        as_of=row.as_of,
        time_limit_seconds=row.time_limit_seconds,
        state=job.state,
        failure=job.failure,
        progress=ProgressOut(**{name: job.progress.get(name) for name in ProgressOut.model_fields}),
        asked_at=row.asked_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        seconds=took,
        weights_versions=row.weights_versions,
        levels=None if row.levels is None else [_level(one) for one in row.levels],
        lent_levels=None if row.lent_levels is None else [_level(one) for one in row.lent_levels],
        first_come=_values(row.first_come),
        clock_aware=_values(row.clock_aware),
        version=row.version,
    )


def _level(one: dict[str, Any]) -> LevelOut:
    gap = (one["bound"] - one["value"]) / max(abs(one["bound"]), 1)
    return LevelOut(gap_percent=round(100 * gap, 4), **{k: v for k, v in one.items() if k in LevelOut.model_fields})


def _values(values: Sequence[int] | None) -> ValuesOut | None:
    if values is None:
        return None
    urgent, first, fit, travel = values
    return ValuesOut(urgent_requests=urgent, first_deployments=first, fit=fit, travel_km=-travel)


def _accepted(one: use_cases.Accepted) -> AcceptedOut:
    return AcceptedOut(
        proposal_id=one.proposal.id,
        deployment_id=one.proposal.deployment_id,
        code=None if one.refusal is None else one.refusal.code,
        detail=None if one.refusal is None else one.refusal.detail,
    )
