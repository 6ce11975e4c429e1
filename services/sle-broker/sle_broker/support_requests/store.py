"""The SQL of support requests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.life_cycle import Step
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Phase
from sle_broker.specialisms.store import specialism_of
from sle_broker.support_requests.line import LinePeople, SupportRequestLine
from sle_broker.support_requests.organisation import NamedOrganisation, Organisation
from sle_broker.support_requests.support_request import (
    SupportRequest,
    SupportRequestReason,
    SupportRequestState,
    Urgency,
    Window,
)
from sle_broker.support_requests.tables import (
    SupportRequestAreaRow,
    SupportRequestLineRow,
    SupportRequestRow,
    SupportRequestStepRow,
)

Item = TypeVar("Item")

Lock = Literal["change", "refer"]
"""Whether a request is to be changed, or is only to stay as it is while something that refers to it is stored."""


def add_support_request(session: Session, alliance_id: UUID, request: SupportRequest) -> Kept[SupportRequest]:
    """A new request."""
    first, *others = request.lines
    row = SupportRequestRow(
        id=request.id,
        alliance_id=alliance_id,
        host_school_urn=request.host_school_urn,
        phase=request.phase,
        days_wanted=first.days_wanted,
        earliest_start_on=request.window.earliest_start_on,
        latest_finish_on=request.window.latest_finish_on,
        people_wanted=first.people_wanted,
        leader_kind=first.leader_kind,
        urgency=request.urgency,
        asked_by=request.asked_by.kind,
        asked_by_reference=request.asked_by.reference,
        paid_by=request.paid_by.kind,
        paid_by_reference=request.paid_by.reference,
        programme_id=request.programme_id,
        context=request.context,
        submitted_by=request.submitted_by,
        areas=[
            SupportRequestAreaRow(
                alliance_id=alliance_id, position=position, line_number=line.number, specialism_id=area.id
            )
            for position, (line, area) in enumerate((line, area) for line in request.lines for area in line.areas)
        ],
        more_lines=[
            SupportRequestLineRow(
                number=line.number,
                alliance_id=alliance_id,
                people=line.people,
                leader_kind=line.leader_kind,
                days_wanted=line.days_wanted,
                people_wanted=line.people_wanted,
            )
            for line in others
        ],
        steps=[],
    )
    _write_steps(row, request)
    session.add(row)
    session.flush()
    return _kept(row)


def get_support_request(
    session: Session, support_request_id: UUID, *, lock: Lock | None = None
) -> Kept[SupportRequest]:
    """The request, locked until the transaction's end as `lock` says. Errors: `NotFound`."""
    found = select(SupportRequestRow).where(SupportRequestRow.id == support_request_id)
    if lock is not None:
        found = found.with_for_update(read=lock == "refer", key_share=lock == "change", of=SupportRequestRow)
    row = session.scalar(found)
    if row is None:
        raise NotFound("There is no such thing here.")
    return _kept(row)


def support_requests_named(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, Kept[SupportRequest]]:
    """Those of these requests that there are, by their ids."""
    rows = session.scalars(select(SupportRequestRow).where(SupportRequestRow.id.in_(ids)))
    return {row.id: _kept(row) for row in rows}


def save_support_request(session: Session, moved: SupportRequest) -> Kept[SupportRequest]:
    """Stores the steps of a request that was loaded before."""
    row = session.get_one(SupportRequestRow, moved.id)
    _write_steps(row, moved)
    session.flush()
    return _kept(row)


def page_of_support_requests(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    states: Sequence[SupportRequestState],
    page: PageRequest,
    shape: Callable[[Kept[SupportRequest]], Item],
) -> Page[Item]:
    """A page of the requests the caller may read, of these alliances and in these states where any are named."""
    row = SupportRequestRow
    found = select(row).where(
        caller.permitted.condition(row.alliance_id, row.host_school_urn, row.submitted_by),
        row.alliance_id.in_(alliance_ids) if alliance_ids else true(),
        row.state.in_(states) if states else true(),
    )
    return read_page(session, found, [row.id], page, lambda asked: shape(_kept(asked)))


def _write_steps(row: SupportRequestRow, request: SupportRequest) -> None:
    for position, step in enumerate(request.steps[len(row.steps) :], start=len(row.steps)):
        row.steps.append(
            SupportRequestStepRow(
                alliance_id=row.alliance_id, position=position, state=step.state, on=step.on, reason=step.reason
            )
        )
    row.state = request.state


def _kept(row: SupportRequestRow) -> Kept[SupportRequest]:
    request = SupportRequest(
        id=row.id,
        host_school_urn=row.host_school_urn,
        lines=(
            _line(row, 1, LinePeople.LEADERS, row),
            *(_line(row, line.number, LinePeople(line.people), line) for line in row.more_lines),
        ),
        phase=Phase(row.phase),
        window=Window(row.earliest_start_on, row.latest_finish_on),
        submitted_by=row.submitted_by,
        steps=tuple(
            Step(
                SupportRequestState(step.state),
                step.on,
                None if step.reason is None else SupportRequestReason(step.reason),
            )
            for step in row.steps
        ),
        urgency=Urgency(row.urgency),
        asked_by=NamedOrganisation(Organisation(row.asked_by), row.asked_by_reference),
        paid_by=NamedOrganisation(Organisation(row.paid_by), row.paid_by_reference),
        programme_id=row.programme_id,
        context=row.context,
    )
    return Kept(request, row.alliance_id, row.version)


def _line(
    row: SupportRequestRow, number: int, people: LinePeople, wanted: SupportRequestRow | SupportRequestLineRow
) -> SupportRequestLine:
    return SupportRequestLine(
        number=number,
        areas=tuple(specialism_of(area.specialism) for area in row.areas if area.line_number == number),
        days_wanted=wanted.days_wanted,
        people_wanted=wanted.people_wanted,
        people=people,
        leader_kind=wanted.leader_kind,
    )
