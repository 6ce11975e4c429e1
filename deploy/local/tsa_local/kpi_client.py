"""Calls to kpi-service: results, official files handed in, published figures checked."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from tsa_local.api_client import ApiClient, JsonObject
from tsa_local.documents import Document

LOOK_AGAIN_SECONDS = 0.2
ROWS_WORTH_TELLING = 10_000


class KpiApi:
    """kpi-service as one client uses it. Everything raises `ApiProblem` where it is refused."""

    def __init__(self, api: ApiClient, say: Callable[[str], None] = lambda _: None) -> None:
        self._api = api
        self._say = say

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

    def national_results(self, *, as_of: date | None, kpi_set: str | None, kpi: str | None = None) -> JsonObject:
        """The country's results as they stood on a day; without a day, today."""
        return self._api.get("/v1/national/results", set=kpi_set, kpi=kpi, as_of=as_of)

    def upload(
        self,
        document: Document,
        *,
        file_name: str,
        family: str | None,
        academic_year: str | None,
        alliance_id: str | None,
    ) -> JsonObject:
        """Hands a file in, for the country or for one alliance, and waits until it has been read: the upload as it then
        is."""
        asked = {"file_name": file_name, "family": family, "academic_year": academic_year, "alliance_id": alliance_id}
        upload = self._api.hand_in("/v1/uploads", document, **asked)
        told = 0
        while upload["state"] in ("waiting", "running"):
            time.sleep(LOOK_AGAIN_SECONDS)
            upload = self._api.get(f"/v1/uploads/{upload['id']}")
            if upload["rows_read"] >= told + ROWS_WORTH_TELLING:
                told = upload["rows_read"]
                self._say(f"{told:,} rows read, {upload['rows_refused']:,} refused")
        return upload

    def refused_rows(self, upload_id: str) -> Iterator[JsonObject]:
        """The rows of an upload that were not taken over."""
        return self._api.each(f"/v1/uploads/{upload_id}/refused-rows")

    def check_claim(self, claim: Mapping[str, Any]) -> JsonObject:
        """What whole numbers make of a published figure."""
        checked: JsonObject = self._api.create("/v1/claims/check", {"claims": [claim]})["items"][0]
        return checked
