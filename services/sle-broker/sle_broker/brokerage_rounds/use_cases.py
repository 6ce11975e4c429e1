"""What people do with brokerage rounds: ask for one, cancel it, accept what it proposes; and how a worker solves it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit import jobs, outbox
from service_kit.access import Caller
from service_kit.child import in_child
from service_kit.collection import collection_paused
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT
from service_kit.errors import Refusal
from service_kit.etags import require_version
from service_kit.ids import new_id
from service_kit.jobs import Job, JobRun
from sle_broker.allocation.candidate_graph import candidate_graph
from sle_broker.allocation.open_brokerage import OpenBrokerage
from sle_broker.allocation.own_first import RoundAnswer
from sle_broker.allocation.store import open_brokerage
from sle_broker.brokerage_rounds import store
from sle_broker.brokerage_rounds.acceptance import refuse_what_has_changed
from sle_broker.brokerage_rounds.proposal import Progress, answer_round, nothing_found, proposals_of
from sle_broker.brokerage_rounds.tables import BrokerageRoundRow, ProposalRow
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.use_cases import propose_deployment
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.half_term import half_terms_of
from sle_broker.lending.agreement import LendingAgreement
from sle_broker.lending_offers.offer import OfferState, OwnFirstReason
from sle_broker.lending_offers.store import get_request, open_requests, own_leaders_who_could_serve
from sle_broker.lending_offers.use_cases import answer_offer, ask_lender, close_lending_request, offer_leader
from sle_broker.matching.store import search_for
from sle_broker.matching_weights.store import weights_of
from sle_broker.schools.store import require_alliance
from sle_broker.specialisms.kept import Kept
from sle_broker.support_requests.store import get_support_request

JOB = "brokerage-round"
GRACE_SECONDS = 5.0
OFFERED_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class KeptRound:
    """A round with the job that solves it."""

    row: BrokerageRoundRow
    job: Job


@dataclass(frozen=True)
class Accepted:
    """What became of one proposal: its deployment, or the refusal that stands against it."""

    proposal: ProposalRow
    refusal: Refusal | None = None


def ask_for_round(work: UnitOfWork, alliance_ids: Sequence[UUID], as_of: date, time_limit_seconds: int) -> KeptRound:
    """All open requests of these alliances together against all their leaders. The first one named keeps the round.

    Errors: `NotFound`, `Forbidden` unless the caller is broker in each.
    """
    for alliance_id in alliance_ids:
        work.caller.require(alliance_id)
        require_alliance(work.session, alliance_id)
    owner = alliance_ids[0]
    row = store.add_round(
        work.session,
        BrokerageRoundRow(
            id=new_id(),
            alliance_id=owner,
            alliance_ids=list(alliance_ids),
            as_of=as_of,
            time_limit_seconds=time_limit_seconds,
            asked_at=work.now,
        ),
    )
    job = jobs.enqueue(work.session, JOB, row.id, tenant=owner, at=work.now)
    work.record("brokerage-round-asked", subject=row.id, tenant=owner, data=_event(row) | {"as_of": as_of})
    return KeptRound(row, job)


def cancel_round(work: UnitOfWork, brokerage_round_id: UUID, expected_version: int) -> KeptRound:
    """A round that waits is cancelled at once, one that is being solved at its next sign of life.

    Errors: `NotFound`, `Forbidden`, `VersionMismatch`, `StateConflict` where it has ended.
    """
    row = required_round(work.session, work.caller, brokerage_round_id, for_update=True)
    require_version(row.version, expected_version)
    job = jobs.cancel(work.session, row.id, at=work.now)
    store.note_cancel(work.session, row, work.now)
    work.record("brokerage-round-cancelled", subject=row.id, tenant=row.alliance_id, data=_event(row))
    return KeptRound(row, job)


def required_round(
    session: Session, caller: Caller, brokerage_round_id: UUID, *, for_update: bool = False
) -> BrokerageRoundRow:
    """The round, where the caller may act in every alliance of it. Errors: `NotFound`, `Forbidden`."""
    row = store.get_round(session, brokerage_round_id, for_update=for_update)
    for alliance_id in row.alliance_ids:
        caller.require(alliance_id)
    return row


def solve_round(run: JobRun, now: datetime) -> None:
    """Solves one round. The solver works in a process of its own that is killed when its time is over or the round is
    cancelled, and no transaction is open meanwhile. Where it was killed, the answer is what it had at the end of
    its last level, or the better of the two greedy ones."""
    with run.database.transaction(EVERY_TENANT) as session:
        row = store.get_round(session, run.job_id)
        versions = {id: weights_of(session, id) for id in row.alliance_ids}
        brokerage = _brokerage(session, {id: one.weights for id, one in versions.items()}, row.as_of)
    with collection_paused():
        graph = candidate_graph(brokerage)
    found: list[RoundAnswer] = []

    def heard(said: object) -> None:
        if isinstance(said, Progress):
            run.report(level=said.level, value=said.value, bound=said.bound)
        elif isinstance(said, RoundAnswer):
            found.append(said)
        elif run.is_stopped():
            raise jobs.JobStopped

    run.report(leaders=len(brokerage.leaders), lines=len(brokerage.lines), edges=graph.problem.edges)
    asked = graph.problem, graph.is_lent
    in_child(answer_round, asked, seconds=row.time_limit_seconds, grace=GRACE_SECONDS, heard=heard)
    answer = found[-1] if found else nothing_found(graph)
    with collection_paused():
        proposals = proposals_of(brokerage, graph, answer)
    with run.database.transaction(EVERY_TENANT) as session:
        # The round is locked before its job, here as where it is cancelled.
        row = store.get_round(session, run.job_id, for_update=True)
        run.finish(session)
        row.weights_versions = [versions[id].version for id in row.alliance_ids]
        store.save_answer(session, row, answer, proposals)
        solved = _event(row) | {"proposals": len(proposals)}
        happened = {str(row.id): solved}
        outbox.put_events(session, event="brokerage-round-solved", tenant=row.alliance_id, at=now, happened=happened)


def accept_proposals(
    work: UnitOfWork, brokerage_round_id: UUID, proposal_ids: Collection[UUID] | None, on: date
) -> Sequence[Accepted]:
    """A broker accepts proposals of a round, or all of it: each is checked against the records as they now are and
    becomes a proposed deployment, which holds its days. What has changed meanwhile is refused by itself, and the rest
    goes through; what was accepted before stays as it is.

    Errors: `NotFound`, `Forbidden`.
    """
    row = required_round(work.session, work.caller, brokerage_round_id)
    chosen = store.proposals_to_accept(work.session, row.id, proposal_ids)
    weights = {id: weights_of(work.session, id).weights for id in row.alliance_ids}
    brokerage = _brokerage(work.session, weights, on)
    taken: dict[tuple[UUID, int], int] = {}
    accepted = [_accept(work, brokerage, taken, one, on) for one in chosen]
    work.record(
        "brokerage-proposals-accepted",
        subject=row.id,
        tenant=row.alliance_id,
        data=_event(row) | {"deployment_ids": [one.proposal.deployment_id for one in accepted if one.refusal is None]},
    )
    return accepted


def _accept(
    work: UnitOfWork, brokerage: OpenBrokerage, taken: dict[tuple[UUID, int], int], proposal: ProposalRow, on: date
) -> Accepted:
    if proposal.deployment_id is not None:
        return Accepted(proposal)
    booking = Booking(proposal.starts_on, proposal.ends_on, proposal.days)
    line = proposal.support_request_id, proposal.line_number
    try:
        agreement = refuse_what_has_changed(brokerage, proposal.leader_id, *line, booking, taken.get(line, 0))
        with work.all_or_nothing():
            proposal.deployment_id = (
                propose_deployment(work, line[0], proposal.leader_id, booking, (), on, extends_deployment_id=None)
                if agreement is None
                else _borrow(work, agreement, proposal, booking, on)
            ).thing.id
    except Refusal as refusal:
        return Accepted(proposal, refusal)
    taken[line] = taken.get(line, 0) + 1
    return Accepted(proposal)


def _borrow(
    work: UnitOfWork, agreement: LendingAgreement, proposal: ProposalRow, booking: Booking, on: date
) -> Kept[Deployment]:
    """A lent leader asked for, offered and accepted by whoever is broker of both alliances. Own alliance first: where
    own leaders could serve the request as well, that is because the round needs every one of them elsewhere, or it is
    refused.

    Errors: those of `ask_lender`, `offer_leader` and `answer_offer`.
    """
    lender_id, request_id = agreement.lender_alliance_id, proposal.support_request_id
    line = request_id, proposal.line_number
    asking_id = open_requests(work.session, agreement.borrower_alliance_id, *line).get(lender_id)
    is_new = asking_id is None
    if asking_id is None:
        request = get_support_request(work.session, request_id).thing
        search = search_for(work.session, request, work.today, proposal.line_number)
        own = own_leaders_who_could_serve(work.session, agreement.borrower_alliance_id, search)
        are_needed = store.leaders_proposed_elsewhere(work.session, proposal).issuperset(own)
        reason = OwnFirstReason.OWN_LEADERS_NEEDED_ELSEWHERE if are_needed else None
        asking_id = ask_lender(work, agreement.id, *line, reason).thing.id
    offer = offer_leader(work, asking_id, proposal.leader_id, booking, work.now + OFFERED_FOR)
    accepted = answer_offer(work, offer.thing.deployment.id, offer.version, OfferState.ACCEPTED, on, None)
    if is_new:
        asking = get_request(work.session, asking_id, lock="change")
        close_lending_request(work, asking_id, asking.version, work.today)
    return Kept(accepted.thing.deployment, agreement.borrower_alliance_id, accepted.version)


def _brokerage(session: Any, weights: Any, as_of: date) -> OpenBrokerage:
    """This academic year and the next: what is further ahead is brokered when its time comes."""
    year = academic_year_of(as_of)
    half_terms = (*half_terms_of(year), *half_terms_of(AcademicYear(year.starting + 1)))
    return open_brokerage(session, weights, half_terms, as_of)


def _event(row: BrokerageRoundRow) -> dict[str, Any]:
    return {"brokerage_round_id": row.id, "alliance_ids": row.alliance_ids}
