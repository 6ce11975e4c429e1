"""What the commands print for a person to read. Consoles here take text as it is: what a plan says is never markup."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tsa_local.api_client import JsonObject
from tsa_local.stack import Address

MOST_REFUSALS_SHOWN = 20

MOST_FINDINGS: Final = 12
VERDICTS: Final = {
    "met": ("met", "bold green"),
    "not_met": ("not met", "bold red"),
    "no_data": ("no data", "bold yellow"),
    "not_yet_due": ("not yet due", "bold yellow"),
    "undefined": ("undefined", "bold yellow"),
    "suppressed": ("suppressed", "bold yellow"),
}


def console_for_people(*, on_error: bool = False) -> Console:
    """A console that prints text as it is."""
    return Console(stderr=on_error, markup=False, highlight=False)


def print_main_job(console: Console, report: JsonObject) -> None:
    """The report of the main job."""
    names = {leader["id"]: leader["name"] for leader in report["leaders"]}
    schools = report["schools"]
    alliance = report["alliance"]
    console.rule("The main job")
    _head(console, "Register")
    print_register(console, report["register"])
    _head(console, f"{alliance['name']}, cohort {alliance['cohort']}, {len(schools)} schools")
    console.print(f"Known as {alliance['id']}. Its leaders, requests, deployments and their dates are invented.")
    print_plan(console, report["import"], most_findings=MOST_FINDINGS)
    print_shortlist(console, report, schools)
    print_deployment(console, report["deployment"], names, schools)
    print_deployment_kpi(console, report["kpi"], names)
    for result in report["schools_in_alliances"].values():
        print_count(console, result)
    if report["improvement"] is not None:
        _head(console, "Inspection outcomes")
        print_upload(console, report["improvement"]["upload"], [])
        print_improvement(console, report["improvement"]["kpi"])
    _head(console, "The scorecard: every KPI with its chart, to hand round")
    as_of = report["kpi"]["as_of"]
    console.print(f".venv/bin/tsa scorecard scorecard.pdf --alliance {alliance['id']} --as-of {as_of}", soft_wrap=True)


_REGISTER_FILES = {"schools": "schools", "links": "links between schools", "groups": "schools in groups"}


def print_register(console: Console, done: JsonObject) -> None:
    """What an import did to the register."""
    what = _REGISTER_FILES[done["kind"]]
    console.print(
        f"{done['rows_read']:,} rows read: {done['added']:,} {what} added, {done['changed']:,} changed, "
        f"{done['unchanged']:,} unchanged, {done['rows_refused']:,} rows refused."
    )
    if done["refused"]:
        table = _table("Line", "URN", "Why")
        for row in done["refused"][:MOST_FINDINGS]:
            table.add_row(str(row["line"]), row["urn"], row["detail"])
        console.print(table)


def print_plan(console: Console, done: JsonObject, *, most_findings: int | None = None) -> None:
    """What an import found in an action plan."""
    _head(console, f"Action plan {done['academic_year']}: {_said_of(done)}")
    by_section = ", ".join(str(number) for number in done["action_points_by_section"])
    dates = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in done["dates_by_kind"].items() if number)
    console.print(f"{done['sections']} sections, {done['action_points']} action points ({by_section})")
    console.print(f"Dates: {dates}; {done['dates_outside_year']} outside the year, kept as they are")
    findings = done["findings"]
    severities = Counter(finding["severity"].replace("_", " ") for finding in findings)
    console.print(f"{len(findings)} findings: {', '.join(f'{number} {name}' for name, number in severities.items())}")
    shown = findings[:most_findings]
    if shown:
        table = _table("Row", "Column", "Finding", "Text", "Proposal")
        for finding in shown:
            table.add_row(
                str(finding["row"]),
                finding["column"],
                finding["code"],
                _shortened(finding["text"]),
                _shortened(finding["proposal"]),
            )
        console.print(table)
    if len(shown) < len(findings):
        hidden = len(findings) - len(shown)
        console.print(f"… and {hidden} more; all of them: .venv/bin/tsa import-plan FILE --dry-run")


def print_shortlist(console: Console, report: JsonObject, schools: Mapping[str, str]) -> None:
    """Who can be offered for the request, and why each of the others cannot."""
    request, shortlist = report["support_request"], report["shortlist"]
    host = schools[request["host_school_urn"]]
    _head(console, f"Shortlist for {host}, as of {shortlist['as_of']}")
    table = _table("", "Leader", "Points", "Why")
    for place, candidate in enumerate(shortlist["candidates"], start=1):
        reasons = [f"{part['points']:>3}  {part['criterion']}: {part['fact']}" for part in candidate["parts"]]
        table.add_row(str(place), candidate["name"], str(candidate["total"]), "\n".join(reasons), end_section=True)
    console.print(table)
    blocked = _table("Not offered", "Reason", "Fact")
    for leader in shortlist["blocked"]:
        blocked.add_row(leader["name"], leader["reason"].replace("_", " "), leader["fact"])
    console.print(blocked)


def print_deployment(
    console: Console, deployment: JsonObject, names: Mapping[str, str], schools: Mapping[str, str]
) -> None:
    """The life of a deployment so far."""
    leader, host = names[deployment["leader_id"]], schools[deployment["host_school_urn"]]
    _head(console, f"Deployment of {leader} to {host}: {deployment['state'].replace('_', ' ')}")
    console.print(f"{deployment['days_used']:g} of {deployment['days']:g} days used, until {deployment['ends_on']}")
    for objective in deployment["objectives"]:
        console.print(f"Objective: {objective['text']}. Measure: {objective['measure']}.")
    table = _table("Day", "Step")
    for step in deployment["steps"]:
        table.add_row(step["on"], step["state"].replace("_", " "))
    for visit in deployment["visits"]:
        table.add_row(visit["on"], "visit, a day" if visit["days"] == 1 else "visit, half a day")
    console.print(table)


def print_results(console: Console, results: Iterable[JsonObject], names: Mapping[str, str]) -> None:
    """An alliance's results, one after another."""
    for result in results:
        if "pairing_rule" in result:
            print_improvement(console, result)
        elif "pending" in result:
            print_deployment_kpi(console, result, names)
        elif "total" in result or result["measure"] == "schools_in_alliances":
            print_count(console, result)
        else:
            print_verdict(console, result)


