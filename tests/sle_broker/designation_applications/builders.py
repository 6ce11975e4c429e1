"""Ready-made applications for tests of the rules."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sle_broker.designation_applications.application import (
    LIFE_CYCLE,
    Application,
    ApplicationState,
    Assessment,
    PanelRating,
    Reference,
    assess,
    give_reference,
    move,
    receive_references,
    release,
    submitted,
)
from sle_broker.specialisms.specialism import Phase
from tests.sle_broker.builders import HOME_URN, PHONICS, TODAY, an_id

SUBMITTED_ON = date(2014, 9, 20)
LATER = date(2015, 3, 2)
S = ApplicationState

_WAY_TO: Mapping[ApplicationState, tuple[ApplicationState, ...]] = {
    S.SUBMITTED: (),
    S.REFERENCES_RECEIVED: (S.REFERENCES_RECEIVED,),
    S.ASSESSED: (S.REFERENCES_RECEIVED, S.ASSESSED),
    S.APPROVED: (S.REFERENCES_RECEIVED, S.ASSESSED, S.APPROVED),
    S.DECLINED: (S.REFERENCES_RECEIVED, S.ASSESSED, S.DECLINED),
    S.APPEALED: (S.REFERENCES_RECEIVED, S.ASSESSED, S.DECLINED, S.APPEALED),
    S.APPEAL_UPHELD: (S.REFERENCES_RECEIVED, S.ASSESSED, S.DECLINED, S.APPEALED, S.APPEAL_UPHELD),
    S.APPEAL_DISMISSED: (S.REFERENCES_RECEIVED, S.ASSESSED, S.DECLINED, S.APPEALED, S.APPEAL_DISMISSED),
    S.DESIGNATED: (S.REFERENCES_RECEIVED, S.ASSESSED, S.APPROVED, S.DESIGNATED),
    S.TRAINED: (S.REFERENCES_RECEIVED, S.ASSESSED, S.APPROVED, S.DESIGNATED, S.TRAINED),
    S.WITHDRAWN: (S.WITHDRAWN,),
}


def an_application(**changes: Any) -> Application:
    given: dict[str, Any] = {
        "id": an_id(40),
        "round_id": an_id(41),
        "name": "Asha Bell",
        "home_school_urn": HOME_URN,
        "kind": "sle",
        "phases": frozenset({Phase.PRIMARY}),
        "specialisms": (PHONICS,),
        "years_of_leadership": 3,
        "home_school_judgement": 2,
        "head_supports": True,
        "submitted_by": "applicant",
        "references": (Reference(an_id(42), HOME_URN), Reference(an_id(43), "100009")),
        "steps": (submitted(SUBMITTED_ON, today=TODAY),),
    }
    return Application(**given | changes)


def an_assessment(rating: PanelRating = PanelRating.GREEN, support: str | None = None) -> Assessment:
    return Assessment(rating, "Strong in phonics.", support, "director")


def referenced(application: Application, on: date = LATER) -> Application:
    """The application with the reference of the home school."""
    return give_reference(application, an_id(42), on=on, today=TODAY, supports=True, text="She led it.", by="head")


def step_on(application: Application, to: ApplicationState, on: date = LATER) -> Application:
    """One step with all it asks for, for the first of its reasons where it takes one."""
    if to is S.REFERENCES_RECEIVED and application.state is S.SUBMITTED:
        return receive_references(referenced(application, on), 1, on, today=TODAY)
    if to is S.ASSESSED:
        return assess(application, an_assessment(), on, today=TODAY)
    reasons = sorted(LIFE_CYCLE.moves[application.state].get(to, ()))
    return move(application, to, on, today=TODAY, reason=reasons[0] if reasons else None)


def application_in(state: ApplicationState, **changes: Any) -> Application:
    """An application brought to a state by the shortest way, one step a week."""
    application = an_application(**changes)
    for weeks, to in enumerate(_WAY_TO[state], start=1):
        application = step_on(application, to, SUBMITTED_ON + timedelta(weeks=weeks))
    return application


EVENTS: Mapping[str, Callable[[Application], Application]] = {
    "a reference is given": referenced,
    "the papers are released": lambda application: release(application, LATER, today=TODAY),
    **{to: lambda application, to=to: step_on(application, to) for to in S},  # type: ignore[misc]
}
"""All that can happen to an application: what is recorded of it, and the step to each state."""
