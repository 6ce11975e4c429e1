"""How far a finding has come."""

from enum import StrEnum


class FindingState(StrEnum):
    """`outdated` is what nobody settled before a corrected document did away with it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EDITED = "edited"
    DISMISSED = "dismissed"
    OUTDATED = "outdated"
