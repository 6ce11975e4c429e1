"""Ready-made hosts, applications and placements; a test names only what it is about."""

from datetime import date
from decimal import Decimal
from typing import Any

from sle_broker.deployments.deployment import Deployment
from sle_broker.placements.placement import Application, Host, Placement, propose
from sle_broker.placements.placement_kind import TERMS, PlacementKind
from sle_broker.specialisms.specialism import Phase
from sle_broker.support_requests.support_request import Window
from tests.sle_broker.builders import HOME_URN, HOST_URN, PHONICS, TODAY, a_booking, an_id, an_objective

PROPOSED_ON = date(2014, 10, 1)


def a_host(kind: PlacementKind = PlacementKind.RESIDENCY, **changes: Any) -> Host:
    given: dict[str, Any] = {
        "id": an_id(60),
        "school_urn": HOST_URN,
        "areas": (PHONICS,),
        "phases": frozenset({Phase.PRIMARY}),
        "places_a_year": TERMS[kind].places_a_year,
        "from_on": date(2014, 9, 1),
        "to_on": date(2015, 7, 17),
    }
    return Host(kind=kind, **given | changes)


def an_application(kind: PlacementKind = PlacementKind.RESIDENCY, **changes: Any) -> Application:
    given: dict[str, Any] = {
        "id": an_id(61),
        "name": "Lena Cole",
        "home_school_urn": HOME_URN,
        "areas": (PHONICS,),
        "phase": Phase.PRIMARY,
        "days_wanted": Decimal(3),
        "window": Window(date(2015, 1, 12), date(2015, 3, 27)),
        "travel_limit_km": None,
        "note": "Ready for headship within three years.",
        "submitted_by": "head",
        "applied_on": PROPOSED_ON,
    }
    return Application(kind=kind, **given | changes)


def a_placement(kind: PlacementKind = PlacementKind.RESIDENCY, places_taken: int = 0, **changes: Any) -> Placement:
    given: dict[str, Any] = {
        "application": an_application(kind),
        "host": a_host(kind),
        "booking": a_booking(),
    } | changes
    return propose(
        given["application"],
        given["host"],
        placement_id=an_id(62),
        booking=given["booking"],
        aims=(an_objective(),),
        places_taken=places_taken,
        on=PROPOSED_ON,
        today=TODAY,
    )


def an_engine(kind: PlacementKind = PlacementKind.RESIDENCY) -> Deployment:
    return a_placement(kind).engine
