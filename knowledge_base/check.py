"""Entries that say different things about the same question, and entries that are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge_base.entry import Entry, Status
from knowledge_base.gist import gist
from knowledge_base.search import SearchIndex
from knowledge_base.terms import fold

SAME_QUESTION = 0.75
SAME_TEXT = 0.8
LIKE_TITLE = 0.5
NEIGHBOURS = 6

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

    Entries of different areas or already expired are not compared.
    """
    living = {e.id: e for e in entries if e.status is not Status.EXPIRED}
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


def _same_question(living: dict[str, Entry]) -> set[tuple[str, str]]:
    texts = [
        (f"{e.id}\x1f{n}", gist(text))
        for e in living.values()
        for n, text in enumerate(e.wordings())
    ]
    index = SearchIndex.from_texts([t for _, t in texts], [k for k, _ in texts], lexical_only=True)
    by_key = dict(texts)
    pairs = set()
    for key, text in texts:
        own = key.split("\x1f")[0]
        for hit in index.search(text, NEIGHBOURS + 6):
            other = hit.id.split("\x1f")[0]
            if other != own and _likeness(text, by_key[hit.id]) >= SAME_QUESTION:
                pairs.add((min(own, other), max(own, other)))
    return pairs


def _same_text(living: dict[str, Entry]) -> set[tuple[str, str]]:
    names = list(living)
    texts = [living[name].body_text() for name in names]
    index = SearchIndex.from_texts(texts, names, lexical_only=True)
    pairs = set()
    for name, text in zip(names, texts, strict=True):
        for hit in index.search(text[:300], NEIGHBOURS):
            other = living[hit.id].body_text()
            if hit.id == name or _likeness(text, other) < SAME_TEXT:
                continue
            if _likeness(living[name].title, living[hit.id].title) >= LIKE_TITLE:
                pairs.add((min(name, hit.id), max(name, hit.id)))
    return pairs


def _likeness(one: str, other: str) -> float:
    """Return the Jaccard likeness of two texts' character bigrams."""
    a, b = _bigrams(one), _bigrams(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def _bigrams(text: str) -> set[str]:
    plain = re.sub(r"\W+", "", fold(text))
    return {plain[i : i + 2] for i in range(len(plain) - 1)} or ({plain} if plain else set())


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
