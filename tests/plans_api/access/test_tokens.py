"""Asking plans-api for access tokens, and what a token is then good for."""

import base64
import json
import secrets

import httpx
import pytest

from tests.people import People
from tests.running import OPERATOR, House


def ask(house: House, form: dict[str, str], auth: tuple[str, str] | None = None) -> httpx.Response:
    return httpx.post(f"{house.plans}/oauth/token", data=form, auth=auth, timeout=30)


GRANT = {"grant_type": "client_credentials"}


def claims_of(token: str) -> dict[str, object]:
    body = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def test_a_client_is_given_a_token_of_ten_minutes_for_its_services(house: House) -> None:
    answer = ask(house, GRANT | {"scope": "plans-api:read sle-broker:read"}, (OPERATOR, house.secret))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.json()
    assert (token["token_type"], token["expires_in"], token["scope"]) == (
        "Bearer",
        600,
        "plans-api:read sle-broker:read",
    )
    claims = claims_of(token["access_token"])
    assert claims["iss"] == house.plans
    assert claims["sub"] == OPERATOR
    assert claims["aud"] == ["plans-api", "sle-broker"]


def test_a_scope_sent_without_a_value_is_as_if_it_were_not_sent(house: House) -> None:
    answer = ask(house, GRANT | {"scope": ""}, (OPERATOR, house.secret))
    assert answer.status_code == 200
    assert "plans-api:write" in answer.json()["scope"].split()


def test_a_client_may_give_its_secret_in_the_form(house: House) -> None:
    answer = ask(house, GRANT | {"client_id": OPERATOR, "client_secret": house.secret})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "secret", "status", "error"),
    [
        (GRANT, "not the secret of this client at all", 401, "invalid_client"),
        (GRANT | {"scope": "plans-api:feed"}, None, 400, "invalid_scope"),
        ({"grant_type": "password"}, None, 400, "unsupported_grant_type"),
    ],
)
def test_a_refusal_carries_the_error_of_rfc_6749(
    house: House, form: dict[str, str], secret: str | None, status: int, error: str
) -> None:
    answer = ask(house, form, (OPERATOR, secret or house.secret))
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers.get("WWW-Authenticate") == ('Basic realm="plans-api"' if status == 401 else None)


def test_an_unknown_client_is_refused_in_the_same_words_as_a_wrong_secret(house: House) -> None:
    unknown = ask(house, GRANT, ("nobody-of-this-name", house.secret))
    wrong = ask(house, GRANT, (OPERATOR, "not the secret of this client at all"))
    told = [answer.json() | {"request_id": None} for answer in (unknown, wrong)]
    assert unknown.status_code == wrong.status_code == 401
    assert told[0] == told[1]


@pytest.mark.parametrize("authorization", ["Basic !!!", "Basic /w==", "Basic", "Bearer x"])
def test_a_header_that_cannot_be_read_is_no_client(house: House, authorization: str) -> None:
    headers = {"Authorization": authorization}
    answer = httpx.post(f"{house.plans}/oauth/token", data=GRANT, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_the_published_key_is_public(house: House) -> None:
    (key,) = httpx.get(f"{house.plans}/.well-known/jwks.json").json()["keys"]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert "d" not in key


def test_a_disabled_client_is_given_no_token_and_the_one_it_has_stops_working(house: House, people: People) -> None:
    operator, alliance = people.operator(), people.alliance()
    someone = people.client(alliance, "broker")
    assert someone.get("/v1/alliances").status_code == 200
    path = f"/v1/clients/{someone.client_id}/transitions"
    disabled = operator.post(path, json={"to": "disabled"}, headers={"If-Match": '"1"'})
    assert (disabled.status_code, disabled.json()["state"]) == (200, "disabled")
    assert someone.get("/v1/alliances").status_code == 403
    again = operator.post(path, json={"to": "disabled"}, headers={"If-Match": disabled.headers["ETag"]})
    assert (again.status_code, again.json()["code"]) == (409, "state-conflict")


def test_a_disabled_client_is_refused_like_an_unknown_one(house: House, people: People) -> None:
    client_id, secret = f"client-{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    body = {"client_id": client_id, "client_secret": secret, "name": "A client", "scopes": ["plans-api:read"]}
    operator = people.operator()
    made = operator.post("/v1/clients", json=body | {"alliance_id": None})
    assert made.status_code == 201
    assert "secret" not in made.text
    assert ask(house, GRANT, (client_id, secret)).status_code == 200
    path = f"/v1/clients/{client_id}/transitions"
    assert operator.post(path, json={"to": "disabled"}, headers={"If-Match": '"1"'}).status_code == 200
    answer = ask(house, GRANT, (client_id, secret))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
