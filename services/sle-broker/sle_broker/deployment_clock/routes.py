"""The deployment clock over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.paging import PageOf
from service_kit.schemas import Day, Page
from sle_broker.deployment_clock import store
from sle_broker.deployment_clock.clock_report import ClockReport, will_miss
from sle_broker.deployment_clock.schemas import ClockReadingOut, DeploymentClockOut, PendingLeaderOut, fit_out
from sle_broker.designations.clock import ClockState
from sle_broker.matching_weights.store import weights_of

router = APIRouter(tags=["deployment clock"])

AsOf = Annotated[Day | None, Query(description="The day that is asked about; today where absent.")]

_FITS_LISTED = 10


@router.get("/v1/deployment-clock", response_model=DeploymentClockOut, summary="Read the deployment clock")
def get_deployment_clock(alliance_id: UUID, reading: ReadingOf, page: PageOf, as_of: AsOf = None) -> DeploymentClockOut:
    """How the alliance's designations count towards the KPI that half of the specialist leaders are on site within
    three months; and, by page, every leader whose three months have not ended and who waits: how many days are left,
    what is planned for them, whether they will miss the clock unless something else begins in time, and the lines of
    requests accepted for brokerage that fit them, by the rules and the weights of the shortlist. Nothing that happened
    after `as_of` is looked at. Every reading is recorded: it judges people."""
    reading.caller.require(alliance_id)
    day = as_of or day_of(reading.now)
    with reading.transaction() as session:
        readings = store.clock_readings(session, alliance_id, day)
        waiting = [id for id, (_, one) in readings.items() if one.state is ClockState.PENDING]
        shown = store.page_of_designations_named(session, waiting, page, lambda id: readings[id])
        last_days = {leader_id: one.last_day for leader_id, one in shown.items}
        names = store.names_of(session, last_days)
        planned = store.planned_starts(session, last_days, day)
        weights = weights_of(session, alliance_id).weights
        fits = store.fits_for(session, alliance_id, last_days, day, weights)
        reading.note(session, "deployment-clock-read", subject=alliance_id, tenant=alliance_id)
    pending = [
        PendingLeaderOut(
            designation_id=one.designation_id,
            leader_id=leader_id,
            name=names[leader_id],
            begins_by=one.last_day,
            days_left=(one.last_day - day).days,
            planned_start_on=planned.get(leader_id),
            will_miss=will_miss(one, planned.get(leader_id), day),
            fitting=len(fits[leader_id]),
            fits=[
                fit_out(
                    fit.search.request_id,
                    fit.search.line_number,
                    fit.search.host_school_urn,
                    fit.search.window.earliest_start_on,
                    fit.parts,
                )
                for fit in fits[leader_id][:_FITS_LISTED]
            ],
        )
        for leader_id, one in shown.items
    ]
    report = ClockReport.of(one for _, one in readings.values())
    return DeploymentClockOut.of(alliance_id, day, report, pending, shown.next_cursor)


@router.get("/v1/clock-readings", response_model=Page[ClockReadingOut], summary="List how designations count")
def list_clock_readings(
    alliance_id: UUID,
    reading: ReadingOf,
    page: PageOf,
    as_of: AsOf = None,
    state: Annotated[list[ClockState] | None, Query(max_length=5)] = None,
) -> Page[ClockReadingOut]:
    """What is behind the figures of the deployment clock: every designation with its state, or those in some states,
    in the order of the days of designation. Every reading is recorded: it judges people."""
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        readings = store.clock_readings(session, alliance_id, as_of or day_of(reading.now))
        wanted = [id for id, (_, one) in readings.items() if not state or one.state in state]
        shown = store.page_of_designations_named(session, wanted, page, lambda id: ClockReadingOut.of(*readings[id]))
        reading.note(session, "deployment-clock-read", subject=alliance_id, tenant=alliance_id)
    return shown
