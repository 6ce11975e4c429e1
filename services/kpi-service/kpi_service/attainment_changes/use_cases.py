"""What people ask of attainment year on year."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.attainment_changes import store
from kpi_service.attainment_changes.change import Topic, TopicSums, add_up, topics_of
from kpi_service.attainment_changes.result import AttainmentResult
from kpi_service.comparator_versions.store import versions_in_force
from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.inspections.store import Population, WhoseSchools
from kpi_service.measures.target import Comparator
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes import store as outcomes
from kpi_service.verdicts.change import OtherChange, changed_against


@dataclass
class AttainmentComparators:
    """What attainment is compared with on a day: added up once, however many KPIs ask for it."""

    session: Session
    as_of: date
    populations: Collection[Population] = (Population.IN_NO_ALLIANCE,)

    @property
    def year(self) -> FileYear:
        """The academic year whose results count on the day."""
        return FileYear.ended_by(self.as_of)

    @cached_property
    def data_as_of(self) -> datetime | None:
        """When the newest of the facts about attainment was recorded. Asked for before any figure is."""
        return store.newest_attainment_fact(self.session, self.as_of)

    def figure(self, comparator: Comparator, topic: Topic) -> OtherChange:
        """The figure of a comparator: for the country the change that was published for the year, or else what the
        performance tables say of it."""
        if comparator is not Comparator.NATIONAL:
            return OtherChange.of(self.sums[Population.IN_NO_ALLIANCE][topic].year_on_year)
        published = outcomes.published_average(self.session, f"{topic.measure}_{topic.name}", self.as_of)
        if published is not None and published.year == self.year:
            return OtherChange(Fraction(published.value), None, published.source, published.published_on)
        official = store.official_sums(self.session, topic, self.year, self.as_of)
        if official is None:
            return OtherChange(None, None)
        level, sums = official
        return OtherChange.of(sums.year_on_year, f"performance tables of {self.year}, {level}")

    def version(self, comparator: Comparator) -> int:
        """The version of the comparator's rule that holds on the day."""
        return self._versions[comparator]

    @cached_property
    def _versions(self) -> Mapping[Comparator, int]:
        return versions_in_force(self.session, self.as_of)

    @cached_property
    def sums(self) -> Mapping[WhoseSchools, Mapping[Topic, TopicSums]]:
        """What every topic adds up to over each of the populations."""
        return store.sums_of(self.session, self.populations, self.year, self.as_of)


def answer_attainment(
    session: Session, definition: KpiDefinition, alliance_id: UUID, compared_with: AttainmentComparators, today: date
) -> Sequence[AttainmentResult]:
    """How attainment in an alliance's schools, or the gap in it, changed: a result for each figure of each key stage
    that the definition is of, in the last academic year that had ended by the day."""
    terms, as_of = definition.terms, compared_with.as_of
    data_as_of = compared_with.data_as_of
    records = store.records_of(session, alliance_id, compared_with.year, as_of)
    results = []
    for topic in topics_of(terms):
        sums = add_up(topic, records, compared_with.year)
        results.append(
            AttainmentResult(
                definition=definition,
                alliance_id=alliance_id,
                as_of=as_of,
                data_as_of=data_as_of,
                sums=sums,
                against=[
                    changed_against(
                        terms.target,
                        comparator,
                        compared_with.version(comparator),
                        sums.year_on_year,
                        compared_with.figure(comparator, topic),
                        as_of=as_of,
                        today=today,
                    )
                    for comparator in terms.target.and_beside((Comparator.GROUP, Comparator.NATIONAL))
                ],
                records=[record for record in records if record.figure in topic.figures],
            )
        )
    return results
