"""Who may do what here: the scope a token needs and the roles that suffice, for every operation.

A result of an alliance lists its leaders one by one, so it is not for a single leader, a school or a partner's system:
what those may see is their own part and published figures, and this service has no operation for either yet.
"""

from service_kit.access import Matrix, Permission

_OF_ALLIANCES = frozenset({"operator", "alliance_admin", "broker", "plan_lead", "auditor"})
_OF_THE_PLATFORM = frozenset({"operator", "auditor", "service"})
_ANYONE = _OF_ALLIANCES | _OF_THE_PLATFORM | {"leader", "school", "partner_system"}

MATRIX: Matrix = {
    "hand_in_upload": Permission("kpi-service:write", frozenset({"operator"})),
    "list_uploads": Permission("kpi-service:read", _ANYONE),
    "get_upload": Permission("kpi-service:read", _ANYONE),
    "list_refused_rows": Permission("kpi-service:read", _ANYONE),
    "get_annotated_file": Permission("kpi-service:read", _ANYONE),
    "list_kpi_definitions": Permission("kpi-service:read", _ANYONE),
    "get_kpi_definition": Permission("kpi-service:read", _ANYONE),
    "record_kpi_definition": Permission("kpi-service:write", frozenset({"operator"})),
    "list_comparators": Permission("kpi-service:read", _ANYONE),
    "get_comparator": Permission("kpi-service:read", _ANYONE),
    "record_comparator_version": Permission("kpi-service:write", frozenset({"operator"})),
    "list_trace": Permission("kpi-service:read", _OF_ALLIANCES),
    "list_result_series": Permission("kpi-service:read", _OF_ALLIANCES),
    "list_alliance_results": Permission("kpi-service:read", _OF_ALLIANCES),
    "list_matched_schools": Permission("kpi-service:read", _OF_ALLIANCES),
    "export_alliance_results": Permission("kpi-service:read", _OF_ALLIANCES),
    "get_scorecard": Permission("kpi-service:read", _OF_ALLIANCES),
    "list_results_of_all_alliances": Permission("kpi-service:read", _OF_THE_PLATFORM),
    "export_results_of_all_alliances": Permission("kpi-service:read", _OF_THE_PLATFORM),
    "list_national_results": Permission("kpi-service:read", _OF_THE_PLATFORM),
    "list_inspection_changes": Permission("kpi-service:read", _ANYONE),
    "check_claims": Permission("kpi-service:read", _ANYONE),
    "read_events": Permission("kpi-service:feed", frozenset({"service"})),
}
