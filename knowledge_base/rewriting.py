"""Optional rephrasing of an answer by an OpenAI-compatible endpoint; off unless one is named.

It may only put other words on what the answer already quotes. Every sentence that comes back is
checked against the entry; one unsupported sentence and the plain answer stands.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass, field

import httpx2

from knowledge_base.entry import Kind
from knowledge_base.outcome import Answer, Outcome
from knowledge_base.terms import fold

logger = logging.getLogger("suisheng.rewriting")

LEAST_SUPPORT = 0.6
LONGEST = 1200
LARGEST_BODY = 65_536
PROMPT = (
    "把下面这段政务答复改写得更口语、更好懂。只能用其中的信息，不得增加、删改任何数字、条件、"
    "地点、电话和否定意思。只输出改写后的话。\n\n"
)
_SENTENCE = re.compile(r"(?<=[。！？!?；;\n])")
_UNIT = "个?工作日|个?小时|分钟|周岁|个月|万元|[年月日天周岁元次项倍成折名份页号楼条%％]"
_NUMBER = re.compile(
    rf"\d+(?:[.,:：/-]\d+)*(?:{_UNIT})?|[零一二两三四五六七八九十百千万亿半]+(?:{_UNIT})"
)
_NEGATED = re.compile(
    r"(?:不得|不能|不可以|不用|不收|不要|不予|不|无需|无|免|未|禁止|没有)([\u4e00-\u9fff]{2})"
)


class _Refused(Exception):  # noqa: N818 - says what became of a rewriting
    """The rewriting cannot be used; the message is the reason for the log."""


@dataclass
class Rewriter:
    """Calls the endpoint, checks what comes back, and counts what became of it.

    `url` is the base of the API (…/v1); `seconds` bounds the whole call.
    """

    url: str
    model: str
    key: str = ""
    seconds: float = 4.0
    used: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def rewrite(self, answer: Answer) -> Answer:
        """Return the answer in other words, or unchanged; never raises."""
        if answer.outcome is not Outcome.ANSWERED or not answer.entry or not answer.text:
            return answer
        if answer.entry.kind == Kind.CLAUSE:
            return answer
        try:
            text = self._ask(answer.text)
            check_supported(text, source_of(answer))
        except _Refused as refusal:
            reason = str(refusal)
        except (httpx2.HTTPError, OSError, ValueError, RecursionError) as error:
            reason = type(error).__name__
        else:
            with self._lock:
                self.used += 1
            logger.info("rewritten: entry=%s version=%d", answer.entry.id, answer.entry.version)
            return answer.model_copy(update={"text": text})
        with self._lock:
            self.refused[reason] = self.refused.get(reason, 0) + 1
        logger.warning("plain answer: entry=%s reason=%s", answer.entry.id, reason)
        return answer

    def _ask(self, text: str) -> str:
        until = time.monotonic() + self.seconds
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = {
            "model": self.model,
            "temperature": 0,
            "max_tokens": 600,
            "messages": [{"role": "user", "content": PROMPT + text}],
        }
        address = self.url.rstrip("/") + "/chat/completions"
        with (
            httpx2.Client(timeout=self.seconds, trust_env=False) as client,
            client.stream("POST", address, json=body, headers=headers) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                raise _Refused(f"status {response.status_code}")
            raw = b""
            for piece in response.iter_bytes():
                raw += piece
                if len(raw) > LARGEST_BODY:
                    raise _Refused("body too large")
                if time.monotonic() > until:
                    raise _Refused("too slow")
        return _content(raw)


def _content(raw: bytes) -> str:
    try:
        data = httpx2.Response(200, content=raw).json()
        said = data["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise _Refused("not a completion") from error
    if not isinstance(said, str) or not said.strip():
        raise _Refused("empty")
    return said.strip()


def source_of(answer: Answer) -> str:
    """Return everything the answer quotes, which is all a rewriting may say."""
    parts = [answer.entry.title if answer.entry else "", answer.text]
    for block in answer.blocks:
        parts += [block.name, block.text or "", *block.items]
    return "\n".join([*parts, answer.unit or "", answer.phone or ""])


def check_supported(text: str, source: str) -> None:
    """Raise `_Refused` unless every sentence is supported by the source.

    A sentence is supported when it brings no number the source lacks, keeps the source's
    negations, and most of its character bigrams stand in the source.
    """
    if len(text) > LONGEST:
        raise _Refused("too long")
    known = _bigrams(source)
    numbers = set(_NUMBER.findall(fold(source)))
    for sentence in filter(str.strip, _SENTENCE.split(text)):
        if set(_NUMBER.findall(fold(sentence))) - numbers:
            raise _Refused("new number")
        if _changes_negation(sentence, source):
            raise _Refused("negation changed")
        own = _bigrams(sentence)
        if own and len(own & known) / len(own) < LEAST_SUPPORT:
            raise _Refused("unsupported sentence")


def _changes_negation(sentence: str, source: str) -> bool:
    for word in set(_NEGATED.findall(source)):
        affirmed = _affirmed(word, source)
        if not affirmed and _affirmed(word, sentence):
            return True
    denied = set(_NEGATED.findall(sentence)) - set(_NEGATED.findall(source))
    return any(_affirmed(word, source) for word in denied)


def _affirmed(word: str, text: str) -> bool:
    denied = {match.start(1) for match in _NEGATED.finditer(text)}
    return any(m.start() not in denied for m in re.finditer(re.escape(word), text))


def _bigrams(text: str) -> set[str]:
    return {p[i : i + 2] for p in re.split(r"\W+", fold(text)) for i in range(len(p) - 1)}
