"""Only a token of our issuer, for this service, of our algorithm and type, and young, tells who asks."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from service_kit.errors import DependencyUnavailable, Unauthenticated
from service_kit.tokens import ClientCredentials, PublishedKeys, TokenVerifier
from tests.service_kit.conftest import Notes
from tests.service_kit.issuer import CLIENT_ID, CLIENT_SECRET, Issuer, new_key


@dataclass
class HandClock:
    """A clock that stands until it is moved."""

    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """For asking the issuer."""
    with httpx.Client() as client:
        yield client


@pytest.fixture
def verifier(issuer: Issuer, http: httpx.Client) -> TokenVerifier:
    """A verifier as the service has it."""
    return TokenVerifier(issuer.url, "notes", PublishedKeys(f"{issuer.url}/jwks.json", http))


def part(content: object) -> str:
    """One part of a token, made by hand."""
    return encoded(json.dumps(content).encode())


def encoded(content: bytes) -> str:
    """Bytes as they stand in a token."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unsigned(issuer: Issuer) -> str:
    head = part({"alg": "none", "typ": "at+jwt", "kid": issuer.key.kid})
    return f"{head}.{part(issuer.claims('eve'))}."


def signed_with_our_public_key_as_a_password(issuer: Issuer) -> str:
    signed = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': issuer.key.kid})}.{part(issuer.claims('eve'))}"
    password = issuer.key.as_pem(private=False)
    return f"{signed}.{encoded(hmac.digest(password, signed.encode(), 'sha256'))}"


def of_another_algorithm(issuer: Issuer) -> str:
    key = RSAKey.generate_key(2048, {"kid": issuer.key.kid or ""})
    return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": issuer.key.kid}, issuer.claims("eve"), key)


def with_a_key_of_their_own_to_fetch(issuer: Issuer) -> str:
    return issuer.sign(issuer.claims("eve"), new_key("eve"), kid="eve", jku=f"{issuer.url}/eve.json")


def with_a_key_of_their_own_inside(issuer: Issuer) -> str:
    eve = new_key("first")
    return issuer.sign(issuer.claims("eve"), eve, jwk=eve.as_dict(private=False))


def changed_after_signing(issuer: Issuer) -> str:
    head, _, signature = issuer.token("eve").split(".")
    return f"{head}.{part(issuer.claims('adam'))}.{signature}"


def without(claim: str) -> Callable[[Issuer], str]:
    def token(issuer: Issuer) -> str:
        return issuer.sign({name: value for name, value in issuer.claims("eve").items() if name != claim})

    return token


def claiming(**claims: Any) -> Callable[[Issuer], str]:
    return lambda issuer: issuer.sign(issuer.claims("eve", **claims))


def lasting(begins: int, ends: int) -> Callable[[Issuer], str]:
    def token(issuer: Issuer) -> str:
        now = int(time.time())
        return issuer.sign(issuer.claims("eve", iat=now + begins, exp=now + ends))

    return token


