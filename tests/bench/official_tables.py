"""National files as large as the official ones: a performance table with columns nobody reads, inspection outcomes, and
the same performance table as a workbook."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

_PERFORMANCE = (
    "RECTYPE", "LEA", "URN", "SCHNAME", "TOTPUPS", "TELIG", "TFSM6CLA1A", "PTFSM6CLA1A", "TNotFSM6CLA1A", "PTRWM_EXP",
    "PTRWM_HIGH", "PTRWM_EXP_FSM6CLA1A", "PTRWM_EXP_NotFSM6CLA1A", "PTRWM_EXP_16",
)  # fmt: skip
_OUTCOMES = (
    "Web Link", "URN", "LAESTAB", "School name", "Ofsted phase", "Inspection number of latest graded inspection",
    "Inspection start date", "Overall effectiveness", "Quality of education",
    "Effectiveness of leadership and management", "URN at time of latest graded inspection",
    "Previous inspection start date", "Previous graded inspection overall effectiveness",
    "Previous quality of education", "Previous effectiveness of leadership and management",
    "URN at time of previous graded inspection",
)  # fmt: skip


_FIRST_URN = 100_000


def performance_table(rows: int, columns: int = 300, first_urn: int = _FIRST_URN) -> bytes:
    """Key stage 2 of 2016/17 as it is downloaded, with a school a row."""
    return _csv(_performance(rows, columns, first_urn), "utf-8-sig")


def inspection_outcomes(rows: int, columns: int = 80, first_urn: int = _FIRST_URN) -> bytes:
    """Inspection outcomes as they are downloaded: the latest and the previous graded inspection of a school a row."""
    return _csv(_outcomes(rows, columns, first_urn), "cp1252")


def performance_workbook(rows: int, columns: int = 300, first_urn: int = _FIRST_URN) -> bytes:
    """The same performance table as a workbook, its texts shared as a spreadsheet program shares them."""
    shared: dict[str, int] = {}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in _WORKBOOK.items():
            book.writestr(name, content)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f"<worksheet {_MAIN}><sheetData>".encode())
            for cells in _performance(rows, columns, first_urn):
                written = "".join(
                    f"<c><v>{cell}</v></c>"
                    if cell.isdigit()
                    else f'<c t="s"><v>{shared.setdefault(cell, len(shared))}</v></c>'
                    for cell in cells
                )
                sheet.write(f"<row>{written}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")
        strings = "".join(f"<si><t>{text}</t></si>" for text in shared)
        book.writestr("xl/sharedStrings.xml", f"<sst {_MAIN}>{strings}</sst>")
    return packed.getvalue()


def _performance(rows: int, columns: int, first_urn: int) -> Iterator[Sequence[str]]:
    more = columns - len(_PERFORMANCE)
    yield [*_PERFORMANCE, *(f"READPROG{number}" for number in range(more))]
    filling = ["SUPP" if number % 3 else "12%" for number in range(more)]
    for number in range(rows):
        pupils = 20 + number % 90
        yield [
            "1", str(801 + number % 150), str(first_urn + number), f"School {number}", str(7 * pupils), str(pupils),
            str(pupils // 4), "25%", str(pupils - pupils // 4), f"{number % 101}%", f"{number % 37}%",
            f"{number % 91}%", f"{number % 97}%", f"{number % 89}%", *filling,
        ]  # fmt: skip


def _outcomes(rows: int, columns: int, first_urn: int) -> Iterator[Sequence[str]]:
    more = columns - len(_OUTCOMES)
    yield [*_OUTCOMES, *(f"Column {number}" for number in range(more))]
    for number in range(rows):
        urn, latest_on = str(first_urn + number), date(2015, 9, 1) + timedelta(number % 900)
        grades = [str(1 + (number * step) % 4) for step in (1, 3, 5, 7, 11, 13)]
        yield [
            f"http://www.ofsted.gov.uk/{urn}", urn, "8501234", f"School {number}", "Primary", f"ITS{number}",
            f"{latest_on:%d/%m/%Y}", *grades[:3], urn, f"{latest_on - timedelta(1200):%d/%m/%Y}", *grades[3:], urn,
            *["Does not apply"] * more,
        ]  # fmt: skip


def _csv(rows: Iterator[Sequence[str]], encoding: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_SHEETS}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATED}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATED}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
}
