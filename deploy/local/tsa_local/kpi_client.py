"""Calls to kpi-service: the results of an alliance, and of the country; published figures checked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tsa_local.api_client import ApiClient, JsonObject


class KpiApi:
    """kpi-service as one client uses it. Everything raises `ApiProblem` where it is refused."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def alliance_results(
        self,
        alliance_id: str,
        *,
        as_of: date | None,
        kpi_set: str | None = None,
        kpi: str | None = None,
        designated_from: date | None = None,
        designated_to: date | None = None,
    ) -> JsonObject:
        """An alliance's results as they stood on a day; without a day, today."""
        return self._api.get(
            f"/v1/alliances/{alliance_id}/results",
            set=kpi_set,
            kpi=kpi,
            as_of=as_of,
            designated_from=designated_from,
            designated_to=designated_to,
        )

    def national_results(self, *, as_of: date, kpi_set: str, kpi: str) -> JsonObject:
        """The country's result for one KPI."""
        return self._api.get("/v1/national/results", set=kpi_set, kpi=kpi, as_of=as_of)

    def check_claim(self, claim: Mapping[str, Any]) -> JsonObject:
        """What whole numbers make of a published figure."""
        checked: JsonObject = self._api.create("/v1/claims/check", {"claims": [claim]})["items"][0]
        return checked
