"""Official files handed in: waited for, told about, and not for ever."""

import pytest

from tests.deploy_local.answering import Server, client_of
from tsa_local.api_client import JsonObject
from tsa_local.documents import CSV, Document
from tsa_local.kpi_client import KpiApi
from tsa_local.trouble import Trouble

FILE = Document(b"URN,SCHNAME", CSV)


def upload(state: str, rows_read: int = 0) -> JsonObject:
    return {"id": "1", "state": state, "rows_read": rows_read, "rows_refused": 2}


def hand_in(server: Server, said: list[str], seconds: float) -> JsonObject:
    with client_of(server) as api:
        kpis = KpiApi(api, said.append)
        return kpis.upload(
            FILE, file_name="ks2.csv", family=None, academic_year=None, alliance_id=None, seconds=seconds
        )


def test_a_file_is_waited_for_until_it_has_been_read(server: Server) -> None:
    for state, rows_read in (("waiting", 0), ("running", 10_000), ("running", 12_000), ("done", 24_000)):
        server.will_answer(upload(state, rows_read))
    said: list[str] = []
    assert hand_in(server, said, seconds=30) == upload("done", 24_000)
    assert said == ["10,000 rows read, 2 refused", "24,000 rows read, 2 refused"]


def test_a_file_that_is_not_taken_over_is_told_with_the_reason(server: Server) -> None:
    server.will_answer(upload("waiting"))
    server.will_answer(upload("failed") | {"failure": "The file is empty."})
    with pytest.raises(Trouble, match=r"^ks2.csv was not taken over: The file is empty\.$"):
        hand_in(server, [], seconds=30)


def test_a_file_that_is_never_read_is_given_up_in_so_many_words(server: Server) -> None:
    for _ in range(100):
        server.will_answer(upload("running", 7))
    with pytest.raises(Trouble) as told:
        hand_in(server, [], seconds=0.6)
    assert str(told.value) == (
        "What became of ks2.csv was not known after 1 s: the upload is running, with 7 rows read. "
        "Does the service's worker run? See its log in .local/logs."
    )
    assert len(server.answers) > 90
