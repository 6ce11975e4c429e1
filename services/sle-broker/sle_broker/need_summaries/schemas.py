"""The JSON of summaries of needs."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import RequestBody, ResponseBody, example
from sle_broker.need_summaries.need_summary import LEAST_MINIMUM_COUNT, NeedSummary, SpecialismNeeds, Supply
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE
from sle_broker.specialisms.specialism import Phase

_AUTHORITY = {"local_authority_code": "335", "needs": 7}
_AUTHORITIES = [{"local_authority_code": "334", "needs": 5}, _AUTHORITY]
_PHASE = {"phase": "primary", "needs": 12, "local_authorities": _AUTHORITIES}
_SPECIALISM = {"code": "phonics", "needs": 12, "leaders": 3, "leaders_validated": 2, "phases": [_PHASE]}

Needs = Annotated[int | None, Field(description="Null where the figure is hidden.")]


class MinimumCountIn(RequestBody):
    """How many schools are wanted behind a figure that is shown."""

    model_config = RequestBody.model_config | example(minimum_count=5)

    minimum_count: Annotated[int, Field(ge=LEAST_MINIMUM_COUNT, le=100)]


class MinimumCountOut(ResponseBody):
    """The minimum count of an alliance."""

    model_config = ResponseBody.model_config | example(alliance_id=ALLIANCE_EXAMPLE, minimum_count=5, version=1)

    alliance_id: UUID
    minimum_count: int
    version: int


class AuthorityNeedsOut(ResponseBody):
    """The needs of the schools of one local authority, null where the register has not told of it."""

    model_config = ResponseBody.model_config | example(**_AUTHORITY)

    local_authority_code: str | None
    needs: Needs


class PhaseNeedsOut(ResponseBody):
    """The needs in one specialism for one phase."""

    model_config = ResponseBody.model_config | example(**_PHASE)

    phase: Phase
    needs: Needs
    local_authorities: list[AuthorityNeedsOut]


class SpecialismNeedsOut(ResponseBody):
    """Demand and supply in one specialism: the needs, and the leaders designated today who hold it."""

    model_config = ResponseBody.model_config | example(**_SPECIALISM)

    code: str
    needs: Needs
    leaders: int
    leaders_validated: int
    phases: list[PhaseNeedsOut]


class NeedSummaryOut(ResponseBody):
    """The open needs of an alliance's schools in numbers, in the order of codes. A school counts once for a specialism
    and a phase. A figure with fewer than `minimum_count` schools behind it is null, and so is every other without which
    it could be worked out; what is nought is left out, except where leaders hold a specialism that nobody needs."""

    model_config = ResponseBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        as_of="2015-01-12",
        minimum_count=5,
        needs=12,
        specialisms=[_SPECIALISM],
        local_authorities=_AUTHORITIES,
    )

    alliance_id: UUID
    as_of: date
    minimum_count: int
    needs: Needs
    specialisms: list[SpecialismNeedsOut]
    local_authorities: list[AuthorityNeedsOut]

    @classmethod
    def of(cls, alliance_id: UUID, as_of: date, summary: NeedSummary, supply: Mapping[str, Supply]) -> Self:
        """Demand beside supply."""
        demand = {needed.code: needed for needed in summary.specialisms}
        codes = sorted(demand.keys() | supply.keys())
        return cls(
            alliance_id=alliance_id,
            as_of=as_of,
            minimum_count=summary.minimum_count,
            needs=summary.needs,
            specialisms=[_specialism(code, demand.get(code), supply.get(code, Supply(0, 0))) for code in codes],
            local_authorities=[AuthorityNeedsOut.model_validate(one) for one in summary.local_authorities],
        )


def _specialism(code: str, demand: SpecialismNeeds | None, supply: Supply) -> SpecialismNeedsOut:
    return SpecialismNeedsOut(
        code=code,
        needs=0 if demand is None else demand.needs,
        leaders=supply.leaders,
        leaders_validated=supply.validated,
        phases=[] if demand is None else [PhaseNeedsOut.model_validate(one) for one in demand.phases],
    )