def print_deployment_kpi(console: Console, result: JsonObject, names: Mapping[str, str]) -> None:
    """KPI B8b with everything behind it. Leaders without a name in `names` are shown by their id."""
    _head(console, f"KPI {result['code']}: {result['name']}, as of {result['as_of']}")
    line = Text(f"{_share(result)}; {_said_of_target(result)}: ")
    console.print(line.append(*VERDICTS[result["state"]]))
    table = _table("Leader", "Designated", "Last day", "First day on site", "Counted as")
    for made in result["trace"]:
        counted = made["counted_as"].replace("_", " ")
        first = made["first_day_on"] or "–"
        table.add_row(_name(made, names), made["designated_on"], made["last_day_on"], first, counted)
    for made in result["pending"]:
        days = f"pending, {made['days_left']} days left"
        table.add_row(_name(made, names), made["designated_on"], made["last_day_on"], "–", days)
    for made in result["excluded"]:
        why = f"excluded: {made['reason'].replace('_', ' ')}, {made['on']}"
        table.add_row(_name(made, names), made["designated_on"], "–", "–", why)
    console.print(table)


def print_improvement(console: Console, result: JsonObject) -> None:
    """How many schools improved between inspections, and how that stands to each comparator."""
    _head(console, f"KPI {result['code']}: {result['name']}, as of {result['as_of']}")
    counts, could = result["counts"], result["of_those_that_could"]
    said = ", ".join(f"{count} {change.replace('_', ' ')}" for change, count in counts.items())
    console.print(f"{_share(result)} of all pairs; {_share(could)} of those that could improve. {said}.")
    for against in result["against"]:
        source = "" if against["source"] is None else f" ({against['source']})"
        figure = "no percentage" if against["percent"] is None else f"{against['percent']:g} %"
        line = Text(f"  {result['target']['rule'].replace('_', ' ')} {against['name']}{source}, {figure}: ")
        line.append(*VERDICTS[against["state"]])
        if against["is_supported"] is False:
            line.append("; its interval does not support that")
        console.print(line)


def _share(rate: JsonObject) -> str:
    percent = "no percentage" if rate["percent"] is None else f"{rate['percent']:g} %"
    return f"{rate['numerator']} of {rate['denominator']} = {percent}"


def print_verdict(console: Console, result: JsonObject) -> None:
    """The verdict on any other KPI, or on a part of it. What stands behind it is in the JSON."""
    part = "".join(f", {result[name]}".replace("_", " ") for name in ("key_stage", "figure") if result.get(name))
    _head(console, f"KPI {result['code']}: {result['name']}{part}, as of {result['as_of']}")
    line = Text(f"{_figure(result)}; {_said_of_target(result)}: ")
    console.print(line.append(*VERDICTS[result["state"]]))
    for against in result.get("against", [])[1:]:
        line = Text(f"  {result['target']['rule'].replace('_', ' ')} {against['name']}: ")
        console.print(line.append(*VERDICTS[against["state"]]))


