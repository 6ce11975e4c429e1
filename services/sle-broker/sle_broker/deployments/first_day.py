"""The first day on site, which stops the deployment clock, where it was recorded wrongly."""

from dataclasses import replace
from datetime import date

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import RuleBroken
from sle_broker.deployments.deployment import Deployment, refuse_outside_year
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.visit import FirstDayCorrection, FirstDayCorrectionReason


class NothingToCorrect(RuleBroken):
    """A correction gives another day than the one recorded."""


def correct_first_day(
    deployment: Deployment, on: date, *, today: date, reason: FirstDayCorrectionReason, note: str
) -> Deployment:
    """Another first day on site than was recorded; the day recorded before is kept with the reason.

    The corrected day keeps its place: not before the agreement, not after what was recorded next, in the year of the
    booking. Raises `StateConflict` before it has begun, `NothingToCorrect`, `DateNotYetCome`, `OutsideAcademicYear`,
    `DatesOutOfOrder`.
    """
    was_on = deployment.first_day_on_site
    if was_on is None:
        raise deployment.conflict("It has not begun, so there is no first day on site to correct.")
    if on == was_on:
        raise NothingToCorrect(f"{on} is the first day on site that is recorded.")
    refuse_future(what="The first day on site", on=on, today=today)
    refuse_outside_year(deployment.booking, on)
    begun = next(i for i, step in enumerate(deployment.steps) if step.state is DeploymentState.UNDER_WAY)
    before, after = deployment.steps[begun - 1], deployment.steps[begun + 1 :]
    refuse_out_of_order(earlier=before.state, earlier_on=before.on, later="the first day on site", later_on=on)
    records = (after, deployment.visits, deployment.reviews)
    next_on = min((record.on for kind in records for record in kind), default=today)
    refuse_out_of_order(
        earlier="the first day on site", earlier_on=on, later="what was recorded after it", later_on=next_on
    )
    corrected = replace(deployment.steps[begun], on=on)
    return replace(
        deployment,
        steps=(*deployment.steps[:begun], corrected, *after),
        first_day_corrections=(*deployment.first_day_corrections, FirstDayCorrection(was_on, today, reason, note)),
    )
