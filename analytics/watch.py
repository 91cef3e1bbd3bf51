"""Watch-words: words an official edits, and how many citizens said them lately in one district."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.cases import person_of
from hotline.store import Ticket
from hotline.watchwords import WatchWord


@dataclass(frozen=True)
class Said:
    """A watch-word that enough citizens said in one district; `tickets` by time."""

    word: WatchWord
    district: str
    tickets: tuple[Ticket, ...]

    @property
    def cause(self) -> str:
        """What the warning is about."""
        return f"word:{self.word.word}|{self.district}"

    def sentence(self) -> str:
        """Return what a manager reads."""
        span = (
            f"{self.word.hours} 小时"
            if self.word.hours < 72 or self.word.hours % 24
            else f"{self.word.hours // 24} 天"
        )
        where = self.district or "未识别区域"
        return f"{where} {span}内 {len(self.tickets)} 件工单提到“{self.word.word}”。"


def said(words: Sequence[WatchWord], tickets: Sequence[Ticket], now: datetime) -> list[Said]:
    """Return the watch-words said by at least their minimum of different people."""
    found: list[Said] = []
    for word in words:
        pattern = re.compile("|".join(map(re.escape, (word.word, *word.variants))))
        since = now - timedelta(hours=word.hours)
        by_district: dict[str, list[Ticket]] = {}
        for ticket in tickets:
            if since <= ticket.received_at <= now and pattern.search(
                f"{ticket.title}\n{ticket.text}"
            ):
                by_district.setdefault(ticket.district or "", []).append(ticket)
        for district, holders in sorted(by_district.items()):
            if len({person_of(ticket) for ticket in holders}) >= word.minimum:
                ordered = sorted(holders, key=lambda ticket: (ticket.received_at, ticket.id))
                found.append(Said(word, district, tuple(ordered)))
    return found
