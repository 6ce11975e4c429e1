"""The SQL of the register."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TypeVar

from sqlalchemy import Select, select, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from plans_api.schools.school import Phase, School, SchoolNotInRegister, SchoolStatus
from plans_api.schools.tables import SchoolRow
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")

_BATCH = 2_000
_FACTS = [field.name for field in fields(School) if field.name != "urn"]


@dataclass(frozen=True)
class RegisterChange:
    """The URNs of schools that an extract added, and of those it changed."""

    added: frozenset[str]
    changed: frozenset[str]


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


def require_in_register(session: Session, urns: Sequence[str]) -> None:
    """Refuses where one of `urns` is not in the register. Errors: `SchoolNotInRegister`."""
    known = set(session.scalars(select(SchoolRow.urn).where(SchoolRow.urn.in_(urns))))
    unknown = [urn for urn in urns if urn not in known]
    if unknown:
        raise SchoolNotInRegister(f"The register has no school with the URN {', '.join(unknown)}.")


def take_over(session: Session, register: Sequence[School]) -> RegisterChange:
    """Brings the register to what `register` says, school by school; a school already so is not touched."""
    wanted = insert(SchoolRow)
    differs = tuple_(*(getattr(SchoolRow, name) for name in _FACTS)).is_distinct_from(
        tuple_(*(getattr(wanted.excluded, name) for name in _FACTS))
    )
    upsert = wanted.on_conflict_do_update(
        index_elements=[SchoolRow.urn],
        set_={name: getattr(wanted.excluded, name) for name in _FACTS} | {"version": SchoolRow.version + 1},
        where=differs,
    ).returning(SchoolRow.urn, SchoolRow.version)
    versions: dict[str, int] = {}
    for start in range(0, len(register), _BATCH):
        rows = [asdict(school) | {"version": 1} for school in register[start : start + _BATCH]]
        versions |= {row.urn: row.version for row in session.execute(upsert, rows)}
    added = frozenset(urn for urn, version in versions.items() if version == 1)
    return RegisterChange(added, frozenset(versions) - added)


def compare(session: Session, register: Sequence[School]) -> RegisterChange:
    """What `take_over` would do, without doing it."""
    known = {row.urn: row for row in session.scalars(select(SchoolRow))}
    added = frozenset(school.urn for school in register if school.urn not in known)
    changed = frozenset(
        school.urn
        for school in register
        if school.urn in known and any(getattr(school, name) != getattr(known[school.urn], name) for name in _FACTS)
    )
    return RegisterChange(added, changed)
