"""Kinds of leader and rules about designating over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.designation_rules import store, use_cases
from sle_broker.designation_rules.schemas import DesignationRuleIn, DesignationRuleOut, LeaderKindIn, LeaderKindOut

router = APIRouter()


@router.get(
    "/v1/leader-kinds", response_model=Page[LeaderKindOut], summary="List the kinds of leader", tags=["leaders"]
)
def list_leader_kinds(reading: ReadingOf, page: PageOf) -> Page[LeaderKindOut]:
    """The national kinds and those that your alliances have added, in the order of their codes."""
    with reading.transaction() as session:
        return store.page_of_kinds(session, reading.caller, page, LeaderKindOut.model_validate)


@router.post(
    "/v1/leader-kinds", status_code=201, response_model=LeaderKindOut, summary="Add a kind of leader", tags=["leaders"]
)
def add_leader_kind(body: LeaderKindIn, command: KeyedCommand) -> Response:
    """An alliance adds a kind of leader of its own, such as an apprentice to its specialist leaders. Leaders of this
    kind are designated, lent and counted like others; the deployment clock is for specialist leaders alone."""
    return command.execute(
        lambda work: use_cases.add_leader_kind(
            work, body.alliance_id, body.code, body.name, needs_mentor=body.needs_mentor
        ),
        lambda kind: Reply(LeaderKindOut.model_validate(kind), 201),
    )


@router.get(
    "/v1/designation-rules",
    response_model=Page[DesignationRuleOut],
    summary="List rules about designating",
    tags=["designations"],
)
def list_designation_rules(
    reading: ReadingOf, page: PageOf, alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[DesignationRuleOut]:
    """What your alliances have decided about designating, in the order in which it was recorded. Each rule holds from
    its day until the next begins; of two from the same day the later recorded holds."""
    with reading.transaction() as session:
        return store.page_of_rules(session, reading.caller, alliance_id or (), page, DesignationRuleOut.of)


@router.post(
    "/v1/designation-rules",
    status_code=201,
    response_model=DesignationRuleOut,
    summary="Decide how to designate",
    tags=["designations"],
)
def record_designation_rule(body: DesignationRuleIn, command: KeyedCommand) -> Response:
    """An alliance turns designating on need on or off from a day on, and says after how many years a designation is due
    to lapse. While it designates on need, every designation but a renewal must cite a need that stands on the day and
    that the leader can serve. What was designated before stays."""
    return command.execute(
        lambda work: use_cases.record_designation_rule(
            work,
            body.alliance_id,
            body.from_on,
            designates_on_need=body.designates_on_need,
            lapses_after_years=body.lapses_after_years,
        ),
        lambda rule: Reply(DesignationRuleOut.of(body.alliance_id, rule), 201),
    )
