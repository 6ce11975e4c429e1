"""Clients, people, role grants and tokens over HTTP."""

import base64
import binascii
from typing import Annotated
from urllib.parse import unquote_plus
from uuid import UUID

from fastapi import APIRouter, Form, Header, Query, Request, Response

from plans_api.access import store, use_cases
from plans_api.access.schemas import (
    ClientId,
    ClientIn,
    ClientOut,
    ClientTransitionIn,
    KeySetOut,
    PersonIn,
    PersonOut,
    RoleGrantIn,
    RoleGrantOut,
    RoleGrantTransitionIn,
    TokenOut,
)
from service_kit.application import DatabaseOf, KeyedCommand, Now, ReadingOf
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion
from service_kit.openapi import refusal
from service_kit.paging import PageOf
from service_kit.schemas import Page
from service_kit.token_signing import TokenSigner
from service_kit.tokens import LONGEST_LIFE_SECONDS

router = APIRouter(tags=["access"])

AllianceFilter = Annotated[list[UUID] | None, Query(max_length=50)]


@router.post("/v1/clients", status_code=201, response_model=ClientOut, summary="Register a client")
def register_client(body: ClientIn, command: KeyedCommand) -> Response:
    """A system may ask for access tokens from now on. Only a slow digest of its secret is kept. What it may do with its
    tokens, within their scopes, is for the roles granted to it to say."""
    secret = body.client_secret.get_secret_value()
    return command.execute(
        lambda work: use_cases.register_client(work, body.alliance_id, body.client_id, secret, body.name, body.scopes),
        lambda row: Reply(ClientOut.model_validate(row), 201, row.version),
    )


@router.get("/v1/clients", response_model=Page[ClientOut], summary="List clients")
def list_clients(reading: ReadingOf, page: PageOf, alliance_id: AllianceFilter = None) -> Page[ClientOut]:
    """The clients of the alliances you administer."""
    with reading.transaction() as session:
        return store.page_of_clients(session, reading.caller, alliance_id or (), page, ClientOut.model_validate)


@router.post("/v1/clients/{client_id}/transitions", response_model=ClientOut, summary="Disable a client")
def transition_client(
    client_id: ClientId, body: ClientTransitionIn, expected: ExpectedVersion, command: KeyedCommand, request: Request
) -> Response:
    """A client is given no more tokens, and the roles it holds are revoked. Its id is never given to another."""
    issuer = _signer(request).issuer
    return command.execute(
        lambda work: use_cases.disable_client(work, client_id, expected, issuer),
        lambda row: Reply(ClientOut.model_validate(row), version=row.version),
    )


@router.post("/v1/people", status_code=201, response_model=PersonOut, summary="Record a person")
def record_person(body: PersonIn, command: KeyedCommand) -> Response:
    """Somebody who signs in elsewhere is known in an alliance, by issuer and subject and never by an e-mail address."""
    return command.execute(
        lambda work: use_cases.record_person(work, body.alliance_id, body.issuer, body.subject, body.name),
        lambda row: Reply(PersonOut.model_validate(row), 201, row.version),
    )


@router.get(
    "/v1/people",
    response_model=Page[PersonOut],
    responses={404: refusal("There is no such alliance here.")},
    summary="List people",
)
def list_people(reading: ReadingOf, page: PageOf, alliance_id: UUID) -> Page[PersonOut]:
    """The people known in an alliance. The reading is noted in the audit log."""
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        reading.note(session, "people-read", subject=alliance_id, tenant=alliance_id)
        return store.page_of_people(session, alliance_id, page, PersonOut.model_validate)


@router.post("/v1/role-grants", status_code=201, response_model=RoleGrantOut, summary="Grant a role")
def grant_role(body: RoleGrantIn, command: KeyedCommand) -> Response:
    """Somebody holds a role from now on, in an alliance or, where the operator grants it, for the whole platform."""
    return command.execute(
        lambda work: use_cases.grant_role(work, body.alliance_id, body.issuer, body.subject, body.role, body.party),
        lambda row: Reply(RoleGrantOut.model_validate(row), 201, row.version),
    )


@router.get("/v1/role-grants", response_model=Page[RoleGrantOut], summary="List role grants")
def list_role_grants(reading: ReadingOf, page: PageOf, alliance_id: AllianceFilter = None) -> Page[RoleGrantOut]:
    """The roles held in the alliances you administer, revoked ones included."""
    with reading.transaction() as session:
        return store.page_of_role_grants(session, reading.caller, alliance_id or (), page, RoleGrantOut.model_validate)


@router.post("/v1/role-grants/{role_grant_id}/transitions", response_model=RoleGrantOut, summary="Revoke a role")
def transition_role_grant(
    role_grant_id: UUID, body: RoleGrantTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A role is held no more: here at once, in the other services as soon as they have read the event."""
    return command.execute(
        lambda work: use_cases.revoke_role(work, role_grant_id, expected, body.on),
        lambda row: Reply(RoleGrantOut.model_validate(row), version=row.version),
    )


@router.post(
    "/oauth/token",
    response_model=TokenOut,
    responses={401: refusal("The client or its secret is not accepted.")},
    summary="Ask for an access token",
)
def give_token(
    request: Request,
    response: Response,
    database: DatabaseOf,
    now: Now,
    grant_type: Annotated[str, Form(max_length=100, examples=["client_credentials"])],
    scope: Annotated[str | None, Form(max_length=1_000, examples=["plans-api:read"])] = None,
    client_id: Annotated[str | None, Form(max_length=200, examples=["harbour-lights-website"])] = None,
    client_secret: Annotated[str | None, Form(max_length=200, examples=["a-secret-of-at-least-32-characters"])] = None,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> TokenOut:
    """An access token of ten minutes for a system, by the OAuth 2 client credentials grant. The client gives its id and
    secret as HTTP Basic or in the form. A refusal of client, grant type or scope carries RFC 6749's `error` beside the
    members of a problem."""
    name, secret = _basic(authorization) or (client_id or "", client_secret or "")
    token, scopes = use_cases.give_token(database, _signer(request), grant_type, name, secret, scope, now)
    response.headers["Cache-Control"] = "no-store"
    return TokenOut(
        access_token=token,
        token_type="Bearer",  # noqa: S106 -- not a secret
        expires_in=LONGEST_LIFE_SECONDS,
        scope=" ".join(scopes),
    )


@router.get("/.well-known/jwks.json", response_model=KeySetOut, summary="Read the token issuer's public keys")
def read_key_set(request: Request) -> KeySetOut:
    """The keys that every service verifies access tokens with."""
    return KeySetOut.model_validate(_signer(request).published())


def _signer(request: Request) -> TokenSigner:
    signer: TokenSigner = request.app.state.token_signer
    return signer


def _basic(authorization: str | None) -> tuple[str, str] | None:
    """The client and secret of an HTTP Basic header, each decoded as RFC 6749 (2.3.1) says."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)
