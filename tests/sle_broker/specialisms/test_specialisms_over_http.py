from tests.sle_broker.brokerage import Brokerage, created, done


def test_every_version_of_an_entry_is_kept_with_who_added_it_and_when(brokerage: Brokerage) -> None:
    own = {"alliance_id": brokerage.alliance_id, "code": "forest-school", "group": "quality_of_teaching"}
    for name in ("Outdoors", "Teaching outdoors"):
        created(brokerage.broker.post("/v1/specialisms", json=own | {"name": name}))
    path, params = "/v1/specialism-versions", {"code": ["forest-school", "phonics"]}
    first, second, standard = done(brokerage.broker.get(path, params=params))["items"]
    assert [(one["name"], one["version"]) for one in (first, second)] == [("Outdoors", 1), ("Teaching outdoors", 2)]
    assert {one["added_by"] for one in (first, second)} == {brokerage.broker.client_id}
    assert first["added_at"] < second["added_at"]
    assert (standard["code"], standard["alliance_id"], standard["added_at"], standard["added_by"]) == (
        "phonics",
        None,
        None,
        None,
    )
    stranger = Brokerage.open(brokerage.people).broker
    assert [one["code"] for one in done(stranger.get(path, params=params))["items"]] == ["phonics"]


def test_a_page_of_versions_goes_on_where_the_last_one_ended(brokerage: Brokerage) -> None:
    path = "/v1/specialism-versions"
    whole = done(brokerage.broker.get(path, params={"limit": 200}))["items"]
    page = done(brokerage.broker.get(path, params={"limit": 20}))
    rest = done(brokerage.broker.get(path, params={"limit": 200, "cursor": page["next_cursor"]}))
    assert page["items"] + rest["items"] == whole
