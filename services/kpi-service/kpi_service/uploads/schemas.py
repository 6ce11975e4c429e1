"""The JSON of uploads."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from kpi_service.official_files.family import Family
from kpi_service.uploads.upload import HandedIn, ReadFile
from service_kit.schemas import ResponseBody, example

AcademicYear = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}[/-](20)?[0-9]{2}$")]
"""An academic year as `2016/17`."""

FileName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00/\\]*$")]
"""The name a file had, without its folder."""

_ID = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_COUNTS = {"rows_read": 332, "rows_accepted": 331, "rows_refused": 1}
_UPLOAD: dict[str, Any] = {
    "id": _ID,
    "alliance_id": None,
    "file_name": "2016-2017_850_ks2final.csv",
    "size": 401150,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "handed_in_at": "2026-11-25T09:30:00Z",
    "state": "done",
    "failure": None,
    "family": "key_stage_2",
    "year": "2016/17",
    **_COUNTS,
    "facts_new": 1498,
    "facts_restated": 0,
    "facts_unchanged": 0,
    "unread_columns": ["ALPHAIND", "ESTAB"],
}


class UploadOut(ResponseBody):
    """A file that was handed in. `state` is `waiting`, `running`, `done`, `failed` or `cancelled`; while it is read,
    `rows_read` and `rows_refused` grow, and the facts are known once it is done."""

    model_config = ResponseBody.model_config | example(**_UPLOAD)

    id: UUID
    alliance_id: Annotated[UUID | None, Field(description="Whose own figures it has; null for the country's.")]
    file_name: str
    size: Annotated[int, Field(description="In bytes, as it was handed in.")]
    sha256: str
    handed_in_at: datetime
    state: str
    failure: Annotated[str | None, Field(description="Why it was not taken over, and what to do.")]
    family: Family | None
    year: str | None
    rows_read: int
    rows_accepted: int
    rows_refused: int
    facts_new: int | None
    facts_restated: int | None
    facts_unchanged: int | None
    unread_columns: list[str]

    @classmethod
    def of(
        cls, handed_in: HandedIn, read: ReadFile | None, *, state: str, failure: str | None, rows: tuple[int, int]
    ) -> Self:
        """An upload as it stands; `rows` are those read and refused so far."""
        rows_read, rows_refused = rows if read is None else (read.rows_read, read.rows_refused)
        family = handed_in.family if read is None else read.family
        year = handed_in.year if read is None else read.year
        return cls(
            id=handed_in.id,
            alliance_id=handed_in.alliance_id,
            file_name=handed_in.file_name,
            size=handed_in.size,
            sha256=handed_in.sha256.hex(),
            handed_in_at=handed_in.handed_in_at,
            state=state,
            failure=failure,
            family=family,
            year=None if year is None else str(year),
            rows_read=rows_read,
            rows_accepted=rows_read - rows_refused,
            rows_refused=rows_refused,
            facts_new=None if read is None else read.facts_new,
            facts_restated=None if read is None else read.facts_restated,
            facts_unchanged=None if read is None else read.facts_unchanged,
            unread_columns=[] if read is None else list(read.unread_columns),
        )


class RefusedRowOut(ResponseBody):
    """A row that was not taken over, and why. `line` counts from 1 in the file, the header included."""

    model_config = ResponseBody.model_config | example(
        line=17, column="PTRWM_EXP", code="number-not-readable", detail="“O” is no number and no code for none."
    )

    line: int
    column: str
    code: str
    detail: str
