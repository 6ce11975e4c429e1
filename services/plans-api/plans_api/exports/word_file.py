"""A plan as a Word document (`.docx`)."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from plans_api.exports.plan_value import PlanValue
from plans_api.exports.six_columns import HEADINGS, Heading, laid_out

_WIDTHS_MM = (42, 86, 34, 34, 62, 15)
_TWIPS_A_MM = 56.7
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_SMALL = '<w:rPr><w:sz w:val="18"/></w:rPr>'
_SMALL_AND_BOLD = '<w:rPr><w:b/><w:sz w:val="18"/></w:rPr>'


def word_file(plan: PlanValue) -> bytes:
    """The plan in six columns on landscape pages, the headings of a table repeated on each."""
    document = Document()
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(12)
    for position, block in enumerate(laid_out(plan)):
        if isinstance(block, Heading):
            document.add_paragraph(block.text, style="Heading 1" if position else "Title")
        else:
            document.element.body.insert_element_before(_table(block.rows), "w:sectPr")
            # Word would join a table to the next without a paragraph between.
            document.add_paragraph()
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _table(rows: Sequence[Sequence[str]]) -> object:
    """Written as XML and not cell by cell, which would take python-docx minutes for a long plan."""
    widths = [round(width * _TWIPS_A_MM) for width in _WIDTHS_MM]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(HEADINGS, widths, _SMALL_AND_BOLD, "<w:trPr><w:tblHeader/></w:trPr>")
    body = "".join(_row(row, widths, _SMALL, "<w:trPr><w:cantSplit/></w:trPr>") for row in rows)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
    )


def _row(texts: Iterable[str], widths: Iterable[int], look: str, properties: str) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraphs(text, look)}</w:tc>'
        for text, width in zip(texts, widths, strict=True)
    )
    return f"<w:tr>{properties}{cells}</w:tr>"


def _paragraphs(text: str, look: str) -> str:
    return "".join(
        f'<w:p><w:pPr><w:spacing w:after="40"/></w:pPr><w:r>{look}'
        f'<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
