"""The kinds of file a plan may come in, by media type, and what reads each."""

from collections.abc import Callable, Mapping

from plans_api.imports.csv_plan import read_csv
from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_document import PlanDocument
from plans_api.imports.word_plan import read_word
from plans_api.imports.workbook_plan import read_workbook

MARKDOWN = "text/markdown"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"

READERS: Mapping[str, Callable[[bytes], PlanDocument]] = {
    MARKDOWN: read_markdown,
    WORD: read_word,
    WORKBOOK: read_workbook,
    CSV: read_csv,
}
ENDINGS = {MARKDOWN: "md", WORD: "docx", WORKBOOK: "xlsx", CSV: "csv"}
EXAMPLES = {
    MARKDOWN: "# Action plan 2014/15\n\n| Action points | …",
    WORD: "(a .docx file)",
    WORKBOOK: "(an .xlsx file)",
    CSV: "Action plan 2014/15\nAction points,Milestones,…",
}
