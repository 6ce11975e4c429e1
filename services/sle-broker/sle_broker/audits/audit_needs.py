"""The rule by which an audit begins needs and ends them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sle_broker.audits.audit_submission import AuditSubmission
from sle_broker.needs.need import NeedEndReason
from sle_broker.specialisms.specialism import Specialism


@dataclass(frozen=True)
class NeedsAfterAudit:
    """What a submitted audit does to the needs that the audits before it told of: those that arise, and the codes of
    those that end, each with the reason. What is in neither stays open, under the audit that first told of it."""

    arisen: tuple[Specialism, ...]
    ended: dict[str, NeedEndReason]


def needs_after(audit: AuditSubmission, open_codes: Iterable[str]) -> NeedsAfterAudit:
    """What becomes of the open needs, given by the codes of their specialisms.

    A need that the audit still shows goes on. One that it no longer shows is met; one that its form no longer asks
    about is superseded: nothing is known of it.
    """
    needed = {specialism.code: specialism for specialism in audit.areas_of_need}
    asked = {question.specialism.code for question in audit.form.questions}
    still_open = set(open_codes)
    return NeedsAfterAudit(
        arisen=tuple(specialism for code, specialism in needed.items() if code not in still_open),
        ended={
            code: NeedEndReason.MET if code in asked else NeedEndReason.SUPERSEDED
            for code in sorted(still_open - needed.keys())
        },
    )
