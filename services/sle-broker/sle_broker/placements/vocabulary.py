"""The words in which one engine speaks of different things: a table, read both ways."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from service_kit.errors import Refusal

Told = TypeVar("Told", bound=Refusal)


@dataclass(frozen=True)
class Vocabulary:
    """For each word or phrase of the engine that is another one here, the one that is used here."""

    words: Mapping[str, str]

    def say(self, text: str) -> str:
        """A text of the engine in these words; longer phrases are looked for before the shorter ones in them."""
        return self._phrases.sub(lambda found: self.words[found[0]], text)

    def engine_word(self, word: str) -> str | None:
        """The engine's word for one of these; a word that is the same in both is its own, and a word of the engine that
        is another one here is none of these."""
        return self._back.get(word, None if word in self.words else word)

    def refusal(self, refusal: Told) -> Told:
        """The same refusal, said in these words."""
        # Some refusals are made of what they say; a copy is made without asking for that again.
        said = type(refusal).__new__(type(refusal), self.say(refusal.detail))
        said.__dict__.update(refusal.__dict__)
        said.detail = self.say(refusal.detail)
        said.members = {name: self._say_all(value) for name, value in refusal.members.items()}
        return said

    def _say_all(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._say_all(one) for one in value]
        return self.say(value) if isinstance(value, str) else value

    @cached_property
    def _back(self) -> Mapping[str, str]:
        return {here: engine for engine, here in self.words.items()}

    @cached_property
    def _phrases(self) -> re.Pattern[str]:
        longest_first = sorted(self.words, key=len, reverse=True)
        return re.compile("|".join(rf"(?<![a-z_]){re.escape(phrase)}(?![a-z_])" for phrase in longest_first))
