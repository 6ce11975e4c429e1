"""The kinds of placement as data: their limits, the states they go through, and the words for each step."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from service_kit.errors import Conflict, RuleBroken
from sle_broker.deployments.arrangement import Arrangement, leave_out
from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentState
from sle_broker.designations.days import in_figures
from sle_broker.placements.vocabulary import Vocabulary


class PlacementKind(StrEnum):
    """What an aspiring leader goes to another school for."""

    RESIDENCY = "residency"
    COACHING = "coaching"
    SHADOWING = "shadowing"


class DaysOutsideLimits(RuleBroken):
    """A placement of a kind has at least, and at most, so many days."""


class MorePlacesThanAllowed(RuleBroken):
    """A host has at most so many placements of a kind in a year; it may take fewer, and takes at least one."""


class HostHasNoPlaceLeft(Conflict):
    """All places that a host has in the academic year are taken."""


@dataclass(frozen=True)
class Terms:
    """What holds for placements of one kind.

    They have from `fewest_days` to `most_days`, and a host has at most `places_a_year`. `vocabulary` has the words for
    the engine's. The feed tells of them where `is_told`; what a leader is coached in is nobody else's to know.
    """

    fewest_days: Decimal
    most_days: Decimal
    places_a_year: int
    vocabulary: Vocabulary
    is_told: bool


# There is no brokerage meeting and no evaluation apart: the closing step is the evaluation. Nobody is lent.
ARRANGEMENT = Arrangement(
    leave_out(
        LIFE_CYCLE.moves,
        {
            DeploymentState.MEETING_HELD,
            DeploymentState.EVALUATED,
            DeploymentState.OFFERED,
            DeploymentState.WITHDRAWN,
            DeploymentState.EXPIRED,
        },
    ),
    agreed_after=DeploymentState.RELEASED,
    judged_before=DeploymentState.CLOSED,
    stops_clock=False,
)

_SHARED_WORDS = {
    "leader": "applicant",
    "leader_declines": "applicant_declines",
    "leader_unavailable": "applicant_unavailable",
    "leader_absent": "applicant_absent",
    "home_school_needs_leader": "home_school_needs_applicant",
    "designation_ended": "applicant_promoted",
    "leader's home school": "applicant's home school",
    "deployment": "placement",
    "open deployment": "open placement",
    "open deployments": "open placements",
    "Objectives": "Development aims",
    "objective": "development aim",
    "objectives": "development aims",
    "brokerage": "matching",
    "more need an extension": "more need another placement",
    "extension": "further placement",
    "follow-on": "further placement",
    # Of a shortlist: it is hosts who are found for an applicant.
    "home school is the host school": "the host is the applicant's own school",
    "home school cannot release them": "the host takes nobody",
    "holds none of": "offers none of",
    "travels up to": "the applicant travels up to",
    "works in": "takes applicants from",
    "does not work in": "takes no applicants from",
    "lacks_specialism": "lacks_area",
    "not_released": "takes_nobody_then",
    "no_days_left": "no_place_left",
    "too_few_free_days": "window_too_short",
    "specialism": "area",
}


def _words(closing_step: str, closing: str, visit: str) -> Vocabulary:
    return Vocabulary(
        MappingProxyType(
            _SHARED_WORDS
            | {
                "closing_meeting_held": closing_step,
                "closing meeting": closing,
                "visit": visit,
                "visits": f"{visit}s",
                "first day on site": f"first {visit}",
            }
        )
    )


TERMS: Mapping[PlacementKind, Terms] = MappingProxyType(
    {
        PlacementKind.RESIDENCY: Terms(
            Decimal(2),
            Decimal(5),
            2,
            _words("closing_presentation_held", "closing presentation", "day in residence"),
            is_told=True,
        ),
        PlacementKind.COACHING: Terms(
            Decimal("0.5"),
            Decimal(10),
            6,
            _words("closing_conversation_held", "closing conversation", "session"),
            is_told=False,
        ),
        PlacementKind.SHADOWING: Terms(
            Decimal("0.5"),
            Decimal(5),
            4,
            _words("debriefing_held", "debriefing", "day of shadowing"),
            is_told=False,
        ),
    }
)
"""Source of the residency's limits: at most two a year at a host, of two to five days. The others are our guide."""


def refuse_days_outside_limits(kind: PlacementKind, days: Decimal) -> None:
    """Whether a placement of the kind may have so many days. Raises `DaysOutsideLimits`."""
    terms = TERMS[kind]
    if not terms.fewest_days <= days <= terms.most_days:
        raise DaysOutsideLimits(
            f"{kind.capitalize()} takes from {in_figures(terms.fewest_days)} to {in_figures(terms.most_days)} days, "
            f"not {in_figures(days)}."
        )


def refuse_more_places(kind: PlacementKind, places_a_year: int) -> None:
    """Whether a host may have so many places a year. Raises `MorePlacesThanAllowed`."""
    most = TERMS[kind].places_a_year
    if not 1 <= places_a_year <= most:
        raise MorePlacesThanAllowed(f"A host takes from 1 to {most} of {kind} a year, not {places_a_year}.")


def refuse_without_place(places_a_year: int, taken: int) -> None:
    """Whether one more may be placed with a host that has `taken` in the academic year. Raises `HostHasNoPlaceLeft`
    (`places_left`)."""
    if taken >= places_a_year:
        raise HostHasNoPlaceLeft(
            f"{taken} of the host's {places_a_year} places are taken in this academic year.", members={"places_left": 0}
        )
