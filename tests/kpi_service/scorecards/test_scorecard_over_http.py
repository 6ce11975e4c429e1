"""The scorecard over HTTP, of an alliance with designations, schools and inspections."""

from datetime import date
from io import BytesIO

from lxml import html  # type: ignore[import-untyped]
from pypdf import PdfReader

from service_kit.database import Database
from tests.kpi_service.builders import Alliance, record_school
from tests.kpi_service.serving import Serving
from tests.kpi_service.third_set import add_kpi


def test_a_governor_reads_every_kpi_on_one_page(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    for urn, joined in (("500001", date(2012, 9, 1)), ("500002", date(2014, 9, 1))):
        record_school(kpis, urn)
        alliance.join(urn, joined)
    made = alliance.designate(date(2015, 1, 31))
    alliance.begin(made.leader_id, date(2015, 2, 10))
    path = f"/v1/alliances/{alliance.alliance_id}/scorecard"
    governor = kpi_http.somebody("plan_lead", alliance.alliance_id)
    answer = governor.get(path, params={"as_of": "2015-08-31", "years": 2})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    tree = html.fromstring(answer.text)
    glance = {row.findtext("th/a"): row.xpath("string(td[2])") for row in tree.xpath("(//table)[1]/tbody/tr")}
    assert (glance["B7"], glance["B8b"]) == ("2 schools", "100 per cent")
    codes = [row.findtext("th/a") or row.findtext("th") for row in tree.xpath("(//table)[1]/tbody/tr")]
    assert codes == sorted(codes), "in the order of sets and numbers, whenever a KPI began"
    assert tree.findtext(".//h1") == "An alliance"
    b7 = tree.xpath("//section[@aria-labelledby='B7']//table[1]/tbody/tr/td[1]")
    assert [cell.text_content() for cell in b7] == ["1", "1", "2"]
    assert str(made.leader_id) not in answer.text
    printed = governor.get(path, params={"as_of": "2015-08-31", "years": 2, "format": "pdf"})
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    assert printed.headers["content-disposition"] == 'attachment; filename="scorecard-2015-08-31.pdf"'
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(printed.content)).pages)
    said = tree.xpath("//section//p | //section//td | //section//th | //section//h2")
    assert len(said) > 50
    assert all("".join(part.text_content().split()) in "".join(text.split()) for part in said)
    stranger = kpi_http.somebody("plan_lead", Alliance(kpis).alliance_id)
    assert stranger.get(path).status_code == 404
    assert stranger.get(path, params={"format": "pdf"}).status_code == 404
    assert governor.get(path, params={"format": "docx"}).status_code == 422
    assert governor.get(path, params={"years": 7}).status_code == 422
    assert governor.get(path, params={"as_of": "0001-01-01"}).status_code == 422
    assert governor.get(path, params={"as_of": "2199-12-31"}).status_code == 200


def test_a_scorecard_has_no_kpi_that_is_no_longer_in_force(kpi_http: Serving, kpis: Database) -> None:
    add_kpi(kpis, "8", "Deployment days of a pilot", valid_to_on="2014-12-31")
    alliance = Alliance(kpis)
    governor = kpi_http.somebody("plan_lead", alliance.alliance_id)

    def codes(as_of: str, **asked: str) -> set[str]:
        path = f"/v1/alliances/{alliance.alliance_id}/scorecard"
        answer = governor.get(path, params={"as_of": as_of, "years": "1"} | asked)
        assert answer.status_code == 200, answer.text
        glance = html.fromstring(answer.text).xpath("(//table)[1]/tbody/tr/th")
        return {cell.text_content() for cell in glance}

    assert {"B8b", "C8"} <= codes("2014-12-31")
    assert "B8b" in codes("2015-01-01")
    assert "C8" not in codes("2015-01-01")
    assert "C8" not in codes("2015-01-01", kpi="C8")
