"""Who leads an action point, as the plan names them: people, roles and groups, or nobody yet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class LeadKind(StrEnum):
    """`unclear` are words of a lead cell that may be one person, several, or none; they are kept as written."""

    PERSON = "person"
    ROLE = "role"
    TBC = "tbc"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Lead:
    """One lead. `text` is the words of the plan; a person's are initials and surname."""

    text: str
    kind: LeadKind

    @property
    def initials(self) -> str:
        """What stands before the last word of the name."""
        return self.text.removesuffix(self.surname)

    @property
    def surname(self) -> str:
        """The last word of the name."""
        return self.text.split()[-1]


@dataclass(frozen=True)
class Leads:
    """The leads of one cell in the order written. `run_together` says that nothing stands between two of them."""

    text: str
    named: tuple[Lead, ...]
    run_together: bool


_BETWEEN = re.compile(r"\s*(?:[\n,;/&]|\band\b)\s*", re.IGNORECASE)
_INITIAL = re.compile(r"[A-Z]\.?")
_SURNAME = re.compile(r"[A-Z][\w'’-]{0,38}[^\W\d_]\.?")
_ROLE = re.compile(
    r"(?:(?:senior|middle|subject|executive|deputy|assistant|associate|lead|system|specialist|national|local|all)\s+)*"
    r"(?:leadership(?:\s+team)?|leaders?(?:\s+of\s+education)?|professionals?|practitioners?|teachers?|staff|principals?"
    r"|head\s?teachers?|heads?(?:\s+of\s+\w+)?|governors?|coordinators?|co-ordinators?|directors?|managers?"
    r"|(?:strategic|steering|working)\s+(?:board|group)|team|trust|board|SLEs?|NLEs?|LLEs?|NLGs?|SLT|SENCOs?)(?!\w)",
    re.IGNORECASE,
)
_TBC = re.compile(r"(?:TBC|TBA|to be (?:confirmed|appointed|agreed))(?!\w)", re.IGNORECASE)
_ALIKE = 0.75
_MOST_ROLE_WORDS = 8


def read_leads(text: str) -> Leads:
    """Read a lead cell; never raises and drops no word.

    What is certain: one or more initials followed by exactly one surname are a person (`L Draycott`), the next initial
    begins the next person, and words known as roles or groups (`Leadership`, `Lead practitioners/SLEs`) are a role. An
    initial followed by two surnames (`A Turner Pratt`) may be one person or two, and other words may be anything, a
    word of more than 40 letters included: `unclear`.
    """
    named: list[Lead] = []
    run_together = False
    for piece in _BETWEEN.split(text):
        in_piece = _leads_in(piece.split())
        run_together = run_together or len(in_piece) > 1
        named += in_piece
    return Leads(text, tuple(named), run_together)


def spelled_alike(leads: Sequence[Lead]) -> list[tuple[Lead, Lead]]:
    """The pairs of people who may be one person spelled in two ways: the same initials and nearly the same surname.

    Nearly means that at least three quarters of the letters agree in order. The pairs are in the order in which their
    second spelling is met; nobody is merged with anybody.
    """
    pairs: list[tuple[Lead, Lead]] = []
    by_initials: dict[str, list[Lead]] = {}
    for later in dict.fromkeys(lead for lead in leads if lead.kind is LeadKind.PERSON):
        namesakes = by_initials.setdefault(later.initials, [])
        agreement = SequenceMatcher(None, b=later.surname.lower(), autojunk=False)
        for earlier in namesakes:
            agreement.set_seq1(earlier.surname.lower())
            # Most pairs are told apart by how many letters they have, or which; the order of letters is costly.
            if min(agreement.real_quick_ratio(), agreement.quick_ratio()) >= _ALIKE and agreement.ratio() >= _ALIKE:
                pairs.append((earlier, later))
        namesakes.append(later)
    return pairs


def _leads_in(words: list[str]) -> list[Lead]:
    leads: list[Lead] = []
    waiting: list[str] = []

    def close() -> None:
        if waiting:
            leads.append(Lead(" ".join(waiting), LeadKind.PERSON if _is_person(waiting) else LeadKind.UNCLEAR))
            waiting.clear()

    position = 0
    while position < len(words):
        rest = " ".join(words[position : position + _MOST_ROLE_WORDS])
        to_be_confirmed = _TBC.match(rest)
        if known := to_be_confirmed or _ROLE.match(rest):
            close()
            leads.append(Lead(known[0], LeadKind.TBC if to_be_confirmed else LeadKind.ROLE))
            position += len(known[0].split())
            continue
        if waiting and _INITIAL.fullmatch(words[position]) and not _INITIAL.fullmatch(waiting[-1]):
            close()
        waiting.append(words[position])
        position += 1
    close()
    return leads


def _is_person(words: list[str]) -> bool:
    *initials, surname = words
    return bool(initials) and all(map(_INITIAL.fullmatch, initials)) and bool(_SURNAME.fullmatch(surname))
