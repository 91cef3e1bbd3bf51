"""The taxonomy's typical phrases as a second reader beside the model."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.city import City
from nlu.normalise import normalise

SHORTEST = 3


@dataclass(frozen=True, slots=True)
class PhraseVote:
    """The category whose typical phrases fill most of a text, and the phrases found."""

    category: str
    phrases: tuple[str, ...]


class PhraseReader:
    """Counts typical phrases (of three characters or more) in a text."""

    def __init__(self, city: City) -> None:
        self._phrases: dict[str, list[str]] = {}
        for key, category in city.categories.items():
            for wording in category.typical:
                for phrase in {wording, normalise(wording).text}:
                    if len(phrase) >= SHORTEST:
                        self._phrases.setdefault(phrase, []).append(key)

    def vote(self, text: str) -> dict[str, PhraseVote]:
        """Every category with a typical phrase in the plain text, strongest first."""
        found: dict[str, list[str]] = {}
        for phrase, categories in self._phrases.items():
            if phrase in text:
                for category in categories:
                    found.setdefault(category, []).append(phrase)
        order = sorted(found, key=lambda one: (-sum(map(len, found[one])), one))
        return {one: PhraseVote(one, tuple(sorted(set(found[one])))) for one in order}
