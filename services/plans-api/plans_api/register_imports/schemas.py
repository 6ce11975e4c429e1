"""The JSON of register imports."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from plans_api.register_imports.change import ChangeKind
from plans_api.register_imports.recognition import FileKind
from service_kit.schemas import ResponseBody, example

_IMPORT = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6091"
_DONE = {
    "dry_run": False,
    "kind": "schools",
    "import_id": _IMPORT,
    "rows_read": 26078,
    "added": 26078,
    "changed": 0,
    "unchanged": 0,
    "rows_refused": 0,
    "refused": [],
    "changes": {"opened": 24011},
}


class RefusedRowOut(ResponseBody):
    """A row that was not taken over, and why."""

    model_config = ResponseBody.model_config | example(
        line=17, urn="12345", code="urn-not-readable", detail="A URN has six digits."
    )

    line: int
    urn: str
    code: str
    detail: str


class RegisterImportOut(ResponseBody):
    """What a file did to the register, in schools or in links; on a dry run, what it would do. `refused` has the first
    thousand refused rows; `import_id` is null where nothing changed."""

    model_config = ResponseBody.model_config | example(**_DONE)

    dry_run: bool
    kind: FileKind
    import_id: UUID | None
    rows_read: int
    added: int
    changed: int
    unchanged: int
    rows_refused: int
    refused: list[RefusedRowOut]
    changes: Annotated[dict[ChangeKind, int], Field(description="What happened to how many schools.")]


class RegisterJobOut(ResponseBody):
    """An import as a job: how far it has come, and what it did once it is done."""

    model_config = ResponseBody.model_config | example(
        id=_IMPORT,
        state="running",
        progress={"rows_read": 15000},
        failure=None,
        sent_at="2018-03-12T09:00:00Z",
        ended_at=None,
        report=None,
    )

    id: UUID
    state: Annotated[str, Field(description="waiting, running, done, failed or cancelled.")]
    progress: dict[str, Any]
    failure: Annotated[str | None, Field(description="Why it failed: nothing was taken over.")]
    sent_at: datetime
    ended_at: datetime | None
    report: RegisterImportOut | None


class RegisterChangeOut(ResponseBody):
    """One change that an import made: what was and what is. For a conversion, merger, amalgamation or split these are
    the URNs before and after."""

    model_config = ResponseBody.model_config | example(
        import_id=_IMPORT, position=1, urn="108100", kind="renamed", before="Fellgate School", after="Fellgate Primary"
    )

    import_id: UUID
    position: int
    urn: str
    kind: ChangeKind
    before: str
    after: str
