"""KPI definitions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kpi_service.definitions import store, use_cases
from kpi_service.definitions.schemas import KpiDefinitionIn, KpiDefinitionOut, SetCode
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.paging import PageOf, read_page
from service_kit.schemas import Page

router = APIRouter(tags=["definitions"])


@router.get("/v1/kpi-definitions", response_model=Page[KpiDefinitionOut], summary="List KPI definitions")
def list_kpi_definitions(
    reading: ReadingOf,
    page: PageOf,
    set_code: Annotated[SetCode | None, Query(alias="set", description="Definitions of this set only.")] = None,
) -> Page[KpiDefinitionOut]:
    """Every version of every definition, in the order of set, number and version."""
    with reading.transaction() as session:
        return read_page(
            session,
            store.all_definitions(set_code),
            store.IN_ORDER,
            page,
            lambda row: KpiDefinitionOut.of(store.definition_of(row)),
        )


@router.get("/v1/kpi-definitions/{kpi_definition_id}", response_model=KpiDefinitionOut, summary="Read a KPI definition")
def get_kpi_definition(kpi_definition_id: UUID, reading: ReadingOf) -> KpiDefinitionOut:
    """One version of a definition. It never changes."""
    with reading.transaction() as session:
        return KpiDefinitionOut.of(store.get_definition(session, kpi_definition_id))


@router.post("/v1/kpi-definitions", status_code=201, response_model=KpiDefinitionOut, summary="Record a KPI definition")
def record_kpi_definition(body: KpiDefinitionIn, command: KeyedCommand) -> Response:
    """Records a definition, for every alliance. One that has the set and number of another restates it as the next
    version: on each day the highest version in force holds, and nothing is overwritten."""
    return command.execute(
        lambda work: use_cases.record_kpi_definition(work, body.to_rule()),
        lambda definition: Reply(KpiDefinitionOut.of(definition), 201, location=f"/v1/kpi-definitions/{definition.id}"),
    )
