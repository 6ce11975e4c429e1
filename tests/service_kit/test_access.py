"""Scope in the token, role in our records, relationship to the thing: all three, and nothing by default."""

from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter

from service_kit.access import Caller, Grant, Permission, Reach
from service_kit.application import create_app
from service_kit.errors import Forbidden, NotFound
from service_kit.tokens import KnownKeys, TokenVerifier
from tests.service_kit.conftest import Notes
from tests.service_kit.notes_house import key, note
from tests.service_kit.notes_service import notes_service, router

HERE, THERE = uuid4(), uuid4()
MAY = Permission("notes:write", frozenset({"writer", "member"}))


def caller(*grants: Grant) -> Caller:
    return Caller("issuer", "adam", frozenset({"notes:write"}), grants, MAY)


def test_a_route_without_a_row_in_the_matrix_does_not_start(notes: Notes) -> None:
    forgotten = APIRouter()

    @forgotten.get("/v1/forgotten")
    def read_forgotten() -> None:
        """Nobody has said who may."""

    verifier = TokenVerifier("issuer", "notes", KnownKeys(notes.house.issuer.published))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="No row in the permission matrix of notes for: read_forgotten"):
        create_app(notes_service([router, forgotten]), notes.house.settings(), notes.house.database, verifier)


def test_a_role_in_one_tenant_reaches_that_tenant_only() -> None:
    somebody = caller(Grant("writer", HERE))
    somebody.require(HERE)
    with pytest.raises(NotFound):
        somebody.require(THERE)


def test_a_role_that_is_not_enough_is_forbidden_where_it_is_held_and_hides_the_rest() -> None:
    somebody = caller(Grant("reader", HERE), Grant("writer", THERE))
    with pytest.raises(Forbidden):
        somebody.require(HERE)
    somebody.require(THERE)
    with pytest.raises(NotFound):
        somebody.require(uuid4())


def test_a_role_bound_to_a_party_reaches_that_partys_rows_only() -> None:
    somebody = caller(Grant("member", HERE, "adam"))
    somebody.require(HERE, "eve", "adam")
    with pytest.raises(NotFound):
        somebody.require(HERE, "eve")
    with pytest.raises(NotFound):
        somebody.require(HERE, None)


def test_a_role_everywhere_reaches_every_tenant() -> None:
    caller(Grant("writer", None)).require(uuid4())
    caller(Grant("writer", None)).require_everywhere()
    with pytest.raises(Forbidden):
        caller(Grant("writer", HERE)).require_everywhere()
    with pytest.raises(Forbidden):
        caller(Grant("reader", None), Grant("writer", HERE)).require_everywhere()


def test_the_first_door_asks_for_scope_and_role() -> None:
    with pytest.raises(Forbidden, match="scope notes:write"):
        Caller("issuer", "adam", frozenset({"notes:read"}), (Grant("writer", HERE),), MAY).require_scope_and_role()
    with pytest.raises(Forbidden, match="roles"):
        caller(Grant("reader", HERE)).require_scope_and_role()
    with pytest.raises(Forbidden):
        caller().require_scope_and_role()


def test_nothing_granted_is_nothing_reached() -> None:
    assert not Reach.of([]).covers(HERE)
    assert not Reach.of([Grant("writer", THERE)]).covers(HERE)


def test_what_somebody_may_not_know_of_answers_byte_for_byte_as_what_is_not_there(
    notes: Notes, writer: httpx.Client, tenant: UUID
) -> None:
    mine = writer.post("/v1/notes", json=note(tenant), headers=key()).json()["id"]
    with notes.house.client(notes.second.url, "writer", uuid4()) as stranger:
        for method, sent in (("GET", {}), ("PATCH", {"json": {"text": "x"}, "headers": {"If-Match": '"1"'}})):
            stranger.headers["X-Request-Id"] = "the-same-request"
            foreign = stranger.request(method, f"/v1/notes/{mine}", **sent)  # type: ignore[arg-type]
            absent = stranger.request(method, f"/v1/notes/{uuid4()}", **sent)  # type: ignore[arg-type]
            nonsense = stranger.request(method, "/v1/notes/nonsense", **sent)  # type: ignore[arg-type]
            assert foreign.status_code == absent.status_code == nonsense.status_code == 404
            assert foreign.content == absent.content == nonsense.content
        assert stranger.get("/v1/notes").json()["items"] == []
        assert stranger.post("/v1/notes", json=note(tenant), headers=key()).status_code == 404


def test_over_http_roles_scopes_and_parties_bind(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    mine = writer.post("/v1/notes", json=note(tenant), headers=key()).json()["id"]
    with notes.house.client(notes.first.url, "reader", tenant) as reader:
        assert reader.get(f"/v1/notes/{mine}").status_code == 200
        assert reader.post("/v1/notes", json=note(tenant), headers=key()).json()["code"] == "forbidden"
        assert reader.patch(f"/v1/notes/{mine}", json={"text": "x"}, headers={"If-Match": '"1"'}).status_code == 403
        assert reader.get("/v1/events").status_code == 403
    member = notes.house.grant("member-of-one", "member", tenant, "member-of-one")
    with notes.house.signed_in(notes.first.url, member) as bound:
        assert bound.get(f"/v1/notes/{mine}").status_code == 404
        own = bound.post("/v1/notes", json=note(tenant), headers=key())
        assert own.status_code == 201
        assert [item["id"] for item in bound.get("/v1/notes").json()["items"]] == [own.json()["id"]]
    with notes.house.signed_in(notes.first.url, member, "notes:read") as narrow:
        assert narrow.post("/v1/notes", json=note(tenant), headers=key()).status_code == 403
    with notes.house.signed_in(notes.first.url, "nobody-we-know") as nobody:
        assert nobody.get("/v1/notes").status_code == 403
        assert nobody.get(f"/v1/notes/{mine}").status_code == 403


def test_a_role_taken_away_stops_at_once(notes: Notes, tenant: UUID) -> None:
    subject = notes.house.grant("soon-gone", "reader", tenant)
    with notes.house.signed_in(notes.first.url, subject) as leaving:
        assert leaving.get("/v1/notes").status_code == 200
        notes.house.rows("DELETE FROM role_grants WHERE subject = %s RETURNING 1", [subject])
        assert leaving.get("/v1/notes").status_code == 403
