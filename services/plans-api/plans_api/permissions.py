"""Who may do what in plans-api: for every operation the scope its token needs and the roles that allow it."""

from plans_api.access.roles import Role
from plans_api.access.scopes import Scope
from service_kit.access import PUBLIC, Matrix, Permission


def _for(scope: Scope, *roles: Role) -> Permission:
    return Permission(scope, frozenset(roles))


_EVERYBODY = tuple(role for role in Role if role is not Role.SERVICE)
_ADMINISTRATORS = (Role.OPERATOR, Role.ALLIANCE_ADMIN)
_PLANNERS = (*_ADMINISTRATORS, Role.PLAN_LEAD)
_STAFF = (Role.OPERATOR, Role.ALLIANCE_ADMIN, Role.BROKER, Role.PLAN_LEAD, Role.AUDITOR)

_PLANNERS = (Role.OPERATOR, Role.ALLIANCE_ADMIN, Role.PLAN_LEAD)

MATRIX: Matrix = {
    "list_schools": _for(Scope.PLANS_READ, *_EVERYBODY),
    "get_school": _for(Scope.PLANS_READ, *_EVERYBODY),
    "search_schools": _for(Scope.PLANS_READ, *_EVERYBODY),
    "get_lineage": _for(Scope.PLANS_READ, *_EVERYBODY),
    "import_register": _for(Scope.PLANS_WRITE, Role.OPERATOR),
    "send_register": _for(Scope.PLANS_WRITE, Role.OPERATOR),
    "get_register_job": _for(Scope.PLANS_READ, Role.OPERATOR),
    "list_register_changes": _for(Scope.PLANS_READ, *_EVERYBODY),
    "register_alliance": _for(Scope.PLANS_WRITE, Role.OPERATOR),
    "import_directory": _for(Scope.PLANS_WRITE, Role.OPERATOR),
    "list_alliances": _for(Scope.PLANS_READ, *_EVERYBODY),
    "get_alliance": _for(Scope.PLANS_READ, *_EVERYBODY),
    "change_alliance": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "begin_membership": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_memberships": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_membership": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "transition_membership": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "register_client": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_clients": _for(Scope.PLANS_READ, *_ADMINISTRATORS),
    "transition_client": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "record_person": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_people": _for(Scope.PLANS_READ, *_ADMINISTRATORS),
    "grant_role": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_role_grants": _for(Scope.PLANS_READ, *_ADMINISTRATORS),
    "transition_role_grant": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_plans": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_plan": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "list_action_points": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_action_point": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_date_value": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "change_date": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "list_date_changes": _for(Scope.PLANS_READ, *_STAFF),
    "record_term_calendar": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_term_calendars": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_term_calendar": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "change_term_calendar": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "get_term_dates": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "import_plan": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_findings": _for(Scope.PLANS_READ, *_STAFF),
    "list_programme_kinds": _for(Scope.PLANS_READ, *_EVERYBODY),
    "record_programme_kind": _for(Scope.PLANS_WRITE, Role.OPERATOR),
    "record_programme": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "change_programme": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "plan_programme_run": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "change_programme_run": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "transition_programme_run": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "book_places": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "record_attendance": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "record_outcomes": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "record_evaluation": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "issue_invoice": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "transition_invoice": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "list_programmes": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_programme": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "list_programme_runs": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_programme_run": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "nominate_people": _for(Scope.PLANS_WRITE, *_PLANNERS, Role.SCHOOL),
    "transition_nomination": _for(Scope.PLANS_WRITE, *_PLANNERS, Role.SCHOOL),
    "list_nominations": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_nomination": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_programme_figures": _for(Scope.PLANS_READ, *_STAFF),
    "list_outcomes": _for(Scope.PLANS_READ, *_STAFF),
    "list_invoices": _for(Scope.PLANS_READ, *_STAFF),
    "get_invoice": _for(Scope.PLANS_READ, *_STAFF),
    "change_plan": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "transition_plan": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_plan_changes": _for(Scope.PLANS_READ, *_STAFF),
    "record_milestone_status": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "override_rag": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "record_plan_review": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "set_success_measure": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "record_success_actual": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "list_milestone_statuses": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_plan_progress": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "list_success_measures": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "get_success_measure": _for(Scope.PLANS_READ, *_STAFF, Role.SCHOOL),
    "list_my_actions": _for(Scope.PLANS_READ, *_STAFF, Role.LEADER, Role.SCHOOL),
    "list_plan_reviews": _for(Scope.PLANS_READ, *_STAFF),
    "get_plan_coverage": _for(Scope.PLANS_READ, *_STAFF),
    "name_lead": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "carry_plan_forward": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "give_token": PUBLIC,
    "read_key_set": PUBLIC,
    "read_events": _for(Scope.PLANS_FEED, Role.SERVICE),
}
