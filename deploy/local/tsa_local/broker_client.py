"""Calls to sle-broker: leaders and their designations, support requests and shortlists, deployments."""

from collections.abc import Iterator, Sequence
from datetime import date

from tsa_local.api_client import ApiClient, JsonObject


class BrokerApi:
    """sle-broker as one client uses it. Everything raises `ApiProblem` where it is refused."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def leaders(self, alliance_id: str) -> Iterator[JsonObject]:
        """The leaders of an alliance."""
        return self._api.each("/v1/leaders", alliance_id=alliance_id)

    def register_leader(
        self,
        alliance_id: str,
        *,
        kind: str,
        name: str,
        home_school_urn: str,
        phases: Sequence[str],
        allowance_days: float,
        travel_limit_km: int | None,
        conflicts: Sequence[str],
        not_released: tuple[date, date] | None,
    ) -> JsonObject:
        """A leader becomes known to the alliance. `not_released` are the days between which their school needs them."""
        first, last = not_released or (None, None)
        body = {
            "alliance_id": alliance_id,
            "kind": kind,
            "name": name,
            "home_school_urn": home_school_urn,
            "phases": list(phases),
            "allowance_days": allowance_days,
            "travel_limit_km": travel_limit_km,
            "conflicts": list(conflicts),
            "not_released_from_on": first and first.isoformat(),
            "not_released_to_on": last and last.isoformat(),
        }
        return self._api.create("/v1/leaders", body)

    def leader_specialisms(self, leader_ids: Sequence[str]) -> Iterator[JsonObject]:
        """What these leaders are expert in."""
        return self._api.each("/v1/leader-specialisms", leader_id=list(leader_ids))

    def claim_specialism(self, leader_id: str, code: str, claimed_on: date) -> JsonObject:
        """A leader claims a specialism."""
        body = {"leader_id": leader_id, "code": code, "claimed_on": claimed_on.isoformat()}
        return self._api.create("/v1/leader-specialisms", body)

    def validate_specialism(self, claimed: JsonObject, on: date, evidence: str) -> JsonObject:
        """Somebody vouches for a specialism that was claimed."""
        path = f"/v1/leader-specialisms/{claimed['id']}"
        return self._api.transition(path, claimed["version"], to="validated", on=on.isoformat(), evidence=evidence)

    def designations(self, leader_ids: Sequence[str]) -> Iterator[JsonObject]:
        """The designations of these leaders, ended ones included."""
        return self._api.each("/v1/designations", leader_id=list(leader_ids))

    def designate(
        self, leader_id: str, designated_on: date, designation_round: str, renews_designation_id: str | None
    ) -> JsonObject:
        """A leader is designated."""
        body = {
            "leader_id": leader_id,
            "designated_on": designated_on.isoformat(),
            "round": designation_round,
            "renews_designation_id": renews_designation_id,
        }
        return self._api.create("/v1/designations", body)

    def withdraw(self, designation: JsonObject, on: date, reason: str) -> JsonObject:
        """A designation is withdrawn; `on` is the first day on which it no longer holds."""
        path = f"/v1/designations/{designation['id']}"
        return self._api.transition(path, designation["version"], to="withdrawn", on=on.isoformat(), reason=reason)

    def support_requests(self, alliance_id: str) -> Iterator[JsonObject]:
        """The requests for help."""
        return self._api.each("/v1/support-requests", alliance_id=alliance_id)

    def ask_for_support(
        self,
        alliance_id: str,
        host_school_urn: str,
        *,
        areas: Sequence[str],
        phase: str,
        days_wanted: float,
        window: tuple[date, date],
        urgency: str,
        context: str,
        submitted_on: date,
    ) -> JsonObject:
        """A school asks for help, to be given within a window of days."""
        earliest, latest = window
        body = {
            "alliance_id": alliance_id,
            "host_school_urn": host_school_urn,
            "areas": list(areas),
            "phase": phase,
            "days_wanted": days_wanted,
            "earliest_start_on": earliest.isoformat(),
            "latest_finish_on": latest.isoformat(),
            "urgency": urgency,
            "context": context,
            "submitted_on": submitted_on.isoformat(),
        }
        return self._api.create("/v1/support-requests", body)

    def move_support_request(self, request: JsonObject, to: str, on: date) -> JsonObject:
        """A request one step on."""
        path = f"/v1/support-requests/{request['id']}"
        return self._api.transition(path, request["version"], to=to, on=on.isoformat())

    def shortlist(self, support_request_id: str, as_of: date) -> JsonObject:
        """Who can be offered for a request, with reasons, and why each of the others cannot."""
        return self._api.get(f"/v1/support-requests/{support_request_id}/shortlist", as_of=as_of)

    def deployments(self, support_request_id: str) -> Iterator[JsonObject]:
        """The deployments for a request, ended ones included."""
        return self._api.each("/v1/deployments", support_request_id=support_request_id)

    def deployment(self, deployment_id: str) -> JsonObject:
        """A deployment as it stands."""
        return self._api.get(f"/v1/deployments/{deployment_id}")

    def propose_deployment(
        self,
        support_request_id: str,
        leader_id: str,
        *,
        days: float,
        starts_on: date,
        ends_on: date,
        objective: str,
        measure: str,
        proposed_on: date,
        extends_deployment_id: str | None,
    ) -> JsonObject:
        """A leader is proposed for a request; their days are held from now on."""
        body = {
            "support_request_id": support_request_id,
            "leader_id": leader_id,
            "days": days,
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
            "objectives": [{"text": objective, "measure": measure}],
            "proposed_on": proposed_on.isoformat(),
            "extends_deployment_id": extends_deployment_id,
        }
        return self._api.create("/v1/deployments", body)

    def agree_to_deployment(self, deployment: JsonObject, party: str, on: date) -> JsonObject:
        """The leader, the home head or the host head says yes to the terms as they stand."""
        path = f"/v1/deployments/{deployment['id']}"
        return self._api.add_to(path, "agreements", deployment["version"], party=party, on=on.isoformat())

    def move_deployment(self, deployment: JsonObject, to: str, on: date) -> JsonObject:
        """A deployment one step on."""
        path = f"/v1/deployments/{deployment['id']}"
        return self._api.transition(path, deployment["version"], to=to, on=on.isoformat())

    def visits(self, deployment_id: str) -> Iterator[JsonObject]:
        """The visits of a deployment, by day."""
        return self._api.each("/v1/visits", deployment_id=deployment_id)

    def record_visit(self, deployment_id: str, on: date, days: float) -> JsonObject:
        """A day on site, or half of one."""
        return self._api.create("/v1/visits", {"deployment_id": deployment_id, "on": on.isoformat(), "days": days})
