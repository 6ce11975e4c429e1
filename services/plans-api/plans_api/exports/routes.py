"""Plans as files over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from plans_api.exports import store
from plans_api.exports.csv_file import csv_file
from plans_api.exports.word_file import word_file
from plans_api.exports.workbook_file import workbook_file
from plans_api.imports.plan_files import CSV, EXAMPLES, WORD, WORKBOOK
from service_kit.application import ReadingOf
from service_kit.etags import etag

router = APIRouter(tags=["exports"])

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
