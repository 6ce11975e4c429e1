"""What people ask of matched schools."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.comparator_versions import store as versions
from kpi_service.comparator_versions.comparator_version import ComparatorVersion, require_figures
from kpi_service.comparators import store
from kpi_service.comparators.matched_schools import MatchedSchools, Pool, SchoolColumns, match_schools
from kpi_service.definitions import store as definitions
from kpi_service.definitions.kpi_definition import JUDGEMENTS, KpiDefinition
from kpi_service.inspections import store as inspections
from kpi_service.inspections.change import GradePair, Judgement
from kpi_service.inspections.store import Population
from kpi_service.measures.target import Comparator
from kpi_service.schools.store import require_alliance
from service_kit.errors import NotFound, RuleBroken


class KpiIsNotMatched(RuleBroken):
    """Only KPIs that count improvements between inspections are set against matched schools."""


@dataclass
class Matchable:
    """What matched schools are chosen from on a day: read once, for however many alliances and KPIs."""

    session: Session
    as_of: date
    _pools: dict[Judgement, Pool] = field(default_factory=dict)

    @cached_property
    def comparator(self) -> ComparatorVersion:
        """The version of the rule that holds on the day."""
        return versions.version_in_force(self.session, Comparator.MATCHED, self.as_of)

    def match(self, judgement: Judgement, schools: Iterable[GradePair]) -> MatchedSchools:
        """The matched schools of an alliance that has these schools."""
        if judgement not in self._pools:
            self._pools[judgement] = Pool(self._known[judgement], require_figures(self.comparator))
        return match_schools(map(self._known[judgement].describe, schools), self._pools[judgement])

    @cached_property
    def _known(self) -> Mapping[Judgement, SchoolColumns]:
        return store.describe_schools(self.session, self.as_of)


@dataclass(frozen=True)
class MatchedForKpi:
    """The matched schools of an alliance under one definition, on a day. `data_as_of` is when the newest of the facts
    was recorded."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    comparator: ComparatorVersion
    matched: MatchedSchools


def match_for_kpi(session: Session, alliance_id: UUID, code: str, as_of: date) -> MatchedForKpi:
    """The schools that an alliance's are set against under the KPI with this code, as they were on the day. Errors:
    `NotFound`, `KpiIsNotMatched`."""
    require_alliance(session, alliance_id)
    found = definitions.definitions_in_force(session, as_of, set_code=None, code=code)
    if not found:
        raise NotFound("There is no such thing here.")
    (definition,) = found
    judgement = JUDGEMENTS.get(definition.terms.measure)
    if judgement is None:
        matched = ", ".join(sorted(JUDGEMENTS))
        raise KpiIsNotMatched(f"{code} counts {definition.terms.measure}; schools are matched for {matched} only.")
    newest = (inspections.newest_inspection_fact(session, as_of), store.newest_description(session, as_of))
    own = inspections.grade_pairs(session, Population.ALLIANCE, judgement, as_of, alliance_id)
    matchable = Matchable(session, as_of)
    return MatchedForKpi(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=max((instant for instant in newest if instant is not None), default=None),
        comparator=matchable.comparator,
        matched=matchable.match(judgement, own),
    )
