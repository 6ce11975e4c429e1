"""The SQL of designation rounds, and of the applications made in them, each loaded and stored as a whole."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.designation_rounds.cover import ServingLeader, StandingNeed
from sle_broker.designation_rounds.round import AgreedTarget, DesignationRound, Eligibility
from sle_broker.designation_rounds.tables import (
    DesignationRoundRow,
    RoundTargetRow,
)
from sle_broker.designations.designation import WithdrawalReason
from sle_broker.designations.store import in_force
from sle_broker.designations.tables import DesignationRow, LeaderRow, LeaderSpecialismRow
from sle_broker.needs.need import NeedKind
from sle_broker.needs.tables import NeedRow
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Phase, SpecialismStanding
from sle_broker.specialisms.tables import SpecialismRow

Item = TypeVar("Item")

_NOT_FOUND = "There is no such thing here."


def add_round(session: Session, alliance_id: UUID, made: DesignationRound) -> Kept[DesignationRound]:
    """A new round. The unique constraint lets an alliance name each once."""
    row = DesignationRoundRow(id=made.id, alliance_id=alliance_id, name=made.name, targets=[])
    _write_round(row, made)
    session.add(row)
    session.flush()
    return _kept_round(row)


def get_round(session: Session, round_id: UUID, *, for_update: bool = False) -> Kept[DesignationRound]:
    """The round, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    found = select(DesignationRoundRow).where(DesignationRoundRow.id == round_id)
    row = session.scalar(found.with_for_update(of=DesignationRoundRow, key_share=True) if for_update else found)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_round(row)


def save_round(session: Session, changed: DesignationRound) -> Kept[DesignationRound]:
    """Stores a round that was loaded before and has changed, as its next version."""
    row = session.get_one(DesignationRoundRow, changed.id)
    _write_round(row, changed)
    # What changed may be the targets alone, and is a new version of the round all the same.
    flag_modified(row, "closes_on")
    session.flush()
    return _kept_round(row)


def rounds_of(session: Session, alliance_id: UUID) -> Sequence[DesignationRound]:
    """Every round of an alliance."""
    rows = session.scalars(select(DesignationRoundRow).where(DesignationRoundRow.alliance_id == alliance_id))
    return [_kept_round(row).thing for row in rows]


def page_of_rounds(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[Kept[DesignationRound]], Item],
) -> Page[Item]:
    """A page of the rounds of the alliances in which the caller has a role, of these where any are named."""
    row = DesignationRoundRow
    found = select(row).where(
        caller.membership.condition(row.alliance_id), row.alliance_id.in_(alliance_ids) if alliance_ids else true()
    )
    return read_page(session, found, [row.id], page, lambda one: shape(_kept_round(one)))


def counts_by_round(
    session: Session, caller: Caller, alliance_ids: Sequence[UUID], as_of: date
) -> Mapping[tuple[UUID, str], tuple[int, int]]:
    """For each alliance the caller may read (of these where any are named) and each name of a round: how many were
    designated in it by a day, and how many of those trained. Renewals, and what was recorded in error, are no
    designations of a round."""
    row = DesignationRow
    in_error = and_(row.withdrawal_reason == WithdrawalReason.RECORDED_IN_ERROR, row.withdrawn_on <= as_of)
    counted = (
        select(row.alliance_id, row.round, func.count(), func.count().filter(row.trained_on <= as_of))
        .where(
            caller.permitted.condition(row.alliance_id),
            row.alliance_id.in_(alliance_ids) if alliance_ids else true(),
            row.round.is_not(None),
            row.renews_designation_id.is_(None),
            row.designated_on <= as_of,
            in_error.is_not(True),
        )
        .group_by(row.alliance_id, row.round)
    )
    return {(alliance, name): (made, trained) for alliance, name, made, trained in session.execute(counted) if name}


def standing_needs(session: Session, alliance_id: UUID, as_of: date) -> Sequence[StandingNeed]:
    """The needs of an alliance that were open at the end of a day."""
    found = (
        select(NeedRow.id, SpecialismRow.code, NeedRow.phase, NeedRow.kind)
        .join(SpecialismRow, SpecialismRow.id == NeedRow.specialism_id)
        .where(
            NeedRow.alliance_id == alliance_id,
            NeedRow.arisen_on <= as_of,
            or_(NeedRow.ended_on.is_(None), NeedRow.ended_on > as_of),
        )
    )
    return [
        StandingNeed(need_id, code, Phase(phase), NeedKind(kind))
        for need_id, code, phase, kind in session.execute(found)
    ]


def serving_leaders(session: Session, alliance_id: UUID, as_of: date) -> Sequence[ServingLeader]:
    """The leaders of an alliance who were designated at the end of a day, one entry for each specialism they had
    claimed by then."""
    made, held = DesignationRow, LeaderSpecialismRow
    found = (
        select(LeaderRow.id, SpecialismRow.code, LeaderRow.phases)
        .join(held, held.leader_id == LeaderRow.id)
        .join(SpecialismRow, SpecialismRow.id == held.specialism_id)
        .where(
            LeaderRow.alliance_id == alliance_id,
            held.claimed_on <= as_of,
            exists().where(
                made.leader_id == LeaderRow.id,
                in_force(as_of),
            ),
        )
    )
    return [
        ServingLeader(leader_id, code, frozenset(map(Phase, phases)))
        for leader_id, code, phases in session.execute(found)
    ]


def _write_round(row: DesignationRoundRow, made: DesignationRound) -> None:
    row.kinds = sorted(made.kinds)
    row.opens_on = made.opens_on
    row.closes_on = made.closes_on
    row.years_of_leadership = made.eligibility.years_of_leadership
    row.home_school_judgement = made.eligibility.home_school_judgement
    row.specialism = made.eligibility.specialism
    row.head_support = made.eligibility.head_support
    row.references_needed = made.references_needed
    row.lapses_after_years = made.lapses_after_years
    for target in made.targets[len(row.targets) :]:
        row.targets.append(
            RoundTargetRow(alliance_id=row.alliance_id, number=target.number, agreed_on=target.agreed_on)
        )


def _kept_round(row: DesignationRoundRow) -> Kept[DesignationRound]:
    made = DesignationRound(
        id=row.id,
        name=row.name,
        kinds=frozenset(row.kinds),
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        eligibility=Eligibility(
            years_of_leadership=row.years_of_leadership,
            home_school_judgement=row.home_school_judgement,
            specialism=None if row.specialism is None else SpecialismStanding(row.specialism),
            head_support=row.head_support,
        ),
        references_needed=row.references_needed,
        targets=tuple(AgreedTarget(target.number, target.agreed_on) for target in row.targets),
        lapses_after_years=row.lapses_after_years,
    )
    return Kept(made, row.alliance_id, row.version)
