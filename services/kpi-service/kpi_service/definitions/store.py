"""The SQL of KPI definitions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from kpi_service.comparator_versions import store as comparator_versions
from kpi_service.definitions.kpi_definition import Disaggregation, KpiDefinition, KpiTerms, Measure
from kpi_service.definitions.tables import KpiDefinitionRow
from kpi_service.measures.target import Comparator, Direction, Target, TargetRule
from service_kit.errors import NotFound

IN_ORDER = (KpiDefinitionRow.set_code, KpiDefinitionRow.number, KpiDefinitionRow.version)
"""The order definitions are listed in."""


def all_definitions(set_code: str | None) -> Select[KpiDefinitionRow]:
    """Every version of every definition, or of those of one set."""
    every = select(KpiDefinitionRow)
    return every if set_code is None else every.where(KpiDefinitionRow.set_code == set_code)


def get_definition(session: Session, kpi_definition_id: UUID) -> KpiDefinition:
    """One version of a definition. Errors: `NotFound`."""
    row = session.get(KpiDefinitionRow, kpi_definition_id)
    if row is None:
        raise NotFound("There is no such thing here.")
    return definition_of(row)


def definitions_in_force(
    session: Session, on: date, *, set_code: str | None, code: str | None
) -> Sequence[KpiDefinition]:
    """The definitions that hold on a day: of each, the highest version in force on it, with the version of its
    comparator's rule that holds on it too."""
    row = KpiDefinitionRow
    held = (
        all_definitions(set_code)
        .where(row.valid_from_on <= on, or_(row.valid_to_on.is_(None), row.valid_to_on >= on))
        .ext(distinct_on(row.set_code, row.number))
        .order_by(row.set_code, row.number, row.version.desc())
    )
    if code is not None:
        held = held.where(row.set_code + row.number == code)
    versions = comparator_versions.versions_in_force(session, on)
    definitions = map(definition_of, session.scalars(held))
    return [replace(each, comparator_version=versions[each.terms.target.comparator]) for each in definitions]


def add_definition(session: Session, kpi_definition_id: UUID, terms: KpiTerms) -> KpiDefinition:
    """Adds the next version of a definition, which is the first where there is none. Of two at the same moment the
    unique constraint lets one through."""
    row = KpiDefinitionRow
    newest = select(func.max(row.version)).where(row.set_code == terms.set_code, row.number == terms.number)
    version = (session.scalar(newest) or 0) + 1
    session.add(
        KpiDefinitionRow(
            id=kpi_definition_id,
            set_code=terms.set_code,
            number=terms.number,
            version=version,
            name=terms.name,
            measure=terms.measure,
            target_rule=terms.target.rule,
            comparator=terms.target.comparator,
            direction=terms.target.direction,
            target_value=terms.target.value,
            disaggregations=sorted(terms.disaggregations),
            valid_from_on=terms.valid_from_on,
            valid_to_on=terms.valid_to_on,
        )
    )
    return KpiDefinition(kpi_definition_id, version, terms)


def definition_of(row: KpiDefinitionRow) -> KpiDefinition:
    """The definition that stands in a row."""
    target = Target(TargetRule(row.target_rule), Comparator(row.comparator), Direction(row.direction), row.target_value)
    terms = KpiTerms(
        set_code=row.set_code,
        number=row.number,
        name=row.name,
        measure=Measure(row.measure),
        target=target,
        disaggregations=frozenset(map(Disaggregation, row.disaggregations)),
        valid_from_on=row.valid_from_on,
        valid_to_on=row.valid_to_on,
    )
    return KpiDefinition(row.id, row.version, terms)
