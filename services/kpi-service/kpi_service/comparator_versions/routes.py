"""The rules of comparators over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from kpi_service.comparator_versions import store, use_cases
from kpi_service.comparator_versions.schemas import ComparatorVersionIn, ComparatorVersionOut
from kpi_service.measures.target import Comparator
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.paging import PageOf, read_page
from service_kit.schemas import Day, Page

router = APIRouter(tags=["comparators"])


@router.get("/v1/comparators", response_model=Page[ComparatorVersionOut], summary="List comparators")
def list_comparators(
    reading: ReadingOf,
    page: PageOf,
    name: Annotated[Comparator | None, Query(description="Versions of this comparator only.")] = None,
) -> Page[ComparatorVersionOut]:
    """Every version of the rule of every comparator, in the order of name and version."""
    with reading.transaction() as session:
        return read_page(
            session,
            store.all_versions(name),
            store.IN_ORDER,
            page,
            lambda row: ComparatorVersionOut.of(store.version_of(row)),
        )


@router.get("/v1/comparators/{name}", response_model=ComparatorVersionOut, summary="Read a comparator")
def get_comparator(
    name: Comparator,
    reading: ReadingOf,
    as_of: Annotated[Day | None, Query(description="The day asked about; today where it is left out.")] = None,
) -> ComparatorVersionOut:
    """The version of a comparator's rule that holds on a day: what results of that day were, and will be, set against
    by it."""
    with reading.transaction() as session:
        return ComparatorVersionOut.of(store.version_in_force(session, name, as_of or day_of(reading.now)))


@router.post(
    "/v1/comparators", status_code=201, response_model=ComparatorVersionOut, summary="Record the next version of a rule"
)
def record_comparator_version(body: ComparatorVersionIn, command: KeyedCommand) -> Response:
    """Records the next version of the rule by which schools are matched, for every alliance. It holds from its first
    day on, which is tomorrow at the earliest: an answer of an earlier day stays as it was given."""
    return command.execute(
        lambda work: use_cases.record_comparator_version(work, body.name, body.matching.to_rule(), body.valid_from_on),
        lambda recorded: Reply(
            ComparatorVersionOut.of(recorded),
            201,
            location=f"/v1/comparators/{recorded.name}?as_of={recorded.valid_from_on}",
        ),
    )
