"""Who asks, and what they may do: the token's scope, and a role we granted, and the relationship it is bound to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from service_kit.errors import Forbidden, NotFound


@dataclass(frozen=True)
class Permission:
    """One row of the permission matrix: the operation needs `scope` in the token and one of `roles` in our records."""

    scope: str
    roles: frozenset[str]


PUBLIC = None
"""The matrix row of an operation that needs no caller."""

Matrix = Mapping[str, Permission | None]


@dataclass(frozen=True)
class Grant:
    """A role somebody holds. `tenant` None: everywhere. `party` set: only for what names that party."""

    role: str
    tenant: UUID | None
    party: str | None = None


@dataclass(frozen=True)
class Reach:
    """The rows an operation may touch for one caller: all, whole tenants, or a tenant's rows that name a party."""

    everywhere: bool
    tenants: frozenset[UUID]
    parties: Mapping[UUID, frozenset[str]]

    @classmethod
    def of(cls, grants: Iterable[Grant]) -> "Reach":
        """The reach that `grants` give together."""
        grants = list(grants)
        parties: dict[UUID, set[str]] = {}
        for grant in grants:
            if grant.tenant is not None and grant.party is not None:
                parties.setdefault(grant.tenant, set()).add(grant.party)
        return cls(
            everywhere=any(grant.tenant is None for grant in grants),
            tenants=frozenset(g.tenant for g in grants if g.tenant is not None and g.party is None),
            parties={tenant: frozenset(names) for tenant, names in parties.items()},
        )

    def covers(self, tenant: UUID, *parties: str | None) -> bool:
        """Whether a row of `tenant` that names `parties` is within reach."""
        if self.everywhere or tenant in self.tenants:
            return True
        return not self.parties.get(tenant, frozenset()).isdisjoint(parties)

    def condition(
        self,
        tenant: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
        *parties: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    ) -> ColumnElement[bool]:
        """The same rule as `covers`, as a condition on columns, for lists."""
        if self.everywhere:
            return true()
        bound = [
            and_(tenant == one, or_(false(), *(column.in_(names) for column in parties)))
            for one, names in self.parties.items()
        ]
        return or_(tenant.in_(self.tenants), *bound)


@dataclass(frozen=True)
class Caller:
    """An authenticated caller of one operation. Identity is (`issuer`, `subject`), never an e-mail address."""

    issuer: str
    subject: str
    scopes: frozenset[str]
    grants: tuple[Grant, ...]
    permission: Permission

    @cached_property
    def visible(self) -> Reach:
        """Everything the caller holds any role for; the database shows no more than this."""
        return Reach.of(Grant(grant.role, grant.tenant) for grant in self.grants)

    @cached_property
    def permitted(self) -> Reach:
        """What this operation may touch: the part of `visible` where a role in the matrix row is held."""
        return Reach.of(grant for grant in self.grants if grant.role in self.permission.roles)

    @cached_property
    def membership(self) -> Reach:
        """The tenants in which a role in the matrix row is held, whatever party it is bound to: for what belongs to a
        tenant as a whole and is for all who hold such a role there."""
        permitted = (grant for grant in self.grants if grant.role in self.permission.roles)
        return Reach.of(Grant(grant.role, grant.tenant) for grant in permitted)

    def require_membership(self, tenant: UUID) -> None:
        """Refuses unless what belongs to `tenant` as a whole may be touched, as `require` does."""
        if not self.visible.covers(tenant):
            raise NotFound("There is no such thing here.")
        if not self.membership.covers(tenant):
            raise Forbidden(
                "Your role in this organisation does not allow this operation: ask one of its administrators."
            )

    def require(self, tenant: UUID, *parties: str | None) -> None:
        """Refuses unless a row of `tenant` naming `parties` may be touched: `NotFound` outside the caller's tenants,
        `Forbidden` inside them without a sufficient role, `NotFound` again for another party's row."""
        if not self.visible.covers(tenant):
            raise NotFound("There is no such thing here.")
        if self.permitted.covers(tenant, *parties):
            return
        if tenant in self.permitted.parties:
            raise NotFound("There is no such thing here.")
        raise Forbidden("Your role in this organisation does not allow this operation: ask one of its administrators.")

    def require_everywhere(self) -> None:
        """Refuses unless the operation may be done for the platform as a whole."""
        if not self.permitted.everywhere:
            raise Forbidden("This operation is for the operator of the platform.")

    def require_scope_and_role(self) -> None:
        """The first door: the matrix row's scope is in the token and one of its roles is held somewhere."""
        if self.permission.scope not in self.scopes:
            raise Forbidden(f"The access token lacks the scope {self.permission.scope}.")
        if not any(grant.role in self.permission.roles for grant in self.grants):
            raise Forbidden(
                "None of your roles allows this operation: ask an administrator to do it, or for a role that may."
            )
