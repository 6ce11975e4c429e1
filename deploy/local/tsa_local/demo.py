"""The main job: one alliance's year through all three services, from its register to its KPIs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tsa_local.api_client import JsonObject
from tsa_local.demo_alliance import ADMIN, SAMPLE_PLACE, WHERE_THE_REGISTER_BEGINS, Place, found_alliance
from tsa_local.demo_brokerage import broker_the_year
from tsa_local.demo_results import ask_for_deployment_kpi, ask_for_improvement, ask_for_school_counts
from tsa_local.documents import Document, read_official_file, read_plan, read_register
from tsa_local.plans_client import PlansApi
from tsa_local.product import Product
from tsa_local.register_job import import_register

SAMPLE_DATA = Path(__file__).resolve().parents[1] / "sample_data"
OUTCOMES = "inspection_outcomes.csv"


@dataclass(frozen=True)
class Inputs:
    """What the job is run on, and where its alliance is. Of schools that are not invented no outcomes are made up."""

    register: Document
    plan: Document
    place: Place
    outcomes: Document | None


def given_inputs(plan: Path | None = None, register: Path | None = None) -> Inputs:
    """The sample data, each part replaced by the file given instead. Raises `Trouble`."""
    return Inputs(
        read_register(register or SAMPLE_DATA / "schools.csv"),
        read_plan(plan or SAMPLE_DATA / "action_plan.md"),
        SAMPLE_PLACE if register is None else WHERE_THE_REGISTER_BEGINS,
        read_official_file(SAMPLE_DATA / OUTCOMES) if register is None else None,
    )


def run_main_job(product: Product, inputs: Inputs, say: Callable[[str], None]) -> JsonObject:
    """Runs the whole job through the public APIs and reports what came of it.

    Each thing is looked for before it is recorded, so that the job may be run again, or taken up where it was
    interrupted: on the same inputs a second run adds only that the register was read once more. `say` is told each
    step as it begins. Raises `Trouble`.
    """
    say("importing the register")
    register = import_register(PlansApi(product.plans(product.operator)), inputs.register, say)
    alliance = found_alliance(product, inputs.place, say)
    say("importing the action plan")
    plan = PlansApi(product.plans(alliance.tokens[ADMIN])).import_plan(alliance.id, inputs.plan)
    brokerage = broker_the_year(product, alliance, say)
    kpi = ask_for_deployment_kpi(product, alliance, brokerage, say)
    schools_in_alliances = ask_for_school_counts(product, alliance)
    improvement = None if inputs.outcomes is None else ask_for_improvement(product, alliance, inputs.outcomes, say)
    return {
        "register": register | {"schools": register["added"] + register["changed"] + register["unchanged"]},
        "alliance": alliance.record,
        "schools": alliance.school_names,
        "import": plan,
        "leaders": [{name: leader[name] for name in ("id", "name", "kind")} for leader in brokerage.leaders.values()],
        "support_request": brokerage.request,
        "shortlist": brokerage.shortlist,
        "deployment": brokerage.deployment | {"visits": brokerage.visits},
        "kpi": kpi,
        "schools_in_alliances": schools_in_alliances,
        "improvement": improvement,
    }
