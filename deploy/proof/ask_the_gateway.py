"""Asks the three services through the gateway what callers ask; ends with 1 and the answer at the first wrong one.

`--again` also requires that what was written the first time is still there; `--stopped PREFIX` asks only how the
gateway answers for a service that is down. Told by PUBLIC_URL and OPERATOR_CLIENT_SECRET, as in `.env`.
"""

import os
import sys
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

PREFIXES = ("plans", "broker", "kpis")
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
LARGEST = 20 * 1024 * 1024
SCHOOL = "108100"
REGISTER = (
    f"URN,SCHNAME,LA,LA (name),PhaseOfEducation (name),NFTYPE,ICLOSE\n{SCHOOL},Harbour,380,Bradford,Primary,1,1\n"
)


def main() -> None:
    """Ask, in the order in which a caller would."""
    base = os.environ.get("PUBLIC_URL", "http://localhost:8080")
    with httpx.Client(base_url=base, timeout=30) as anybody:
        if sys.argv[1:2] == ["--stopped"]:
            ask_a_stopped_service(anybody, sys.argv[2])
            return
        ask_as_anybody(anybody)
        ask_the_gateway_itself(anybody)
        token = sign_in(anybody)
        with httpx.Client(base_url=base, timeout=30, headers={"Authorization": f"Bearer {token}"}) as operator:
            ask_as_operator(operator, again="--again" in sys.argv)


def ask_as_anybody(http: httpx.Client) -> None:
    """Health, the docs page and the contract of each service, behind its prefix."""
    for prefix in PREFIXES:
        expect(200, "is ready", http.get(f"/{prefix}/readyz"))
        docs = expect(200, "docs page", http.get(f"/{prefix}/docs"))
        require(f"'/{prefix}/openapi.json'" in docs.text, "its docs page names its contract behind the prefix", docs)
        contract = expect(200, "contract", http.get(f"/{prefix}/openapi.json"))
        require(contract.json()["servers"] == [{"url": f"/{prefix}"}], "its contract names its prefix", contract)
        require_problem(401, "unauthenticated", http.get(f"/{prefix}/v1/events"))


def ask_the_gateway_itself(http: httpx.Client) -> None:
    """What the gateway answers by itself is a problem document too."""
    require_problem(404, "not-found", http.get("/elsewhere"))
    for prefix in PREFIXES:
        require_problem(404, "not-found", http.get(f"/{prefix}/metrics"))
    require_problem(413, "payload-too-large", http.post("/plans/oauth/token", content=bytes(LARGEST + 1)))
    unheard = http.get("/elsewhere", headers={"X-Request-Id": '"},{"'})
    require(
        unheard.json()["request_id"] == unheard.headers["X-Request-Id"] != '"},{"',
        "an unusable id is replaced",
        unheard,
    )


def sign_in(http: httpx.Client) -> str:
    """The operator's access token, by way of the gateway."""
    secret = os.environ["OPERATOR_CLIENT_SECRET"]
    form = {"grant_type": "client_credentials"}
    answer = expect(200, "gives a token", http.post("/plans/oauth/token", data=form, auth=("tsa", secret)))
    token: str = answer.json()["access_token"]
    return token


def ask_as_operator(http: httpx.Client, *, again: bool) -> None:
    """One read of each service; one write, found again at its Location and, by way of the feed, in another service."""
    for path in ("/plans/v1/schools?limit=1", "/broker/v1/specialisms?limit=1", "/kpis/v1/kpi-definitions?limit=1"):
        sent = {"X-Request-Id": "proof-of-compose", "traceparent": TRACE}
        answer = expect(200, "read", poll(http, path, headers=sent))
        require(answer.headers["X-Request-Id"] == "proof-of-compose", "its request id is echoed", answer)
        require(answer.headers["traceparent"][:35] == TRACE[:35], "its trace is continued", answer)
        following = answer.links.get("next", {}).get("url", path)
        require(following.startswith(path.partition("?")[0]), "its next page, if any, has the prefix", answer)
    register = {"Content-Type": "text/csv", "Idempotency-Key": str(uuid4())}
    unannounced = (bytes(1024 * 1024) for _ in range(21))
    too_large = http.post("/plans/v1/register-imports", content=unannounced, headers=register)
    require_problem(413, "payload-too-large", too_large)
    imported = http.post("/plans/v1/register-imports", content=REGISTER, headers=register)
    if again:
        expect(200, "finds the school of the first time, unchanged", imported)
    else:
        expect(201, "imports a register of one school", imported)
    alliance = {"name": "Harbour Lights Teaching School Alliance", "cohort": 1, "lead_school_urns": [SCHOOL]}
    made = http.post("/plans/v1/alliances", json=alliance, headers={"Idempotency-Key": str(uuid4())})
    expect(201, "registers an alliance", made)
    require(made.headers["Location"].startswith("/plans/v1/alliances/"), "its Location has the prefix", made)
    found = expect(200, "is where its Location says", http.get(made.headers["Location"]))
    heard = f"/kpis/v1/alliances/{found.json()['id']}/results?set=B"
    expect(200, "another service has heard of it", poll(http, heard))


def poll(http: httpx.Client, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """The first answer that is a success, or the last one after 20 seconds: followers take a moment to hear of things,
    of the operator's role to begin with."""
    deadline = time.monotonic() + 20
    while True:
        answer = http.get(path, headers=headers)
        if answer.is_success or time.monotonic() > deadline:
            return answer
        time.sleep(0.2)


def ask_a_stopped_service(http: httpx.Client, stopped: str) -> None:
    """The gateway says that the service is away; the others answer."""
    away = require_problem(503, "dependency-unavailable", http.get(f"/{stopped}/readyz"))
    require("Retry-After" in away.headers, "it says when to ask again", away)
    for prefix in PREFIXES:
        if prefix != stopped:
            expect(200, "is ready all the same", http.get(f"/{prefix}/readyz"))


def expect(status: int, words: str, answer: httpx.Response) -> httpx.Response:
    """Require this status."""
    require(answer.status_code == status, f"{status} {words}", answer)
    return answer


def require_problem(status: int, code: str, answer: httpx.Response) -> httpx.Response:
    """Require a problem document with this status and code."""
    expect(status, code, answer)
    problem: dict[str, Any] = answer.json()
    told = (answer.headers["Content-Type"], problem["code"], problem["request_id"])
    require(told == ("application/problem+json", code, answer.headers["X-Request-Id"]), "as a problem document", answer)
    return answer


def require(condition: bool, words: str, answer: httpx.Response) -> None:
    """Say that this holds, or end."""
    request = f"{answer.request.method} {answer.request.url.path}"
    if not condition:
        sys.exit(f"NOT SO: {request}: {words}\n{answer.status_code} {dict(answer.headers)}\n{answer.text[:2000]}")
    sys.stdout.write(f"{request:45} {words}\n")


if __name__ == "__main__":
    main()
