"""Results as files over HTTP."""

import csv
from datetime import date
from io import BytesIO, StringIO

from openpyxl import load_workbook
from sqlalchemy import text

from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.serving import Serving


def test_the_results_come_as_files_and_the_reading_is_noted(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    made = alliance.designate(date(2015, 1, 31))
    alliance.begin(made.leader_id, date(2015, 2, 10))
    somebody = kpi_http.somebody("broker", alliance.alliance_id)
    path = f"/v1/alliances/{alliance.alliance_id}/results/export"
    asked = {"as_of": "2015-08-31", "kpi": "B8b"}
    as_csv = somebody.get(path, params=asked | {"format": "csv"})
    assert as_csv.headers["content-disposition"] == 'attachment; filename="results-2015-08-31.csv"'
    result, traced = csv.DictReader(StringIO(as_csv.content.decode("utf-8-sig")))
    assert (result["part"], result["numerator"], result["denominator"]) == ("result", "1", "1")
    assert (traced["part"], traced["designation_id"]) == ("trace", str(made.designation_id))
    as_workbook = somebody.get(path, params=asked | {"format": "xlsx"})
    assert load_workbook(BytesIO(as_workbook.content)).sheetnames == ["result", "trace"]
    with kpis.transaction(EVERY_TENANT) as session:
        noted = session.scalar(text("SELECT count(*) FROM audit_log WHERE action = 'results-exported'"))
    assert noted == 2
    assert somebody.get(path, params={"format": "pdf"}).status_code == 422
    stranger = kpi_http.somebody("broker", Alliance(kpis).alliance_id)
    assert stranger.get(path, params={"format": "csv"}).status_code == 404
