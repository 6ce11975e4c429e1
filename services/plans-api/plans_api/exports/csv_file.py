"""A plan as a file of comma-separated values."""

import csv
import re
from io import StringIO

from plans_api.exports.plan_value import PlanValue
from plans_api.exports.six_columns import HEADINGS, Heading, laid_out

# A sheet works out what begins so; an apostrophe before it says that it is text. `read_csv` takes one off again.
_TAKEN_FOR_A_FORMULA = re.compile(r"'*[=+\-@\t]")


def csv_file(plan: PlanValue) -> bytes:
    """The plan in six columns, as UTF-8 with its mark, which spreadsheet programs ask for. Nothing in it is taken for a
    formula."""
    file = StringIO(newline="")
    writer = csv.writer(file)
    for position, block in enumerate(laid_out(plan)):
        if isinstance(block, Heading):
            writer.writerows([[], [_guarded(block.text)]] if position else [[_guarded(block.text)]])
        else:
            writer.writerow(HEADINGS)
            writer.writerows([_guarded(text) for text in row] for row in block.rows)
    return file.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    return f"'{text}" if _TAKEN_FOR_A_FORMULA.match(text) else text
