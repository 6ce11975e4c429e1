"""Where one milestone of a cell ends and the next begins: with certainty, or as a proposal to a person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class MilestoneSplit:
    """The parts of a cell. Where `is_certain` is false they are a proposal and the cell is one text."""

    parts: tuple[str, ...]
    is_certain: bool


# Words that lead on to what follows: no milestone ends in one.
_LINKING = re.compile(
    r"an?|and|any|as|at|between|by|each|for|from|in|into|its|new|of|on|or|other|our|per|than|that|the|their|this|to|towards"
    r"|under|via|where|which|with|within|outside|across|through|throughout|all|e\.g|i\.e|such|if|no"
)
# Words with a capital that belong to the names of the sector: none of them begins a milestone in mid-sentence.
_IN_NAMES = re.compile(
    r"academy|alliance|board|christmas|college|co-?ordinator|council|department|direct|easter|education|inspectors?|lead"
    r"|leaders?|masters|mat|middle|national|ofsted|practitioners?|programme|schools?|senior|stage|system|teachers?|teaching"
    r"|team|trust|university"
)
_RUN_TOGETHER = re.compile(r"(?<=[a-z]{3})(?=[A-Z][a-z]{2})")
_OPENS = re.compile(r"[\W_]*[A-Z](?:[a-z][\w'’()-]*)?(?:/\S*)?[,:]?[.]?")
_SENTENCE_END = re.compile(r".*(?:\w\w|\))[.!?]")


def split_milestones(lines: Sequence[str], *, bulleted: bool = False) -> MilestoneSplit:
    """Split the lines of a milestones cell; `bulleted` says that the writer set a bullet before each.

    Certain: bullets; the writer's own paragraphs or line breaks, where each begins as a sentence does and none stops in
    mid-sentence; and a cell in which no second beginning can be seen, which is one milestone. Not certain: sentences
    that run on in one line, with full stops or without (`If successful, …` may be a milestone or a condition of the one
    before). For these the parts are only proposed, at full stops and at capitals that open neither a name nor what a
    linking word leads on to. The parts together are the cell's words, none lost.
    """
    if bulleted:
        return MilestoneSplit(tuple(lines), is_certain=True)
    proposed = tuple(part for line in _whole_lines(lines) for part in _proposed_parts(line))
    if len(proposed) <= 1:
        return MilestoneSplit((" ".join(lines),) if proposed else (), is_certain=True)
    if len(lines) > 1 and len(_whole_lines(lines)) == len(lines):
        return MilestoneSplit(tuple(lines), is_certain=True)
    return MilestoneSplit(proposed, is_certain=False)


def with_words_apart(text: str) -> str:
    """`text` with a blank where two words have run together at a capital: `varietyDisseminate` is two words."""
    return _RUN_TOGETHER.sub(" ", text)


def _whole_lines(lines: Sequence[str]) -> list[str]:
    """The lines, each joined to the one before where it goes on in mid-sentence."""
    whole: list[str] = []
    for line in lines:
        if whole and (line[:1].islower() or whole[-1].endswith((",", "/", "&")) or _links(whole[-1].split()[-1])):
            whole[-1] = f"{whole[-1]} {line}"
        else:
            whole.append(line)
    return whole


def _proposed_parts(line: str) -> list[str]:
    parts: list[list[str]] = []
    words = with_words_apart(line).split()
    for position, word in enumerate(words):
        if position == 0 or _begins_a_milestone(words[position - 1], word):
            parts.append([])
        parts[-1].append(word)
    return [" ".join(part) for part in parts]


def _begins_a_milestone(before: str, word: str) -> bool:
    if _links(before) or before.endswith((",", "/", "&", "-", "–", ":")):
        return False
    if _SENTENCE_END.fullmatch(before):
        return word[:1].isupper()
    if not _OPENS.fullmatch(word) or word.startswith("("):
        return False
    return not _IN_NAMES.fullmatch(re.split(r"[/,.:]", word.lower())[0])


def _links(word: str) -> bool:
    return bool(_LINKING.fullmatch(word.lower().strip(".(")))
