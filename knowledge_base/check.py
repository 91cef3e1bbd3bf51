"""Entries that say different things about the same question, and entries that are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from knowledge_base.entry import Entry, Kind, Status
from knowledge_base.gist import gist
from knowledge_base.terms import fold

Pair = tuple[str, str]
Bigrams = Callable[[str], tuple[str, ...]]

SAME_QUESTION = 0.75
SAME_TEXT = 0.8
LIKE_TITLE = 0.5
ROWS_AT_ONCE = 500
CACHED = 50_000

_NUMERAL = r"\d+(?:\.\d+)?"
_FACTS = {
    "期限": re.compile(rf"({_NUMERAL})\s*(个?工作日|个月|小时|分钟|日|天|年)"),
    "金额": re.compile(rf"({_NUMERAL})\s*(万元|元)"),
    "比例": re.compile(rf"({_NUMERAL})\s*(%|％|倍)"),
    "年龄": re.compile(rf"({_NUMERAL})\s*(周岁|岁)"),
    "日期": re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2})()"),
    "电话": re.compile(r"(?<!\d)(0\d{2,3}-?\d{7,8}|1[02]\d{3}|9[56]\d{3,4})(?!\d)()"),
}
_ADDRESS = re.compile(r"([\u4e00-\u9fff]{2,12}(?:路|街|大道|巷)\d+号)")


@dataclass(frozen=True)
class Finding:
    """Two entries that contradict each other or are nearly the same."""

    kind: str
    first: str
    second: str
    detail: str

    def __str__(self) -> str:
        return f"[{self.kind}] {self.first} ↔ {self.second}：{self.detail}"


def check(entries: Iterable[Entry]) -> list[Finding]:
    """Find contradictions (same question, different number, date, phone, place) and duplicates.

    Entries of different areas, expired ones and clauses, which only quote, are not compared.
    """
    living = {
        e.id: e for e in entries if e.status is not Status.EXPIRED and e.kind is not Kind.CLAUSE
    }
    findings = []
    for first, second in sorted(_same_question(living) | _same_text(living)):
        one, other = living[first], living[second]
        if one.area != other.area:
            continue
        differing = _differences(one, other)
        if differing:
            findings.append(Finding("互相矛盾", first, second, "；".join(differing)))
        else:
            findings.append(
                Finding(
                    "内容重复", first, second, f"“{one.title}”与“{other.title}”几乎相同，请合并"
                )
            )
    return findings


def _same_question(living: dict[str, Entry]) -> set[Pair]:
    wordings = [(e.id, text) for e in living.values() for text in e.wordings()]
    return _alike(wordings, _asked_bigrams, SAME_QUESTION)


def _same_text(living: dict[str, Entry]) -> set[Pair]:
    texts = [(e.id, e.body_text()) for e in living.values()]
    titles = _alike([(e.id, e.title) for e in living.values()], _bigrams, LIKE_TITLE)
    return _alike(texts, _bigrams, SAME_TEXT) & titles


def _alike(texts: list[tuple[str, str]], bigrams: Bigrams, least: float) -> set[Pair]:
    """Return pairs of ids with texts whose character bigrams have that Jaccard likeness."""
    if not texts:
        return set()
    table = CountVectorizer(analyzer=bigrams, binary=True, dtype=np.int32).fit_transform(
        [text for _, text in texts]
    )
    sizes = np.asarray(table.sum(axis=1)).ravel()
    pairs = set()
    for at in range(0, len(texts), ROWS_AT_ONCE):
        shared = (table[at : at + ROWS_AT_ONCE] @ table.T).tocoo()
        rows, columns = shared.row + at, shared.col
        likeness = shared.data / (sizes[rows] + sizes[columns] - shared.data)
        close = (likeness >= least) & (rows < columns)
        for row, column in zip(rows[close].tolist(), columns[close].tolist(), strict=True):
            one, other = texts[row][0], texts[column][0]
            if one != other:
                pairs.add((min(one, other), max(one, other)))
    return pairs


@lru_cache(maxsize=CACHED)
def _asked_bigrams(text: str) -> tuple[str, ...]:
    return _bigrams(gist(text))


@lru_cache(maxsize=CACHED)
def _bigrams(text: str) -> tuple[str, ...]:
    plain = re.sub(r"\W+", "", fold(text))
    return tuple({plain[i : i + 2] for i in range(len(plain) - 1)} or {plain or "∅"})


def _differences(one: Entry, other: Entry) -> list[str]:
    """Return facts of one kind that both state in the same block, with nothing in common."""
    found = []
    for name in ("摘要", *(b.name for b in one.blocks)):
        facts, others = _facts(_part(one, name)), _facts(_part(other, name))
        for kind in facts.keys() & others.keys():
            if not facts[kind] <= others[kind] and not others[kind] <= facts[kind]:
                mine = "、".join(sorted(facts[kind] - others[kind]))
                theirs = "、".join(sorted(others[kind] - facts[kind]))
                found.append(f"{name}的{kind}不同：{mine} / {theirs}")
    return sorted(found)


def _part(entry: Entry, name: str) -> str:
    if name == "摘要":
        return entry.summary
    block = next((b for b in entry.blocks if b.name == name), None)
    return "\n".join([block.text or "", *block.items]) if block else ""


def _facts(text: str) -> dict[str, set[str]]:
    facts = {
        kind: {value + unit.removeprefix("个") for value, unit in pattern.findall(text)}
        for kind, pattern in _FACTS.items()
    }
    facts["地点"] = set(_ADDRESS.findall(text))
    return {kind: values for kind, values in facts.items() if values}
