"""Facts as the feeds tell of them: a test names only what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic_core import to_jsonable_python

from kpi_service import projections
from service_kit.database import EVERY_TENANT, Database
from service_kit.follower import Event

TODAY = date(2026, 1, 1)
RECORDED_AT = datetime(2015, 3, 20, 9, 30, tzinfo=UTC)


def tell(database: Database, name: str, data: Mapping[str, Any], at: datetime = RECORDED_AT) -> None:
    """One event reaches the service, with its data as JSON has them."""
    with database.transaction(EVERY_TENANT) as session:
        projections.apply(session, Event(name, "subject", at, to_jsonable_python(data)))


@dataclass(frozen=True)
class Designated:
    """A designation that was told of."""

    designation_id: UUID
    leader_id: UUID


@dataclass
class Alliance:
    """An alliance, which is registered as soon as it is made."""

    database: Database
    cohort: int | None = None
    alliance_id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        self.tell("alliance-registered", name="An alliance", cohort=self.cohort, lead_school_urns=["100001"])

    def tell(self, event: str, at: datetime = RECORDED_AT, /, **data: Any) -> None:
        """An event of this alliance."""
        tell(self.database, event, {"alliance_id": self.alliance_id} | data, at)

    def designate(
        self, on: date, *, leader_id: UUID | None = None, at: datetime = RECORDED_AT, **more: Any
    ) -> Designated:
        """An SLE, unless `kind` says otherwise, is designated: a new one unless `leader_id` says who."""
        made = Designated(uuid4(), leader_id or uuid4())
        given = {"kind": "sle", "round": None, "renews_designation_id": None}
        self.tell(
            "designation-made",
            at,
            designation_id=made.designation_id,
            leader_id=made.leader_id,
            designated_on=on,
            **given | more,
        )
        return made

    def train(self, made: Designated, on: date, at: datetime = RECORDED_AT) -> None:
        """The leader completes the training for the designation."""
        self.tell(
            "designation-trained",
            at,
            designation_id=made.designation_id,
            leader_id=made.leader_id,
            trained_on=on,
        )

    def withdraw(self, made: Designated, on: date, at: datetime = RECORDED_AT) -> None:
        """The designation is withdrawn."""
        self.tell(
            "designation-withdrawn",
            at,
            designation_id=made.designation_id,
            leader_id=made.leader_id,
            withdrawn_on=on,
        )

    def lapse(self, made: Designated, on: date, at: datetime = RECORDED_AT) -> None:
        """The designation lapses."""
        self.tell(
            "designation-lapsed",
            at,
            designation_id=made.designation_id,
            leader_id=made.leader_id,
            lapsed_on=on,
        )

    def begin(self, leader_id: UUID, on: date, at: datetime = RECORDED_AT, **more: Any) -> UUID:
        """The leader's first day on site in a deployment."""
        given = {"deployment_id": uuid4(), "agreed_on": None, "extends_deployment_id": None} | more
        self.tell("deployment-begun", at, leader_id=leader_id, first_day_on=on, **given)
        return UUID(str(given["deployment_id"]))

    def visit(self, leader_id: UUID, on: date, days: float = 1, at: datetime = RECORDED_AT, **more: Any) -> UUID:
        """The leader visits the host school of a deployment."""
        given = {"deployment_id": uuid4()} | more
        self.tell("visit-recorded", at, leader_id=leader_id, on=on, days=days, **given)
        return UUID(str(given["deployment_id"]))

    def count_run(self, programme_run_id: UUID, academic_year: str, *, at: datetime = RECORDED_AT, **more: Any) -> None:
        """What a run of initial teacher training now adds up to."""
        given = {"programme_kind": "school_direct", "trains_teachers": True, "completed": 0, "employment_known": 0}
        given |= {"booked": 0, "employed": 0, "employed_early": 0, "employed_within_alliance": 0, "promoted": 0} | more
        self.tell(
            "programme-run-counted",
            at,
            programme_run_id=programme_run_id,
            programme_id=programme_run_id,
            academic_year=academic_year,
            **given,
        )

    def join(self, urn: str, from_on: date, to_on: date | None = None, at: datetime = RECORDED_AT) -> UUID:
        """A school becomes a member."""
        membership_id = uuid4()
        self.tell("membership-began", at, membership_id=membership_id, urn=urn, from_on=from_on, to_on=to_on)
        return membership_id


def record_school(database: Database, urn: str, closed_on: date | None = None, at: datetime = RECORDED_AT) -> None:
    """A school of the register."""
    tell(
        database,
        "school-recorded",
        {
            "urn": urn,
            "name": f"School {urn}",
            "phase": "primary",
            "type": "Community school",
            "local_authority_code": "335",
            "local_authority": "Walsall",
            "latitude": None,
            "longitude": None,
            "status": "open" if closed_on is None else "closed",
            "opened_on": None,
            "closed_on": closed_on,
        },
        at,
    )


def link_schools(
    database: Database,
    predecessor_urn: str,
    successor_urn: str,
    *,
    kind: str = "succession",
    on: date | None = None,
    at: datetime = RECORDED_AT,
) -> None:
    """One school follows another, as the register of plans-api has it."""
    link = {"predecessor_urn": predecessor_urn, "successor_urn": successor_urn, "kind": kind, "on": on}
    tell(database, "school-link-recorded", link, at)
