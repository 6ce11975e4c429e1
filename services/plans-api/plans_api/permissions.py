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

MATRIX: Matrix = {
    "list_schools": _for(Scope.PLANS_READ, *_EVERYBODY),
    "get_school": _for(Scope.PLANS_READ, *_EVERYBODY),
    "search_schools": _for(Scope.PLANS_READ, *_EVERYBODY),
    "import_register": _for(Scope.PLANS_WRITE, Role.OPERATOR),
    "register_alliance": _for(Scope.PLANS_WRITE, Role.OPERATOR),
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
    "get_finding": _for(Scope.PLANS_READ, *_STAFF),
    "transition_finding": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "list_finding_decisions": _for(Scope.PLANS_READ, *_STAFF),
    "correct_plan": _for(Scope.PLANS_WRITE, *_ADMINISTRATORS),
    "list_plan_corrections": _for(Scope.PLANS_READ, *_STAFF),
    "export_plan": _for(Scope.PLANS_READ, *_STAFF),
    "list_plan_differences": _for(Scope.PLANS_READ, *_STAFF),
    "open_calendar_feed": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "list_calendar_feeds": _for(Scope.PLANS_READ, *_PLANNERS),
    "get_calendar_feed": _for(Scope.PLANS_READ, *_PLANNERS),
    "transition_calendar_feed": _for(Scope.PLANS_WRITE, *_PLANNERS),
    "read_calendar": PUBLIC,
    "give_token": PUBLIC,
    "read_key_set": PUBLIC,
    "read_events": _for(Scope.PLANS_FEED, Role.SERVICE),
}
