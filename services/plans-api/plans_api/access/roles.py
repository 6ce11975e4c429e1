"""The roles of the house, and to whom and for what each may be granted."""

from enum import StrEnum
from uuid import UUID

from service_kit.errors import Conflict, RuleBroken


class Role(StrEnum):
    """What somebody does: for the platform as a whole, or in one alliance."""

    OPERATOR = "operator"
    SERVICE = "service"
    ALLIANCE_ADMIN = "alliance_admin"
    BROKER = "broker"
    PLAN_LEAD = "plan_lead"
    LEADER = "leader"
    SCHOOL = "school"
    PARTNER_SYSTEM = "partner_system"
    AUDITOR = "auditor"


FOR_THE_PLATFORM = frozenset({Role.OPERATOR, Role.SERVICE})
"""Roles that belong to no alliance."""

FOR_EITHER = frozenset({Role.AUDITOR})
"""Roles in one alliance, or for the platform as a whole."""

BOUND_TO_A_PARTY = frozenset({Role.LEADER, Role.SCHOOL, Role.PARTNER_SYSTEM})
"""Roles for what names a party: a leader's id, a school's URN, the partner system's own client id."""


class RoleNeedsAlliance(RuleBroken):
    """A role in an alliance says in which."""


class RoleIsForThePlatform(RuleBroken):
    """A role for the platform as a whole names no alliance."""


class RoleNeedsParty(RuleBroken):
    """The roles of a leader, a school and a partner system say whose records they are for."""


class RoleHasNoParty(RuleBroken):
    """A role for all records of an alliance names no party."""


class RevocationInTheFuture(RuleBroken):
    """A role is revoked at once; the day recorded is today or past."""


class OwnAccessStays(Conflict):
    """Nobody takes away their own access: the last operator would lock everybody out."""


def require_somebody_elses(own: tuple[str, str], other: tuple[str, str]) -> None:
    """Refuses where the (issuer, subject) whose access is taken away is the one who asks. Errors: `OwnAccessStays`."""
    if own == other:
        raise OwnAccessStays("This is the access you are using; somebody else may take it away.")


def require_grantable(role: Role, alliance_id: UUID | None, party: str | None) -> None:
    """Refuses a grant that says too little or too much about where `role` holds.

    Errors: `RoleNeedsAlliance`, `RoleIsForThePlatform`, `RoleNeedsParty`, `RoleHasNoParty`.
    """
    if role in FOR_THE_PLATFORM and alliance_id is not None:
        raise RoleIsForThePlatform(f"The role {role} is for the platform as a whole: name no alliance.")
    if alliance_id is None and role not in FOR_THE_PLATFORM | FOR_EITHER:
        raise RoleNeedsAlliance(f"The role {role} is held in an alliance: name it.")
    if role in BOUND_TO_A_PARTY and party is None:
        raise RoleNeedsParty(f"The role {role} is for one party's records: name the leader, school or client.")
    if role not in BOUND_TO_A_PARTY and party is not None:
        raise RoleHasNoParty(f"The role {role} is for all records of its alliance: name no party.")
