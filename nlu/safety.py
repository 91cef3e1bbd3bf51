"""Dangers that cannot wait for a model: rules from `city/safety.yml`, decided clause by clause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from nlu.city_files import CityDataError, city_file
from nlu.normalise import normalise

_SENTENCE = re.compile(r"[^。！？!?；;\n…]+[。！？!?；;\n…]*")
_COMMA = re.compile(r"[，,、：:]")
_ENDING = re.compile(r"[。！？!?；;\n…]+$")


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger a message reports: its kind, the number to call, what to say, the deciding words."""

    kind: str
    phone: str
    advice: str
    words: list[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of danger with the wordings that tell it and those that only look like it."""

    name: str
    phone: str
    advice: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    even_if_usual: bool


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """All kinds in order of precedence, and what holds for each of them."""

    kinds: tuple[Kind, ...]
    not_now: tuple[re.Pattern[str], ...]
    usual: tuple[re.Pattern[str], ...]
    over: tuple[re.Pattern[str], ...]
    denied: tuple[re.Pattern[str], ...]


def _patterns(found: object, where: str) -> tuple[re.Pattern[str], ...]:
    if not isinstance(found, list):
        raise CityDataError(f"{where}: 应为列表，每行一条正则")
    compiled = []
    for number, pattern in enumerate(found, start=1):
        try:
            compiled.append(re.compile(str(pattern)))
        except re.error as error:
            raise CityDataError(f"{where} 第 {number} 条: 正则写错了（{error}）") from error
    return tuple(compiled)


def load_rules(path: Path) -> SafetyRules:
    """Read the rules; raise `CityDataError` naming file, kind and remedy."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not data.get("kinds"):
        raise CityDataError(f"{path.name}: 缺少 kinds，请列出险情种类")
    kinds = []
    for row in data["kinds"]:
        where = f"{path.name}: {row.get('kind', '未命名险情')}"
        for key in ("kind", "phone", "advice", "patterns"):
            if not row.get(key):
                raise CityDataError(f"{where} 缺少 {key}，请补上")
        phone, advice = str(row["phone"]), str(row["advice"])
        if not advice.startswith(phone):
            raise CityDataError(f"{where} 的 advice 应以号码 {phone} 开头，让市民先看到号码")
        kinds.append(
            Kind(
                str(row["kind"]),
                phone,
                advice,
                _patterns(row["patterns"], f"{where}.patterns"),
                _patterns(row.get("unless") or [], f"{where}.unless"),
                bool(row.get("even_if_usual")),
            )
        )
    return SafetyRules(
        tuple(kinds),
        _patterns(data.get("not_now") or [], f"{path.name}: not_now"),
        _patterns(data.get("usual") or [], f"{path.name}: usual"),
        _patterns(data.get("over") or [], f"{path.name}: over"),
        _patterns(data.get("denied") or [], f"{path.name}: denied"),
    )


@cache
def default_rules() -> SafetyRules:
    """Return the city's rules."""
    return load_rules(city_file("safety.yml"))


def _clauses(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch of whole clauses around `sentence[start:end]`."""
    first = max((m.end() for m in _COMMA.finditer(sentence, 0, start)), default=0)
    after = _COMMA.search(sentence, max(end - 1, start))
    return first, after.start() if after else len(sentence)


def _word(kind: Kind, sentence: str, rules: SafetyRules) -> str | None:
    """Return the wording in the sentence that tells this danger, None where there is none."""
    if any(one.search(sentence) for one in rules.over):
        return None
    for pattern in kind.patterns:
        for match in pattern.finditer(sentence):
            first, last = _clauses(sentence, *match.span())
            context = sentence[first:last]
            before = sentence[first : match.start()]
            if (
                not any(one.search(context) for one in kind.unless)
                and not any(one.search(context) for one in rules.not_now)
                and (kind.even_if_usual or not any(one.search(context) for one in rules.usual))
                and not any(one.search(before) for one in rules.denied)
            ):
                return match[0].strip("，,。！!？? ")
    return None


def detect(text: str, rules: SafetyRules | None = None) -> Danger | None:
    """Return the danger a message reports, None where it reports none.

    Each sentence is decided by itself, so that another sentence never takes a danger away. Any
    script and Cantonese are understood.
    """
    rules = rules or default_rules()
    plain = normalise(text).text
    sentences = [_ENDING.sub("", match[0]) for match in _SENTENCE.finditer(plain)]
    for kind in rules.kinds:
        words = [word for one in sentences if (word := _word(kind, one, rules))]
        if words:
            return Danger(kind.name, kind.phone, kind.advice, list(dict.fromkeys(words)))
    return None
