"""What people do with the register."""

from dataclasses import asdict, dataclass

from plans_api.schools import store
from plans_api.schools.register_file import RefusedRow, RegisterFile
from plans_api.schools.school import School
from service_kit.commands import UnitOfWork

_IN_EVENTS = (
    "urn",
    "name",
    "phase",
    "type",
    "local_authority_code",
    "local_authority",
    "latitude",
    "longitude",
    "status",
    "opened_on",
    "closed_on",
)


@dataclass(frozen=True)
class RegisterImport:
    """What an extract did to the register, in schools."""

    dry_run: bool
    rows_read: int
    added: int
    changed: int
    unchanged: int
    refused: tuple[RefusedRow, ...]


def import_register(work: UnitOfWork, register: RegisterFile, *, dry_run: bool) -> RegisterImport:
    """Takes the register over, with one `school-recorded` for each school that is new or different. The same extract
    again changes and records nothing. Schools that the extract does not name stay as they are."""
    work.caller.require_everywhere()
    if dry_run:
        change = store.compare(work.session, register.schools)
    else:
        change = store.take_over(work.session, register.schools)
        touched = change.added | change.changed
        events = {school.urn: _event(school) for school in register.schools if school.urn in touched}
        work.record_each("school-recorded", tenant=None, happened=events)
    return RegisterImport(
        dry_run=dry_run,
        rows_read=register.rows_read,
        added=len(change.added),
        changed=len(change.changed),
        unchanged=len(register.schools) - len(change.added) - len(change.changed),
        refused=register.refused,
    )


def _event(school: School) -> dict[str, object]:
    facts = asdict(school)
    return {name: facts[name] for name in _IN_EVENTS}
