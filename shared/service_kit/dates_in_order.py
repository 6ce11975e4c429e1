"""What every dated record obeys: things happen in order, and only what has happened is recorded."""

from datetime import date

from service_kit.errors import RuleBroken


class DatesOutOfOrder(RuleBroken):
    """A later step carries an earlier date than the step before it."""


class DateNotYetCome(RuleBroken):
    """Something is recorded as having happened on a day that lies ahead."""


def refuse_out_of_order(*, earlier: str, earlier_on: date, later: str, later_on: date) -> None:
    """Both may fall on the same day; `later` may not come first. The two names appear in the refusal as they are."""
    if later_on < earlier_on:
        raise DatesOutOfOrder(f"{later} on {later_on} comes before {earlier} on {earlier_on}.")


def refuse_future(*, what: str, on: date, today: date) -> None:
    """A date ahead is an intention; the record holds what has happened."""
    if on > today:
        raise DateNotYetCome(f"{what} is dated {on}, which has not come yet: today is {today}.")
