"""What a caller is told when the database guards a rule of this service."""

from service_kit.errors import Duplicate
from service_kit.problems import ConstraintRefusals


class KpiDefinitionVersionTaken(Duplicate):
    """Two versions of one definition were recorded at the same moment; one of them stands."""


class ComparatorVersionTaken(Duplicate):
    """Two versions of one comparator's rule were recorded at the same moment; one of them stands."""


def _version_taken() -> KpiDefinitionVersionTaken:
    return KpiDefinitionVersionTaken(
        "Another version of this definition was recorded at the same moment; read it and decide anew."
    )


def _comparator_version_taken() -> ComparatorVersionTaken:
    return ComparatorVersionTaken(
        "Another version of this comparator's rule was recorded at the same moment; read it and decide anew."
    )


CONSTRAINTS: ConstraintRefusals = {
    "uq_kpi_definitions_set_code_number_version": _version_taken,
    "pk_comparator_versions": _comparator_version_taken,
}
