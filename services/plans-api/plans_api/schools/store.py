"""The SQL of the register."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from sqlalchemy import Select, select, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from plans_api.schools.school import Phase, School, SchoolNotInRegister, SchoolStatus
from plans_api.schools.tables import SchoolRow
from service_kit.errors import NotFound

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


def schools(
    *, local_authorities: Sequence[str], phases: Sequence[Phase], statuses: Sequence[SchoolStatus]
) -> Select[tuple[SchoolRow]]:
    """The schools with one of each of these; an empty filter lets everything through."""
    return select(SchoolRow).where(
        SchoolRow.local_authority_code.in_(local_authorities) if local_authorities else true(),
        SchoolRow.phase.in_(phases) if phases else true(),
        SchoolRow.status.in_(statuses) if statuses else true(),
    )


def schools_named(found: Select[tuple[SchoolRow]], name_contains: str) -> Select[tuple[SchoolRow]]:
    """Those of `found` whose name contains these words, whatever their case."""
    return found.where(SchoolRow.name.icontains(name_contains, autoescape=True))


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
        versions |= {urn: version for urn, version in session.execute(upsert, rows)}
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
