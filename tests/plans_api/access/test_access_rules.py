"""What roles, scopes and secrets are allowed to be."""

from uuid import uuid4

import pytest

from plans_api.access.client_secret import digest_of, is_right
from plans_api.access.roles import (
    OwnAccessStays,
    Role,
    RoleHasNoParty,
    RoleIsForThePlatform,
    RoleNeedsAlliance,
    RoleNeedsParty,
    require_grantable,
    require_somebody_elses,
)
from plans_api.access.scopes import InvalidScope, audiences_of, scopes_for_token

AN_ALLIANCE = uuid4()


@pytest.mark.parametrize("role", [Role.ALLIANCE_ADMIN, Role.BROKER, Role.PLAN_LEAD, Role.AUDITOR])
def test_staff_hold_their_role_in_an_alliance(role: Role) -> None:
    require_grantable(role, AN_ALLIANCE, None)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SERVICE, Role.AUDITOR])
def test_the_platform_has_its_operator_its_services_and_its_auditors(role: Role) -> None:
    require_grantable(role, None, None)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SERVICE])
def test_nobody_operates_one_alliance_only(role: Role) -> None:
    with pytest.raises(RoleIsForThePlatform):
        require_grantable(role, AN_ALLIANCE, None)


@pytest.mark.parametrize("role", [Role.ALLIANCE_ADMIN, Role.BROKER, Role.LEADER, Role.SCHOOL])
def test_a_role_in_an_alliance_says_in_which(role: Role) -> None:
    with pytest.raises(RoleNeedsAlliance):
        require_grantable(role, None, None)


@pytest.mark.parametrize("role", [Role.LEADER, Role.SCHOOL, Role.PARTNER_SYSTEM])
def test_leaders_schools_and_partners_see_their_own(role: Role) -> None:
    require_grantable(role, AN_ALLIANCE, "100000")
    with pytest.raises(RoleNeedsParty):
        require_grantable(role, AN_ALLIANCE, None)


def test_nobody_takes_away_their_own_access() -> None:
    require_somebody_elses(("issuer", "one"), ("issuer", "other"))
    require_somebody_elses(("issuer", "one"), ("another issuer", "one"))
    with pytest.raises(OwnAccessStays):
        require_somebody_elses(("issuer", "one"), ("issuer", "one"))


def test_a_broker_is_not_bound_to_a_party() -> None:
    with pytest.raises(RoleHasNoParty):
        require_grantable(Role.BROKER, AN_ALLIANCE, "100000")


def test_a_token_has_all_the_clients_scopes_unless_fewer_are_asked_for() -> None:
    held = ["plans-api:write", "plans-api:read"]
    assert scopes_for_token(held, None) == ["plans-api:read", "plans-api:write"]
    assert scopes_for_token(held, "plans-api:read plans-api:read") == ["plans-api:read"]


@pytest.mark.parametrize("asked", ["sle-broker:read", "plans-api:read sle-broker:read", "", "nonsense"])
def test_a_token_never_has_a_scope_its_client_does_not_have(asked: str) -> None:
    with pytest.raises(InvalidScope):
        scopes_for_token(["plans-api:read"], asked)


def test_a_token_is_for_the_services_its_scopes_name() -> None:
    assert audiences_of(["sle-broker:read", "plans-api:read", "plans-api:write"]) == ["plans-api", "sle-broker"]


def test_a_secret_is_known_by_its_digest_only() -> None:
    digest = digest_of("a secret", b"salt")
    assert is_right("a secret", b"salt", digest)
    assert not is_right("another secret", b"salt", digest)
    assert not is_right("a secret", b"other salt", digest)
