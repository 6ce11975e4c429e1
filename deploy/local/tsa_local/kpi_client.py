"""Calls to kpi-service: results, official files handed in, published figures checked."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tsa_local.api_client import ApiClient, JsonObject
from tsa_local.documents import Document
from tsa_local.trouble import Trouble
from tsa_local.waiting import until_complete

ROWS_WORTH_TELLING = 10_000
# The national results of a year are read in about a minute; a slow machine with other work to do takes several.
PATIENCE_SECONDS = 1_800.0
UNDER_WAY = ("waiting", "running")


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

    def scorecard(self, alliance_id: str, file_format: str, *, as_of: date | None, kpi_set: str | None) -> bytes:
        """An alliance's scorecard as a file, `html` or `pdf`; without a day, today's."""
        return self._api.download(
            f"/v1/alliances/{alliance_id}/scorecard", format=file_format, set=kpi_set, as_of=as_of
        )

    def upload(
        self,
        document: Document,
        *,
        file_name: str,
        family: str | None,
        academic_year: str | None,
        alliance_id: UUID | None,
        seconds: float = PATIENCE_SECONDS,
    ) -> JsonObject:
        """Hands a file in, for the country or for one alliance, and waits until it has been read, so long at most: the
        upload. Raises `Trouble` where the file was not taken over."""
        asked = {"file_name": file_name, "family": family, "academic_year": academic_year, "alliance_id": alliance_id}
        path = f"/v1/uploads/{self._api.hand_in('/v1/uploads', document, **asked)['id']}"
        told = 0

        def missing(upload: JsonObject) -> str | None:
            nonlocal told
            if upload["rows_read"] >= told + ROWS_WORTH_TELLING:
                told = upload["rows_read"]
                self._say(f"{told:,} rows read, {upload['rows_refused']:,} refused")
            if upload["state"] not in UNDER_WAY:
                return None
            return f"the upload is {upload['state']}, with {upload['rows_read']:,} rows read"

        upload = until_complete(lambda: self._api.get(path), missing, f"What became of {file_name}", seconds=seconds)
        if upload["state"] != "done":
            raise Trouble(f"{file_name} was not taken over: {upload['failure'] or upload['state']}")
        return upload

    def refused_rows(self, upload_id: str) -> Iterator[JsonObject]:
        """The rows of an upload that were not taken over."""
        return self._api.each(f"/v1/uploads/{upload_id}/refused-rows")

    def check_claim(self, claim: Mapping[str, Any]) -> JsonObject:
        """What whole numbers make of a published figure."""
        checked: JsonObject = self._api.create("/v1/claims/check", {"claims": [claim]})["items"][0]
        return checked
