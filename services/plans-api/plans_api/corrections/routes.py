"""Corrected documents of plans over HTTP."""

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from plans_api.corrections import store, use_cases
from plans_api.corrections.plan_differences import Match, matched
from plans_api.corrections.schemas import (
    CellDifferenceOut,
    CorrectionDoneOut,
    DifferenceOut,
    PlanCorrectionOut,
    StoredDifferenceOut,
)
from plans_api.corrections.store import KeptDocument
from plans_api.corrections.use_cases import Correction
from plans_api.findings.store import get_plan
from plans_api.imports.plan_files import EXAMPLES, READERS
from plans_api.imports.plan_reading import ReadPlan, read_plan
from plans_api.imports.schemas import FindingOut
from plans_api.milestone_dates.store import calendar_of
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.paging import PageOf
from service_kit.raw_body import RawBody, raw_body, raw_body_contract
from service_kit.schemas import Page

router = APIRouter(tags=["corrections"])


@router.post(
    "/v1/plan-corrections",
    status_code=201,
    response_model=CorrectionDoneOut,
    responses={200: {"model": CorrectionDoneOut, "description": "A dry run, or this is the plan's document already."}},
    summary="Bring in a corrected document of a plan",
    openapi_extra=raw_body_contract(EXAMPLES),
)
def correct_plan(
    document: Annotated[RawBody, Depends(raw_body(*READERS))],
    reading: ReadingOf,
    command: KeyedCommand,
    plan_id: UUID,
    dry_run: Annotated[bool, Query(description="Say what would differ and be found, and keep nothing.")] = False,
) -> Response:
    """Compares a document with the one the plan came from, action point by action point, and writes what it says
    differently. Action points keep their ids, their settled findings and the history of their dates; one that is gone
    from the document stays in the plan. Rows are matched by their words, never by likeness."""
    with reading.transaction() as session:
        plan = get_plan(session, plan_id)
        reading.caller.require(plan.alliance_id)
        present = store.document_of(session, plan_id)
        calendar = calendar_of(session, plan.alliance_id)
    before = read_plan(READERS[present.media_type](present.content), calendar)
    after = read_plan(READERS[document.media_type](document.content), calendar)
    matches = matched(before, after)
    sent = KeptDocument(hashlib.sha256(document.content).digest(), document.media_type, document.content)
    do = command.rehearse if dry_run else command.execute
    return do(
        lambda work: use_cases.correct_plan(work, plan_id, present, sent, after, matches),
        lambda done: _told(done, after, dry_run=dry_run),
    )


@router.get("/v1/plan-corrections", response_model=Page[PlanCorrectionOut], summary="List corrected documents")
def list_plan_corrections(
    reading: ReadingOf, page: PageOf, plan_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[PlanCorrectionOut]:
    """The corrected documents of plans, oldest first."""
    with reading.transaction() as session:
        return store.page_of_corrections(session, reading.caller, plan_id or (), page, PlanCorrectionOut.model_validate)


@router.get(
    "/v1/plan-corrections/{plan_correction_id}/differences",
    response_model=Page[StoredDifferenceOut],
    summary="List what a corrected document says differently",
)
def list_plan_differences(plan_correction_id: UUID, reading: ReadingOf, page: PageOf) -> Page[StoredDifferenceOut]:
    """Each action point that is new, changed or gone, with the words of its columns before and after. They may name
    people: the reading is noted in the audit log."""
    with reading.transaction() as session:
        row = store.get_correction(session, plan_correction_id)
        reading.caller.require(row.alliance_id)
        reading.note(session, "plan-differences-read", subject=row.id, tenant=row.alliance_id)
        return store.page_of_differences(session, row.id, page, StoredDifferenceOut.model_validate)


def _told(done: Correction, after: ReadPlan, *, dry_run: bool) -> Reply:
    created = done.plan_correction_id is not None and not dry_run
    told = CorrectionDoneOut(
        plan_correction_id=done.plan_correction_id if created else None,
        plan_id=done.plan.id,
        alliance_id=done.plan.alliance_id,
        dry_run=dry_run,
        changed=done.plan_correction_id is not None,
        unchanged=sum(match.kind is None for match in done.matches),
        differences=[_difference(match) for match in done.matches if match.kind],
        findings=[FindingOut.model_validate(finding) for finding in after.findings],
    )
    location = f"/v1/plan-corrections/{done.plan_correction_id}/differences" if created else None
    return Reply(told, 201 if created else 200, location=location)


def _difference(match: Match) -> DifferenceOut:
    placed = match.after or match.before
    return DifferenceOut.model_validate(
        {
            "kind": match.kind,
            "title": placed.point.title if placed else "",
            "row_before": match.before.point.rows[0] if match.before else None,
            "row_after": match.after.point.rows[0] if match.after else None,
            "cells": [CellDifferenceOut.model_validate(cell) for cell in match.cells],
        }
    )
