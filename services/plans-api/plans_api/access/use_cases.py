"""What people do about access: register clients and people, grant and revoke roles, ask for tokens."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from plans_api.access import store
from plans_api.access.client_secret import digest_of, is_right
from plans_api.access.roles import RevocationInTheFuture, Role, require_grantable, require_somebody_elses
from plans_api.access.scopes import audiences_of, scopes_for_token
from plans_api.access.tables import ClientRow, PersonRow, RoleGrantRow
from plans_api.alliances.store import get_alliance
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT, Database
from service_kit.errors import BadRequest, StateConflict, Unauthenticated
from service_kit.etags import require_version
from service_kit.token_signing import TokenSigner

_NOBODYS_SALT, _NOBODYS_DIGEST = b"nobody's salt", bytes(32)


class UnsupportedGrantType(BadRequest):
    """Tokens are given to systems, for their client id and secret."""


class InvalidClient(Unauthenticated):
    """The client is not known, is disabled, or gave another secret; which of these is not said."""

    challenge = 'Basic realm="plans-api"'


def register_client(
    work: UnitOfWork, alliance_id: UUID | None, client_id: str, client_secret: str, name: str, scopes: Sequence[str]
) -> ClientRow:
    """A system may ask for tokens from now on; its roles say what it may do with them. Errors: `Duplicate`."""
    _require_reach(work, alliance_id)
    salt = secrets.token_bytes(16)
    row = store.add_client(work.session, alliance_id, client_id, name, scopes, salt, digest_of(client_secret, salt))
    work.record("client-registered", subject=row.client_id, tenant=alliance_id, data=_client_event(row))
    return row


def renew_secret(work: UnitOfWork, row: ClientRow, client_secret: str) -> None:
    """A client has a new secret from now on; the same secret again changes nothing."""
    if is_right(client_secret, row.secret_salt, row.secret_digest):
        return
    row.secret_salt = secrets.token_bytes(16)
    row.secret_digest = digest_of(client_secret, row.secret_salt)
    work.record("client-secret-renewed", subject=row.client_id, tenant=row.alliance_id, data=_client_event(row))


def disable_client(work: UnitOfWork, client_id: str, expected_version: int, issuer: str) -> ClientRow:
    """A client is given no more tokens, and the roles it holds are revoked, so that those it has stop working too.

    Errors: `VersionMismatch`, `StateConflict`, `OwnAccessStays`.
    """
    row = store.get_client(work.session, client_id)
    if row.alliance_id is None:
        work.caller.require_everywhere()
    else:
        work.caller.require(row.alliance_id)
    require_version(row.version, expected_version)
    require_somebody_elses((work.caller.issuer, work.caller.subject), (issuer, row.client_id))
    if row.state == "disabled":
        raise StateConflict("This client is disabled.", current="disabled", allowed=[])
    row.state = "disabled"
    work.record("client-disabled", subject=row.client_id, tenant=row.alliance_id, data=_client_event(row))
    for grant in store.grants_held_by(work.session, issuer, row.client_id):
        _revoke(work, grant, work.today)
    return row


def record_person(work: UnitOfWork, alliance_id: UUID, issuer: str, subject: str, name: str) -> PersonRow:
    """Somebody who signs in elsewhere is known in an alliance. Errors: `Duplicate`."""
    _require_reach(work, alliance_id)
    row = store.add_person(work.session, alliance_id, issuer, subject, name)
    data = {"person_id": row.id, "alliance_id": alliance_id}
    work.record("person-recorded", subject=row.id, tenant=alliance_id, data=data)
    return row


def grant_role(
    work: UnitOfWork, alliance_id: UUID | None, issuer: str, subject: str, role: Role, party: str | None
) -> RoleGrantRow:
    """Somebody, known as `subject` at `issuer`, holds a role from now on.

    Errors: those of `require_grantable`, `Duplicate` where the same role is held already.
    """
    require_grantable(role, alliance_id, party)
    _require_reach(work, alliance_id)
    row = store.add_role_grant(work.session, alliance_id, issuer, subject, role, party, work.today)
    work.record("role-granted", subject=row.id, tenant=alliance_id, data=_grant_event(row))
    return row


def revoke_role(work: UnitOfWork, role_grant_id: UUID, expected_version: int, on: date) -> RoleGrantRow:
    """A role is held no more, at once; `on` is the day recorded.

    Errors: `VersionMismatch`, `StateConflict`, `OwnAccessStays`, `RevocationInTheFuture`.
    """
    row = store.get_role_grant(work.session, role_grant_id, for_update=True)
    if row.alliance_id is None:
        work.caller.require_everywhere()
    else:
        work.caller.require(row.alliance_id)
    require_version(row.version, expected_version)
    require_somebody_elses((work.caller.issuer, work.caller.subject), (row.issuer, row.subject))
    if row.revoked_on is not None:
        raise StateConflict("This role is revoked.", current="revoked", allowed=[])
    if on > work.today:
        raise RevocationInTheFuture(f"A role is revoked at once: {on} is still to come.")
    _revoke(work, row, on)
    return row


def give_token(
    database: Database,
    signer: TokenSigner,
    grant_type: str,
    client_id: str,
    client_secret: str,
    scope: str | None,
    now: datetime,
) -> tuple[str, list[str]]:
    """An access token and its scopes, for a client that gives its secret (OAuth 2, client credentials).

    Errors: `UnsupportedGrantType`, `InvalidClient`, `InvalidScope`.
    """
    if grant_type != "client_credentials":
        error = {"error": "unsupported_grant_type"}
        raise UnsupportedGrantType("Ask with grant_type=client_credentials.", members=error)
    with database.transaction(EVERY_TENANT) as session:
        client = store.find_client(session, client_id)
    # An unknown client costs the same time as a wrong secret, so that time does not tell which clients there are.
    salt = _NOBODYS_SALT if client is None else client.secret_salt
    digest = _NOBODYS_DIGEST if client is None else client.secret_digest
    if not is_right(client_secret, salt, digest) or client is None or client.state != "active":
        raise InvalidClient("The client or its secret is not accepted.", members={"error": "invalid_client"})
    scopes = scopes_for_token(client.scopes, scope)
    return signer.sign(client_id, scopes, audiences_of(scopes), now), scopes


def _require_reach(work: UnitOfWork, alliance_id: UUID | None) -> None:
    if alliance_id is None:
        work.caller.require_everywhere()
    else:
        work.caller.require(alliance_id)
        get_alliance(work.session, alliance_id)


def _revoke(work: UnitOfWork, grant: RoleGrantRow, on: date) -> None:
    grant.revoked_on = on
    work.record("role-revoked", subject=grant.id, tenant=grant.alliance_id, data=_grant_event(grant))


def _client_event(row: ClientRow) -> dict[str, object]:
    return {"client_id": row.client_id, "alliance_id": row.alliance_id}


def _grant_event(row: RoleGrantRow) -> dict[str, object]:
    return {
        "role_grant_id": row.id,
        "issuer": row.issuer,
        "subject": row.subject,
        "role": row.role,
        "alliance_id": row.alliance_id,
        "party": row.party,
    }
