"""Ready-made values for tests of the rules; a test names only what it is about."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sle_broker.audits.audit_form import AuditForm, Question, Scale, ScaleEnd
from sle_broker.audits.audit_submission import Answer, AuditSubmission
from sle_broker.deployments.agreement import Judgement, Objective, ObjectiveOutcome, Party
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.deployment import Deployment, agree, move, proposed
from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentReason, DeploymentState
from sle_broker.deployments.offer import answer, expire, offered
from sle_broker.designations.designation import Designation, LeaderKind
from sle_broker.evaluations.evaluation import judge_objectives
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.distance import Location
from sle_broker.needs.need import Need, NeedKind, NeedSource, Referrer
from sle_broker.sharing_protocols.sharing_protocol import PartyKind, SharingParty, SharingProtocol, SharingScope
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, Specialism, SpecialismGroup
from sle_broker.support_requests.line import SupportRequestLine
from sle_broker.support_requests.support_request import SupportRequest, Window, submitted

TODAY = date(2015, 8, 31)
HOME_URN, HOST_URN = "100001", "100002"
HOME, HOST = Location(53.9600, -1.0873), Location(54.0, -1.3)

PHONICS = Specialism(UUID(int=30), "phonics", SpecialismGroup.PUPIL_ACHIEVEMENT, "Phonics", 1)
MATHEMATICS = Specialism(UUID(int=31), "mathematics", SpecialismGroup.PUPIL_ACHIEVEMENT, "Mathematics", 1)
ATTENDANCE = Specialism(UUID(int=32), "attendance", SpecialismGroup.BEHAVIOUR_AND_SAFETY, "Attendance", 1)


def an_id(number: int) -> UUID:
    return UUID(int=number)


def a_designation(designated_on: date = date(2014, 11, 3), **changes: Any) -> Designation:
    given: dict[str, Any] = {"id": an_id(1), "leader_id": an_id(2), "kind": LeaderKind.SLE}
    return Designation(designated_on=designated_on, **given | changes)


def holds(
    specialism: Specialism, *, claimed: date = date(2014, 9, 1), validated: date | None = None
) -> LeaderSpecialism:
    return LeaderSpecialism(an_id(7), an_id(2), specialism, claimed, validated, None if validated is None else "head")


def a_form(*specialisms: Specialism, **changes: Any) -> AuditForm:
    """A form with a question on each of these specialisms, on a scale whose 3 and 4 are needs."""
    given: dict[str, Any] = {
        "id": an_id(50),
        "alliance_id": an_id(1),
        "code": "self-evaluation",
        "version": 1,
        "title": "Self-evaluation",
        "scale": Scale(1, 4, ScaleEnd.LOWEST, need_at=3),
        "questions": tuple(
            Question(number, f"How good is {specialism.name}?", specialism)
            for number, specialism in enumerate(specialisms or (PHONICS,), start=1)
        ),
        "published_on": date(2014, 9, 1),
    }
    return AuditForm(**given | changes)


def an_audit(*scores: int, **changes: Any) -> AuditSubmission:
    """A draft with these scores, in the order of the questions."""
    given: dict[str, Any] = {
        "id": an_id(51),
        "form": a_form(),
        "school_urn": HOST_URN,
        "phase": Phase.PRIMARY,
        "answers": tuple(Answer(number, score) for number, score in enumerate(scores, start=1)),
        "begun_on": date(2014, 9, 15),
    }
    return AuditSubmission(**given | changes)


def a_protocol(*parties: SharingParty, **changes: Any) -> SharingProtocol:
    """A protocol of the school year 2014/15 with these parties, or with the alliance itself."""
    given: dict[str, Any] = {
        "id": an_id(60),
        "alliance_id": an_id(1),
        "school_urn": HOST_URN,
        "parties": parties or (SharingParty(PartyKind.ALLIANCE, str(an_id(1))),),
        "scope": SharingScope.WHOLE,
        "agreed_on": date(2014, 8, 1),
        "agreed_by": "head",
        "from_on": date(2014, 9, 1),
        "to_on": date(2015, 8, 31),
    }
    return SharingProtocol(**given | changes)


def a_need(**changes: Any) -> Need:
    given: dict[str, Any] = {
        "id": an_id(40),
        "host_school_urn": HOST_URN,
        "specialism": PHONICS,
        "phase": Phase.PRIMARY,
        "kind": NeedKind.ACTUAL,
        "source": NeedSource.REFERRAL,
        "referred_by": Referrer.LOCAL_AUTHORITY,
        "arisen_on": date(2015, 1, 5),
        "recorded_by": "broker",
    }
    return Need(**given | changes)


def a_candidate(**changes: Any) -> Candidate:
    given: dict[str, Any] = {
        "leader_id": an_id(2),
        "home_school_urn": HOME_URN,
        "home_location": HOME,
        "travel_limit_km": None,
        "designations": (a_designation(),),
        "specialisms": (holds(PHONICS, validated=date(2014, 11, 3)),),
        "phases": frozenset({Phase.PRIMARY}),
        "allowance_days": Decimal(15),
        "days_left": Decimal(9),
        "free_days": Decimal(6),
    }
    return Candidate(**given | changes)


_OF_A_LINE = {field.name for field in fields(SupportRequestLine)}


def a_line(**changes: Any) -> SupportRequestLine:
    given: dict[str, Any] = {"number": 1, "areas": (PHONICS,), "days_wanted": Decimal(5)}
    return SupportRequestLine(**given | changes)


def a_request(**changes: Any) -> SupportRequest:
    """A request of one line unless `lines` are given; what belongs to that line may be changed by its own name."""
    of_the_line = {name: changes.pop(name) for name in _OF_A_LINE & changes.keys()}
    given: dict[str, Any] = {
        "id": an_id(3),
        "host_school_urn": HOST_URN,
        "lines": (a_line(**of_the_line),),
        "phase": Phase.PRIMARY,
        "window": Window(date(2015, 1, 12), date(2015, 3, 27)),
        "submitted_by": "head",
        "steps": (submitted(date(2015, 1, 5), today=TODAY),),
    }
    return SupportRequest(**given | changes)


def a_search(as_of: date = date(2015, 1, 12), *, host: Location | None = HOST, **request: Any) -> Search:
    return Search.of(a_request(**request), host, as_of)


def a_booking(**changes: Any) -> Booking:
    given: dict[str, Any] = {"starts_on": date(2014, 10, 1), "ends_on": date(2015, 7, 17), "days": Decimal(3)}
    return Booking(**given | changes)


def an_objective(number: int = 20) -> Objective:
    return Objective(
        an_id(number), "Phonics is taught daily in Year 1.", "Nine of ten lessons seen are taught as planned."
    )


def a_deployment(**changes: Any) -> Deployment:
    given: dict[str, Any] = {
        "id": an_id(10),
        "support_request_id": an_id(3),
        "leader_id": an_id(2),
        "home_school_urn": HOME_URN,
        "host_school_urn": HOST_URN,
        "submitted_by": "head",
        "booking": a_booking(),
        "steps": (proposed(date(2014, 10, 1), today=TODAY),),
        "objectives": (an_objective(),),
    }
    return Deployment(**given | changes)


def ready_for(deployment: Deployment, to: DeploymentState, on: date) -> Deployment:
    """Everything a step asks for beside the right state: all agreements, or all outcomes."""
    if to is DeploymentState.AGREED:
        for party in Party:
            deployment = agree(deployment, party, on, today=TODAY)
    if to is DeploymentState.EVALUATED:
        judgements = {objective.id: Judgement(ObjectiveOutcome.MET) for objective in deployment.objectives}
        deployment = judge_objectives(deployment, judgements)
    return deployment


_MAIN_PATH = (
    DeploymentState.PROPOSED,
    DeploymentState.RELEASED,
    DeploymentState.MEETING_HELD,
    DeploymentState.AGREED,
    DeploymentState.UNDER_WAY,
    DeploymentState.CLOSING_MEETING_HELD,
    DeploymentState.EVALUATED,
    DeploymentState.CLOSED,
)
_LEAVES_FROM = {
    DeploymentState.DECLINED: DeploymentState.PROPOSED,
    DeploymentState.CANCELLED: DeploymentState.AGREED,
    DeploymentState.PAUSED: DeploymentState.UNDER_WAY,
    DeploymentState.ENDED_EARLY: DeploymentState.UNDER_WAY,
}


def step_on(deployment: Deployment, to: DeploymentState, on: date) -> Deployment:
    """One allowed step with all it asks for, for the first of its reasons where it takes one."""
    reasons = sorted(LIFE_CYCLE.moves[deployment.state][to])
    return move(ready_for(deployment, to, on), to, on, today=TODAY, reason=reasons[0] if reasons else None)


OFFER_EXPIRES_AT = datetime(2014, 10, 8, 17, tzinfo=UTC)


def an_offer(**changes: Any) -> Deployment:
    """A leader of another alliance, offered on 1 October 2014 for a week."""
    given: dict[str, Any] = {
        "steps": (offered(date(2014, 10, 1), today=TODAY),),
        "lender_alliance_id": an_id(50),
        "held_until": OFFER_EXPIRES_AT,
    }
    return a_deployment(**given | changes)


def an_offer_in(state: DeploymentState, **changes: Any) -> Deployment:
    """An offer that was not accepted, or is still to be answered."""
    offer = an_offer(**changes)
    if state is DeploymentState.EXPIRED:
        return expire(offer, today=TODAY)
    if state is DeploymentState.WITHDRAWN:
        on, reason = date(2014, 10, 8), DeploymentReason.LEADER_UNAVAILABLE
        return answer(offer, state, on, today=TODAY, now=OFFER_EXPIRES_AT - timedelta(hours=1), reason=reason)
    return offer


def a_deployment_in(state: DeploymentState, **changes: Any) -> Deployment:
    """A deployment brought to a state by the shortest way, one step a week from 1 October 2014."""
    if state in (DeploymentState.OFFERED, DeploymentState.WITHDRAWN, DeploymentState.EXPIRED):
        return an_offer_in(state, **changes)
    deployment = a_deployment(**changes)
    last_on_path = _LEAVES_FROM.get(state, state)
    way = [*_MAIN_PATH[1 : _MAIN_PATH.index(last_on_path) + 1], *([state] if state in _LEAVES_FROM else [])]
    for weeks, to in enumerate(way, start=1):
        deployment = step_on(deployment, to, date(2014, 10, 1) + timedelta(weeks=weeks))
    return deployment
