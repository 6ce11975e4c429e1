"""What the events of plans-api become here: roles, schools, alliances and memberships. Applying an event again leaves
things as they are."""

from collections.abc import Callable, Mapping

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from service_kit.follower import Event
from sle_broker.access import store as access
from sle_broker.access.role_grant import RoleGrant
from sle_broker.schools import store as schools
from sle_broker.schools.school import Alliance, Membership, School

# An event may have gained members that these do not know; those they know must be there and be readable.
_ROLE_GRANT = TypeAdapter(RoleGrant)
_SCHOOL = TypeAdapter(School)
_ALLIANCE = TypeAdapter(Alliance)
_MEMBERSHIP = TypeAdapter(Membership)


def apply(session: Session, event: Event) -> None:
    """Makes of one event what it becomes here. An event of a kind not known here is passed over on purpose: the feed
    tells of much that brokerage does not need, and will tell of more."""
    become = _BECOMES.get(event.name)
    if become is not None:
        become(session, event)


def reset(session: Session) -> None:
    """Removes all that came from plans-api, the roles included: until they have been read anew nobody is let in."""
    access.remove_all(session)
    schools.remove_all(session)


def _grant_role(session: Session, event: Event) -> None:
    access.put_role_grant(session, _ROLE_GRANT.validate_python(event.data))


def _revoke_role(session: Session, event: Event) -> None:
    access.remove_role_grant(session, _ROLE_GRANT.validate_python(event.data).role_grant_id)


def _record_school(session: Session, event: Event) -> None:
    schools.put_school(session, _SCHOOL.validate_python(event.data))


def _record_alliance(session: Session, event: Event) -> None:
    schools.put_alliance(session, _ALLIANCE.validate_python(event.data))


def _record_membership(session: Session, event: Event) -> None:
    schools.put_membership(session, _MEMBERSHIP.validate_python(event.data))


_BECOMES: Mapping[str, Callable[[Session, Event], None]] = {
    "role-granted": _grant_role,
    "role-revoked": _revoke_role,
    "school-recorded": _record_school,
    "alliance-registered": _record_alliance,
    "alliance-changed": _record_alliance,
    "membership-began": _record_membership,
    "membership-ended": _record_membership,
}
