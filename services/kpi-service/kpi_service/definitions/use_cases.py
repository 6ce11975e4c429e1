"""What people do with definitions."""

from kpi_service.definitions import store
from kpi_service.definitions.kpi_definition import KpiDefinition, KpiTerms, require_comparable
from service_kit.commands import UnitOfWork
from service_kit.ids import new_id


def record_kpi_definition(work: UnitOfWork, terms: KpiTerms) -> KpiDefinition:
    """Records a definition of a KPI, or restates it as the next version: nothing is overwritten. Errors:
    `MeasureNotComparedWith`."""
    work.caller.require_everywhere()
    require_comparable(terms)
    definition = store.add_definition(work.session, new_id(), terms)
    work.record(
        "kpi-definition-recorded",
        subject=definition.id,
        tenant=None,
        data={
            "kpi_definition_id": definition.id,
            "set": terms.set_code,
            "number": terms.number,
            "version": definition.version,
            "measure": terms.measure,
            "valid_from_on": terms.valid_from_on,
            "valid_to_on": terms.valid_to_on,
        },
    )
    return definition
