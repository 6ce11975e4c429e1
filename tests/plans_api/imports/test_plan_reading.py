from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.imports.finding import Finding, Severity
from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_document import DocumentTooLarge, Table
from plans_api.imports.plan_layout import AcademicYearNotStated, NoActionPlanFound
from plans_api.imports.plan_reading import read_plan
from plans_api.imports.word_plan import read_word
from service_kit.errors import Refusal
from tests.plans_api.imports.builders import ANY_TEXT, HEADINGS, SAMPLE, found, markdown, plan_of
from tests.plans_api.imports.sample_word_file import sample_word_file

ROW = "Residencies | Choose hosts | May 2015 | K Hibbs | Growth | 3"


def test_a_row_without_anomalies_has_no_finding_but_the_unnamed_set_of_kpis() -> None:
    plan = plan_of(ROW)
    assert [finding.code for finding in plan.findings] == ["kpi-set-not-stated"]
    (action_point,) = plan.action_points
    assert str(action_point.milestones[0].date) == "May 2015"


def test_a_plan_names_at_most_300_leads() -> None:
    rows = [
        ROW.replace("K Hibbs", "; ".join(f"{chr(65 + n)} Hibbs{chr(97 + m)}" for n in range(20))) for m in range(15)
    ]
    assert plan_of(*rows).action_points
    with pytest.raises(DocumentTooLarge, match="301 leads"):
        plan_of(*rows, ROW)


def test_columns_are_found_by_their_headings_in_any_order() -> None:
    cells = dict(zip(HEADINGS, ROW.split(" | "), strict=True))
    turned = tuple(reversed(HEADINGS))
    data = markdown(" | ".join(cells[name] for name in turned), columns=turned)
    assert read_plan(read_markdown(data)).action_points == plan_of(ROW).action_points


def test_a_cell_that_cannot_be_split_for_certain_stays_whole_with_a_proposal() -> None:
    plan = plan_of("Residencies | Choose hosts Place leaders | May 2015 June 2015 | K Hibbs | Growth | 3")
    (action_point,) = plan.action_points
    assert [(each.text, each.date) for each in action_point.milestones] == [("Choose hosts Place leaders", None)]
    assert [value.text for value in action_point.dates] == ["May 2015", "June 2015"]
    (finding,) = found(plan, "milestones-not-split")
    assert (finding.severity, finding.row, finding.column) == (Severity.NEEDS_DECISION, 5, "Milestones")
    assert finding.proposal.endswith("Choose hosts | Place leaders")


def test_dates_are_given_to_milestones_only_where_the_counts_agree() -> None:
    plan = plan_of("Residencies | Choose<br>Place | May 2015 | K Hibbs | Growth | 3")
    (action_point,) = plan.action_points
    assert [(each.text, each.date) for each in action_point.milestones] == [("Choose", None), ("Place", None)]
    assert len(found(plan, "dates-and-milestones-differ")) == 1


def test_a_row_without_a_name_goes_on_with_the_one_above() -> None:
    plan = plan_of(
        "Research | Test the reading of | May 2015 | K Hibbs | Shared with | 3,", "| volunteers | On-going | | all | 4"
    )
    (action_point,) = plan.action_points
    assert action_point.rows == (5, 6)
    assert action_point.milestones[0].text == "Test the reading of volunteers"
    assert (action_point.impact, action_point.kpi_links.codes) == ("Shared with all", ("3", "4"))
    assert [value.text for value in action_point.dates] == ["May 2015", "On-going"]
    assert [finding.row for finding in found(plan, "row-continues")] == [6]


def test_a_first_row_without_a_name_is_kept_and_asked_about() -> None:
    plan = plan_of(" | Choose hosts | May 2015 | K Hibbs | Growth | 3")
    assert [action_point.title for action_point in plan.action_points] == [""]
    assert len(found(plan, "action-point-not-named")) == 1


def test_a_section_without_action_points_is_kept() -> None:
    plan = read_plan(read_markdown(markdown(ROW) + b"\n# 2. Governance\n"))
    assert [section.title for section in plan.sections] == [
        "Leadership, 2014/15",
        "Governance",
    ]
    assert plan.action_points_by_section == (1, 0)
    assert [finding.text for finding in found(plan, "section-empty")] == ["2. Governance"]


def test_a_date_outside_the_year_is_flagged_and_stays_as_it_is() -> None:
    plan = plan_of("Residencies | Choose hosts | November 2015 | K Hibbs | Growth | 3")
    assert plan.dates[0].earliest is not None
    assert plan.dates[0].earliest.year == 2015
    (finding,) = found(plan, "date-outside-year")
    assert (finding.text, finding.column) == ("November 2015", "Date")
    assert "November 2014" in finding.proposal


@pytest.mark.parametrize(("cell", "codes", "findings"), [("3,4,", ("3", "4"), 0), ("N/A", (), 0), ("O", (), 1)])
def test_only_what_is_no_kpi_is_a_finding(cell: str, codes: tuple[str, ...], findings: int) -> None:
    plan = plan_of(f"Residencies | Choose hosts | May 2015 | K Hibbs | Growth | {cell}")
    assert plan.action_points[0].kpi_links.codes == codes
    assert len(found(plan, "kpi-not-read")) == findings


