"""Which rule each database constraint guards, for the rare request that gets past the rule itself."""

from service_kit.errors import Duplicate, VersionMismatch
from service_kit.problems import ConstraintRefusals
from sle_broker.deployments.booking import BookedAtTheSameMoment, BookingOverlap
from sle_broker.designation_applications.application import AlreadyApplied

CONSTRAINTS: ConstraintRefusals = {
    "half_days_are_booked_once": lambda: BookedAtTheSameMoment(
        "Another booking of the leader was made at the same moment; send this one again."
    ),
    "visit_days_belong_to_one_school": lambda: BookingOverlap("The leader is booked elsewhere on one of the days."),
    "uq_leader_kinds_alliance_id_code": lambda: Duplicate("The alliance has a kind of leader of this code already."),
    "uq_designation_rounds_alliance_id_name": lambda: Duplicate("The alliance has a round of this name already."),
    "uq_designation_applications_applied": lambda: AlreadyApplied("The leader has applied in this round already."),
    "pk_matching_weights": lambda: VersionMismatch(
        "Other weights were recorded at the same moment; read them and decide anew."
    ),
    "one_agreement_of_two_alliances_at_a_time": lambda: Duplicate(
        "The two alliances have an agreement for these days already, proposed or agreed."
    ),
    "uq_lending_requests_open": lambda: Duplicate("This lender has been asked for this request already."),
    "uq_leader_specialisms_held": lambda: Duplicate("The leader has claimed this specialism already."),
    "pk_minimum_counts": lambda: VersionMismatch("It has changed since you read it; read it again and decide anew."),
    "uq_audit_forms_alliance_id_code_version": lambda: Duplicate(
        "Another version of this form was published at the same moment; read the list and decide anew."
    ),
    "uq_audit_submissions_latest": lambda: Duplicate(
        "Another audit of the school was submitted at the same moment; read it and decide anew."
    ),
    "uq_needs_open": lambda: Duplicate("This need is open already; end that one, or let it stand."),
    "uq_specialisms_alliance_id_code_version": lambda: Duplicate(
        "Another version of this specialism was added at the same moment; read the list and decide anew."
    ),
}
