"""What the events of the two feeds become here: roles, schools and the links between them, alliances, memberships and
trainees from plans-api, facts about leaders from sle-broker.

No fact of one feed refers to a row of the other: they are followed each at its own pace. Applying an event again leaves
things as they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from kpi_service.access import store as access
from kpi_service.access.role_grant import RoleGrant
from kpi_service.facts import store as facts
from kpi_service.facts.fact import DeploymentBegun, Designation, Lapse, Training, Visit, Withdrawal
from kpi_service.measures.deployment_clock import last_day_within
from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.outcomes import store as outcomes
from kpi_service.schools import store as schools
from kpi_service.schools.membership import Alliance, Membership, School
from kpi_service.trainees import store as trainees
from kpi_service.trainees.count import ProgrammeRun
from service_kit.follower import Event

Fact = TypeVar("Fact")


def apply(session: Session, event: Event) -> None:
    """Makes of one event what it becomes here. An event of a kind not known here is passed over on purpose: the feeds
    tell of much that no indicator counts, and will tell of more."""
    become = _BECOMES.get(event.name)
    if become is not None:
        become(session, event)


def reset_plans_api(session: Session) -> None:
    """Removes all that came from plans-api, the roles included: until they have been read anew nobody is let in."""
    access.remove_all(session)
    schools.remove_all(session)
    outcomes.remove_told_links(session)
    trainees.remove_all(session)


def reset_sle_broker(session: Session) -> None:
    """Removes all that came from sle-broker."""
    facts.remove_all(session)


def _read(kind: TypeAdapter[Fact], event: Event) -> Fact:
    # An event may have gained members that `kind` does not know; those it knows must be there and be readable.
    return kind.validate_python(event.data | {"recorded_at": event.at})


def _grant_role(session: Session, event: Event) -> None:
    access.put_role_grant(session, _read(_ROLE_GRANT, event))


def _revoke_role(session: Session, event: Event) -> None:
    access.remove_role_grant(session, _read(_ROLE_GRANT, event).role_grant_id)


def _record_school(session: Session, event: Event) -> None:
    schools.put_school(session, _read(_SCHOOL, event))


def _record_school_link(session: Session, event: Event) -> None:
    link = _SCHOOL_LINK.validate_python(event.data | {"established_on": event.data["on"]})
    outcomes.put_told_link(session, link, event.at)


def _record_alliance(session: Session, event: Event) -> None:
    schools.put_alliance(session, _read(_ALLIANCE, event))


def _record_membership(session: Session, event: Event) -> None:
    schools.put_membership(session, _read(_MEMBERSHIP, event))


def _record_programme_run(session: Session, event: Event) -> None:
    trainees.put_programme_run(session, _read(_PROGRAMME_RUN, event))


def _record_designation(session: Session, event: Event) -> None:
    designation = _read(_DESIGNATION, event)
    facts.put_designation(session, designation, last_day_on=last_day_within(designation.designated_on))


def _record_training(session: Session, event: Event) -> None:
    facts.put_training(session, _read(_TRAINING, event))


def _record_withdrawal(session: Session, event: Event) -> None:
    facts.put_withdrawal(session, _read(_WITHDRAWAL, event))


def _record_lapse(session: Session, event: Event) -> None:
    facts.put_lapse(session, _read(_LAPSE, event))


def _record_deployment(session: Session, event: Event) -> None:
    facts.put_deployment(session, replace(_read(_DEPLOYMENT, event), alliance_id=_alliance_of_leader(event)))


def _record_visit(session: Session, event: Event) -> None:
    told = event.data | {"visited_on": event.data["on"], "recorded_at": event.at}
    facts.put_visit(session, replace(_VISIT.validate_python(told), alliance_id=_alliance_of_leader(event)))


def _alliance_of_leader(event: Event) -> UUID:
    # A leader who is lent stops the clock of the alliance that designated them, not of the one they help, and the days
    # are that alliance's too.
    return UUID(event.data.get("lender_alliance_id") or event.data["alliance_id"])


_ROLE_GRANT = TypeAdapter(RoleGrant)
_SCHOOL = TypeAdapter(School)
_SCHOOL_LINK = TypeAdapter(SchoolLink)
_ALLIANCE = TypeAdapter(Alliance)
_MEMBERSHIP = TypeAdapter(Membership)
_PROGRAMME_RUN = TypeAdapter(ProgrammeRun)
_DESIGNATION = TypeAdapter(Designation)
_TRAINING = TypeAdapter(Training)
_WITHDRAWAL = TypeAdapter(Withdrawal)
_LAPSE = TypeAdapter(Lapse)
_DEPLOYMENT = TypeAdapter(DeploymentBegun)
_VISIT = TypeAdapter(Visit)

_BECOMES: Mapping[str, Callable[[Session, Event], None]] = {
    "role-granted": _grant_role,
    "role-revoked": _revoke_role,
    "school-recorded": _record_school,
    "school-link-recorded": _record_school_link,
    "alliance-registered": _record_alliance,
    "alliance-changed": _record_alliance,
    "membership-began": _record_membership,
    "membership-ended": _record_membership,
    "programme-run-counted": _record_programme_run,
    "designation-made": _record_designation,
    "designation-trained": _record_training,
    "designation-withdrawn": _record_withdrawal,
    "designation-lapsed": _record_lapse,
    "deployment-begun": _record_deployment,
    "deployment-first-day-corrected": _record_deployment,
    "visit-recorded": _record_visit,
}
