import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.plans.leads import Lead, LeadKind, read_leads, spelled_alike

PERSON, ROLE, TBC, UNCLEAR = LeadKind.PERSON, LeadKind.ROLE, LeadKind.TBC, LeadKind.UNCLEAR


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("L Draycott K Shilton", [("L Draycott", PERSON), ("K Shilton", PERSON)]),
        ("M. Rock; K J O'Neill-Hibbs", [("M. Rock", PERSON), ("K J O'Neill-Hibbs", PERSON)]),
        ("A Turner Lead Practitioners", [("A Turner", PERSON), ("Lead Practitioners", ROLE)]),
        ("Lead professionals/SLEs", [("Lead professionals", ROLE), ("SLEs", ROLE)]),
        ("M Rock Leadership", [("M Rock", PERSON), ("Leadership", ROLE)]),
        ("TBC", [("TBC", TBC)]),
        ("A Turner Pratt", [("A Turner Pratt", UNCLEAR)]),
        ("K Hibbs A Turner Pratt", [("K Hibbs", PERSON), ("A Turner Pratt", UNCLEAR)]),
        ("Sarah", [("Sarah", UNCLEAR)]),
        (f"A B{'c' * 39}", [(f"A B{'c' * 39}", PERSON)]),
        (f"A B{'c' * 40}", [(f"A B{'c' * 40}", UNCLEAR)]),
        ("", []),
    ],
)
def test_only_an_initial_with_one_surname_is_a_person(text: str, named: list[tuple[str, LeadKind]]) -> None:
    assert [(lead.text, lead.kind) for lead in read_leads(text).named] == named


def test_leads_with_nothing_between_them_are_run_together() -> None:
    assert read_leads("L Draycott K Shilton").run_together
    assert not read_leads("L Draycott; K Shilton\nM Rock").run_together


def test_two_spellings_of_one_surname_are_a_question_and_never_one_person() -> None:
    leads = read_leads("R Osbome; M Rock; R Osborne; L Osborne; R Osborne").named
    assert spelled_alike(leads) == [(Lead("R Osbome", PERSON), Lead("R Osborne", PERSON))]
    assert len(leads) == 5


def test_a_long_cell_takes_no_longer_for_each_word() -> None:
    (lead,) = read_leads("A " * 100_000).named
    assert lead.kind is UNCLEAR


_WORDS = st.sampled_from(
    ["A", "B", "Turner", "Pratt", "Lead", "SLEs", "TBC", "to", "be", "agreed", "and", "/", ";", "staff"]
)


@given(st.text() | st.lists(_WORDS).map(" ".join))
def test_no_word_of_a_lead_cell_is_lost(text: str) -> None:
    leads = read_leads(text)
    kept = "".join("".join(lead.text.split()) for lead in leads.named)
    assert leads.text == text
    assert all(word in kept for word in text.split() if word.isalnum() and word.lower() != "and")
