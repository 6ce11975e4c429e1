"""The SQL that takes the register over, and that reads what an import did."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import (
    RowMapping,
    Text,
    any_,
    bindparam,
    column,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from plans_api.register_imports.change import ChangeKind
from plans_api.register_imports.tables import RegisterChangeRow, RegisterImportRow
from plans_api.schools.school import Phase, School, SchoolStatus
from plans_api.schools.succession import Succession, SuccessionKind
from plans_api.schools.tables import SchoolLinkRow, SchoolRow
from service_kit.bulk import insert_rows
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")

_FACTS = [field.name for field in fields(School)]
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7215100)")


@dataclass(frozen=True)
class BatchChange:
    """The URNs of schools that a batch added and changed, and what the known ones of the batch were before."""

    added: frozenset[str]
    changed: frozenset[str]
    before: Mapping[str, School]


def wait_for_other_imports(session: Session) -> None:
    """The register is taken over by one import at a time, so that each tells what it changed and nothing else."""
    session.execute(_ONE_AT_A_TIME)


def schools_of(session: Session, urns: Collection[str]) -> dict[str, School]:
    """The schools that the register has of these, by their URN."""
    found = select(*(SchoolRow.__table__.c[name] for name in _FACTS)).where(
        SchoolRow.urn == any_(literal(list(urns), ARRAY(Text)))
    )
    return {row["urn"]: _school(row) for row in session.execute(found).mappings()}


def take_over(session: Session, schools: Sequence[School], facts: frozenset[str]) -> BatchChange:
    """Brings the register to what these say of `facts`; a school already so is not touched, and a fact that is not
    among them stays as it was."""
    before = schools_of(session, [school.urn for school in schools])
    statement = _take_over(tuple(sorted(facts)))
    versions = {row.urn: row.version for row in session.execute(statement, {"register": schools})}
    added = frozenset(versions.keys() - before.keys())
    return BatchChange(added, frozenset(versions) - added, before)


@cache
def _take_over(facts: tuple[str, ...]) -> ReturningInsert[Any]:
    """One statement for a whole batch, which reaches the database as one JSON value."""
    schools = SchoolRow.metadata.tables[SchoolRow.__tablename__]
    told = [column(name, schools.c[name].type) for name in ("urn", *facts)]
    batch = func.jsonb_to_recordset(bindparam("register", type_=JSONB)).table_valued(*told)
    rows = batch.render_derived(with_types=True)
    given = upsert(schools).from_select(["urn", *facts, "version"], select(*rows.c, literal(1)))
    differs = tuple_(*(schools.c[name] for name in facts)).is_distinct_from(
        tuple_(*(given.excluded[name] for name in facts))
    )
    changes = {name: given.excluded[name] for name in facts} | {"version": schools.c.version + 1}
    whole = given.on_conflict_do_update(index_elements=[schools.c.urn], set_=changes, where=differs)
    return whole.returning(schools.c.urn, schools.c.version)


def put_trusts(session: Session, trusts: Mapping[str, tuple[str, str]]) -> list[str]:
    """Puts schools into the trusts (uid, name) given by their URN; answers the URNs for which that is new."""
    told = func.jsonb_to_recordset(bindparam("trusts", type_=JSONB)).table_valued(
        column("urn", SchoolRow.urn.type), column("uid", SchoolRow.urn.type), column("name", SchoolRow.urn.type)
    )
    rows = told.render_derived(with_types=True)
    put = update(SchoolRow).where(
        SchoolRow.urn == rows.c.urn,
        tuple_(SchoolRow.trust_uid, SchoolRow.trust_name).is_distinct_from(tuple_(rows.c.uid, rows.c.name)),
    )
    put = put.values(trust_uid=rows.c.uid, trust_name=rows.c.name, version=SchoolRow.version + 1)
    given = [{"urn": urn, "uid": uid, "name": name} for urn, (uid, name) in trusts.items()]
    returned = put.returning(SchoolRow.urn).execution_options(synchronize_session=False)
    return list(session.scalars(returned, {"trusts": given}))


def all_links(session: Session) -> dict[tuple[str, str], Succession]:
    """Every link there is, by predecessor and successor."""
    return {
        (row.predecessor_urn, row.successor_urn): Succession(
            row.predecessor_urn, row.successor_urn, SuccessionKind(row.kind), row.on
        )
        for row in session.scalars(select(SchoolLinkRow))
    }


def put_links(session: Session, links: Sequence[Succession]) -> None:
    """Records links, each of which is new or says something else than before."""
    if not links:
        return
    given = upsert(SchoolLinkRow)
    put = given.on_conflict_do_update(
        index_elements=["predecessor_urn", "successor_urn"],
        set_={"kind": given.excluded.kind, "on": given.excluded.on},
    )
    values = [
        {"predecessor_urn": link.predecessor_urn, "successor_urn": link.successor_urn, "kind": link.kind, "on": link.on}
        for link in links
    ]
    session.execute(put, values)


def put_changes(
    session: Session, import_id: UUID, first: int, changes: Iterable[tuple[str, ChangeKind, str, str]]
) -> None:
    """Records changes (URN, kind, before, after) of an import, counting on from `first`."""
    rows = [
        {"import_id": import_id, "position": first + number, "urn": urn, "kind": kind, "before": before, "after": after}
        for number, (urn, kind, before, after) in enumerate(changes)
    ]
    insert_rows(session, RegisterChangeRow, rows)


def get_import(session: Session, import_id: UUID) -> RegisterImportRow:
    """The import. Errors: `NotFound`."""
    row = session.get(RegisterImportRow, import_id)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def end_import(row: RegisterImportRow, report: Mapping[str, Any]) -> None:
    """Keeps what an import did, and lets its file go."""
    row.content, row.report = None, to_jsonable_python(report)


def page_of_changes(
    session: Session,
    import_id: UUID,
    kinds: Sequence[ChangeKind],
    page: PageRequest,
    shape: Callable[[RegisterChangeRow], Item],
) -> Page[Item]:
    """A page of what an import changed, of these kinds where any are named."""
    found = select(RegisterChangeRow).where(
        RegisterChangeRow.import_id == import_id, RegisterChangeRow.kind.in_(kinds) if kinds else true()
    )
    return read_page(session, found, [RegisterChangeRow.position], page, shape)


def _school(facts: RowMapping) -> School:
    kept = {name: facts[name] for name in _FACTS}
    return School(**kept | {"phase": Phase(kept["phase"]), "status": SchoolStatus(kept["status"])})
