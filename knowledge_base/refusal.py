"""What is not answered: other people's personal data, and mere abuse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.city_files import city_file
from nlu.normalise import normalise

REMAINDER = 4
_FILLER = re.compile(
    r"[\W_]|你们?|我|这|个|些|都|是|真|的|了|啊|吧|呀|嘛|就|给|快|机器人|客服|系统"
)


@dataclass(frozen=True)
class Refusal:
    """One reason for not answering and the sentence that says so."""

    kind: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    alone: bool
    text: str

    def applies(self, text: str) -> bool:
        """Tell whether the text is of this kind; `alone` needs nothing else to be said."""
        hits = [p for p in self.patterns if p.search(text)]
        if not hits or any(p.search(text) for p in self.unless):
            return False
        if not self.alone:
            return True
        rest = text
        for pattern in hits:
            rest = pattern.sub("", rest)
        return len(_FILLER.sub("", rest)) <= REMAINDER


class Refusals:
    """The refusals of a city, read from `refusals.yml`."""

    def __init__(self, rules: list[Refusal]) -> None:
        self.rules = rules

    @classmethod
    def load(cls, file: Path) -> Refusals:
        """Read the file; raises ValueError naming file and entry when it is wrong."""
        rules = []
        for number, item in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")) or [], 1):
            try:
                rules.append(
                    Refusal(
                        kind=str(item["kind"]),
                        patterns=tuple(re.compile(p) for p in item["patterns"]),
                        unless=tuple(re.compile(p) for p in item.get("unless", [])),
                        alone=bool(item.get("alone", False)),
                        text=str(item["text"]),
                    )
                )
            except (KeyError, TypeError, re.error) as error:
                raise ValueError(
                    f"{file} 第 {number} 条有误（{error}）：需要 kind、patterns（正则）、text"
                ) from error
        return cls(rules)

    def match(self, question: str) -> str | None:
        """Return the sentence to say instead of an answer, or None."""
        text = normalise(question).text
        return next((r.text for r in self.rules if r.applies(text)), None)


@lru_cache(maxsize=1)
def default_refusals() -> Refusals:
    """Return the configured city's refusals."""
    return Refusals.load(city_file("refusals.yml"))
