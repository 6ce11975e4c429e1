"""Which of the register's files a file is, told by its header alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from service_kit.errors import RuleBroken


class FileKind(StrEnum):
    """The register's files: its schools, the links between them, and the groups they belong to."""

    SCHOOLS = "schools"
    LINKS = "links"
    GROUPS = "groups"


class RegisterNotReadable(RuleBroken):
    """A register file is CSV, plain or gzipped, in UTF-8 or Windows-1252, with the columns of one of its kinds."""


NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "urn": ("URN",),
    "name": ("EstablishmentName", "SCHNAME"),
    "local_authority_code": ("LA (code)", "LA"),
    "local_authority": ("LA (name)",),
    "region": ("GOR (name)",),
    "phase": ("PhaseOfEducation (name)",),
    "type": ("TypeOfEstablishment (name)", "NFTYPE"),
    "status": ("EstablishmentStatus (name)", "ICLOSE"),
    "opened_on": ("OpenDate", "OPENDATE"),
    "closed_on": ("CloseDate", "CLOSEDATE"),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "easting": ("Easting",),
    "northing": ("Northing",),
    "trust_uid": ("Trusts (code)", "Trust UID"),
    "trust_name": ("Trusts (name)", "Trust name"),
    "minor_group": ("MINORGROUP",),
    "teaches_primary": ("ISPRIMARY",),
    "teaches_secondary": ("ISSECONDARY",),
    "teaches_post_16": ("ISPOST16",),
    "youngest": ("AGEL", "StatutoryLowAge"),
    "oldest": ("AGEH", "StatutoryHighAge"),
    "link_urn": ("LinkURN",),
    "link_type": ("LinkType",),
    "linked_on": ("LinkEstablishedDate",),
    "group_uid": ("Linked UID",),
    "group_name": ("Group Name",),
    "group_type": ("Group Type",),
    "group_closed_on": ("Closed Date",),
}
"""For each thing that is read: the headings it stands under, by year and by where the file comes from."""

_NEEDED: Final[Mapping[FileKind, tuple[str, ...]]] = {
    FileKind.LINKS: ("urn", "link_urn", "link_type"),
    FileKind.GROUPS: ("urn", "group_uid", "group_name", "group_type"),
    FileKind.SCHOOLS: ("urn", "name", "local_authority_code", "phase", "type", "status"),
}


@dataclass(frozen=True)
class Header:
    """What kind of file it is, and in which column each thing stands."""

    kind: FileKind
    places: Mapping[str, int]
    width: int

    def knows(self, *names: str) -> bool:
        """Whether the file has all of these."""
        return all(name in self.places for name in names)

    def cells(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row by name. A row that ends early lacks its last ones; one that runs on has no more."""
        return {name: cells[place].strip() for name, place in self.places.items() if place < len(cells)}


def recognise(headings: Sequence[str]) -> Header:
    """The file's kind and columns. The number and order of columns do not matter: they change from year to year.

    Errors: `RegisterNotReadable` saying what was looked for and what came nearest.
    """
    at = {heading.strip(): place for place, heading in reversed(list(enumerate(headings)))}
    found = {name: next((at[one] for one in names if one in at), None) for name, names in NAMES.items()}
    places = {name: place for name, place in found.items() if place is not None}
    for kind, needed in _NEEDED.items():
        if all(name in places for name in needed):
            return Header(kind, places, len(headings))
    raise RegisterNotReadable(_what_is_missing(list(at), places))


def _what_is_missing(headings: list[str], places: Mapping[str, int]) -> str:
    nearest = max(_NEEDED, key=lambda kind: sum(name in places for name in _NEEDED[kind]) / len(_NEEDED[kind]))
    said = []
    for name in _NEEDED[nearest]:
        if name not in places:
            wanted = NAMES[name]
            near = [one for heading in wanted for one in get_close_matches(heading, headings, n=1)]
            comes_near = f" (“{near[0][:60]}” comes near)" if near else ""
            said.append(f"{' or '.join(wanted)}{comes_near}")
    return f"The header is none of the register's files; it is nearest to its {nearest}, and lacks {', '.join(said)}."
