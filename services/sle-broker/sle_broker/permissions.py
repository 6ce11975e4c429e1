"""Who may do what in sle-broker: for every operation the scope its token needs and the roles that allow it.

A leader's role is bound to their own record, a school's to its URN, another system's to the requests it made; what they
may do beyond that party is refused by the use case.
"""

from service_kit.access import Matrix, Permission

_ADMINISTRATORS = ("operator", "alliance_admin")
_STAFF = (*_ADMINISTRATORS, "broker")
_READERS = (*_STAFF, "auditor")
_PANEL_READERS = (*_ADMINISTRATORS, "auditor")
_EVERYBODY = (*_READERS, "plan_lead", "leader", "school", "partner_system")
# Who is in the catalogue consented to be found by the alliance and its partners; the platform's operator is neither.
_CATALOGUE_READERS = ("alliance_admin", "broker", "plan_lead", "leader", "school", "partner_system", "auditor")
# Who wants to become what, and what they are coached in, leaves the alliance for nobody: no operator, no partner.
_MATCH_PLACEMENTS = ("alliance_admin", "broker", "auditor")
_WHO_ASKS = ("school", "partner_system")


def _read(*roles: str) -> Permission:
    return Permission("sle-broker:read", frozenset(roles))


def _write(*roles: str) -> Permission:
    return Permission("sle-broker:write", frozenset(roles))


