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

    rows_read: int
    added: int
    changed: int
    unchanged: int
    refused: tuple[RefusedRow, ...]


def import_register(work: UnitOfWork, register: RegisterFile) -> RegisterImport:
    """Takes the register over, with one `school-recorded` for each school that is new or different. The same extract
    again changes and records nothing. Schools that the extract does not name stay as they are."""
    work.caller.require_everywhere()
    change = store.take_over(work.session, register.schools)
    touched = change.added | change.changed
    events = {school.urn: _event(school) for school in register.schools if school.urn in touched}
    work.record_each("school-recorded", tenant=None, happened=events)
    return RegisterImport(
        rows_read=register.rows_read,
        added=len(change.added),
        changed=len(change.changed),
        unchanged=len(register.schools) - len(touched),
        refused=register.refused,
    )


def _event(school: School) -> dict[str, object]:
    facts = asdict(school)
    return {name: facts[name] for name in _IN_EVENTS}
