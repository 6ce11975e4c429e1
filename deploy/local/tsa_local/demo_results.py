"""The last part of the main job: the KPIs, once kpi-service has heard of everything that happened."""

from collections.abc import Callable, Mapping

from tsa_local import scenario
from tsa_local.api_client import JsonObject
from tsa_local.demo_alliance import ADMIN, Alliance
from tsa_local.demo_brokerage import Brokerage
from tsa_local.documents import Document
from tsa_local.kpi_client import KpiApi
from tsa_local.product import Product
from tsa_local.waiting import until_complete, until_known

CLOCK_KPI = ("B", "B8b")
IMPROVEMENT_KPI = ("A", "A6")
SCHOOLS_KPI, SCHOOLS_KPI_OF_AN_ALLIANCE = ("A", "A1"), ("B", "B7")


def ask_for_deployment_kpi(
    product: Product, alliance: Alliance, brokerage: Brokerage, say: Callable[[str], None]
) -> JsonObject:
    """KPI B8b for the year's designations as they stood on the story's day. Raises `Trouble`."""
    say("waiting until kpi-service has read the year")
    kpis = KpiApi(product.kpis(alliance.tokens[ADMIN]))
    kpi_set, code = CLOCK_KPI
    began = {
        deployment["id"]
        for deployment in brokerage.deployments
        if deployment["extends_deployment_id"] is None
        and deployment["first_day_on"] >= scenario.YEAR_BEGINS.isoformat()
    }
    clocked = {
        designation["id"]: designation["withdrawn_on"]
        for designation in brokerage.designations
        if designation["kind"] == "sle"
        and designation["renews_designation_id"] is None
        and designation["designated_on"] >= scenario.YEAR_BEGINS.isoformat()
    }

    def ask() -> JsonObject:
        (result,) = kpis.alliance_results(
            alliance.id,
            as_of=scenario.AS_OF,
            kpi_set=kpi_set,
            kpi=code,
            designated_from=scenario.YEAR_BEGINS,
            designated_to=scenario.NEXT_YEAR_BEGINS,
        )["items"]
        return dict(result)

    return until_complete(
        lambda: until_known(ask, "The alliance and its roles"),
        lambda result: _missing(result, clocked, began),
        "The record of the year",
    )


def ask_for_school_counts(product: Product, alliance: Alliance) -> dict[str, JsonObject]:
    """KPI A1 for the country and KPI B7 for the alliance, by their codes. Raises `Trouble`."""
    (kpi_set, code), (kpi_set_of_alliance, code_of_alliance) = SCHOOLS_KPI, SCHOOLS_KPI_OF_AN_ALLIANCE
    operator = KpiApi(product.kpis(product.operator))
    admin = KpiApi(product.kpis(alliance.tokens[ADMIN]))
    members = set(alliance.school_names)

    def ask() -> JsonObject:
        answer = admin.alliance_results(
            alliance.id, as_of=scenario.AS_OF, kpi_set=kpi_set_of_alliance, kpi=code_of_alliance
        )
        (result,) = answer["items"]
        return dict(result)

    def missing(result: JsonObject) -> str | None:
        absent = members - {school["urn"] for school in result["trace"]}
        return f"{len(absent)} member schools are not counted" if absent else None

    in_alliance = until_complete(ask, missing, "The membership of the alliance")
    (national,) = operator.national_results(as_of=scenario.AS_OF, kpi_set=kpi_set, kpi=code)["items"]
    return {code: dict(national), code_of_alliance: in_alliance}


def ask_for_improvement(
    product: Product, alliance: Alliance, outcomes: Document, say: Callable[[str], None]
) -> JsonObject:
    """KPI A6 once the file of inspections has been read: the upload, and the result. Raises `Trouble`."""
    say("handing in the inspection outcomes")
    kpis = KpiApi(product.kpis(product.operator))
    upload = kpis.upload(
        outcomes, file_name="inspection_outcomes.csv", family=None, academic_year=None, alliance_id=None
    )
    kpi_set, code = IMPROVEMENT_KPI
    (result,) = kpis.alliance_results(alliance.id, as_of=scenario.AS_OF, kpi_set=kpi_set, kpi=code)["items"]
    return {"upload": upload, "kpi": dict(result)}


def _missing(result: JsonObject, clocked: Mapping[str, str | None], began: set[str]) -> str | None:
    """What happened and is not in the result yet: a designation, its withdrawal, a deployment that began."""
    listed = {made["designation_id"] for part in ("pending", "excluded", "trace") for made in result[part]}
    excluded = {made["designation_id"] for made in result["excluded"]}
    withdrawn = {designation for designation, on in clocked.items() if on is not None}
    deployed = {made["deployment_id"] for made in result["trace"]}
    for absent, what in (
        (clocked.keys() - listed, "designations"),
        (withdrawn - excluded, "withdrawals"),
        (began - deployed, "deployments"),
    ):
        if absent:
            return f"{len(absent)} {what} have not arrived"
    return None
