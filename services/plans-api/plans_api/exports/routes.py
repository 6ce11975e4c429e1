"""Plans as files over HTTP."""

from base64 import b64encode
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from plans_api.exports import store
from plans_api.exports.csv_file import csv_file
from plans_api.exports.word_file import word_file
from plans_api.exports.workbook_file import workbook_file
from plans_api.findings.store import get_plan
from plans_api.imports.plan_files import CSV, ENDINGS, EXAMPLES, WORD, WORKBOOK
from service_kit.application import ReadingOf
from service_kit.etags import etag

router = APIRouter(tags=["exports"])

_ORIGINAL: dict[str, Any] = {
    media_type: {"schema": {"type": "string", "format": "binary"}, "example": example}
    for media_type, example in EXAMPLES.items()
}

FORMATS = {"docx": (WORD, word_file), "xlsx": (WORKBOOK, workbook_file), "csv": (CSV, csv_file)}
_FILE: dict[str, Any] = {
    media_type: {"schema": {"type": "string", "format": "binary"}, "example": EXAMPLES[media_type]}
    for media_type, _ in FORMATS.values()
}


@router.get(
    "/v1/plans/{plan_id}/document",
    response_class=Response,
    responses={200: {"content": _FILE, "description": "The plan as a file."}},
    summary="Export an action plan",
)
def export_plan(
    plan_id: UUID, reading: ReadingOf, format: Annotated[Literal["docx", "xlsx", "csv"], Query()]
) -> Response:
    """The plan as it stands, in the familiar layout of six columns: what people settled and changed included. The file
    imports back to the same plan. Its leads are people: the reading is noted in the audit log."""
    media_type, write = FORMATS[format]
    with reading.transaction() as session:
        row = store.get_whole_plan(session, plan_id)
        reading.caller.require(row.alliance_id)
        reading.note(session, "plan-exported", subject=row.id, tenant=row.alliance_id)
        plan, version = store.plan_value(row), row.version
    name = f"action-plan-{plan.academic_year}".replace("/", "-")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"', "ETag": etag(version)}
    return Response(write(plan), media_type=media_type, headers=headers)


@router.get(
    "/v1/plans/{plan_id}/original-document",
    response_class=Response,
    responses={200: {"content": _ORIGINAL, "description": "The file, byte for byte."}},
    summary="Download the document a plan came from",
)
def get_original_document(plan_id: UUID, reading: ReadingOf) -> Response:
    """The file that the plan was imported from, byte for byte as it was sent; its digest is in `Repr-Digest`. A plan
    that was carried forward from another came from no file. Its words may name people: the reading is noted in the
    audit log."""
    with reading.transaction() as session:
        plan = get_plan(session, plan_id)
        reading.caller.require(plan.alliance_id)
        document = store.original_document(session, plan_id)
        reading.note(session, "original-document-read", subject=plan_id, tenant=plan.alliance_id)
    name = f"action-plan-{plan.academic_year}-original".replace("/", "-")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ENDINGS[document.media_type]}"',
        "Repr-Digest": f"sha-256=:{b64encode(document.sha256).decode()}:",
    }
    return Response(document.content, media_type=document.media_type, headers=headers)