FORGERIES: dict[str, Callable[[Issuer], str]] = {
    "unsigned": unsigned,
    "signed with our public key as a password": signed_with_our_public_key_as_a_password,
    "of another algorithm": of_another_algorithm,
    "signed by a stranger under our key id": lambda issuer: issuer.sign(issuer.claims("eve"), new_key("first")),
    "of a key we do not know": lambda issuer: issuer.sign(issuer.claims("eve"), new_key("eve"), kid="eve"),
    "with a key of their own to fetch": with_a_key_of_their_own_to_fetch,
    "with a key of their own inside": with_a_key_of_their_own_inside,
    "changed after signing": changed_after_signing,
    "an identity token": lambda issuer: issuer.sign(issuer.claims("eve"), typ="JWT"),
    "of another issuer": claiming(iss="https://elsewhere.example"),
    "of an issuer that begins as ours": lambda issuer: issuer.sign(issuer.claims("eve", iss=issuer.url + "/")),
    "for another service": claiming(aud=["letters"]),
    "for a service that begins as ours": claiming(aud="notes-and-more"),
    "ended more than the leeway ago": lasting(-600, -31),
    "not begun yet": lasting(60, 600),
    "too long-lived": lasting(0, 601),
    "ends at no time": claiming(exp="never"),
    "not a token": lambda _issuer: "garbage",
    "three parts of nothing": lambda _issuer: "..",
    "not even text": lambda _issuer: "\xff.\xfe.\xfd",
    "a deep header": lambda _issuer: base64.urlsafe_b64encode(b"[" * 5_000).decode() + ".e30.e30",
    "a key id that is no text": lambda _issuer: f"{part({'alg': 'ES256', 'kid': chr(0xD800)})}.e30.AAAA",
    "critical words that are no list": lambda _issuer: f"{part({'alg': 'ES256', 'crit': 5})}.e30.AAAA",
    "claims that are a list": lambda issuer: f"{part({'alg': 'ES256', 'kid': issuer.key.kid})}.{part([1])}.AAAA",
    **{f"without {claim}": without(claim) for claim in ("iss", "aud", "sub", "iat", "exp")},
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_token_is_refused(verifier: TokenVerifier, issuer: Issuer, forgery: Callable[[Issuer], str]) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(f"Bearer {forgery(issuer)}")
    assert "/eve.json" not in issuer.paths


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_no_bearer_token_is_nobody(verifier: TokenVerifier, header: str | None) -> None:
    with pytest.raises(Unauthenticated, match="/oauth/token"):
        verifier.verify(header)


def test_a_good_token_says_who_and_how_far(verifier: TokenVerifier, issuer: Issuer) -> None:
    claims = verifier.verify(f"bearer {issuer.token('adam', 'notes:read')}")
    assert (claims.issuer, claims.subject, claims.scopes) == (issuer.url, "adam", frozenset({"notes:read"}))
    for still_good in (lasting(-629, -29), lasting(20, 620)):
        assert verifier.verify(f"Bearer {still_good(issuer)}").subject == "eve"


def test_a_new_key_of_the_issuer_is_found_and_unknown_ones_ask_only_now_and_then(
    issuer: Issuer, http: httpx.Client
) -> None:
    clock = HandClock()
    keys = PublishedKeys(f"{issuer.url}/rotating.json", http, clock)
    verifier = TokenVerifier(issuer.url, "notes", keys)
    verifier.verify(f"Bearer {issuer.token('adam')}")
    second = new_key("second")
    issuer.published.append(second)
    newer = f"Bearer {issuer.sign(issuer.claims('adam'), second, kid='second')}"
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            verifier.verify(newer)
    assert issuer.paths.count("/rotating.json") == 1
    clock.at += 10
    assert verifier.verify(newer).subject == "adam"
    assert verifier.verify(newer).subject == "adam"
    assert issuer.paths.count("/rotating.json") == 2
    issuer.published.remove(second)


def test_an_issuer_that_does_not_answer_is_asked_now_and_then_and_known_keys_go_on(issuer: Issuer) -> None:
    clock, asked, is_down = HandClock(), list[str](), False

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if is_down:
            raise httpx.ConnectTimeout("nobody there")
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in issuer.published]})

    with httpx.Client(transport=httpx.MockTransport(answer)) as wire:
        verifier = TokenVerifier(issuer.url, "notes", PublishedKeys("http://issuer.example/jwks.json", wire, clock))
        known = f"Bearer {issuer.token('adam')}"
        strange = f"Bearer {issuer.sign(issuer.claims('eve'), new_key('eve'), kid='eve')}"
        assert verifier.verify(known).subject == "adam"
        is_down = True
        clock.at += 10
        for _ in range(3):
            with pytest.raises(DependencyUnavailable):
                verifier.verify(strange)
            assert verifier.verify(known).subject == "adam"
        assert len(asked) == 2
        is_down = False
        clock.at += 5
        with pytest.raises(Unauthenticated):
            verifier.verify(strange)
        assert len(asked) == 3


def test_whoever_holds_a_known_key_does_not_wait_while_others_are_looked_for(issuer: Issuer) -> None:
    clock, looking, found = HandClock(), Event(), Event()

    def answer(_request: httpx.Request) -> httpx.Response:
        if clock.at > 1_000:
            looking.set()
            assert found.wait(120)
        return httpx.Response(200, json={"keys": [issuer.key.as_dict(private=False)]})

    with httpx.Client(transport=httpx.MockTransport(answer)) as wire, ThreadPoolExecutor(2) as pool:
        keys = PublishedKeys("http://issuer.example/jwks.json", wire, clock)
        keys.for_key_id("first")
        clock.at += 10
        stranger = pool.submit(keys.for_key_id, "eve")
        assert looking.wait(60)
        try:
            assert pool.submit(keys.for_key_id, "first").result(timeout=60).keys
            assert not stranger.done()
        finally:
            found.set()


def test_a_service_fetches_its_own_token_once_and_anew_when_it_is_refused(issuer: Issuer, http: httpx.Client) -> None:
    clock, seen = HandClock(), list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(401 if len(seen) == 3 else 200)

    before = issuer.paths.count("/oauth/token")
    auth = ClientCredentials(f"{issuer.url}/oauth/token", CLIENT_ID, CLIENT_SECRET, http, clock)
    with httpx.Client(transport=httpx.MockTransport(answer), auth=auth) as client:
        for _ in range(2):
            client.get("http://notes.example/")
        assert issuer.paths.count("/oauth/token") == before + 1
        assert client.get("http://notes.example/").status_code == 200
        assert issuer.paths.count("/oauth/token") == before + 2
        clock.at += 539
        client.get("http://notes.example/")
        assert issuer.paths.count("/oauth/token") == before + 2
        clock.at += 1
        client.get("http://notes.example/")
        assert issuer.paths.count("/oauth/token") == before + 3
    assert CLIENT_SECRET not in repr(auth)


def test_over_http_a_forged_token_is_401_with_a_challenge(notes: Notes, issuer: Issuer, tenant: UUID) -> None:
    no_text = FORGERIES["a key id that is no text"](issuer)
    tokens = ({}, *({"Authorization": f"Bearer {token}"} for token in ("x", unsigned(issuer), no_text)))
    for header in tokens:
        answer = httpx.get(f"{notes.first.url}/v1/notes", headers=header)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "unauthenticated"
    with notes.house.client(notes.first.url, "reader", tenant) as reader:
        assert reader.get("/v1/notes").status_code == 200


def test_public_keys_never_hold_the_private_part(issuer: Issuer) -> None:
    published = KeySet.import_key_set(httpx.get(f"{issuer.url}/jwks.json").json())
    assert [key.is_private for key in published.keys] == [False]
