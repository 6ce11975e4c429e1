"""What people do with support requests."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.errors import Forbidden
from service_kit.etags import require_version
from service_kit.ids import new_id
from sle_broker.designation_rules.store import get_kind
from sle_broker.needs.need import Need, NeedKind, NeedSource
from sle_broker.needs.store import open_needs_from
from sle_broker.needs.use_cases import end_needs, record_needs
from sle_broker.schools.store import require_alliance, require_schools
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Specialism
from sle_broker.specialisms.store import specialisms_by_code
from sle_broker.support_requests import store
from sle_broker.support_requests.organisation import Organisation
from sle_broker.support_requests.support_request import (
    SupportRequest,
    SupportRequestReason,
    SupportRequestState,
    move,
    need_end_of,
)


def submit_support_request(
    work: UnitOfWork,
    alliance_id: UUID,
    host_school_urn: str,
    area_codes: Collection[str],
    request_for: Callable[[Mapping[str, Specialism]], SupportRequest],
) -> Kept[SupportRequest]:
    """A school, or somebody on its behalf, asks an alliance for help: `request_for` makes the request of the areas of
    need that the alliance means by `area_codes`, given by their codes. Each area becomes a need of the school.

    Errors: `SchoolNotKnown`, `SpecialismNotInList`, `LeaderKindNotInList`, and those of `SupportRequest`.
    """
    work.caller.require(alliance_id, host_school_urn, work.caller.subject)
    require_alliance(work.session, alliance_id)
    request = request_for(specialisms_by_code(work.session, alliance_id, list(area_codes)))
    require_schools(work.session, {host_school_urn, *_schools_named(request)})
    for line in request.lines:
        if line.leader_kind is not None:
            get_kind(work.session, alliance_id, line.leader_kind)
    kept = store.add_support_request(work.session, alliance_id, request)
    work.record(
        "support-request-submitted",
        subject=request.id,
        tenant=alliance_id,
        data=_event(kept)
        | {
            "areas": [area.code for area in request.areas],
            "phase": request.phase,
            "urgency": request.urgency,
            "earliest_start_on": request.window.earliest_start_on,
            "latest_finish_on": request.window.latest_finish_on,
            "lines": [
                {
                    "number": line.number,
                    "people": line.people,
                    "leader_kind": line.leader_kind,
                    "areas": [area.code for area in line.areas],
                    "days_wanted": float(line.days_wanted),
                    "people_wanted": line.people_wanted,
                }
                for line in request.lines
            ],
        },
    )
    record_needs(work, alliance_id, [_need(request, area) for area in request.areas])
    return kept


def move_support_request(
    work: UnitOfWork,
    support_request_id: UUID,
    expected_version: int,
    to: SupportRequestState,
    on: date,
    reason: SupportRequestReason | None,
) -> Kept[SupportRequest]:
    """A request goes one step on, and its needs end with it. Whoever asked may close it; every other step is the
    alliance's.

    Errors: `VersionMismatch`, `Forbidden`, and those of `move`.
    """
    kept = store.get_support_request(work.session, support_request_id, lock="change")
    work.caller.require(kept.alliance_id, kept.thing.host_school_urn, kept.thing.submitted_by)
    if to is not SupportRequestState.CLOSED and not work.caller.permitted.covers(kept.alliance_id):
        raise Forbidden("Whoever asks for support may close the request; the other steps are the alliance's.")
    require_version(kept.version, expected_version)
    moved = store.save_support_request(work.session, move(kept.thing, to, on, today=work.today, reason=reason))
    work.record(
        f"support-request-{to}",
        subject=support_request_id,
        tenant=moved.alliance_id,
        data=_event(moved) | {"on": on, "reason": reason},
    )
    ended_as = need_end_of(moved.thing.steps[-1])
    if ended_as is not None:
        source, reference = NeedSource.SUPPORT_REQUEST, str(support_request_id)
        still_open = open_needs_from(work.session, moved.alliance_id, source, [reference])
        end_needs(work, [(need, ended_as) for need in still_open], on)
    return moved


def _need(request: SupportRequest, area: Specialism) -> Need:
    return Need(
        id=new_id(),
        host_school_urn=request.host_school_urn,
        specialism=area,
        phase=request.phase,
        kind=NeedKind.ACTUAL,
        source=NeedSource.SUPPORT_REQUEST,
        arisen_on=request.steps[0].on,
        recorded_by=request.submitted_by,
        source_reference=str(request.id),
    )


def _schools_named(request: SupportRequest) -> set[str]:
    named = (request.asked_by, request.paid_by)
    return {one.reference for one in named if one.kind is Organisation.SCHOOL and one.reference is not None}


def _event(kept: Kept[SupportRequest]) -> dict[str, Any]:
    return {
        "support_request_id": kept.thing.id,
        "alliance_id": kept.alliance_id,
        "host_school_urn": kept.thing.host_school_urn,
    }