def test_a_national_kpi_table_swallowed_by_the_plan_is_no_action_point() -> None:
    plan = plan_of(ROW, "National KPI | KPI/Target", "1. Schools | More than", "| last year")
    assert len(plan.action_points) == 1
    assert [(kpi.code, kpi.name, kpi.text) for kpi in plan.national_kpis] == [("1", "Schools", "More than last year")]
    assert [finding.row for finding in found(plan, "national-kpi-table")] == [6]
    assert [finding.text for finding in found(plan, "kpi-not-in-set")] == ["3"]


def test_words_in_cells_without_a_heading_are_asked_about() -> None:
    plan = plan_of(f"{ROW} | and more", "Short | Row")
    assert [(finding.row, finding.column) for finding in found(plan, "row-ragged")] == [(5, "Column 7"), (6, "Date")]


def test_tables_columns_and_text_that_are_not_known_are_kept_and_asked_about() -> None:
    data = (
        markdown(f"{ROW} | £100", columns=(*HEADINGS, "Cost"))
        + b"\nA note.\n\n| Name | Phone |\n|--|--|\n| Hibbs | 1 |\n"
    )
    plan = read_plan(read_markdown(data))
    codes = Counter(finding.code for finding in plan.findings)
    assert codes == {"column-not-known": 1, "text-outside-tables": 1, "table-not-known": 1, "kpi-set-not-stated": 1}
    assert {"£100", "A note.", "Hibbs"} <= {cell.text for cell in plan.document.cells()}


def test_a_plan_must_say_its_year_and_have_a_plan_table() -> None:
    with pytest.raises(AcademicYearNotStated):
        read_plan(read_markdown(markdown(ROW, heading="# 1. Leadership")))
    with pytest.raises(NoActionPlanFound):
        read_plan(read_markdown(b"# Plan 2014/15"))


SAMPLE_FINDINGS = {
    "milestones-not-split": 8,
    "dates-and-milestones-differ": 6,
    "leads-run-together": 5,
    "lead-is-a-role": 4,
    "date-outside-year": 3,
    "date-not-read": 1,
    "date-to-be-confirmed": 1,
    "dates-not-in-order": 1,
    "kpi-not-read": 1,
    "kpi-set-not-stated": 1,
    "lead-not-read": 1,
    "lead-to-be-confirmed": 1,
    "letters-raised": 1,
    "milestone-repeated": 1,
    "names-alike": 1,
    "national-kpi-table": 1,
    "row-continues": 1,
    "section-empty": 1,
    "several-targets-in-cell": 1,
    "words-run-together": 1,
}


def test_the_sample_plan_has_every_kind_of_mess() -> None:
    plan = read_plan(read_markdown((SAMPLE / "action_plan.md").read_bytes()))
    assert plan.action_points_by_section == (4, 3, 3, 3, 2, 0, 3)
    assert Counter(finding.code for finding in plan.findings) == SAMPLE_FINDINGS


def test_the_sample_plan_reads_the_same_from_word() -> None:
    from_word = read_plan(read_word((SAMPLE / "action_plan.docx").read_bytes()))
    from_markdown = read_plan(read_markdown((SAMPLE / "action_plan.md").read_bytes()))
    assert from_word.dates == from_markdown.dates
    assert [_place(finding) for finding in from_word.findings] == [
        _place(finding) for finding in from_markdown.findings
    ]


def test_the_word_file_of_the_sample_is_up_to_date() -> None:
    assert read_word((SAMPLE / "action_plan.docx").read_bytes()) == read_word(sample_word_file())


def _place(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.column, finding.text.replace("<br>", "\n")


_cells = st.sampled_from(["", "Choose", "On-going", "A Turner", "3,", "National KPI", "|", "\n", "# 2. More", "|--|"])


@given(st.lists(ANY_TEXT | _cells).map(" | ".join))
def test_reading_drops_nothing_always_reads_the_same_and_refuses_only_in_words(rows: str) -> None:
    document = read_markdown(markdown(*rows.split("\n")))
    try:
        plan = read_plan(document)
    except Refusal:
        return
    assert plan == read_plan(document)
    assert all(finding.row and finding.column and finding.proposal for finding in plan.findings)
    placed = {row for action_point in plan.action_points for row in action_point.rows}
    asked_about = {finding.row for finding in plan.findings}
    unknown = {finding.row for finding in found(plan, "table-not-known")}
    tables = (block for block in document.blocks if isinstance(block, Table) and block.headings.number in unknown)
    asked_about |= {row.number for table in tables for row in table.rows}
    printed = range(plan.national_kpis[0].row, 10**6) if plan.national_kpis else range(0)
    for cell in document.cells():
        assert cell.row <= 3 or cell.row in placed or cell.row in asked_about or cell.row in printed
