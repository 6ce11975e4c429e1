"""Calls to plans-api: the register, alliances and their schools, access, and action plans."""

from collections.abc import Iterator, Sequence
from datetime import date

from tsa_local.api_client import ApiClient, JsonObject
from tsa_local.documents import Document


class PlansApi:
    """plans-api as one client uses it. Everything raises `ApiProblem` where it is refused."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def send_register(self, file: Document) -> JsonObject:
        """A file of the register, to be taken over as a job: its schools, the links between them, or their groups."""
        return self._api.hand_in("/v1/register-jobs", file)

    def register_job(self, job_id: str) -> JsonObject:
        """How far that job has come, and what it did once it is done."""
        return self._api.get(f"/v1/register-jobs/{job_id}")

    def schools(self, *, phases: Sequence[str], local_authority: str | None) -> Iterator[JsonObject]:
        """Open schools of these phases, in the order of their URN."""
        return self._api.each("/v1/schools", phase=list(phases), local_authority=local_authority, status="open")

    def alliances(self) -> Iterator[JsonObject]:
        """Every alliance the client may see."""
        return self._api.each("/v1/alliances")

    def register_alliance(self, name: str, cohort: int, lead_school_urns: Sequence[str]) -> JsonObject:
        """An alliance joins the platform."""
        body = {"name": name, "cohort": cohort, "lead_school_urns": list(lead_school_urns)}
        return self._api.create("/v1/alliances", body)

    def memberships(self, alliance_id: str) -> Iterator[JsonObject]:
        """The schools of an alliance, past ones included."""
        return self._api.each("/v1/memberships", alliance_id=alliance_id)

    def begin_membership(self, alliance_id: str, urn: str, from_on: date) -> JsonObject:
        """A school joins an alliance."""
        return self._api.create(
            "/v1/memberships", {"alliance_id": alliance_id, "urn": urn, "from_on": from_on.isoformat()}
        )

    def clients(self, alliance_id: str) -> Iterator[JsonObject]:
        """The clients of an alliance."""
        return self._api.each("/v1/clients", alliance_id=alliance_id)

    def register_client(
        self, alliance_id: str, client_id: str, client_secret: str, name: str, scopes: Sequence[str]
    ) -> JsonObject:
        """A system may ask for tokens from now on."""
        body = {
            "alliance_id": alliance_id,
            "client_id": client_id,
            "client_secret": client_secret,
            "name": name,
            "scopes": list(scopes),
        }
        return self._api.create("/v1/clients", body)

    def role_grants(self, alliance_id: str) -> Iterator[JsonObject]:
        """The roles in an alliance, revoked ones included."""
        return self._api.each("/v1/role-grants", alliance_id=alliance_id)

    def grant_role(self, alliance_id: str, issuer: str, subject: str, role: str, party: str | None) -> JsonObject:
        """Somebody holds a role in an alliance from now on."""
        body = {"alliance_id": alliance_id, "issuer": issuer, "subject": subject, "role": role, "party": party}
        return self._api.create("/v1/role-grants", body)

    def import_plan(self, alliance_id: str, plan: Document, *, dry_run: bool = False) -> JsonObject:
        """Read an alliance's action plan, and keep it unless this is a dry run."""
        return self._api.hand_in("/v1/plan-imports", plan, alliance_id=alliance_id, dry_run=dry_run)

    def plans(self, alliance_id: str) -> Iterator[JsonObject]:
        """The action plans of an alliance."""
        return self._api.each("/v1/plans", alliance_id=alliance_id)

    def export_plan(self, plan_id: str, file_format: str) -> bytes:
        """A plan as a file: `docx`, `xlsx` or `csv`."""
        return self._api.download(f"/v1/plans/{plan_id}/document", format=file_format)
