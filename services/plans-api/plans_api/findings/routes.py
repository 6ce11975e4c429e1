"""Settling findings over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from plans_api.findings import store, use_cases
from plans_api.findings.schemas import FindingDecisionOut, FindingTransitionIn
from plans_api.imports.schemas import StoredFindingOut
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page

router = APIRouter(tags=["findings"])


@router.get("/v1/findings/{finding_id}", response_model=StoredFindingOut, summary="Read a finding")
def get_finding(finding_id: UUID, reading: ReadingOf, response: Response) -> StoredFindingOut:
    """A finding, with what accepting it would write. Its words may name people: the reading is noted in the audit
    log."""
    with reading.transaction() as session:
        row = store.get_finding(session, finding_id)
        reading.caller.require(row.alliance_id)
        reading.note(session, "finding-read", subject=row.id, tenant=row.alliance_id)
    response.headers["ETag"] = etag(row.version)
    return StoredFindingOut.model_validate(row)


@router.post("/v1/findings/{finding_id}/transitions", response_model=StoredFindingOut, summary="Settle a finding")
def transition_finding(
    finding_id: UUID, body: FindingTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """Accepts the proposal, answers in other words, or dismisses the finding; who decided, when and why is kept. What
    an answer says is read as a document's cell would be and written into the plan; the document's own words stay beside
    it. A later decision may stand beside an earlier one."""
    return command.execute(
        lambda work: use_cases.settle_finding(work, finding_id, expected, body.to, body.text, body.note),
        lambda row: Reply(StoredFindingOut.model_validate(row), version=row.version),
    )


@router.get("/v1/finding-decisions", response_model=Page[FindingDecisionOut], summary="List decisions about findings")
def list_finding_decisions(
    reading: ReadingOf,
    page: PageOf,
    plan_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    finding_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
) -> Page[FindingDecisionOut]:
    """Who settled which finding, when, how and why, oldest first. The reading is noted in the audit log."""
    with reading.transaction() as session:
        found = store.page_of_decisions(
            session, reading.caller, plan_id or (), finding_id or (), page, FindingDecisionOut.model_validate
        )
        reading.note_each(
            session, "finding-decisions-read", read={item.alliance_id: item.alliance_id for item in found.items}
        )
    return found
