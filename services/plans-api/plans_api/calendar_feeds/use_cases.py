"""What people do with calendar feeds."""

from datetime import date
from uuid import UUID

from plans_api.calendar_feeds import store
from plans_api.calendar_feeds.feed_address import FeedState, LeadNotInPlan, require_end_ahead
from plans_api.calendar_feeds.tables import CalendarFeedRow
from service_kit.commands import UnitOfWork
from service_kit.errors import StateConflict
from service_kit.etags import require_version


def open_calendar_feed(
    work: UnitOfWork, plan_id: UUID, lead: str | None, token_digest: bytes, ends_on: date | None
) -> CalendarFeedRow:
    """A plan's dates, or those of one lead, can be read at a new secret address.

    Errors: `FeedEndsInThePast`, `LeadNotInPlan`.
    """
    plan = store.get_plan(work.session, plan_id)
    work.caller.require(plan.alliance_id)
    require_end_ahead(ends_on, work.today)
    if lead is not None and not store.names_lead(work.session, plan_id, lead):
        raise LeadNotInPlan("The plan names no such lead: write the name as the plan does.")
    row = store.add_feed(work.session, plan, lead, token_digest, work.now, ends_on)
    _tell(work, "calendar-feed-opened", row)
    return row


def revoke_calendar_feed(work: UnitOfWork, calendar_feed_id: UUID, expected_version: int) -> CalendarFeedRow:
    """The address answers no more, from this moment on. Errors: `VersionMismatch`, `StateConflict`."""
    row = store.get_feed(work.session, calendar_feed_id, for_update=True)
    work.caller.require(row.alliance_id)
    require_version(row.version, expected_version)
    if row.state == FeedState.REVOKED:
        raise StateConflict("The feed is revoked already.", current=row.state, allowed=())
    row.state = FeedState.REVOKED
    _tell(work, "calendar-feed-revoked", row)
    return row


def _tell(work: UnitOfWork, event: str, row: CalendarFeedRow) -> None:
    data = {"calendar_feed_id": row.id, "plan_id": row.plan_id, "alliance_id": row.alliance_id}
    work.record(event, subject=row.id, tenant=row.alliance_id, data=data)
