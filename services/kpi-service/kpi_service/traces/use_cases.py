"""What people ask of what stands behind a result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy.orm import Session

from kpi_service.attainment_changes import store as attainment
from kpi_service.attainment_changes.change import topics_of
from kpi_service.definitions import store as definitions
from kpi_service.definitions.kpi_definition import JUDGEMENTS, KpiDefinition, Measure
from kpi_service.deployment_days import store as deployment_days
from kpi_service.headships import store as headships
from kpi_service.inspections import store as inspections
from kpi_service.inspections.change import Judgement
from kpi_service.inspections.store import Population
from kpi_service.leader_training import store as leader_training
from kpi_service.measures import store as measures
from kpi_service.measures.target import year_before
from kpi_service.official_files.file_year import FileYear
from kpi_service.schools.store import require_alliance
from kpi_service.traces.trace import (
    TraceEntry,
    trace_of_clocks,
    trace_of_grades,
    trace_of_headships,
    trace_of_inspected,
    trace_of_members,
    trace_of_published,
    trace_of_trained,
    trace_of_trainees,
    trace_of_visits,
)
from kpi_service.trainees import store as trainees
from kpi_service.verdicts.result_id import WHOLE, ResultId, ResultPart
from service_kit.errors import NotFound


def trace_result(session: Session, result_id: ResultId) -> Sequence[TraceEntry]:
    """What stands behind a result, as it was known on its day. Errors: `NotFound`, also for what no result could be of:
    a day on which its definition was not in force, or a part that its KPI is not taken apart by."""
    require_alliance(session, result_id.alliance_id)
    definition = definitions.get_definition(session, result_id.definition_id)
    if not (definition.terms.is_in_force(result_id.as_of) and _is_part_of(definition, result_id.part)):
        raise NotFound("There is no such thing here.")
    return list(_TRACES[definition.terms.measure](session, result_id, definition))


def _is_part_of(definition: KpiDefinition, part: ResultPart) -> bool:
    terms = definition.terms
    if not terms.can_be_asked_for(part.designated_in):
        return False
    parts = [topic.part for topic in topics_of(terms)] or [WHOLE]
    return any((one.key_stage, one.figure) == (part.key_stage, part.figure) for one in parts)


def _clocks(session: Session, of: ResultId, _: KpiDefinition) -> Iterable[TraceEntry]:
    _rate, clocks = measures.read_deployment_clocks(session, of.alliance_id, of.part.designated_in, of.as_of)
    return trace_of_clocks(clocks)


def _members(session: Session, of: ResultId, _: KpiDefinition) -> Iterable[TraceEntry]:
    _count, schools = measures.count_member_schools(session, of.alliance_id, of.as_of, year_before(of.as_of))
    return trace_of_members(schools)


def _inspected(session: Session, of: ResultId, definition: KpiDefinition) -> Iterable[TraceEntry]:
    judgement = JUDGEMENTS[definition.terms.measure]
    return trace_of_inspected(
        inspections.inspected_schools(session, Population.ALLIANCE, judgement, of.as_of, of.alliance_id)
    )


def _published(session: Session, of: ResultId, definition: KpiDefinition) -> Iterable[TraceEntry]:
    year = FileYear.ended_by(of.as_of)
    (topic,) = (topic for topic in topics_of(definition.terms) if topic.part == of.part)
    return trace_of_published(topic, attainment.records_of(session, of.alliance_id, year, of.as_of), year)


def _trained(session: Session, of: ResultId, definition: KpiDefinition) -> Iterable[TraceEntry]:
    year, measure = FileYear.ended_by(of.as_of), definition.terms.measure
    return trace_of_trainees(trainees.trained_in(session, measure, of.alliance_id, year, of.as_of), year)


def _employed_early(session: Session, of: ResultId, _: KpiDefinition) -> Iterable[TraceEntry]:
    year = FileYear.ended_by(of.as_of)
    return trace_of_trainees(trainees.employed_of(session, of.alliance_id, year, of.as_of), year)


def _headships(session: Session, of: ResultId, _: KpiDefinition) -> Iterable[TraceEntry]:
    return trace_of_headships(headships.counted_schools(session, of.alliance_id, of.as_of))


def _trained_leaders(session: Session, of: ResultId, _: KpiDefinition) -> Iterable[TraceEntry]:
    year = FileYear.having(of.as_of)
    return trace_of_trained(leader_training.trained_leaders(session, of.alliance_id, year, of.as_of))


def _grades(session: Session, of: ResultId, _: KpiDefinition) -> Iterable[TraceEntry]:
    return trace_of_grades(
        inspections.inspected_schools(session, Population.ALLIANCE, Judgement.OVERALL, of.as_of, of.alliance_id)
    )


def _visits(session: Session, of: ResultId, _: KpiDefinition) -> Iterable[TraceEntry]:
    visits = deployment_days.visits_of(session, of.alliance_id, of.as_of)
    return trace_of_visits(visits, FileYear.having(of.as_of))


_TRACES: Mapping[Measure, Callable[[Session, ResultId, KpiDefinition], Iterable[TraceEntry]]] = MappingProxyType(
    {
        Measure.SLES_DEPLOYED_WITHIN_THREE_MONTHS: _clocks,
        Measure.SCHOOLS_IN_ALLIANCES: _members,
        **dict.fromkeys(JUDGEMENTS, _inspected),
        Measure.ATTAINMENT_CHANGE: _published,
        Measure.ATTAINMENT_GAP_CHANGE: _published,
        Measure.TRAINEES_TRAINED: _trained,
        Measure.TRAINEES_EMPLOYED_EARLY: _employed_early,
        Measure.HEADSHIP_VACANCY_CHANGE: _headships,
        Measure.SLES_TRAINED: _trained_leaders,
        Measure.SCHOOLS_RATED_GOOD: _grades,
        Measure.DEPLOYMENT_DAYS: _visits,
        Measure.TEACHERS_TRAINED: _trained,
    }
)
"""What finds the trace of a result, by what is counted."""
