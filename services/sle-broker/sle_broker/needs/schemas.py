"""The JSON of needs."""

from datetime import date
from typing import Literal, Self
from uuid import UUID

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example
from sle_broker.needs.need import Need, NeedEndReason, NeedKind, NeedSource, NeedState, OutcomeTrigger, Referrer
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, SpecialismCode, SpecialismOut, Urn
from sle_broker.specialisms.specialism import Phase, Specialism

RecordedByHand = Literal[NeedSource.REFERRAL, NeedSource.OUTCOME_TRIGGER, NeedSource.FORECAST]
"""Audits and support requests record their needs themselves."""

NEED_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a1"


class NeedIn(RequestBody):
    """A need that was referred, that outcomes trigger, or that the alliance forecasts. `arisen_on` is today where
    absent; of a forecast it is the day it was made."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        host_school_urn="108101",
        specialism="phonics",
        phase="primary",
        kind="actual",
        source="referral",
        referred_by="local_authority",
        source_reference="SI-2015-14",
        arisen_on="2015-01-05",
    )

    alliance_id: UUID
    host_school_urn: Urn
    specialism: SpecialismCode
    phase: Phase
    kind: NeedKind
    source: RecordedByHand
    referred_by: Referrer | None = None
    trigger: OutcomeTrigger | None = None
    source_reference: ShortText | None = None
    arisen_on: Day | None = None

    def to_rule(self, need_id: UUID, specialism: Specialism, *, recorded_by: str, today: date) -> Need:
        """The need, under a new id. Errors: those of `Need`."""
        return Need(
            id=need_id,
            host_school_urn=self.host_school_urn,
            specialism=specialism,
            phase=self.phase,
            kind=self.kind,
            source=self.source,
            arisen_on=self.arisen_on or today,
            recorded_by=recorded_by,
            source_reference=self.source_reference,
            referred_by=self.referred_by,
            trigger=self.trigger,
        )


class NeedTransitionIn(RequestBody):
    """The end of a need: its first day of being open no longer, and the coded reason."""

    model_config = RequestBody.model_config | example(to="ended", on="2015-03-27", reason="met")

    to: NeedState
    on: Day
    reason: NeedEndReason | None = None


class NeedOut(ResponseBody):
    """A need and what told of it. `source_reference` is the id of the support request or the audit submission, or the
    number under which the school was referred."""

    model_config = ResponseBody.model_config | example(
        id=NEED_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        host_school_urn="108101",
        specialism={
            "code": "phonics",
            "group": "pupil_achievement",
            "name": "Phonics and early reading",
            "version": 1,
            "alliance_id": None,
        },
        phase="primary",
        kind="actual",
        source="referral",
        source_reference="SI-2015-14",
        referred_by="local_authority",
        trigger=None,
        arisen_on="2015-01-05",
        recorded_by="fellgate-broker",
        state="open",
        ended_on=None,
        end_reason=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    host_school_urn: str
    specialism: SpecialismOut
    phase: Phase
    kind: NeedKind
    source: NeedSource
    source_reference: str | None
    referred_by: Referrer | None
    trigger: OutcomeTrigger | None
    arisen_on: date
    recorded_by: str
    state: NeedState
    ended_on: date | None
    end_reason: NeedEndReason | None
    version: int

    @classmethod
    def of(cls, kept: Kept[Need]) -> Self:
        """A stored need."""
        need = kept.thing
        return cls(
            id=need.id,
            alliance_id=kept.alliance_id,
            host_school_urn=need.host_school_urn,
            specialism=SpecialismOut.model_validate(need.specialism),
            phase=need.phase,
            kind=need.kind,
            source=need.source,
            source_reference=need.source_reference,
            referred_by=need.referred_by,
            trigger=need.trigger,
            arisen_on=need.arisen_on,
            recorded_by=need.recorded_by,
            state=need.state,
            ended_on=need.ended_on,
            end_reason=need.end_reason,
            version=kept.version,
        )
