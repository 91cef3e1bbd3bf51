"""Several matters in one message, each with the sentences that speak of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]+|[^。！？!?；;\n]+$")
_NUMBERED = re.compile(
    r"^\s*(?:[（(]?[1-9一二三四五六七八九][）)、.．:：]|第[一二三四五六]个?[，、:：是]|[①-⑨]|其[一二三四][，、:：])"
)
_ANOTHER = re.compile(
    r"^\s*(?:另外|此外|另|除此之外|除此以外|同时(?:也|还)?(?:想|反映|投诉|咨询|建议|请问)|顺便(?:问|反映|投诉|咨询|说)"
    r"|还有(?:一|个|件|就是)?(?:一)?(?:件|个)?(?:事|问题|情况)?|再(?:有|就是|反映|问|一个)|其次|还想(?:问|反映|投诉|咨询|建议)|也想(?:问|反映|投诉|咨询|建议)|第二(?:个|件)?)"
)
_SAME = re.compile(
    r"^\s*(?:还有|另外|此外)[，,]?(?:我|他|她|他们|物业|公司|对方|老板|该|这|那|房东|商家|店家)?(?:也|都|还|又|就)"
)
_INLINE = re.compile(
    r"[，,](?=(?:另外|此外|顺便(?:问|反映|投诉)|还想(?:问|反映|投诉|咨询)|还有(?:就是|一个|件事|个问题)|再反映|同时(?:投诉|反映|咨询)))"
)


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of a message: `text == message[start:end]` without outer blanks."""

    text: str
    start: int
    end: int


def _units(text: str) -> list[tuple[int, int]]:
    """Return the sentences, cut further where one goes on with “，另外…”."""
    units: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start = match.start()
        for cut in _INLINE.finditer(match[0]):
            units.append((start, match.start() + cut.end()))
            start = match.start() + cut.end()
        units.append((start, match.end()))
    return [unit for unit in units if text[unit[0] : unit[1]].strip()]


def split(text: str) -> list[Matter]:
    """Return the matters of a message in order, at least one unless it is blank.

    A new one begins only where the writer says so: numbering, “另外”, “还想问” and the like, with
    at least eight characters to say. Together they hold every character that is not blank.
    """
    matters: list[list[int]] = []
    units = _units(text)
    numbered = sum(bool(_NUMBERED.match(text[a:b])) for a, b in units) >= 2
    for start, end in units:
        sentence = text[start:end]
        new = (numbered and _NUMBERED.match(sentence)) or (
            _ANOTHER.match(sentence)
            and not _SAME.match(sentence)
            and len(re.sub(r"\W", "", sentence)) >= 8
        )
        opening = (
            numbered and matters and matters[-1] == list(units[0]) and not _NUMBERED.match(text)
        )
        if not matters or (new and not (opening and _is_greeting(text[matters[0][0] : start]))):
            matters.append([start, end])
        else:
            matters[-1][1] = end
    result = []
    for start, end in matters:
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        result.append(Matter(piece.strip(), left, left + len(piece.strip())))
    return result


def _is_greeting(text: str) -> bool:
    """Return whether an opening says nothing yet (“您好，我想反映以下问题：”)."""
    return len(text.strip()) <= 24
