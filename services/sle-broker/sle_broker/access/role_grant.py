"""A role somebody was granted at plans-api."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class RoleGrant:
    """The person or system `subject`, known to `issuer`, holds `role`: everywhere, or in one alliance, or in it for
    what names `party`."""

    role_grant_id: UUID
    issuer: str
    subject: str
    role: str
    alliance_id: UUID | None
    party: str | None
