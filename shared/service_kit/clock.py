"""The one place that reads the clock. Rules and use cases are given their instant."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The calendar day in England on which `instant` falls."""
    return instant.astimezone(_LONDON).date()
