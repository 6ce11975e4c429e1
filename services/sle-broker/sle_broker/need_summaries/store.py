"""The SQL behind summaries: open needs, and the leaders who could meet them."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from sle_broker.designations.store import in_force
from sle_broker.designations.tables import DesignationRow, LeaderSpecialismRow
from sle_broker.need_summaries.need_summary import CountedNeed, MinimumCount, Supply
from sle_broker.need_summaries.tables import MinimumCountRow
from sle_broker.needs.need import NeedSource
from sle_broker.needs.tables import NeedRow
from sle_broker.schools.tables import SchoolRow
from sle_broker.sharing_protocols.sharing_protocol import Reader, SharingScope
from sle_broker.sharing_protocols.store import is_shared
from sle_broker.specialisms.specialism import Phase
from sle_broker.specialisms.tables import SpecialismRow


def counted_needs(session: Session, alliance_id: UUID, today: date) -> set[CountedNeed]:
    """The open needs that may be counted for an alliance. What an audit told of counts while its school shares it with
    the alliance, to whatever extent."""
    need, school, specialism = NeedRow, SchoolRow, SpecialismRow
    alliance = Reader(alliances=frozenset({alliance_id}))
    shared = is_shared(alliance, today, tuple(SharingScope), need.alliance_id, need.host_school_urn)
    found = (
        select(need.host_school_urn, specialism.code, need.phase, school.local_authority_code)
        .join(specialism, specialism.id == need.specialism_id)
        .outerjoin(school, school.urn == need.host_school_urn)
        .where(need.alliance_id == alliance_id, need.ended_on.is_(None), or_(need.source != NeedSource.AUDIT, shared))
        .distinct()
    )
    return {CountedNeed(urn, code, Phase(phase), authority) for urn, code, phase, authority in session.execute(found)}


def supply(session: Session, alliance_id: UUID, today: date) -> dict[str, Supply]:
    """The leaders designated today, by the code of each specialism they hold."""
    held, made, specialism = LeaderSpecialismRow, DesignationRow, SpecialismRow
    designated = select(made.leader_id).where(
        made.alliance_id == alliance_id,
        in_force(today),
    )
    leaders = func.count(held.leader_id.distinct())
    found = (
        select(specialism.code, leaders, leaders.filter(held.validated_on.is_not(None)))
        .join(specialism, specialism.id == held.specialism_id)
        .where(held.alliance_id == alliance_id, held.leader_id.in_(designated))
        .group_by(specialism.code)
    )
    return {code: Supply(holding, validated) for code, holding, validated in session.execute(found)}


def minimum_count_of(session: Session, alliance_id: UUID) -> MinimumCount:
    """What an alliance has set last, or the default."""
    row = MinimumCountRow
    last = session.scalar(select(row).where(row.alliance_id == alliance_id).order_by(row.version.desc()).limit(1))
    return MinimumCount() if last is None else MinimumCount(last.minimum_count, last.version)


def add_minimum_count(session: Session, alliance_id: UUID, chosen: MinimumCount) -> None:
    """Records the next version. Of two recorded at the same moment the primary key lets one through."""
    session.add(MinimumCountRow(alliance_id=alliance_id, version=chosen.version, minimum_count=chosen.minimum_count))
