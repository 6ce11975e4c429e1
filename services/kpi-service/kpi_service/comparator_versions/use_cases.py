"""What people do with the rules of comparators."""

from datetime import date

from kpi_service.comparator_versions import store
from kpi_service.comparator_versions.comparator_version import ComparatorVersion, MatchingRule, next_version
from kpi_service.measures.target import Comparator
from service_kit.commands import UnitOfWork


def record_comparator_version(
    work: UnitOfWork, name: Comparator, matching: MatchingRule, valid_from_on: date
) -> ComparatorVersion:
    """Records the next version of a comparator's rule, for every alliance. Answers of days before its first stay as
    they were given. Errors: `ComparatorIsNotSet`, `ComparatorVersionBeginsTooEarly`."""
    work.caller.require_everywhere()
    recorded = next_version(store.newest_version(work.session, name), matching, valid_from_on, work.today)
    store.add_version(work.session, recorded)
    work.record(
        "comparator-version-recorded",
        subject=name,
        tenant=None,
        data={"comparator": name, "version": recorded.version, "valid_from_on": valid_from_on},
    )
    return recorded
