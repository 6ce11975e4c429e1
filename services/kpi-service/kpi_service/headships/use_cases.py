"""What people ask of headship vacancies."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.comparator_versions.store import versions_in_force
from kpi_service.definitions.kpi_definition import KpiDefinition, Measure
from kpi_service.headships import store
from kpi_service.headships.result import HeadshipResult
from kpi_service.headships.vacancy import VacancyRates, vacancy_rates
from kpi_service.inspections.store import Population, WhoseSchools
from kpi_service.measures.target import Comparator
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes import store as outcomes
from kpi_service.verdicts.change import OtherChange, changed_against


@dataclass
class HeadshipComparators:
    """What vacancies are compared with on a day: counted once, for whoever asks."""

    session: Session
    as_of: date
    populations: Collection[Population] = (Population.IN_NO_ALLIANCE, Population.NATION)

    def figure(self, comparator: Comparator, measure: Measure) -> OtherChange:
        """The change of a comparator: for the country the one that was published for the academic year of the day, or
        else what is counted here."""
        if comparator is not Comparator.NATIONAL:
            return OtherChange.of(self.rates[Population.IN_NO_ALLIANCE].year_on_year)
        published = outcomes.published_average(self.session, measure, self.as_of)
        if published is not None and published.year == FileYear.having(self.as_of):
            return OtherChange(Fraction(published.value), None, published.source, published.published_on)
        return OtherChange.of(self.rates[Population.NATION].year_on_year)

    @cached_property
    def rates(self) -> Mapping[WhoseSchools, VacancyRates]:
        """What is counted of each of the populations."""
        return store.rates_of(self.session, self.populations, self.as_of)


def answer_headships(
    session: Session, definition: KpiDefinition, alliance_id: UUID, as_of: date, today: date
) -> HeadshipResult:
    """How the vacancy rate of an alliance's schools changed over the year up to the day."""
    target = definition.terms.target
    data_as_of = store.newest_headship_fact(session, as_of)
    schools = store.counted_schools(session, alliance_id, as_of)
    rates = vacancy_rates(schools)
    versions, others = versions_in_force(session, as_of), HeadshipComparators(session, as_of)
    return HeadshipResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        rates=rates,
        against=[
            changed_against(
                target,
                comparator,
                versions[comparator],
                rates.year_on_year,
                others.figure(comparator, definition.terms.measure),
                as_of=as_of,
                today=today,
            )
            for comparator in target.and_beside((Comparator.GROUP, Comparator.NATIONAL))
        ],
        schools=schools,
    )
