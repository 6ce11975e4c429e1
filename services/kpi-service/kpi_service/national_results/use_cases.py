"""What people ask of all alliances: of one KPI, one statement counts it for each of them and one for all together."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.agreed_targets.store import NO_AGREED_TARGET, agreed_targets
from kpi_service.attainment_changes.change import TOPICS, Topic, TopicSums, topics_of
from kpi_service.attainment_changes.use_cases import AttainmentComparators
from kpi_service.comparator_versions.store import versions_in_force
from kpi_service.definitions import store as definitions
from kpi_service.definitions.kpi_definition import JUDGEMENTS, Disaggregation, KpiDefinition, KpiTerms, Measure
from kpi_service.deployment_days import store as deployment_days
from kpi_service.deployment_days.result import DaysUsed, added_days
from kpi_service.headships import store as headships
from kpi_service.headships.use_cases import HeadshipComparators
from kpi_service.headships.vacancy import VacancyRates
from kpi_service.improvements.result import PublishedFigure
from kpi_service.improvements.use_cases import COUNTED_HERE, Comparators
from kpi_service.inspections import store as inspections
from kpi_service.inspections.change import ChangeCount, GradeCounts, GradePair, Judgement
from kpi_service.inspections.store import Population, WhoseSchools
from kpi_service.leader_training import store as leader_training
from kpi_service.measures import store as measures
from kpi_service.measures.rate import Rate
from kpi_service.measures.school_count import NationalCount, SchoolCount
from kpi_service.measures.target import Comparator, year_before
from kpi_service.measures.year_on_year import YearOnYear
from kpi_service.national_results.tally import Against, AllianceRow, KpiTable, Tally, tally
from kpi_service.official_files.file_year import FileYear
from kpi_service.results.result import NationalResult, national_result
from kpi_service.school_grades.use_cases import share_of_others
from kpi_service.schools.store import cohorts_of_alliances
from kpi_service.trainees import store as trainees
from kpi_service.trainees.result import NationalTraineesResult
from kpi_service.trainees.use_cases import answer_trained_nationally, employment_average
from kpi_service.verdicts.change import OtherChange
from kpi_service.verdicts.comparison import Comparison, compared, judged_in_year
from kpi_service.verdicts.suppression import Level, suppress_years
from service_kit.errors import RuleBroken

_ALL_AND_EACH = (
    Population.EACH_ALLIANCE,
    Population.EVERY_ALLIANCE,
    Population.IN_NO_ALLIANCE,
    Population.NATION,
)
Counted = TypeVar("Counted")
NationalAnswer = NationalResult | NationalTraineesResult | KpiTable


class KpiNotInForce(RuleBroken):
    """Only a KPI whose definition is in force on the day can be asked about."""


@dataclass
class Nation:
    """All alliances on a day. What they are compared with is counted once, however many of them ask for it."""

    session: Session
    as_of: date
    today: date
    beside: Sequence[Comparator] = COUNTED_HERE
    _grades: dict[Judgement, Mapping[UUID, Sequence[GradePair]]] = field(default_factory=dict)
    _targets: dict[str, Mapping[UUID, Comparison]] = field(default_factory=dict)
    _shares: dict[Comparator, Comparison | None] = field(default_factory=dict)
    _averages: dict[Measure, Comparison] = field(default_factory=dict)
    _changes: dict[tuple[Measure, Topic | None, Comparator], OtherChange] = field(default_factory=dict)

    def answer(self, *, set_code: str | None, code: str | None, minimum_count: int) -> Sequence[NationalAnswer]:
        """All alliances together under the definitions in force on the day, in the order of set and number: schools and
        trainees with their cohorts, of any other KPI its table."""
        answers: list[NationalAnswer] = []
        for definition in definitions.definitions_in_force(self.session, self.as_of, set_code=set_code, code=code):
            match definition.terms.measure:
                case Measure.SCHOOLS_IN_ALLIANCES:
                    answers.append(self._schools_by_cohort(definition, minimum_count))
                case Measure.TRAINEES_TRAINED:
                    answers.append(
                        answer_trained_nationally(self.session, definition, self.as_of, self.today, minimum_count)
                    )
                case _:
                    answers += self.tables(definition)
        return answers

    def _schools_by_cohort(self, definition: KpiDefinition, minimum_count: int) -> NationalResult:
        data_as_of, counted = self.schools
        years = {key: count.years for key, count in counted.alliances.items()}
        suppressed = suppress_years(years, self.cohorts, minimum_count)
        return national_result(
            definition, counted, suppressed, as_of=self.as_of, today=self.today, data_as_of=data_as_of
        )

    def definition(self, code: str) -> KpiDefinition:
        """The definition with this code that is in force on the day. Errors: `KpiNotInForce`."""
        found = definitions.definitions_in_force(self.session, self.as_of, set_code=None, code=code)
        if not found:
            raise KpiNotInForce(
                f"No KPI {code} is in force on {self.as_of}. Ask for one that GET /v1/kpi-definitions lists."
            )
        return found[0]

    def rows(self, tables: Sequence[KpiTable], minimum_count: int, owned: Collection[UUID]) -> Sequence[AllianceRow]:
        """Every alliance in the tables, as it may be shown to somebody who owns the alliances in `owned`."""
        return [row for table in tables for row in self._rows(table, minimum_count, owned)]

    def _rows(self, table: KpiTable, minimum_count: int, owned: Collection[UUID]) -> Iterator[AllianceRow]:
        suppressed = table.suppressed(minimum_count, owned)
        for alliance_id in {*self.cohorts, *table.alliances}:
            whose = (Level.ALLIANCE, alliance_id)
            yield AllianceRow(
                alliance_id,
                self.cohorts.get(alliance_id),
                table,
                table.alliances.get(alliance_id, table.nothing),
                is_suppressed=whose in suppressed.parts,
                is_total_suppressed=whose in suppressed.totals,
            )

    def tables(self, definition: KpiDefinition) -> Sequence[KpiTable]:
        """The table of a KPI, of attainment one for each figure."""
        return _TABLES[definition.terms.measure](self, definition)

    def against(self, table: KpiTable, alliance_id: UUID | None, own: Tally) -> Sequence[Against]:
        """What the figure of an alliance, or of all together where None, is set against: the comparator of the
        definition first, then every other there is; of improvements those `beside` it."""
        terms = table.definition.terms
        if terms.measure in JUDGEMENTS:
            others = [one for one in self.beside if alliance_id is not None or one is not Comparator.MATCHED]
            return [self._improvement(table, one, alliance_id, own) for one in terms.target.and_beside(others)]
        if own.is_change:
            others = [Comparator.GROUP, Comparator.NATIONAL]
            return [self._change(table, one, own) for one in terms.target.and_beside(others)]
        return [self._comparison(table, alliance_id, own)]

    def _improvement(self, table: KpiTable, comparator: Comparator, alliance_id: UUID | None, own: Tally) -> Against:
        measure = table.definition.terms.measure
        schools = self._schools(JUDGEMENTS[measure], alliance_id) if comparator is Comparator.MATCHED else ()
        other = self.improvements.figure(comparator, measure, schools)
        source = other.source if isinstance(other, PublishedFigure) else None
        state = own.state(table.definition.terms.target, other.percent, as_of=self.as_of, today=self.today)
        return Against(comparator, other.percent, state, source, self.versions[comparator])

    def _schools(self, judgement: Judgement, alliance_id: UUID | None) -> Sequence[GradePair]:
        if alliance_id is None:
            return inspections.grade_pairs(self.session, Population.EVERY_ALLIANCE, judgement, self.as_of)
        if judgement not in self._grades:
            self._grades[judgement] = inspections.grade_pairs_by_alliance(self.session, judgement, self.as_of)
        return self._grades[judgement].get(alliance_id, ())

    def _change(self, table: KpiTable, comparator: Comparator, own: Tally) -> Against:
        other = self._other_change(table, comparator)
        state = own.state(table.definition.terms.target, other.judged_with, as_of=self.as_of, today=self.today)
        return Against(comparator, other.percent, state, other.source, self.versions[comparator])

    def _other_change(self, table: KpiTable, comparator: Comparator) -> OtherChange:
        asked = (table.definition.terms.measure, table.topic, comparator)
        if asked not in self._changes:
            self._changes[asked] = (
                self.headships.figure(comparator, table.definition.terms.measure)
                if table.topic is None
                else self.attainment.figure(comparator, table.topic)
            )
        return self._changes[asked]

    def _comparison(self, table: KpiTable, alliance_id: UUID | None, own: Tally) -> Against:
        terms = table.definition.terms
        target, year = terms.target, self._year_of(terms)
        comparison = self._compared_with(table, alliance_id, own)
        state = judged_in_year(target, own.figure, comparison, year, as_of=self.as_of, today=self.today)
        version = self.versions[target.comparator]
        return Against(target.comparator, comparison.figure, state, comparison.source, version)

    def _compared_with(self, table: KpiTable, alliance_id: UUID | None, own: Tally) -> Comparison:
        terms = table.definition.terms
        if terms.measure is Measure.SCHOOLS_RATED_GOOD and (share := self._share_of_others(terms.target.comparator)):
            return share
        match terms.target.comparator:
            case Comparator.AGREED_TARGET:
                # A target is agreed with an alliance, never with all of them together.
                agreed = None if alliance_id is None else self._agreed(terms).get(alliance_id)
                return agreed or NO_AGREED_TARGET
            case Comparator.NATIONAL:
                return self._employment_average(table.definition)
            case _:
                return compared(terms.target, None if own.years is None else own.years.previous_value, self.as_of)

    def _agreed(self, terms: KpiTerms) -> Mapping[UUID, Comparison]:
        if terms.code not in self._targets:
            year = self._year_of(terms)
            self._targets[terms.code] = agreed_targets(self.session, terms.code, year, self.as_of)
        return self._targets[terms.code]

    def _year_of(self, terms: KpiTerms) -> FileYear:
        ended = terms.measure is Measure.TEACHERS_TRAINED
        return FileYear.ended_by(self.as_of) if ended else FileYear.having(self.as_of)

    def _employment_average(self, definition: KpiDefinition) -> Comparison:
        measure = definition.terms.measure
        if measure not in self._averages:
            year = FileYear.ended_by(self.as_of)
            self._averages[measure] = employment_average(self.session, definition, year, self.as_of)
        return self._averages[measure]

    def _share_of_others(self, comparator: Comparator) -> Comparison | None:
        if comparator not in self._shares:
            self._shares[comparator] = share_of_others(self.session, comparator, self.as_of)
        return self._shares[comparator]

    def grades(self, day: date) -> Mapping[WhoseSchools, GradeCounts]:
        """What is counted of the grades of all alliances and of each, on the day asked about or another."""
        if day == self.as_of:
            return self.improvements.counts
        return inspections.count_grades(self.session, (Population.EACH_ALLIANCE, Population.EVERY_ALLIANCE), day)

    @cached_property
    def attained(self) -> tuple[datetime | None, Mapping[Topic, tuple[Tally, Mapping[UUID, Tally]]]]:
        """How new the facts of attainment are, and what every figure adds up to, in all alliances and in each."""
        data_as_of = self.attainment.data_as_of
        total, each = _total_and_each(self.attainment.sums)
        return data_as_of, {
            topic: (tally(total[topic]), {key: tally(sums[topic]) for key, sums in each.items()}) for topic in TOPICS
        }

    @cached_property
    def schools(self) -> tuple[datetime | None, NationalCount]:
        """How new the facts of schools are, and how many there are in all alliances, in each cohort and in each."""
        data_as_of = measures.newest_school_fact(self.session)
        return data_as_of, measures.count_schools_nationally(self.session, self.as_of, year_before(self.as_of))

    @cached_property
    def improvements(self) -> Comparators:
        """What improvements between inspections are compared with."""
        return Comparators(self.session, self.as_of, populations=_ALL_AND_EACH)

    @cached_property
    def attainment(self) -> AttainmentComparators:
        """What attainment is compared with."""
        return AttainmentComparators(
            self.session, self.as_of, [one for one in _ALL_AND_EACH if one != Population.NATION]
        )

    @cached_property
    def headships(self) -> HeadshipComparators:
        """What vacancies of headships are compared with."""
        return HeadshipComparators(self.session, self.as_of, _ALL_AND_EACH)

    @cached_property
    def versions(self) -> Mapping[Comparator, int]:
        """The version of each comparator's rule that holds on the day."""
        return versions_in_force(self.session, self.as_of)

    @cached_property
    def cohorts(self) -> Mapping[UUID, int | None]:
        """Every alliance with its cohort."""
        return cohorts_of_alliances(self.session)


