"""An invoice as data: issued, then paid or cancelled."""

from datetime import date
from enum import StrEnum

from service_kit.errors import RuleBroken
from service_kit.life_cycle import LifeCycle


class InvoiceState(StrEnum):
    """The states of an invoice."""

    ISSUED = "issued"
    PAID = "paid"
    CANCELLED = "cancelled"


class NoReason(StrEnum):
    """The steps of an invoice explain themselves."""


INVOICE_LIFE: LifeCycle[InvoiceState, NoReason] = LifeCycle(
    {
        InvoiceState.ISSUED: {InvoiceState.PAID: frozenset(), InvoiceState.CANCELLED: frozenset()},
        InvoiceState.PAID: {},
        InvoiceState.CANCELLED: {},
    }
)


class InvoiceDueBeforeIssue(RuleBroken):
    """An invoice is due on the day it is issued or later."""


def require_due_after_issue(issued_on: date, due_on: date) -> None:
    """Refuses a day to pay by that comes before the invoice. Errors: `InvoiceDueBeforeIssue`."""
    if due_on < issued_on:
        raise InvoiceDueBeforeIssue(f"The invoice is issued on {issued_on}; it cannot be due on {due_on}.")
