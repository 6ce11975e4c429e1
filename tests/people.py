"""Who the tests act as: alliances, and clients of the services that hold a role in them."""

import secrets
import ssl
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from service_kit.tokens import ClientCredentials
from tests.running import OPERATOR, House

SCOPES = [f"{service}:{what}" for service in ("plans-api", "sle-broker", "kpi-service") for what in ("read", "write")]

_TLS = ssl.create_default_context()
"""Read once: to read the authorities anew for every client costs more than most tests do."""


class SignedIn(httpx.Client):
    """An HTTP client that acts as one client of the services, and gives every POST a fresh idempotency key."""

    def __init__(self, client_id: str, base_url: str, credentials: httpx.Auth) -> None:
        super().__init__(
            base_url=base_url, auth=credentials, timeout=30, verify=_TLS, event_hooks={"request": [_give_key]}
        )
        self.client_id = client_id
        self.credentials = credentials

    @property
    def authorization(self) -> str:
        """The `Authorization` header of a request it would send now."""
        return next(self.credentials.sync_auth_flow(self.build_request("GET", "/"))).headers["Authorization"]


def _give_key(request: httpx.Request) -> None:
    if request.method == "POST" and "idempotency-key" not in request.headers:
        request.headers["Idempotency-Key"] = str(uuid4())


@dataclass
class People:
    """Makes who a test needs, through the public API of plans-api."""

    house: House
    _open: list[httpx.Client] = field(default_factory=list)
    _operators: dict[str, SignedIn] = field(default_factory=dict)
    _schools: int = 0

    def operator(self, service: str = "plans-api") -> SignedIn:
        """The operator of the platform, at `service`."""
        if service not in self._operators:
            self._operators[service] = self.signed_in(OPERATOR, self.house.secret, service)
        return self._operators[service]

    def alliance(self, name: str = "Test Alliance", lead_school_urns: list[str] | None = None, **more: Any) -> str:
        """A new alliance's id. Its lead school is a new school unless given."""
        body = {
            "name": f"{name} {secrets.token_hex(3)}",
            "cohort": None,
            "lead_school_urns": lead_school_urns or [self.school()],
        } | more
        answer = self.operator().post("/v1/alliances", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["id"])

    def school(self, **columns: str) -> str:
        """A new school's URN; `columns` overrides the register's columns by name."""
        return self.schools(1, **columns)[0]

    def schools(self, count: int, **columns: str) -> list[str]:
        """The URNs of so many new schools, recorded by one register import."""
        first = 900_001 + self._schools
        self._schools += count
        rows = [_register_row(columns.get("URN", str(urn)), columns) for urn in range(first, first + count)]
        extract = "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)])
        headers = {"Content-Type": "text/csv"}
        answer = self.operator().post("/v1/register-imports", content=extract.encode(), headers=headers)
        assert answer.is_success, answer.text
        assert answer.json()["refused"] == []
        return [row["URN"] for row in rows]

    def client(
        self, alliance_id: str | None, role: str, service: str = "plans-api", party: str | None = None
    ) -> SignedIn:
        """A new client that holds `role` in the alliance (or everywhere), signed in at `service`."""
        someone = self.nobody(service, alliance_id)
        self.grant(someone, alliance_id, role, someone.client_id if role == "partner_system" else party)
        return someone

    def nobody(self, service: str = "plans-api", alliance_id: str | None = None) -> SignedIn:
        """A new client with every scope and no role, signed in at `service`."""
        client_id, secret = f"client-{secrets.token_hex(6)}", secrets.token_urlsafe(32)
        body = {
            "client_id": client_id,
            "client_secret": secret,
            "name": "A client of the tests",
            "scopes": SCOPES,
            "alliance_id": alliance_id,
        }
        answer = self.operator().post("/v1/clients", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return self.signed_in(client_id, secret, service)

    def grant(self, someone: SignedIn, alliance_id: str | None, role: str, party: str | None = None) -> str:
        """Grants a role; answers the grant's id."""
        body = {
            "issuer": self.house.url("plans-api"),
            "subject": someone.client_id,
            "role": role,
            "alliance_id": alliance_id,
            "party": party,
        }
        answer = self.operator().post("/v1/role-grants", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["id"])

    def at(self, someone: SignedIn, service: str) -> SignedIn:
        """The same client at another service."""
        again = SignedIn(someone.client_id, self.house.url(service), someone.credentials)
        self._open.append(again)
        return again

    def signed_in(self, client_id: str, secret: str, service: str) -> SignedIn:
        """An HTTP client of `service`, started where it is not running yet, that fetches and sends its own token."""
        base = {"plans-api": "plans", "sle-broker": "broker", "kpi-service": "kpis"}[service]
        address = getattr(self.house, base)
        token_http = httpx.Client(timeout=30, verify=_TLS)
        auth = ClientCredentials(f"{self.house.url('plans-api')}/oauth/token", client_id, secret, token_http)
        client = SignedIn(client_id, address, auth)
        self._open += [token_http, client]
        return client

    def close(self) -> None:
        """Closes every connection."""
        for client in self._open:
            client.close()


def _register_row(urn: str, columns: dict[str, str]) -> dict[str, str]:
    return {
        "URN": urn,
        "SCHNAME": f"School {urn}",
        "LA": "335",
        "LA (name)": "Walsall",
        "PhaseOfEducation (name)": "Primary",
        "NFTYPE": "Community school",
        "ICLOSE": "1",
        "OPENDATE": "",
        "CLOSEDATE": "",
        "ISPRIMARY": "1",
        "ISSECONDARY": "0",
        "ISPOST16": "0",
        "latitude": "52.58",
        "longitude": "-1.98",
    } | columns
