"""A sharing protocol: who may read how much of a school's audits, between which days, until the school withdraws it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Forbidden, RuleBroken, StateConflict


class PartyKind(StrEnum):
    """Who a school may share with. The alliance that runs the audit is a party like any other."""

    ALLIANCE = "alliance"
    SCHOOL = "school"
    LOCAL_AUTHORITY = "local_authority"


class SharingScope(StrEnum):
    """How much is shared, the widest first: answers with what was written to them, the scores alone, or nothing but a
    part in a total."""

    WHOLE = "whole"
    SCORES = "scores"
    AGGREGATE = "aggregate"


ONE_BY_ONE = (SharingScope.WHOLE, SharingScope.SCORES)
"""The scopes that let a school's audits, and the needs that follow from them, be read one by one."""


class SharingProtocolState(StrEnum):
    """Agreed until the school withdraws it, which is final."""

    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


class PartyNotWhole(RuleBroken):
    """Another alliance and a local authority read through a system of theirs, which is named; a school and the alliance
    itself have people who sign in."""


class PartyNamedTwice(RuleBroken):
    """A protocol names each of its parties once."""


class NotShared(Forbidden):
    """A school's audits are read by others while a protocol in force lets them, and no longer."""


@dataclass(frozen=True)
class SharingParty:
    """One party: an alliance by its id, a school by its URN, a local authority by its code in the register. `client_id`
    is the system under which another alliance or an authority signs in, None for the rest."""

    kind: PartyKind
    reference: str
    client_id: str | None = None


@dataclass(frozen=True)
class Reader:
    """For whom somebody asks: the alliances they work for, and in which alliance they are which school or system."""

    alliances: frozenset[UUID] = frozenset()
    schools: frozenset[tuple[UUID, str]] = frozenset()
    systems: frozenset[tuple[UUID, str]] = frozenset()

    def is_party(self, party: SharingParty, alliance_id: UUID) -> bool:
        """Whether they ask for this party of a protocol in an alliance."""
        if party.client_id is not None:
            return (alliance_id, party.client_id) in self.systems
        if party.kind is PartyKind.SCHOOL:
            return (alliance_id, party.reference) in self.schools
        return alliance_id in self.alliances


@dataclass(frozen=True)
class SharingProtocol:
    """What one school has agreed to share of its audits in one alliance.

    It is in force from `from_on` to `to_on`, both included, unless it has been withdrawn. `agreed_by` is the subject
    under which whoever agreed to it for the school signs in. Raises `DatesOutOfOrder`, `PartyNotWhole`,
    `PartyNamedTwice`.
    """

    id: UUID
    alliance_id: UUID
    school_urn: str
    parties: tuple[SharingParty, ...]
    scope: SharingScope
    agreed_on: date
    agreed_by: str
    from_on: date
    to_on: date
    withdrawn_on: date | None = None

    def __post_init__(self) -> None:
        refuse_out_of_order(earlier="the first day", earlier_on=self.from_on, later="the last", later_on=self.to_on)
        if len({(party.kind, party.reference) for party in self.parties}) != len(self.parties):
            raise PartyNamedTwice("Name each party once.")
        for party in self.parties:
            _refuse_unless_whole(party, self.alliance_id)

    @property
    def state(self) -> SharingProtocolState:
        """Withdrawn from the moment the withdrawal is recorded."""
        return SharingProtocolState.AGREED if self.withdrawn_on is None else SharingProtocolState.WITHDRAWN

    def is_in_force(self, on: date) -> bool:
        """On its first day, its last, and every day between; on no day once it is withdrawn."""
        return self.withdrawn_on is None and self.from_on <= on <= self.to_on


def scope_for(protocols: Iterable[SharingProtocol], reader: Reader, on: date) -> SharingScope | None:
    """The most that a school's protocols let somebody read on a day; None where none of them does."""
    open_to_them = {
        protocol.scope
        for protocol in protocols
        if protocol.is_in_force(on) and any(reader.is_party(party, protocol.alliance_id) for party in protocol.parties)
    }
    return next((scope for scope in SharingScope if scope in open_to_them), None)


def withdraw(protocol: SharingProtocol, on: date, *, today: date) -> SharingProtocol:
    """The protocol withdrawn. Nobody reads by it from the moment this is recorded, whatever day it is dated.

    Raises `StateConflict`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    if protocol.withdrawn_on is not None:
        raise StateConflict(
            f"The protocol was withdrawn on {protocol.withdrawn_on}; agree to a new one to share again.",
            current=protocol.state,
            allowed=[],
        )
    refuse_out_of_order(earlier="the agreement", earlier_on=protocol.agreed_on, later="the withdrawal", later_on=on)
    refuse_future(what="The withdrawal", on=on, today=today)
    return replace(protocol, withdrawn_on=on)


def _refuse_unless_whole(party: SharingParty, alliance_id: UUID) -> None:
    is_itself = party.kind is PartyKind.ALLIANCE and party.reference == str(alliance_id)
    reads_through_a_system = party.kind is not PartyKind.SCHOOL and not is_itself
    if reads_through_a_system and party.client_id is None:
        raise PartyNotWhole(f"Name the system through which the {party.kind} {party.reference} reads.")
    if not reads_through_a_system and party.client_id is not None:
        raise PartyNotWhole(f"The {party.kind} {party.reference} reads by itself; leave the system out.")
