"""The JSON of what stands behind a result."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kpi_service.traces.trace import Adds, Record, TracedKind, TraceEntry
from service_kit.schemas import Page, ResponseBody, example

_ADDS = {"numerator": 1.0, "denominator": 1.0}
_NOTHING = {"numerator": 0.0, "denominator": 0.0}
_RECORD = {
    "upload_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60f1",
    "line": 1403,
    "event": None,
    "subject": None,
    "on": "2014-12-04",
    "value": 2.0,
    "given_to": "103121",
    "via": ["103121"],
}
_ENTRY = {
    "kind": "school",
    "subject": "140000",
    "counted_as": "improved",
    "adds": _ADDS,
    "added_before": _NOTHING,
    "figure": None,
    "year": None,
    "leader_id": None,
    "records": [_RECORD],
}


class AddsOut(ResponseBody):
    """What is added to a figure. Of a figure that is no share there is a numerator only."""

    model_config = ResponseBody.model_config | example(**_ADDS)

    numerator: float
    denominator: float

    @classmethod
    def of(cls, adds: Adds) -> "AddsOut":
        """What is added, as it is shown."""
        return cls(numerator=float(adds.numerator), denominator=float(adds.denominator))


class RecordOut(ResponseBody):
    """A record behind an entry: a line of an upload, or an event of a feed."""

    model_config = ResponseBody.model_config | example(**_RECORD)

    upload_id: UUID | None
    line: int | None
    event: Annotated[str | None, Field(description="The event's name, such as `deployment-begun`.")]
    subject: Annotated[str | None, Field(description="What the event is about.")]
    on: Annotated[date | None, Field(description="The day it is about: of an inspection, of a count, a year's last.")]
    value: Annotated[
        float | None,
        Field(description="A grade, a published figure, a number of people or of days; 1 for a vacant headship."),
    ]
    given_to: Annotated[str | None, Field(description="The URN it was given to.")]
    via: Annotated[list[str], Field(description="The predecessors by which it came to the school, nearest first.")]

    @classmethod
    def of(cls, record: Record) -> "RecordOut":
        """The record as it is shown."""
        return cls(
            upload_id=record.upload_id,
            line=record.line,
            event=record.event,
            subject=record.subject,
            on=record.on,
            value=None if record.value is None else float(record.value),
            given_to=record.given_to,
            via=list(record.via),
        )


class TraceEntryOut(ResponseBody):
    """One thing behind a result. What all entries add together is the result's figure; of a gap, each `figure` for
    itself."""

    model_config = ResponseBody.model_config | example(**_ENTRY)

    kind: TracedKind
    subject: Annotated[
        str, Field(description="A school's URN, a designation's id, an academic year, or a visit's deployment and day.")
    ]
    counted_as: str
    adds: Annotated[AddsOut, Field(description="To the figure of the day.")]
    added_before: Annotated[AddsOut, Field(description="To the figure of the year before, where there is one.")]
    figure: str | None
    year: str | None
    leader_id: UUID | None
    records: list[RecordOut]

    @classmethod
    def of(cls, entry: TraceEntry) -> "TraceEntryOut":
        """The entry as it is shown."""
        return cls(
            kind=entry.kind,
            subject=entry.subject,
            counted_as=entry.counted_as,
            adds=AddsOut.of(entry.adds),
            added_before=AddsOut.of(entry.added_before),
            figure=entry.figure,
            year=entry.year,
            leader_id=entry.leader_id,
            records=[RecordOut.of(record) for record in entry.records],
        )


class TraceOut(Page[TraceEntryOut]):
    """A page of what stands behind a result."""

    model_config = ResponseBody.model_config | example(items=[_ENTRY], next_cursor=None)
