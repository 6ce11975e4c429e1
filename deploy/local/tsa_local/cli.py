"""The command `tsa`: starts the whole product, runs the main job, and uses the three public APIs."""

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from typer.core import TyperGroup

from tsa_local.api_client import JsonObject
from tsa_local.broker_client import BrokerApi
from tsa_local.claim_text import read_claim
from tsa_local.demo import given_inputs, run_main_job
from tsa_local.documents import read_official_file, read_plan, read_register
from tsa_local.kpi_client import KpiApi
from tsa_local.plans_client import PlansApi
from tsa_local.ports import reach_ourselves_directly
from tsa_local.product import Product, address_at_hand, home_of, product_at_hand, started
from tsa_local.progress import told
from tsa_local.register_job import import_register as import_register_as_job
from tsa_local.report import (
    console_for_people,
    print_addresses,
    print_claim,
    print_main_job,
    print_plan,
    print_register,
    print_results,
    print_upload,
)
from tsa_local.trouble import Trouble

NATIONAL = "national"
INTERRUPTED = 130
"""The exit code of what Ctrl-C ended, as shells have it."""


class Commands(TyperGroup):
    """All commands, each of which tells what stands in its way in one line and then ends with 1."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was asked for."""
        reach_ourselves_directly(os.environ)
        errors = console_for_people(on_error=True)
        try:
            return super().invoke(ctx)
        except (Trouble, OSError) as error:
            trouble = Trouble.with_files(error) if isinstance(error, OSError) else error
            if trouble is None:
                raise
            errors.print(f"tsa: {trouble}", style="red", soft_wrap=True)
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            errors.print("tsa: interrupted. The same command goes on from where this one was.", soft_wrap=True)
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="""Teaching school alliances: action plans, brokerage of system leaders, KPIs.

    Commands that need the product use the one that TSA_PLANS_URL, TSA_BROKER_URL, TSA_KPI_URL, TSA_CLIENT_ID and
    TSA_CLIENT_SECRET name, else the one that runs here (`tsa up`), else one they start and stop again.""",
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]
AllianceId = Annotated[
    UUID | None, typer.Option("--alliance", metavar="ID", help="The alliance's id; not needed where there is only one.")
]
KpiSet = Annotated[str | None, typer.Option("--set", help="KPIs of this set only, such as A.")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day asked about; today where left out.")]


@app.command(short_help="Start the whole product.")
def up(
    demo: Annotated[bool, typer.Option("--demo", help="Run the main job first, on the sample data.")] = False,
) -> None:
    """Start the whole product and keep it up until Ctrl-C, which stops everything that was started.

    Its data, logs and secrets are kept in .local, or in the folder TSA_HOME names. TSA_PLANS_PORT, TSA_BROKER_PORT and
    TSA_KPI_PORT choose other ports.
    """
    people, errors = console_for_people(), console_for_people(on_error=True)
    with contextlib.ExitStack() as undo:
        with told(errors, only_at_terminal=False) as say:
            stack = undo.enter_context(started(os.environ, say))
            report = None
            if demo:
                product = undo.enter_context(contextlib.closing(Product(stack.address)))
                report = run_main_job(product, given_inputs(), say)
        if report is not None:
            print_main_job(people, report)
        print_addresses(people, stack.address)
        people.print("\nEverything is up. Ctrl-C stops it.", style="bold")
        try:
            stack.wait()
        except KeyboardInterrupt:
            people.print("\nStopping …")
    people.print(f"Everything is stopped. The data stay in {home_of(os.environ)}: the next run goes on with them.")


@app.command(short_help="Run the main job and report.")
def demo(
    plan: Annotated[Path | None, typer.Option(help="An action plan to import instead of the sample.")] = None,
    register: Annotated[
        Path | None, typer.Option(help="An extract of the register, .csv or .csv.gz, instead of the sample.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run the main job through the three services and report: plan, shortlist, deployment, KPIs.

    Run again it finds what is there and adds nothing. Ends with 0 when the whole job went through.
    """
    inputs = given_inputs(plan, register)
    with (
        told(console_for_people(on_error=True), only_at_terminal=as_json) as say,
        product_at_hand(os.environ, say) as product,
    ):
        report = run_main_job(product, inputs, say)
    if as_json:
        _print_json(report)
        return
    people, address = console_for_people(), address_at_hand(os.environ)
    print_main_job(people, report)
    if address is None:
        people.print("\nWhat was started for this is stopped again. To keep it up: make run", style="bold")
    else:
        print_addresses(people, address)


@app.command("import-plan", short_help="Import an action plan.")
def import_plan(
    file: Annotated[Path, typer.Argument(help="A Word file, a workbook, or a text file (.csv, .md).")],
    alliance: AllianceId = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be found, and keep nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Import an action plan, and list what was odd about it.

    Nothing is guessed and nothing dropped. The same file again changes nothing.
    """
    document = read_plan(file)
    with (
        told(console_for_people(on_error=True), only_at_terminal=True) as say,
        product_at_hand(os.environ, say) as product,
    ):
        plans = PlansApi(product.plans(product.operator))
        alliance_id = _chosen_alliance(plans, alliance)
        say(f"importing {file}")
        done = plans.import_plan(alliance_id, document, dry_run=dry_run)
    if as_json:
        _print_json(done)
    else:
        print_plan(console_for_people(), done)


@app.command("export-plan", short_help="Export an action plan.")
def export_plan(
    file: Annotated[Path, typer.Argument(help="The file to write; it ends in .docx, .xlsx or .csv.")],
    plan: Annotated[
        UUID | None, typer.Option(metavar="ID", help="The plan's id; not needed where the alliance has only one.")
    ] = None,
    alliance: AllianceId = None,
) -> None:
    """Write an action plan to a Word file, a workbook or comma-separated values, in the familiar six columns.

    What people settled and changed is in it. The file imports back to the same plan: correct it and send it to
    /v1/plan-corrections, and what was decided stays.
    """
    file_format = _format_of(file, "docx", "xlsx", "csv")
    with (
        told(console_for_people(on_error=True), only_at_terminal=True) as say,
        product_at_hand(os.environ, say) as product,
    ):
        plans = PlansApi(product.plans(product.operator))
        plan_id = str(plan) if plan is not None else _only_plan(plans, _chosen_alliance(plans, alliance))
        say(f"exporting to {file}")
        content = plans.export_plan(plan_id, file_format)
    file.write_bytes(content)
    console_for_people().print(f"{file}: {len(content):,} bytes")


@app.command("import-register", short_help="Import the register of schools.")
def import_register(
    file: Annotated[
        Path,
        typer.Argument(help="A file of the register as it was downloaded, .csv or .csv.gz: schools, links or groups."),
    ],
    as_json: Json = False,
) -> None:
    """Take over a file of the official register: its schools, the links between them, or the groups they belong to.

    It is known by its header, and runs as a job whose progress is shown. The same file again changes nothing.
    """
    document = read_register(file)
    with (
        told(console_for_people(on_error=True), only_at_terminal=True) as say,
        product_at_hand(os.environ, say) as product,
    ):
        say(f"importing {file}")
        done = import_register_as_job(PlansApi(product.plans(product.operator)), document, say)
    if as_json:
        _print_json(done)
    else:
        print_register(console_for_people(), done)


@app.command(short_help="Show the KPIs of an alliance, or of the country.")
def results(
    of: Annotated[
        str, typer.Argument(metavar="[ALLIANCE|national]", help="An alliance's id; not needed where there is only one.")
    ] = "",
    kpi_set: KpiSet = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Show KPIs with numerator, denominator, verdict, and the records behind them."""
    alliance = None if of in ("", NATIONAL) else _read_id(of)
    day = None if as_of is None else as_of.date()
    with (
        told(console_for_people(on_error=True), only_at_terminal=True) as say,
        product_at_hand(os.environ, say) as product,
    ):
        kpis = KpiApi(product.kpis(product.operator))
        leaders: list[JsonObject] = []
        if of == NATIONAL:
            say("asking for the results of the country")
            answer = kpis.national_results(as_of=day, kpi_set=kpi_set)
        else:
            alliance_id = _chosen_alliance(PlansApi(product.plans(product.operator)), alliance)
            say("asking for the results")
            answer = kpis.alliance_results(alliance_id, as_of=day, kpi_set=kpi_set)
            leaders = [] if as_json else list(BrokerApi(product.broker(product.operator)).leaders(alliance_id))
    if as_json:
        _print_json(answer)
    else:
        print_results(console_for_people(), answer["items"], {leader["id"]: leader["name"] for leader in leaders})


@app.command(short_help="Write an alliance's scorecard to a file.")
def scorecard(
    file: Annotated[Path, typer.Argument(help="The file to write; it ends in .pdf or .html.")],
    alliance: AllianceId = None,
    kpi_set: KpiSet = None,
    as_of: AsOf = None,
) -> None:
    """Write the KPIs of an alliance as governors read them: verdicts, charts of the years, and every number in a table.

    A PDF to print and hand round, or a page that any browser opens.
    """
    file_format = _format_of(file, "pdf", "html")
    with (
        told(console_for_people(on_error=True), only_at_terminal=True) as say,
        product_at_hand(os.environ, say) as product,
    ):
        alliance_id = _chosen_alliance(PlansApi(product.plans(product.operator)), alliance)
        say(f"writing {file}")
        day = None if as_of is None else as_of.date()
        content = KpiApi(product.kpis(product.operator)).scorecard(alliance_id, file_format, as_of=day, kpi_set=kpi_set)
    file.write_bytes(content)
    console_for_people().print(f"{file}: {len(content):,} bytes")


@app.command(short_help="Hand in an official file of outcomes.")
def upload(
    file: Annotated[Path, typer.Argument(help="The file as it was downloaded: .csv, .csv.gz or .xlsx.")],
    family: Annotated[
        str | None, typer.Option(help="What it is, such as key_stage_2; recognised by its header where left out.")
    ] = None,
    year: Annotated[str | None, typer.Option(help="The academic year it is for, as 2016/17.")] = None,
    alliance: Annotated[
        UUID | None,
        typer.Option(metavar="ID", help="The id of the alliance whose own figures it has, where you act for several."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Hand in an official file of outcomes, or an alliance's own figures, and report the rows read, accepted and
    refused.

    The same file again changes nothing. Ends with 1 where the file is not what it should be.
    """
    document = read_official_file(file)
    with (
        told(console_for_people(on_error=True), only_at_terminal=True) as say,
        product_at_hand(os.environ, say) as product,
    ):
        say(f"handing in {file}")
        kpis = KpiApi(product.kpis(product.operator), say)
        done = kpis.upload(document, file_name=file.name, family=family, academic_year=year, alliance_id=alliance)
        refusals = list(kpis.refused_rows(done["id"]))
    if as_json:
        _print_json(done | {"refusals": refusals})
    else:
        print_upload(console_for_people(), done, refusals)


@app.command(short_help="Check a published figure.")
def claims(
    text: Annotated[
        str,
        typer.Argument(
            help='As "98% of 24", "30 (83%) of 36", or with parts and their total "15 + 15 + 6 of 36 = 36".'
        ),
    ],
    as_json: Json = False,
) -> None:
    """Say whether whole numbers can give a published figure, and which.

    A percentage counts as rounded to the decimals it is written with. Ends with 0 whether it is possible or not.
    """
    claim = read_claim(text)
    with (
        told(console_for_people(on_error=True), only_at_terminal=True) as say,
        product_at_hand(os.environ, say) as product,
    ):
        say("checking the figure")
        checked = KpiApi(product.kpis(product.operator)).check_claim(claim)
    if as_json:
        _print_json(checked)
    else:
        print_claim(console_for_people(), checked)


@app.command(short_help="Print an access token for curl.")
def token() -> None:
    """Print an access token of the operator, valid for ten minutes: curl -H "Authorization: Bearer $(tsa token)" …"""
    with (
        told(console_for_people(on_error=True), only_at_terminal=True) as say,
        product_at_hand(os.environ, say) as product,
    ):
        typer.echo(product.operator.current())


def _read_id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise typer.BadParameter(f"“{written}” is neither an alliance's id nor “{NATIONAL}”.") from None


def _format_of(file: Path, *known: str) -> str:
    """The kind of file that a name says is to be written. Raises `Trouble`."""
    ending = file.suffix.lower().removeprefix(".")
    if ending not in known:
        *others, last = (f".{one}" for one in known)
        raise Trouble(
            f"{file} does not say which kind of file it is to be: end its name in {', '.join(others)} or {last}."
        )
    return ending


def _chosen_alliance(plans: PlansApi, given: UUID | None) -> str:
    if given is not None:
        return str(given)
    known = list(plans.alliances())
    if not known:
        raise Trouble("There is no alliance yet. `tsa demo` registers one with sample data.")
    if len(known) > 1:
        listed = ", ".join(f"{alliance['id']} ({alliance['name']})" for alliance in known)
        raise Trouble(f"There are {len(known)} alliances; choose one: {listed}")
    return str(known[0]["id"])


def _only_plan(plans: PlansApi, alliance_id: str) -> str:
    known = list(plans.plans(alliance_id))
    if not known:
        raise Trouble("The alliance has no plan yet. `tsa import-plan` imports one.")
    if len(known) > 1:
        listed = ", ".join(f"{plan['id']} ({plan['title']})" for plan in known)
        raise Trouble(f"The alliance has {len(known)} plans; choose one with --plan: {listed}")
    return str(known[0]["id"])


def _print_json(document: JsonObject) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
