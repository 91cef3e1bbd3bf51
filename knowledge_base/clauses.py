"""Policy clauses, searched sentence by sentence: which sentence answers a question, if any does."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from knowledge_base.entry import CLAUSE_BLOCK, Entry
from knowledge_base.gist import gist
from knowledge_base.terms import fold

TITLE_SHARE = 0.9
NEAR_SHARE = 0.7
LOOKED_AT = 25
FEWEST = 6
# As many clauses more are imagined, so that a single short document knows rare from common.
BACKGROUND = 300
_SENTENCE = re.compile(r"(?<=[。；!！?？])|\n")
_ASKS = re.compile(
    r"多少|多久|多长|多大|几个|几项|几家|几名|几天|几年|几次|几日|哪个|哪些|哪里|什么时候|什么|是谁|由谁|归谁|向谁|给谁"
    r"|怎么样|怎么|多|几|谁|是否|算不算|要不要|可不可以|可以|应当|需要|达到|至少|吗|呢|的|了|是|有|要|和|归|由"
)
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万两半](?=[年月日天次名个项倍元])")
_COUNTS = re.compile(r"多少|多久|多长|几(?=[^乎])|多大")
_MONEY = re.compile(r"多少钱|多少元|票价|工资|收费|房价|财政预算|花了")
_WHO = re.compile(r"谁|哪个部门|哪家|哪个单位")
_BODY = re.compile(r"部门|局|机构|委|企业|政府|公司|责任人|中心|单位|公安")


@dataclass(frozen=True)
class Cited:
    """A clause with its best sentence and the share of the question that is spoken about."""

    entry: Entry
    sentence: str
    share: float


@dataclass(frozen=True)
class _Passage:
    name: str
    text: str
    own: frozenset[str]
    near: frozenset[str]


class Clauses:
    """All clauses in force, as sentences with the heading they stand under."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._headings: dict[str, frozenset[str]] = {}
        self._passages: dict[str, list[_Passage]] = {}
        self._counts: Counter[str] = Counter()
        self._where: defaultdict[str, set[str]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        """Take in a clause."""
        text = next((b.text or "" for b in entry.blocks if b.name == CLAUSE_BLOCK), "")
        sentences = [s.strip() for s in _SENTENCE.split(text) if s.strip()]
        grams = [_bigrams(s) for s in sentences]
        heading = _bigrams(entry.title)
        lead = grams[0] if grams else frozenset()
        self._entries[entry.id] = entry
        self._headings[entry.id] = heading
        self._passages[entry.id] = [
            _Passage(
                entry.id, sentence, own, lead | frozenset().union(*grams[max(0, at - 1) : at + 2])
            )
            for at, (sentence, own) in enumerate(zip(sentences, grams, strict=True))
        ]
        everything = heading.union(*grams)
        self._counts.update(everything)
        for gram in everything:
            self._where[gram].add(entry.id)

    def remove(self, name: str) -> None:
        """Forget a clause; unknown ids are ignored."""
        if self._entries.pop(name, None) is None:
            return
        heading = self._headings.pop(name)
        gone = heading.union(*(p.own for p in self._passages.pop(name)))
        self._counts.subtract(gone)
        for gram in gone:
            self._where[gram].discard(name)

    def find(self, question: str, top: int = 1) -> list[Cited]:
        """Return clauses, first the one whose sentence speaks about most of a question.

        A question of few words proves little, so its share counts for less. A question for a number, a sum or an office is only met by a sentence that holds one.
        """
        asked = self._weights(question)
        total = sum(asked.values())
        if total <= 0:
            return []
        evidence = min(1.0, len(asked) / FEWEST)
        bound: Counter[str] = Counter()
        for gram, weight in asked.items():
            for name in self._where.get(gram, ()):
                bound[name] += weight  # type: ignore[assignment]
        found = []
        for name, _ in bound.most_common(LOOKED_AT):
            passages = [p for p in self._passages[name] if _can_answer(question, p.text)]
            if passages:
                best = max(passages, key=lambda passage: self._share(asked, passage))
                share = self._share(asked, best) / total * evidence
                found.append(Cited(self._entries[name], best.text, share))
        return sorted(found, key=lambda cited: (-cited.share, cited.entry.id))[:top]

    def _share(self, asked: dict[str, float], passage: _Passage) -> float:
        heading = self._headings[passage.name]
        return sum(
            weight
            * (
                1.0
                if gram in passage.own
                else TITLE_SHARE
                if gram in heading
                else NEAR_SHARE
                if gram in passage.near
                else 0.0
            )
            for gram, weight in asked.items()
        )

    def _weights(self, question: str) -> dict[str, float]:
        plain = _ASKS.sub(" ", gist(question))
        number = len(self._entries) + BACKGROUND
        return {
            gram: max(0.0, math.log((number + 1) / (self._counts[gram] + 0.5)))
            for gram in _bigrams(plain)
        }


def _can_answer(question: str, sentence: str) -> bool:
    if _MONEY.search(question) and "元" not in sentence:
        return False
    if _COUNTS.search(question) and not _NUMBER.search(sentence):
        return False
    return not (_WHO.search(question) and not _BODY.search(sentence))


def _bigrams(text: str) -> frozenset[str]:
    parts = re.split(r"\W+", fold(text))
    return frozenset(part[i : i + 2] for part in parts for i in range(len(part) - 1))
