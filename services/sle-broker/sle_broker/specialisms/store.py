"""The SQL of specialisms."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from service_kit.access import Caller
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.specialisms.specialism import Specialism, SpecialismGroup, SpecialismNotInList, SpecialismVersion
from sle_broker.specialisms.tables import SpecialismRow

Item = TypeVar("Item")


def page_of_specialisms(
    session: Session,
    caller: Caller,
    groups: Sequence[SpecialismGroup],
    page: PageRequest,
    shape: Callable[[Specialism], Item],
) -> Page[Item]:
    """A page of the latest version of every entry of the standard list and of the caller's alliances."""
    readable = or_(SpecialismRow.alliance_id.is_(None), caller.membership.condition(SpecialismRow.alliance_id))
    found = _latest().where(readable)
    if groups:
        found = found.where(SpecialismRow.group.in_(groups))
    keys = [SpecialismRow.code, SpecialismRow.id]
    return read_page(session, found, keys, page, lambda row: shape(specialism_of(row)))


def page_of_versions(
    session: Session,
    caller: Caller,
    codes: Sequence[str],
    page: PageRequest,
    shape: Callable[[SpecialismVersion], Item],
) -> Page[Item]:
    """A page of every version of the entries of the standard list and of the caller's alliances, of these codes where
    any are named."""
    row = SpecialismRow
    found = select(row).where(
        or_(row.alliance_id.is_(None), caller.membership.condition(row.alliance_id)),
        row.code.in_(codes) if codes else true(),
    )
    return read_page(
        session,
        found,
        [row.code, row.version, row.id],
        page,
        lambda one: shape(SpecialismVersion(specialism_of(one), one.added_at, one.added_by)),
    )


def specialisms_by_code(session: Session, alliance_id: UUID, codes: Sequence[str]) -> Mapping[str, Specialism]:
    """The entries that an alliance means by `codes`: its own where it has one, else that of the standard list, each in
    its latest version.

    Errors: `SpecialismNotInList`.
    """
    found = listed_specialisms(session, alliance_id, codes)
    unknown = sorted(set(codes) - found.keys())
    if unknown:
        raise SpecialismNotInList(f"Neither the standard list nor the alliance's own has {', '.join(unknown)}.")
    return found


def listed_specialisms(session: Session, alliance_id: UUID, codes: Collection[str]) -> Mapping[str, Specialism]:
    """Those of `codes` by which an alliance means something: its own entry where it has one, else that of the standard
    list, each in its latest version."""
    return specialisms_meant(session, {alliance_id: codes})[alliance_id]


def specialisms_meant(
    session: Session, codes_of: Mapping[UUID, Collection[str]]
) -> Mapping[UUID, Mapping[str, Specialism]]:
    """What each of several alliances means by its codes, as `listed_specialisms` has it, in one statement."""
    row = SpecialismRow
    meant = _latest().where(
        row.code.in_({code for codes in codes_of.values() for code in codes}),
        or_(row.alliance_id.is_(None), row.alliance_id.in_(codes_of)),
    )
    rows = session.scalars(meant.order_by(row.alliance_id.nulls_first())).all()
    return {
        alliance_id: {
            one.code: specialism_of(one)
            for one in rows
            if one.code in codes and (one.alliance_id is None or one.alliance_id == alliance_id)
        }
        for alliance_id, codes in codes_of.items()
    }


def add_version(
    session: Session, alliance_id: UUID, code: str, group: SpecialismGroup, name: str, *, at: datetime, by: str
) -> Specialism:
    """Adds the next version of an alliance's entry, which is the first where there is none. Of two at the same moment
    the unique constraint lets one through."""
    newest = select(func.max(SpecialismRow.version)).where(
        SpecialismRow.alliance_id == alliance_id, SpecialismRow.code == code
    )
    version = (session.scalar(newest) or 0) + 1
    row = SpecialismRow(
        id=new_id(),
        alliance_id=alliance_id,
        code=code,
        group=group,
        name=name,
        version=version,
        added_at=at,
        added_by=by,
    )
    session.add(row)
    return specialism_of(row)


def specialism_of(row: SpecialismRow) -> Specialism:
    """The specialism that stands in a row."""
    return Specialism(row.id, row.code, SpecialismGroup(row.group), row.name, row.version, row.alliance_id)


def _latest() -> Select[SpecialismRow]:
    later = aliased(SpecialismRow)
    superseded = exists().where(
        later.alliance_id.is_not_distinct_from(SpecialismRow.alliance_id),
        later.code == SpecialismRow.code,
        later.version > SpecialismRow.version,
    )
    return select(SpecialismRow).where(~superseded)
