"""The JSON of sharing protocols."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example
from sle_broker.sharing_protocols.sharing_protocol import (
    PartyKind,
    SharingParty,
    SharingProtocol,
    SharingProtocolState,
    SharingScope,
)
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, Urn

PROTOCOL_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b1"


class SharingPartyIn(RequestBody):
    """A party: an alliance by its id, a school by its URN, a local authority by its code. `client_id` is the system
    through which another alliance or an authority reads."""

    model_config = RequestBody.model_config | example(
        kind="local_authority", reference="335", client_id="walsall-school-improvement"
    )

    kind: PartyKind
    reference: ShortText
    client_id: ShortText | None = None


class SharingProtocolIn(RequestBody):
    """What a school agrees to share of its audits: with whom, how much, and from the first day to the last, both
    included. `agreed_on` is today where absent."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        school_urn="108101",
        parties=[
            {"kind": "alliance", "reference": ALLIANCE_EXAMPLE},
            {"kind": "local_authority", "reference": "335", "client_id": "walsall-school-improvement"},
        ],
        scope="scores",
        from_on="2014-09-01",
        to_on="2015-08-31",
    )

    alliance_id: UUID
    school_urn: Urn
    parties: Annotated[tuple[SharingPartyIn, ...], Field(min_length=1, max_length=50)]
    scope: SharingScope
    from_on: Day
    to_on: Day
    agreed_on: Day | None = None

    def to_rule(self, protocol_id: UUID, *, agreed_by: str, today: date) -> SharingProtocol:
        """The protocol, under a new id. Errors: those of `SharingProtocol`."""
        return SharingProtocol(
            id=protocol_id,
            alliance_id=self.alliance_id,
            school_urn=self.school_urn,
            parties=tuple(SharingParty(party.kind, party.reference, party.client_id) for party in self.parties),
            scope=self.scope,
            agreed_on=self.agreed_on or today,
            agreed_by=agreed_by,
            from_on=self.from_on,
            to_on=self.to_on,
        )


class SharingProtocolTransitionIn(RequestBody):
    """The withdrawal of a protocol."""

    model_config = RequestBody.model_config | example(to="withdrawn", on="2015-02-02")

    to: Literal[SharingProtocolState.WITHDRAWN]
    on: Day


class SharingPartyOut(ResponseBody):
    """A party of a protocol."""

    model_config = ResponseBody.model_config | example(kind="alliance", reference=ALLIANCE_EXAMPLE, client_id=None)

    kind: PartyKind
    reference: str
    client_id: str | None


class SharingProtocolOut(ResponseBody):
    """A protocol. `is_in_force` says whether it lets anybody read today."""

    model_config = ResponseBody.model_config | example(
        id=PROTOCOL_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        school_urn="108101",
        parties=[{"kind": "alliance", "reference": ALLIANCE_EXAMPLE, "client_id": None}],
        scope="scores",
        agreed_on="2014-09-01",
        agreed_by="fellgate-office",
        from_on="2014-09-01",
        to_on="2015-08-31",
        state="agreed",
        withdrawn_on=None,
        is_in_force=True,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    school_urn: str
    parties: list[SharingPartyOut]
    scope: SharingScope
    agreed_on: date
    agreed_by: str
    from_on: date
    to_on: date
    state: SharingProtocolState
    withdrawn_on: date | None
    is_in_force: bool
    version: int

    @classmethod
    def of(cls, kept: Kept[SharingProtocol], today: date) -> Self:
        """A stored protocol, as it stands today."""
        protocol = kept.thing
        return cls(
            id=protocol.id,
            alliance_id=kept.alliance_id,
            school_urn=protocol.school_urn,
            parties=[SharingPartyOut.model_validate(party) for party in protocol.parties],
            scope=protocol.scope,
            agreed_on=protocol.agreed_on,
            agreed_by=protocol.agreed_by,
            from_on=protocol.from_on,
            to_on=protocol.to_on,
            state=protocol.state,
            withdrawn_on=protocol.withdrawn_on,
            is_in_force=protocol.is_in_force(today),
            version=kept.version,
        )