def _shares(
    nation: Nation,
    definition: KpiDefinition,
    data_as_of: datetime | None,
    counted: Callable[[date], tuple[Rate, Mapping[UUID, Rate]]],
) -> Sequence[KpiTable]:
    """Shares on the day, of all together and of each, and beside them those of the year before where the definition
    sets them against those."""
    nothing, is_set_against_before = Rate(0, 0), definition.terms.target.comparator is Comparator.PREVIOUS_YEAR
    total, each = counted(nation.as_of)
    total_before, before = counted(year_before(nation.as_of)) if is_set_against_before else (nothing, {})

    def both(now: Rate, earlier: Rate) -> Tally:
        if not is_set_against_before:
            return tally(now)
        tables = tally(now).tables + tally(earlier).tables
        return replace(tally(now), years=YearOnYear(now.percent, earlier.percent), tables=tables)

    alliances = {key: both(each.get(key, nothing), before.get(key, nothing)) for key in {**each, **before}}
    whole, none = both(total, total_before), both(nothing, nothing)
    return [KpiTable(definition, None, nation.as_of, data_as_of, whole, alliances, none)]


def _deployments(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    def counted(day: date) -> tuple[Rate, Mapping[UUID, Rate]]:
        rates = measures.deployment_rates_by_alliance(nation.session, day)
        return _added(rates), rates

    return _shares(nation, definition, measures.newest_leader_fact(nation.session), counted)


def _school_grades(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    def counted(day: date) -> tuple[Rate, Mapping[UUID, Rate]]:
        total, each = _total_and_each(nation.grades(day))
        return total.rated_good, {key: counts.rated_good for key, counts in each.items()}

    return _shares(nation, definition, nation.improvements.data_as_of, counted)


def _deployment_days(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    data_as_of = deployment_days.newest_visit_fact(nation.session)
    used = deployment_days.days_by_alliance(nation.session, nation.as_of)
    total, alliances = tally(added_days(used.values())), {key: tally(days) for key, days in used.items()}
    return [KpiTable(definition, None, nation.as_of, data_as_of, total, alliances, tally(DaysUsed()))]


def _schools(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    data_as_of, found = nation.schools
    alliances = {key: tally(count) for key, count in found.alliances.items()}
    total, nothing, cohort_of = tally(found.total), tally(SchoolCount(0, 0)), _by_cohort(nation, definition)
    return [KpiTable(definition, None, nation.as_of, data_as_of, total, alliances, nothing, cohort_of)]


def _by_cohort(nation: Nation, definition: KpiDefinition) -> Mapping[UUID, int | None]:
    return nation.cohorts if Disaggregation.COHORT in definition.terms.disaggregations else {}


def _improvements(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    judgement, data_as_of = JUDGEMENTS[definition.terms.measure], nation.improvements.data_as_of
    total, each = _total_and_each(nation.improvements.counts)
    alliances = {key: tally(counts.changes[judgement]) for key, counts in each.items()}
    whole, nothing = tally(total.changes[judgement]), tally(ChangeCount())
    return [KpiTable(definition, None, nation.as_of, data_as_of, whole, alliances, nothing)]


def _attainment(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    data_as_of, tallies = nation.attained
    year = nation.attainment.year
    return [
        KpiTable(definition, topic, nation.as_of, data_as_of, *tallies[topic], tally(TopicSums(topic, {}, year)))
        for topic in topics_of(definition.terms)
    ]


def _trained(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    data_as_of = trainees.newest_trainee_fact(nation.session, nation.as_of)
    found = trainees.trained_nationally(
        nation.session, definition.terms.measure, FileYear.ended_by(nation.as_of), nation.as_of
    )
    alliances = {key: tally(years) for key, years in found.alliances.items()}
    total, nothing, cohort_of = tally(found.total), tally(YearOnYear(None, None)), _by_cohort(nation, definition)
    return [KpiTable(definition, None, nation.as_of, data_as_of, total, alliances, nothing, cohort_of)]


def _employed_early(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    data_as_of = trainees.newest_trainee_fact(nation.session, nation.as_of)
    rates = trainees.employment_rates(nation.session, FileYear.ended_by(nation.as_of), nation.as_of)
    alliances = {key: tally(rate) for key, rate in rates.items()}
    return [KpiTable(definition, None, nation.as_of, data_as_of, tally(_added(rates)), alliances, tally(Rate(0, 0)))]


def _headships(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    data_as_of = headships.newest_headship_fact(nation.session, nation.as_of)
    total, each = _total_and_each(nation.headships.rates)
    alliances = {key: tally(rates) for key, rates in each.items()}
    nothing = tally(VacancyRates(Rate(0, 0), Rate(0, 0)))
    return [KpiTable(definition, None, nation.as_of, data_as_of, tally(total), alliances, nothing)]


def _trained_leaders(nation: Nation, definition: KpiDefinition) -> Sequence[KpiTable]:
    data_as_of = measures.newest_leader_fact(nation.session)
    counts = leader_training.count_by_alliance(nation.session, FileYear.having(nation.as_of), nation.as_of)
    alliances = {key: tally(count) for key, count in counts.items()}
    return [KpiTable(definition, None, nation.as_of, data_as_of, tally(sum(counts.values())), alliances, tally(0))]


def _total_and_each(counted: Mapping[WhoseSchools, Counted]) -> tuple[Counted, Mapping[UUID, Counted]]:
    """What was counted of all alliances together, and of each."""
    return counted[Population.EVERY_ALLIANCE], {key: one for key, one in counted.items() if isinstance(key, UUID)}


def _added(rates: Mapping[UUID, Rate]) -> Rate:
    """Numerators and denominators added: no leader and no trainee is in two alliances."""
    return Rate(sum(rate.numerator for rate in rates.values()), sum(rate.denominator for rate in rates.values()))


_TABLES: Mapping[Measure, Callable[[Nation, KpiDefinition], Sequence[KpiTable]]] = MappingProxyType(
    {
        Measure.SLES_DEPLOYED_WITHIN_THREE_MONTHS: _deployments,
        Measure.SCHOOLS_IN_ALLIANCES: _schools,
        **dict.fromkeys(JUDGEMENTS, _improvements),
        Measure.ATTAINMENT_CHANGE: _attainment,
        Measure.ATTAINMENT_GAP_CHANGE: _attainment,
        Measure.TRAINEES_TRAINED: _trained,
        Measure.TRAINEES_EMPLOYED_EARLY: _employed_early,
        Measure.HEADSHIP_VACANCY_CHANGE: _headships,
        Measure.SLES_TRAINED: _trained_leaders,
        Measure.SCHOOLS_RATED_GOOD: _school_grades,
        Measure.DEPLOYMENT_DAYS: _deployment_days,
        Measure.TEACHERS_TRAINED: _trained,
    }
)
"""What lays out a KPI's table, by what is counted."""
