"""The SQL of the register."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select, true, tuple_
from sqlalchemy.orm import Session

from plans_api.schools.school import Phase, SchoolNotInRegister, SchoolStatus
from plans_api.schools.succession import Succession, SuccessionKind
from plans_api.schools.tables import SchoolLinkRow, SchoolRow
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


def get_school(session: Session, urn: str) -> SchoolRow:
    """The school with this URN. Errors: `NotFound`."""
    row = session.get(SchoolRow, urn)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


@dataclass(frozen=True)
class SchoolFilter:
    """Which schools are meant: one of each of these; what is empty lets everything through."""

    local_authorities: Sequence[str] = ()
    phases: Sequence[Phase] = ()
    statuses: Sequence[SchoolStatus] = ()
    name_contains: str = ""

    def apply(self, schools: Select[SchoolRow]) -> Select[SchoolRow]:
        """Those of `schools` that are meant. Names are compared whatever their case."""
        return schools.where(
            SchoolRow.local_authority_code.in_(self.local_authorities) if self.local_authorities else true(),
            SchoolRow.phase.in_(self.phases) if self.phases else true(),
            SchoolRow.status.in_(self.statuses) if self.statuses else true(),
            SchoolRow.name.icontains(self.name_contains, autoescape=True) if self.name_contains else true(),
        )


def page_of_schools(
    session: Session, chosen: SchoolFilter, page: PageRequest, shape: Callable[[SchoolRow], Item]
) -> Page[Item]:
    """A page of the register, in the order of URNs."""
    return read_page(session, chosen.apply(select(SchoolRow)), [SchoolRow.urn], page, shape)


def schools_in_register(session: Session, urns: Collection[str]) -> set[str]:
    """Those of `urns` that are in the register."""
    return set(session.scalars(select(SchoolRow.urn).where(SchoolRow.urn.in_(urns))))


def require_in_register(session: Session, urns: Sequence[str]) -> None:
    """Refuses where one of `urns` is not in the register. Errors: `SchoolNotInRegister`."""
    known = schools_in_register(session, urns)
    unknown = [urn for urn in urns if urn not in known]
    if unknown:
        raise SchoolNotInRegister(f"The register has no school with the URN {', '.join(unknown)}.")


def links_about(session: Session, urn: str) -> Sequence[Succession]:
    """Every link of the school's lineage: before it through all its predecessors, after it through all successors."""
    one, other = SchoolLinkRow.predecessor_urn, SchoolLinkRow.successor_urn
    before = select(one, other).where(other == urn).cte(recursive=True)
    before = before.union(select(one, other).join(before, other == before.c.predecessor_urn))
    after = select(one, other).where(one == urn).cte(recursive=True)
    after = after.union(select(one, other).join(after, one == after.c.successor_urn))
    pair = tuple_(one, other)
    found = select(SchoolLinkRow).where(pair.in_(select(before)) | pair.in_(select(after)))
    ordered = found.order_by(SchoolLinkRow.predecessor_urn, SchoolLinkRow.successor_urn)
    return [
        Succession(row.predecessor_urn, row.successor_urn, SuccessionKind(row.kind), row.on)
        for row in session.scalars(ordered)
    ]
