"""Who asks for support and who pays for it: the kind of organisation, and which one where it has a reference."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from service_kit.errors import RuleBroken


class Organisation(StrEnum):
    """Who can ask for support, and who can pay for it; the two may differ, and either from the host school."""

    HOST_SCHOOL = "host_school"
    SCHOOL = "school"
    LOCAL_AUTHORITY = "local_authority"
    TRUST = "trust"
    ALLIANCE = "alliance"
    DEPARTMENT = "department"


class ReferenceNotOfTheOrganisation(RuleBroken):
    """An organisation is named by the reference of its kind: a school by its URN, a local authority by its code, an
    alliance by its id, a trust by its number."""


_REFERENCES: Mapping[Organisation, tuple[re.Pattern[str], str]] = MappingProxyType(
    {
        Organisation.SCHOOL: (re.compile(r"[1-9][0-9]{5}"), "the URN of a school has six digits"),
        Organisation.LOCAL_AUTHORITY: (re.compile(r"[0-9]{3}"), "the code of a local authority has three digits"),
        Organisation.TRUST: (re.compile(r"[A-Za-z0-9]{1,20}"), "the number of a trust has up to 20 letters and digits"),
    }
)


@dataclass(frozen=True)
class NamedOrganisation:
    """An organisation of one kind; `reference` is None where it is not known which, and always for the host school and
    the Department, which the kind names already.

    Raises `ReferenceNotOfTheOrganisation`.
    """

    kind: Organisation
    reference: str | None = None

    def __post_init__(self) -> None:
        if self.reference is None:
            return
        if self.kind is Organisation.ALLIANCE:
            _refuse_unless_an_id(self.reference)
            return
        if self.kind not in _REFERENCES:
            raise ReferenceNotOfTheOrganisation(f"{self.kind} says which it is already; leave the reference out.")
        pattern, rule = _REFERENCES[self.kind]
        if not pattern.fullmatch(self.reference):
            raise ReferenceNotOfTheOrganisation(f"{self.reference} does not name a {self.kind}: {rule}.")


HOST_SCHOOL = NamedOrganisation(Organisation.HOST_SCHOOL)


def _refuse_unless_an_id(reference: str) -> None:
    try:
        is_written_as_ids_are = str(UUID(reference)) == reference
    except ValueError:
        is_written_as_ids_are = False
    if not is_written_as_ids_are:
        raise ReferenceNotOfTheOrganisation(f"{reference} does not name an alliance: its id is a UUID in lower case.")
