"""The title a clerk would write, and the words a group shares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path

from nlu.segment import default_segmenter

SHORTEST, LONGEST = 6, 30
MOST_TEXTS = 60
FEWEST_TEXTS, BACKGROUND = 200, 600
MOST_WORDS = 6
MOST_RANKED = 300
# Words that a telling stretch neither begins nor ends with.
EMPTY_WORDS = Path(__file__).with_name("empty_words.txt")
MOST_WORDS_IN_RUN, LONGEST_STRETCH = 4, 10
_LETTERS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_OPENING = re.compile(
    r"^(?:(?:再次|第[一二三四五六七八九十]次|多次|强烈|实名|我要|我想|您好|你好|请问|请求|请|恳请|恳求|希望|"
    r"投诉|举报|反映|反应|咨询|询问|求助|建议|关于|针对|对于|坚决反对|强烈反对|领导|政府|有关部门|尽快|为何|为什么|给|我的|惊)+)"
)
_CLOSING = re.compile(
    r"(?:的)?(?:若干|相关|有关|一些|几个)?(?:问题|情况|事宜|投诉|举报|咨询|建议|诉求|求助|反映)?"
    r"(?:[，,](?:请|求|望|盼)[^，,]{0,10})?[!！?？。.…~～、，,；;：:\s]*$"
)
_EXCITED = re.compile(r"[！!？?“”\"]|[吗呢吧]$")
_ASKING = re.compile(
    r"[，,]?(?:合理|合法|可以)?(?:吗|呢|吧|啊|何时休|谁来管|谁能管|有没有人管)[!！?？。\s]*$"
)


def clean_title(text: str) -> str:
    """Return a citizen's title without address, plea and punctuation."""
    line = text.strip().split("\n")[0]
    line = re.split(r"[。！？!?；;]", line)[0] if len(line) > LONGEST else line
    line = _OPENING.sub("", line.strip('"“”‘’ 　'))
    line = _ASKING.sub("", line)
    shorter = _CLOSING.sub("", line)
    line = shorter if len(shorter) >= SHORTEST else line
    return line.strip(" ，,。！!？?、；;：:的") or text.strip()[:LONGEST]


def common_words(texts: Sequence[str]) -> frozenset[str]:
    """Return the stretches that one in fifty of these texts holds: they tell nothing apart.

    Too few texts to judge by give none.
    """
    if len(texts) < FEWEST_TEXTS:
        return frozenset()
    sample = texts if len(texts) <= BACKGROUND else texts[:: -(-len(texts) // BACKGROUND)]
    held: Counter[str] = Counter()
    for text in sample:
        held.update(_stretches(text[:200]))
    needed = max(4, len(sample) // 50)
    return frozenset(word for word, count in held.items() if count >= needed)


def shared_words(texts: Sequence[str], common: frozenset[str] = frozenset()) -> list[str]:
    """Return the longest stretches that at least two fifths of the texts share, most telling first.

    Words in `common` and bare numbers are left out.
    """
    sample = texts if len(texts) <= MOST_TEXTS else texts[:: -(-len(texts) // MOST_TEXTS)]
    held: Counter[str] = Counter()
    for text in sample:
        held.update(_stretches(text[:200]))
    needed = max(2, -(-2 * len(sample) // 5))
    found = {
        word: count
        for word, count in held.items()
        if count >= needed and word not in common and not word.isdigit()
    }
    ranked = sorted(found, key=lambda word: (-found[word] * (len(word) - 1), -len(word), word))[
        :MOST_RANKED
    ]
    kept: list[str] = []
    for word in ranked:
        longer = any(
            word in other and found[other] >= 0.7 * found[word] for other in ranked if other != word
        )
        if longer or any(_overlap(word, other) for other in kept):
            continue
        kept.append(word)
        if len(kept) == MOST_WORDS:
            break
    return kept


def _overlap(word: str, other: str) -> bool:
    """Return whether one stretch is mostly a piece of the other."""
    match = SequenceMatcher(None, word, other).find_longest_match()
    return match.size >= 2 and match.size >= min(len(word), len(other)) - 1


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(EMPTY_WORDS.read_text(encoding="utf-8").split())


@lru_cache(maxsize=4096)
def _stretches(text: str) -> frozenset[str]:
    """Return the runs of up to four words, within punctuation, that do not begin or end empty."""
    found: set[str] = set()
    empty = _empty_words()
    for run in _LETTERS.finditer(text):
        words = default_segmenter().words(run.group())
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + MOST_WORDS_IN_RUN) + 1):
                stretch = "".join(words[start:end])
                if (
                    2 <= len(stretch) <= LONGEST_STRETCH
                    and words[start] not in empty
                    and words[end - 1] not in empty
                ):
                    found.add(stretch)
    return frozenset(found)


def clerk_title(spot: str, words: Sequence[str], matter: str) -> str:
    """Return “地点＋名称：事项”, as a clerk heads a file: `words` the names most tickets share."""
    name = words[0] if words else ""
    if name in matter:
        name = ""
    head = name if spot in name else spot if name in spot else spot + name
    return f"{head}：{matter}" if head else matter


def best_title(titles: Sequence[str], words: Sequence[str]) -> str:
    """Return the cleaned title that says most of what the group shares, in few words."""

    def merit(title: str) -> tuple[float, int, str]:
        told = sum(len(word) for word in words if word in title)
        fitting = SHORTEST <= len(title) <= LONGEST
        return (
            -(told - 0.25 * abs(len(title) - 16))
            + (0 if fitting else 12)
            + 4 * len(_EXCITED.findall(title)),
            len(title),
            title,
        )

    cleaned = [clean_title(title) for title in titles if title.strip()]
    return min(cleaned, key=merit) if cleaned else "未写明的诉求"
