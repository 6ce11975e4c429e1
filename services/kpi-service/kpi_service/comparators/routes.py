"""Matched schools over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kpi_service.comparators import use_cases
from kpi_service.comparators.schemas import MatchedSchoolsOut
from kpi_service.definitions.schemas import KpiCode
from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.schemas import Day

router = APIRouter(tags=["results"])


@router.get(
    "/v1/alliances/{alliance_id}/matched-schools",
    response_model=MatchedSchoolsOut,
    summary="Read the schools an alliance's schools are matched with",
)
def list_matched_schools(
    alliance_id: UUID,
    reading: ReadingOf,
    code: Annotated[KpiCode, Query(alias="kpi", description="A KPI that counts improvements between inspections.")],
    as_of: Annotated[Day | None, Query(description="The day asked about; today where it is left out.")] = None,
) -> MatchedSchoolsOut:
    """For each school of the alliance the schools in no alliance that have its starting grade and phase and are nearest
    to it in size and disadvantage, those of its region first. No school is chosen twice. The balance says how alike the
    two sides were before and are after; what is not known of a school is said, and not filled in."""
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        found = use_cases.match_for_kpi(session, alliance_id, code, as_of or day_of(reading.now))
    return MatchedSchoolsOut.of(
        found.matched,
        comparator=found.comparator,
        kpi=found.definition.terms.code,
        definition_version=found.definition.version,
        alliance_id=found.alliance_id,
        as_of=found.as_of,
        data_as_of=found.data_as_of,
    )
