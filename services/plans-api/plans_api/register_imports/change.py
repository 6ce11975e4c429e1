"""What a new extract changes of a school, in the words an operator reads it by."""

from enum import StrEnum
from math import cos, hypot, radians

from plans_api.schools.school import School, SchoolStatus

_METRES_A_DEGREE = 111_320
_MOVED_METRES = 250


class ChangeKind(StrEnum):
    """What may have happened to a school since the extract before. `converted` is a school that goes on under another
    URN, `joined` one that joined a trust."""

    OPENED = "opened"
    CLOSED = "closed"
    RENAMED = "renamed"
    MOVED = "moved"
    JOINED = "joined"
    CONVERTED = "converted"
    MERGED = "merged"
    AMALGAMATED = "amalgamated"
    SPLIT = "split"


def changes_between(before: School | None, after: School) -> list[tuple[ChangeKind, str, str]]:
    """Each change with what was and what is. A school that is new here and open has opened; one that is new and closed
    is history. Moved is to another local authority, or by more than 250 metres."""
    if before is None:
        return [] if after.status is SchoolStatus.CLOSED else [(ChangeKind.OPENED, "", after.name)]
    changes: list[tuple[ChangeKind, str, str]] = []
    was_closed, is_closed = (one.status is SchoolStatus.CLOSED for one in (before, after))
    if was_closed and not is_closed:
        changes.append((ChangeKind.OPENED, before.status, after.status))
    if is_closed and not was_closed:
        changes.append((ChangeKind.CLOSED, before.status, str(after.closed_on or "")))
    if before.name != after.name:
        changes.append((ChangeKind.RENAMED, before.name, after.name))
    if before.local_authority_code != after.local_authority_code:
        changes.append((ChangeKind.MOVED, before.local_authority_code, after.local_authority_code))
    elif _metres_between(before, after) > _MOVED_METRES:
        changes.append((ChangeKind.MOVED, _place(before), _place(after)))
    if after.trust_name is not None and before.trust_name != after.trust_name:
        changes.append((ChangeKind.JOINED, before.trust_name or "", after.trust_name))
    return changes


def _metres_between(one: School, other: School) -> float:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return 0.0
    north = (other.latitude - one.latitude) * _METRES_A_DEGREE
    east = (other.longitude - one.longitude) * _METRES_A_DEGREE * cos(radians(one.latitude))
    return hypot(north, east)


def _place(school: School) -> str:
    return f"{school.latitude:.5f}, {school.longitude:.5f}"
