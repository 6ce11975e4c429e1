"""A plan's file is sent as what its content says it is, whatever its name."""

from pathlib import Path

import pytest

from tests.plans_api.imports.builders import SAMPLE, workbook
from tsa_local.documents import CSV, MARKDOWN, WORD, WORKBOOK, read_plan

ROW = ("Host", "Choose", "May 2015", "K Hibbs", "Growth", "3")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ((SAMPLE / "action_plan.docx").read_bytes(), WORD),
        ((SAMPLE / "action_plan.md").read_bytes(), MARKDOWN),
        (workbook(ROW), WORKBOOK),
        (b"Action plan 2014/15\r\nAction points,Milestones\r\nHost,Choose\r\n", CSV),
    ],
)
def test_a_file_is_sent_as_what_it_is(content: bytes, media_type: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(content)
    assert read_plan(file).media_type == media_type
