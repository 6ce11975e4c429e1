"""What people ask of improvements between inspections."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.comparator_versions.store import versions_in_force
from kpi_service.comparators.use_cases import Matchable
from kpi_service.definitions.kpi_definition import JUDGEMENTS, KpiDefinition, Measure
from kpi_service.improvements.result import ImprovementResult, PublishedFigure, judged_against
from kpi_service.inspections import store as inspections
from kpi_service.inspections.change import ChangeCount, GradeCounts, GradePair, count_changes
from kpi_service.inspections.store import Population, WhoseSchools
from kpi_service.measures.target import Comparator
from kpi_service.outcomes import store as outcomes

COUNTED_HERE = (Comparator.GROUP, Comparator.NATIONAL, Comparator.MATCHED)
"""What an alliance's improvements are always set against, side by side."""


@dataclass
class Comparators:
    """What schools are compared with on a day: each is counted once, however many KPIs ask for it."""

    session: Session
    as_of: date
    beside: Sequence[Comparator] = COUNTED_HERE
    populations: Collection[Population] = (Population.IN_NO_ALLIANCE, Population.NATION)
    _published: dict[Measure, PublishedFigure | None] = field(default_factory=dict)

    @cached_property
    def data_as_of(self) -> datetime | None:
        """When the newest of the facts about inspections was recorded. Asked for before any figure is."""
        return inspections.newest_inspection_fact(self.session, self.as_of)

    def figure(
        self, comparator: Comparator, measure: Measure, schools: Sequence[GradePair]
    ) -> ChangeCount | PublishedFigure:
        """The figure of a comparator for an alliance that has these schools: for the country the one that was
        published, where one was."""
        if comparator is Comparator.NATIONAL:
            return self._published_of(measure) or self.counts[Population.NATION].changes[JUDGEMENTS[measure]]
        if comparator is Comparator.MATCHED:
            return self.matchable.match(JUDGEMENTS[measure], schools).count
        return self.counts[Population.IN_NO_ALLIANCE].changes[JUDGEMENTS[measure]]

    @cached_property
    def counts(self) -> Mapping[WhoseSchools, GradeCounts]:
        """What is counted of each of the populations."""
        return inspections.count_grades(self.session, self.populations, self.as_of)

    def version(self, comparator: Comparator) -> int:
        """The version of the comparator's rule that holds on the day."""
        return self._versions[comparator]

    @cached_property
    def _versions(self) -> Mapping[Comparator, int]:
        return versions_in_force(self.session, self.as_of)

    @cached_property
    def matchable(self) -> Matchable:
        """The schools that matched ones are chosen from."""
        return Matchable(self.session, self.as_of)

    def _published_of(self, measure: Measure) -> PublishedFigure | None:
        if measure not in self._published:
            found = outcomes.published_average(self.session, measure, self.as_of)
            self._published[measure] = (
                None if found is None else PublishedFigure(Fraction(found.value), found.source, found.published_on)
            )
        return self._published[measure]


def answer_improvement(
    session: Session, definition: KpiDefinition, alliance_id: UUID, compared_with: Comparators, today: date
) -> ImprovementResult:
    """How many of an alliance's schools improved between inspections up to the day, under one definition."""
    terms, as_of = definition.terms, compared_with.as_of
    data_as_of = compared_with.data_as_of
    schools = inspections.inspected_schools(session, Population.ALLIANCE, JUDGEMENTS[terms.measure], as_of, alliance_id)
    count = count_changes(schools)
    grades = [school.grades for school in schools]
    return ImprovementResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        count=count,
        against=[
            judged_against(
                terms.target,
                comparator,
                count,
                compared_with.figure(comparator, terms.measure, grades),
                version=compared_with.version(comparator),
                as_of=as_of,
                today=today,
            )
            for comparator in terms.target.and_beside(compared_with.beside)
        ],
        schools=schools,
    )
