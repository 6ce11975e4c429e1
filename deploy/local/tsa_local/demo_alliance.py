"""The first part of the main job: the register, the alliance with its schools, and who may act in it."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tsa_local import scenario
from tsa_local.api_client import AccessToken, JsonObject
from tsa_local.plans_client import PlansApi
from tsa_local.product import Product
from tsa_local.story import PRIMARY, SchoolAt
from tsa_local.trouble import Trouble

SCOPES: Final = tuple(
    f"{service}:{kind}" for service in ("plans-api", "sle-broker", "kpi-service") for kind in ("read", "write")
)
ADMIN, BROKER, SCHOOL = "alliance_admin", "broker", "school"


@dataclass(frozen=True)
class Place:
    """Where the alliance is: its name and the code of its local authority, or neither where the register decides."""

    alliance: str | None = None
    local_authority: str | None = None


SAMPLE_PLACE = Place("Fellbridge Teaching School Alliance", "990")
WHERE_THE_REGISTER_BEGINS = Place()


@dataclass(frozen=True)
class Alliance:
    """The alliance of the job, the schools it is about by phase, and the tokens of those who act in it by role."""

    record: JsonObject
    schools: Mapping[str, Sequence[JsonObject]]
    tokens: Mapping[str, AccessToken]

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.record["id"])

    def urn(self, at: SchoolAt) -> str:
        """The school that stands at this place of the story."""
        return str(self.schools[at.phase][at.place]["urn"])

    @property
    def school_names(self) -> dict[str, str]:
        """The names of its schools by URN."""
        return {school["urn"]: school["name"] for schools in self.schools.values() for school in schools}


def found_alliance(product: Product, place: Place, say: Callable[[str], None]) -> Alliance:
    """The alliance with its members, clients and roles: found where they are known, registered where they are not.

    Raises `Trouble`.
    """
    plans = PlansApi(product.plans(product.operator))
    say("registering the alliance and its schools")
    schools = _choose_schools(plans, place.local_authority)
    name = place.alliance or f"Demonstration alliance, {schools[PRIMARY][0]['local_authority']}"
    lead_urns = [str(schools[at.phase][at.place]["urn"]) for at in scenario.LEAD_SCHOOLS]
    record = next((known for known in plans.alliances() if known["name"] == name), None)
    if record is None:
        record = plans.register_alliance(name, scenario.COHORT, lead_urns)
    _join(plans, str(record["id"]), schools)
    say("registering clients and their roles")
    host = str(schools[scenario.HOST_SCHOOL.phase][scenario.HOST_SCHOOL.place]["urn"])
    parties = {ADMIN: None, BROKER: None, SCHOOL: host}
    tokens = {role: _client(product, plans, record, role, party) for role, party in parties.items()}
    return Alliance(record, schools, tokens)


def _choose_schools(plans: PlansApi, local_authority: str | None) -> dict[str, list[JsonObject]]:
    """As many schools of each phase as the story needs, of the first local authority in the order of URN that has them
    open and with a location."""
    needed: dict[str, int] = {}
    for joined in scenario.JOINED:
        needed[joined.phase] = needed.get(joined.phase, 0) + joined.schools
    found: dict[str, dict[str, list[JsonObject]]] = {}
    for school in plans.schools(phases=scenario.PHASES, local_authority=local_authority):
        if school["latitude"] is None:
            continue
        here = found.setdefault(school["local_authority_code"], {phase: [] for phase in scenario.PHASES})
        here[school["phase"]].append(school)
        if all(len(here[phase]) >= number for phase, number in needed.items()):
            return {phase: here[phase][:number] for phase, number in needed.items()}
    wanted = " and ".join(f"{number} {phase}" for phase, number in needed.items())
    raise Trouble(f"The register has no local authority with {wanted} schools that are open and have a location.")


def _join(plans: PlansApi, alliance_id: str, schools: Mapping[str, Sequence[JsonObject]]) -> None:
    members = {membership["urn"] for membership in plans.memberships(alliance_id)}
    waiting = {phase: iter(schools[phase]) for phase in schools}
    for joined in scenario.JOINED:
        for _ in range(joined.schools):
            urn = next(waiting[joined.phase])["urn"]
            if urn not in members:
                plans.begin_membership(alliance_id, urn, joined.on)


def _client(product: Product, plans: PlansApi, alliance: JsonObject, role: str, party: str | None) -> AccessToken:
    """A client of the alliance that holds the role, signed in.

    Its secret is made from the operator's, so that it need not be kept and only the operator can make it.
    """
    alliance_id, operator = str(alliance["id"]), product.operator
    issuer = operator.issuer
    client_id = f"{_as_client_id(alliance['name'])}-{role}"
    digest = hmac.digest(operator.client_secret.encode(), client_id.encode(), hashlib.sha256)
    secret = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if all(client["client_id"] != client_id for client in plans.clients(alliance_id)):
        plans.register_client(alliance_id, client_id, secret, f"{alliance['name']}: {role.replace('_', ' ')}", SCOPES)
    # The issuer has the port in its name: on another port it is another, whose tokens need roles of their own.
    wanted = {"issuer": issuer, "subject": client_id, "role": role, "party": party, "state": "held"}
    if not any(wanted.items() <= grant.items() for grant in plans.role_grants(alliance_id)):
        plans.grant_role(alliance_id, issuer, client_id, role, party)
    return product.token(client_id, secret)


def _as_client_id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
