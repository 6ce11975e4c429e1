"""The SQL of the register."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, column, func, literal, select, true, tuple_
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from plans_api.schools.school import Phase, School, SchoolNotInRegister, SchoolStatus
from plans_api.schools.tables import SchoolRow
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")

_BATCH = 5_000
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
    versions: dict[str, int] = {}
    for start in range(0, len(register), _BATCH):
        batch = {"register": register[start : start + _BATCH]}
        versions |= {row.urn: row.version for row in session.execute(_TAKE_OVER, batch)}
    added = frozenset(urn for urn, version in versions.items() if version == 1)
    return RegisterChange(added, frozenset(versions) - added)


def _take_over() -> ReturningInsert[Any]:
    """One statement for a whole batch, which reaches the database as one JSON value."""
    schools = SchoolRow.metadata.tables[SchoolRow.__tablename__]
    told = [column(name, schools.c[name].type) for name in ("urn", *_FACTS)]
    batch = func.jsonb_to_recordset(bindparam("register", type_=JSONB)).table_valued(*told)
    rows = batch.render_derived(with_types=True)
    given = insert(schools).from_select(["urn", *_FACTS, "version"], select(*rows.c, literal(1)))
    differs = tuple_(*(schools.c[name] for name in _FACTS)).is_distinct_from(
        tuple_(*(given.excluded[name] for name in _FACTS))
    )
    changes = {name: given.excluded[name] for name in _FACTS} | {"version": schools.c.version + 1}
    upsert = given.on_conflict_do_update(index_elements=[schools.c.urn], set_=changes, where=differs)
    return upsert.returning(schools.c.urn, schools.c.version)


_TAKE_OVER = _take_over()