def _figure(result: JsonObject) -> str:
    """What is judged: a share, a change and the two years it comes of, or a number."""
    if result.get("numerator") is not None:
        return _share(result)
    value = result.get("value")
    if value is None:
        return "no figure"
    if result["unit"] != "percent":
        return f"{value:g} {result['unit']}"
    before, percent = result["previous_value"], result["change_percent"]
    change = "no percentage" if percent is None else f"{percent:+g} %"
    return f"{value:g}, {change}" if before is None else f"{value:g} after {before:g} = {change}"


def print_count(console: Console, result: JsonObject) -> None:
    """How many schools or trainees alliances have, now and a year before; nationally also by cohort."""
    total = result.get("total", result)
    where = "nationally" if "total" in result else "this alliance"
    _head(console, f"KPI {result['code']}: {result['name']}, {where}, as of {result['as_of']}")
    line = Text(f"{_two_years(total, ' ' + result['unit'])}; {_said_of_target(result)}: ")
    console.print(line.append(*VERDICTS[result["state"]]))
    for cohort in result.get("cohorts", []):
        verdict, style = VERDICTS[cohort["state"]]
        line = Text(f"  cohort {cohort['cohort']}: {_two_years(cohort)}: ")
        console.print(line.append(verdict, style))


def _two_years(counted: JsonObject, unit: str = "") -> str:
    now, before = ("–" if counted[year] is None else counted[year] for year in ("value", "previous_value"))
    return f"{now}{unit}, {before} a year before"


def print_upload(console: Console, done: JsonObject, refusals: Sequence[JsonObject]) -> None:
    """What was read of an official file, in rows and in facts, and the first rows that were refused."""
    of_year = "" if done["year"] is None else f", {done['year']}"
    console.print(f"{done['file_name']}: {done['family'].replace('_', ' ')}{of_year}")
    console.print(
        f"{done['rows_read']:,} rows read: {done['rows_accepted']:,} accepted, {done['rows_refused']:,} refused. "
        f"Facts: {done['facts_new']:,} new, {done['facts_restated']:,} restated, {done['facts_unchanged']:,} known.",
        soft_wrap=True,
    )
    if not refusals:
        return
    table = _table("line", "column", "code", "why")
    for row in refusals[:MOST_REFUSALS_SHOWN]:
        table.add_row(str(row["line"]), row["column"], row["code"], row["detail"])
    console.print(table)


def print_claim(console: Console, checked: JsonObject) -> None:
    """What whole numbers make of a published figure; where they cannot give it, what the nearest ones give."""
    counts, base = checked["counts"], checked["base"]
    if checked["possible"]:
        which = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        console.print(f"{checked['text']}: possible, {which} of {base}.", soft_wrap=True)
        return
    console.print(f"{checked['text']}: no whole numbers give it.", style="red", soft_wrap=True)
    for part in checked["parts"]:
        if not part["counts"]:
            nearest = ", ".join(f"{near['count']} of {base} is {near['percent']:.2f} %" for near in part["nearest"])
            figure = f"{part['count']}" if part["percent"] is None else f"{part['percent']} %"
            console.print(f"  {figure}: {nearest or f'more than {base}'}.", soft_wrap=True)
    if all(part["counts"] for part in checked["parts"]):
        console.print("  Each part is possible by itself; together they do not come to the total.", soft_wrap=True)


def print_addresses(console: Console, address: Address) -> None:
    """Where the three APIs are described and can be tried, and a first request to try."""
    console.print()
    for name in ("plans_api", "sle_broker", "kpi_service"):
        console.print(f"{name.replace('_', '-'):<12} {getattr(address, name)}/docs")
    signed_in = '-H "Authorization: Bearer $(.venv/bin/tsa token)"'
    console.print(f"\nTry: curl {signed_in} {address.plans_api}/v1/alliances", soft_wrap=True)


def _said_of(done: JsonObject) -> str:
    if done["dry_run"]:
        return "read, not kept (dry run)"
    return f"imported as plan {done['plan_id']}" if done["changed"] else f"known already, plan {done['plan_id']}"


def _said_of_target(result: JsonObject) -> str:
    target = result["target"]
    rule, value = target["rule"].replace("_", " "), target["value"]
    return (
        f"target {rule} {value:g} %" if value is not None else f"target {rule} {target['comparator']}".replace("_", " ")
    )


def _name(made: JsonObject, names: Mapping[str, str]) -> str:
    return names.get(made["leader_id"], made["leader_id"])


def _shortened(text: str, longest: int = 60) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= longest else one_line[: longest - 1] + "…"


def _head(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _table(*headings: str) -> Table:
    table = Table()
    for heading in headings:
        # In a narrow terminal a code goes on in the next line: cut off it would be none.
        table.add_column(heading, overflow="fold")
    return table
