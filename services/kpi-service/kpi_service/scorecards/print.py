"""The scorecard as a PDF to hand round: tagged, so that it can be read aloud, and the same on every machine."""

import json
import pkgutil
from dataclasses import asdict
from datetime import datetime

import typst

from kpi_service.scorecards.page import drawing_of
from kpi_service.scorecards.wording import Document

_TEMPLATE = pkgutil.get_data("kpi_service.scorecards", "scorecard.typ") or b""


def print_of(document: Document, *, made_at: datetime) -> bytes:
    """The scorecard as PDF/UA, with the fonts that come with the library. Whatever stands in a name is text; a
    character that none of the fonts has is printed as �."""
    said = asdict(document)
    for section, printed in zip(document.sections, said["sections"], strict=True):
        printed["drawing"] = drawing_of(section.picture) if section.picture else None
    return typst.compile(
        _TEMPLATE,
        format="pdf",
        sys_inputs={"scorecard": json.dumps(said)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=int(made_at.timestamp()),
    )
