"""Pools of leaders of every sort, drawn by lot and stored as they would be: the same for the same seed."""

import random
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from sle_broker.designations.designation import LeaderKind
from sle_broker.matching.candidate import Search
from sle_broker.matching.distance import Location
from sle_broker.matching_weights.weights import Weights
from sle_broker.specialisms.specialism import Phase, Specialism, SpecialismGroup
from sle_broker.support_requests.support_request import Window

HALF_TERMS = ("autumn_1", "autumn_2", "spring_1", "spring_2", "summer_1", "summer_2")
FIRST_DAY, LAST_DAY = date(2014, 9, 1), date(2015, 6, 30)
STATES = (
    ("proposed",),
    ("proposed", "under_way"),
    ("proposed", "under_way", "closed"),
    ("proposed", "declined"),
    ("offered",),
    ("offered", "proposed"),
    ("offered", "expired"),
)
KINDS = (*LeaderKind, "coach")
"""The national kinds, and one of the alliance's own."""
_NO_REAL_SCHOOLS = 300_000
"""No URN of the register is so high: beside a pool there may be what is drawn from the register."""
LONG_AGO, AFTER_ALL = datetime(2015, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Lot:
    """Draws an alliance from a seed, and stores it in the database at `admin_url`. All that happens to its leaders has
    happened by `settled_on` where that is given, and no offer of one of them has expired; its searches are as of that
    day or later."""

    def __init__(self, seed: int, admin_url: str, alliance: UUID | None = None, settled_on: date | None = None) -> None:
        self.chance = random.Random(seed)
        self.settled_on = settled_on
        self.admin = psycopg.connect(admin_url, autocommit=True)
        self._last_id = seed << 100
        self.alliance = alliance or self.id()
        self.specialisms = [
            self._specialism(code, version) for code in ("phonics", "maths", "drama") for version in (1, 2)
        ]
        self.urns = [str(_NO_REAL_SCHOOLS + seed * 100 + place) for place in range(12)]
        for urn in self.urns:
            self._store(
                "schools", urn=urn, phase=self.chance.choice(["primary", "secondary"]),
                type=self.chance.choice(["community", "academy"]),
                latitude=self.maybe(0.9, lambda: self.chance.uniform(52, 53)), longitude=self.chance.uniform(-2, -1),
            )  # fmt: skip

    def id(self) -> UUID:
        """An id never drawn before."""
        self._last_id += self.chance.randint(1, 1000)
        return UUID(int=self._last_id)

    def day(self) -> date:
        """A day of the school year."""
        return self.day_between(FIRST_DAY, LAST_DAY)

    def past_day(self) -> date:
        """A day on which something may have happened."""
        return self.day_between(FIRST_DAY, self.settled_on or LAST_DAY)

    def day_between(self, first: date, last: date) -> date:
        """One of these days."""
        return first + timedelta(self.chance.randint(0, (last - first).days))

    def halves(self, least: float, most: float) -> Decimal:
        """Whole or half days."""
        return Decimal(self.chance.randint(int(least * 2), int(most * 2))) / 2

    def maybe(self, likelihood: float, draw: Any) -> Any:
        """What is drawn, or nothing."""
        return draw() if self.chance.random() < likelihood else None

    def leaders(self, count: int) -> None:
        """So many leaders with all that can be known of them."""
        for _ in range(count):
            self._leader()

    def search(self) -> Search:
        """A search of any sort: now and then late, far, for another kind, or what a broker wonders about."""
        first, last = sorted((self.day(), self.day()))
        codes = self.chance.sample(["phonics", "maths", "drama", "music"], self.chance.randint(1, 3))
        return Search(
            request_id=self.id(),
            line_number=1,
            host_school_urn=self.chance.choice(self.urns),
            host_location=self.maybe(0.9, lambda: Location(self.chance.uniform(52, 53), self.chance.uniform(-2, -1))),
            leader_kind=self.maybe(0.3, lambda: self.chance.choice(KINDS)),
            areas=tuple(Specialism(self.id(), code, SpecialismGroup.PUPIL_ACHIEVEMENT, code, 9) for code in codes),
            phase=self.chance.choice(list(Phase)),
            days_wanted=self.halves(0.5, 5),
            window=Window(first, max(last, first + timedelta(20))),
            as_of=self.day_between(self.settled_on or FIRST_DAY, LAST_DAY),
            travel_km_more=self.chance.choice([0, 0, 0, 10]),
        )

    def weights(self) -> Weights:
        """Weights of any sort."""
        most = {"claimed_percent": 100, "far_km": 90, "heavy_load": 6, "well_practised": 6}
        given = {field.name: self.chance.randint(1, most.get(field.name, 1000)) for field in fields(Weights)}
        return Weights(**given | {self.chance.choice(["distance", "clock", "days", "claimed_percent"]): 0})

    def _leader(self) -> None:
        leader, kept_back = self.id(), self.maybe(0.3, lambda: (FIRST_DAY, self.day()))
        whose = {"alliance_id": self.alliance, "leader_id": leader}
        self._store(
            "leaders", id=leader, alliance_id=self.alliance, kind="sle", name=f"Leader {leader.int % 1000}",
            home_school_urn=self.chance.choice(self.urns),
            phases=self.chance.sample([phase.value for phase in Phase], self.chance.randint(0, 2)),
            allowance_days=self.halves(3, 15), travel_limit_km=self.maybe(0.8, lambda: self.chance.randint(5, 90)),
            conflicts=self.chance.sample(self.urns, self.chance.choice([0, 0, 1])),
            not_released_from_on=kept_back and kept_back[0], not_released_to_on=kept_back and kept_back[1], version=1,
        )  # fmt: skip
        if self.chance.random() < 0.2:
            self._store("leader_allowances", **whose, academic_year=2014, days=self.halves(0, 12))
        for half_term in self.chance.sample(HALF_TERMS, self.chance.choice([0, 0, 3, 6])):
            days = self.halves(0, 4)
            self._store("half_term_availability", **whose, academic_year=2014, half_term=half_term, days=days)
        for specialism in self.chance.sample(self.specialisms, self.chance.randint(0, 4)):
            claimed, validated = sorted((self.past_day(), self.past_day()))
            validation = self.maybe(0.5, lambda on=validated: on)
            self._store(
                "leader_specialisms", id=self.id(), **whose, specialism_id=specialism, claimed_on=claimed,
                validated_on=validation, validated_by=validation and "head", evidence=validation and "-", version=1,
            )  # fmt: skip
        self._designations(whose)
        for _ in range(self.chance.choice([0, 0, 1, 2, 3])):
            self._deployment(whose)

    def _designations(self, whose: Any) -> None:
        first = None
        for kind in self.chance.choices(KINDS, [8, 1, 1, 1], k=self.chance.choice([0, 1, 1, 2])):
            begun, ended = sorted((self.past_day() - timedelta(60), self.past_day()))
            end = self.chance.choice([None, None, None, "due_to_lapse_on", "lapsed_on", "withdrawn_on"])
            # Both may be known ahead.
            begun = self.day() if end is None and self.chance.random() < 0.2 else begun
            ended = max(begun, self.day()) if end == "due_to_lapse_on" else ended
            made = self.id()
            self._store(
                "designations", id=made, **whose, kind=kind, designated_on=begun,
                renews_designation_id=first and self.maybe(0.5, lambda renewed=first: renewed),
                due_to_lapse_on=ended if end == "due_to_lapse_on" else None,
                lapsed_on=ended if end == "lapsed_on" else None, withdrawn_on=ended if end == "withdrawn_on" else None,
                withdrawal_reason="stood_down" if end == "withdrawn_on" else None, version=1,
            )  # fmt: skip
            first = first or made

    def _deployment(self, whose: Any) -> None:
        deployment, request, states = self.id(), self.id(), self.chance.choice(STATES)
        days_on = sorted(self.past_day() for _ in states)
        is_offered, lent = states[-1] == "offered", self.id()
        whose = whose if states[0] == "proposed" else whose | {"alliance_id": lent, "lender_alliance_id": self.alliance}
        starts, ends, booked = days_on[0], days_on[-1] + timedelta(self.chance.randint(0, 60)), self.halves(0.5, 3)
        begun = days_on[1] if "under_way" in states else None
        home, host = self.chance.sample(self.urns, 2)
        self._store(
            "support_requests", id=request, alliance_id=whose["alliance_id"], host_school_urn=host, phase="primary",
            days_wanted=1, earliest_start_on=starts, latest_finish_on=ends, people_wanted=1, urgency="routine",
            asked_by="host_school", paid_by="host_school", context="", submitted_by="head", state="matched", version=1,
        )  # fmt: skip
        visits = {} if begun is None else {begun: Decimal("0.5")}
        held = booked if states[-1] in ("proposed", "under_way", "offered") else sum(visits.values(), Decimal(0))
        expires_at = AFTER_ALL if self.settled_on else self.chance.choice([AFTER_ALL, LONG_AGO])
        self._store(
            "deployments", id=deployment, **whose, support_request_id=request, home_school_urn=home,
            host_school_urn=host, submitted_by="head", kind="commission", starts_on=starts, ends_on=ends, days=booked,
            academic_year=self.chance.choice([2014, 2014, 2014, 2013]), days_held=held, half_days="{}",
            first_day_on=begun, state=states[-1], held_until=expires_at if is_offered else None, version=1,
        )  # fmt: skip
        part = {"deployment_id": deployment, "alliance_id": whose["alliance_id"]}
        for position, (state, on) in enumerate(zip(states, days_on, strict=True)):
            self._store("deployment_steps", **part, position=position, state=state, on=on)
        for on, days in visits.items():
            self._store("visits", **part, on=on, days=days)
        for position in range(self.chance.randint(0, 3)):
            outcome = self.chance.choice(["met", "partly_met", "not_met"])
            self._store("objectives", **part, id=self.id(), position=position, text="-", measure="-", outcome=outcome)

    def _specialism(self, code: str, version: int) -> UUID:
        id = self.id()
        self._store(
            "specialisms", id=id, alliance_id=self.alliance, code=code, group="pupil_achievement", name=code.title(),
            version=version,
        )  # fmt: skip
        return id

    def _store(self, table: str, **columns: Any) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        places = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, places)
        self.admin.execute(statement, list(columns.values()))