MATRIX: Matrix = {
    "list_specialisms": _read(*_EVERYBODY),
    "list_specialism_versions": _read(*_EVERYBODY),
    "add_specialism": _write(*_STAFF),
    "agree_sharing_protocol": _write("school"),
    "list_sharing_protocols": _read(*_READERS, "school"),
    "get_sharing_protocol": _read(*_READERS, "school"),
    "transition_sharing_protocol": _write("school"),
    "list_leader_kinds": _read(*_EVERYBODY),
    "add_leader_kind": _write(*_STAFF),
    "list_designation_rules": _read(*_READERS),
    "record_designation_rule": _write(*_ADMINISTRATORS),
    "record_need": _write(*_STAFF, "partner_system"),
    "list_needs": _read(*_READERS, *_WHO_ASKS),
    "get_need": _read(*_READERS, *_WHO_ASKS),
    "transition_need": _write(*_STAFF, "partner_system"),
    "publish_audit_form": _write(*_STAFF),
    "list_audit_forms": _read(*_READERS, *_WHO_ASKS),
    "get_audit_form": _read(*_READERS, *_WHO_ASKS),
    "begin_audit": _write("school"),
    "list_audits": _read(*_READERS, *_WHO_ASKS),
    "get_audit": _read(*_READERS, *_WHO_ASKS),
    "answer_audit": _write("school"),
    "transition_audit": _write("school"),
    "register_leader": _write(*_STAFF),
    "list_leaders": _read(*_READERS, "leader"),
    "get_leader": _read(*_READERS, "leader"),
    "change_leader": _write(*_STAFF, "leader"),
    "get_leader_days": _read(*_READERS, "leader"),
    "record_availability": _write(*_STAFF, "leader"),
    "claim_specialism": _write(*_STAFF, "leader"),
    "list_leader_specialisms": _read(*_READERS, "leader"),
    "get_leader_specialism": _read(*_READERS, "leader"),
    "transition_leader_specialism": _write(*_STAFF),
    "designate_leader": _write(*_STAFF),
    "list_designations": _read(*_READERS, "leader"),
    "get_designation": _read(*_READERS, "leader"),
    "transition_designation": _write(*_STAFF),
    "get_need_summary": _read(*_READERS, "plan_lead"),
    "get_minimum_count": _read(*_READERS, "plan_lead"),
    "set_minimum_count": _write(*_ADMINISTRATORS),
    "record_training": _write(*_STAFF),
    "add_designation_round": _write(*_ADMINISTRATORS),
    "list_designation_rounds": _read(*_READERS, "leader", "school"),
    "get_designation_round": _read(*_READERS, "leader", "school"),
    "change_designation_round": _write(*_ADMINISTRATORS),
    "record_round_target": _write(*_ADMINISTRATORS),
    "list_designation_round_counts": _read(*_READERS),
    "get_need_cover": _read(*_READERS),
    "submit_designation_application": _write(*_ADMINISTRATORS, "leader"),
    "list_designation_applications": _read(*_READERS, "leader"),
    "get_designation_application": _read(*_READERS, "leader"),
    "transition_designation_application": _write(*_ADMINISTRATORS, "leader"),
    "assess_designation_application": _write(*_ADMINISTRATORS),
    "get_designation_assessment": _read(*_PANEL_READERS, "leader"),
    "release_designation_papers": _write(*_ADMINISTRATORS),
    "designate_applicant": _write(*_ADMINISTRATORS),
    "list_designation_references": _read(*_PANEL_READERS, "leader", "school"),
    "get_designation_reference": _read(*_PANEL_READERS, "leader", "school"),
    "give_designation_reference": _write(*_ADMINISTRATORS, "school"),
    "submit_support_request": _write("broker", *_WHO_ASKS),
    "list_support_requests": _read(*_READERS, *_WHO_ASKS),
    "get_support_request": _read(*_READERS, *_WHO_ASKS),
    "transition_support_request": _write(*_STAFF, *_WHO_ASKS),
    "get_weights": _read("alliance_admin", "broker", "auditor"),
    "list_weights": _read("alliance_admin", "broker", "auditor"),
    "record_weights": _write("alliance_admin", "broker"),
    "get_shortlist": _read("alliance_admin", "broker", "auditor"),
    "list_blocked_leaders": _read("alliance_admin", "broker", "auditor"),
    "get_deployment_clock": _read("alliance_admin", "broker", "auditor"),
    "list_clock_readings": _read("alliance_admin", "broker", "auditor"),
    "propose_deployment": _write("broker"),
    "list_deployments": _read(*_READERS, "leader", *_WHO_ASKS),
    "get_deployment": _read(*_READERS, "leader", *_WHO_ASKS),
    "change_deployment_terms": _write("broker"),
    "agree_to_deployment": _write("broker", "leader", "school"),
    "transition_deployment": _write("broker", "leader", "school"),
    "record_review": _write("broker", "leader", "school"),
    "judge_objectives": _write("broker", "school"),
    "release_evaluation": _write("alliance_admin", "broker"),
    "give_feedback": _write(*_WHO_ASKS),
    "list_feedback": _read(*_READERS, "leader", *_WHO_ASKS),
    "get_feedback": _read(*_READERS, "leader", *_WHO_ASKS),
    "list_due_reviews": _read(*_READERS, "leader", *_WHO_ASKS),
    "record_outcome": _write("broker", "school"),
    "get_outcome": _read(*_READERS, "leader", *_WHO_ASKS),
    "get_outcome_register": _read(*_READERS, "plan_lead"),
    "correct_first_day": _write("broker"),
    "record_visit": _write("broker", "leader"),
    "list_visits": _read(*_READERS, "leader", *_WHO_ASKS),
    "propose_lending_agreement": _write(*_STAFF),
    "list_lending_agreements": _read(*_READERS),
    "get_lending_agreement": _read(*_READERS),
    "transition_lending_agreement": _write(*_STAFF),
    "ask_lender": _write("broker"),
    "list_lending_requests": _read(*_READERS),
    "get_lending_request": _read(*_READERS),
    "get_lender_shortlist": _read("alliance_admin", "broker", "auditor"),
    "list_lenders": _read(*_READERS),
    "transition_lending_request": _write("broker"),
    "offer_leader": _write("broker"),
    "list_lending_offers": _read(*_READERS),
    "get_lending_offer": _read(*_READERS),
    "transition_lending_offer": _write("broker"),
    "catalogue_teacher": _write("alliance_admin", "broker", "school"),
    "search_teachers": _read(*_CATALOGUE_READERS),
    "get_teacher": _read(*_CATALOGUE_READERS),
    "transition_teacher": _write("alliance_admin", "broker", "school"),
    "open_placement_host": _write("broker", "school"),
    "list_placement_hosts": _read(*_MATCH_PLACEMENTS, "school"),
    "match_applicants": _read(*_MATCH_PLACEMENTS),
    "apply_for_placement": _write("broker", "school"),
    "list_placement_applications": _read(*_MATCH_PLACEMENTS, "leader", "school"),
    "get_placement_application": _read(*_MATCH_PLACEMENTS, "leader", "school"),
    "transition_placement_application": _write("broker", "leader", "school"),
    "match_hosts": _read(*_MATCH_PLACEMENTS),
    "propose_placement": _write("broker"),
    "list_placements": _read(*_MATCH_PLACEMENTS, "leader", "school"),
    "get_placement": _read(*_MATCH_PLACEMENTS, "leader", "school"),
    "agree_to_placement": _write("broker", "leader", "school"),
    "transition_placement": _write("broker", "leader", "school"),
    "record_placement_visit": _write("broker", "leader"),
    "judge_placement": _write("broker", "school"),
    "read_events": Permission("sle-broker:feed", frozenset({"service"})),
}
