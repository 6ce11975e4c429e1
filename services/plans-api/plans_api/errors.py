"""Which rule each database constraint guards, for the rare request that gets past the rule itself."""

from plans_api.alliances.membership import LeadSchoolNamedTwice, MembershipEndsBeforeItBegins, MembershipOverlaps
from plans_api.plans.plan_life import AllianceNotKnown
from plans_api.schools.school import SchoolNotInRegister
from service_kit.errors import Duplicate, Refusal
from service_kit.problems import ConstraintRefusals


def _not_in_register() -> Refusal:
    return SchoolNotInRegister("The register has no school with this URN.")


def _alliance_not_known() -> Refusal:
    return AllianceNotKnown("One of these alliances is not on the platform.")


CONSTRAINTS: ConstraintRefusals = {
    "fk_alliances_lead_school_urn_schools": _not_in_register,
    "fk_alliances_second_lead_school_urn_schools": _not_in_register,
    "fk_plan_parties_party_id_alliances": _alliance_not_known,
    "fk_memberships_urn_schools": _not_in_register,
    "ck_alliances_lead_schools_differ": lambda: LeadSchoolNamedTwice("The two lead schools are different schools."),
    "ck_memberships_dates_in_order": lambda: MembershipEndsBeforeItBegins("A membership ends after it begins."),
    "memberships_do_not_overlap": lambda: MembershipOverlaps(
        "The school is a member of this alliance on some of these days already."
    ),
    "uq_clients_client_id": lambda: Duplicate("This client id is taken; choose another."),
    "uq_people_alliance_id_issuer_subject": lambda: Duplicate("This person is known in the alliance already."),
    "uq_term_calendars_alliance_id_academic_year": lambda: Duplicate(
        "The alliance has given its terms of this year already; change them."
    ),
    "uq_role_grants_held": lambda: Duplicate("This role is held already."),
}
