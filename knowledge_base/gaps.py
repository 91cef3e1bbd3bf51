"""Questions the base could not answer: grouped, counted, closed when an entry answers them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from knowledge_base.entry import Entry, Kind, Status
from knowledge_base.gist import gist
from knowledge_base.search import SearchIndex
from knowledge_base.store import writing
from knowledge_base.tables import GapRow, KnowledgeTables

SAME_FROM = 0.6
MAX_WORDINGS = 30
MAX_LENGTH = 500
CITY_TIME = ZoneInfo("Asia/Shanghai")
RECHECKED = 300
DISMISSED = "dismissed"
BADLY_RATED = "badly_rated"


@dataclass(frozen=True)
class Gap:
    """A group of like questions without an answer."""

    id: int
    question: str
    wordings: tuple[str, ...]
    asked: int
    outcome: str
    near: str | None
    entry_id: str | None
    first_at: dt.datetime
    last_at: dt.datetime
    closed_at: dt.datetime | None

    def story(self) -> str:
        """Return “问过 41 次，11月3日起有答案” as shown to the owner."""
        if self.closed_at is None:
            state = "现有答案没解决" if self.outcome == BADLY_RATED else "还没有答案"
            return f"问过 {self.asked} 次，{state}"
        if self.entry_id is None:
            return f"问过 {self.asked} 次，不需要单列答案"
        day = self.closed_at.astimezone(CITY_TIME)
        return f"问过 {self.asked} 次，{day.month} 月 {day.day} 日起已有答案"


class GapLog:
    """The list of gaps in the database; safe for use from several threads."""

    def __init__(self, engine: Engine) -> None:
        KnowledgeTables.metadata.create_all(engine)
        self._engine = engine
        self._lock = threading.Lock()
        self._index = SearchIndex.from_texts([])
        self._known = 0
        self._take_new()

    def record(self, question: str, outcome: str, near: str | None) -> None:
        """Note an unanswered question (already masked), joining its group if there is one.

        A closed group that is asked again opens again, unless a person has dismissed it; a
        group shows how it went the last time.
        """
        text = question.strip()[:MAX_LENGTH]
        if not text:
            return
        with self._lock:
            self._take_new()
            group = self._group_of(text)
            now = dt.datetime.now(dt.UTC)
            with writing(self._engine) as session:
                row = session.get(GapRow, group, with_for_update=True) if group else None
                if row is None:
                    session.add(
                        GapRow(
                            question=text,
                            wordings=[text],
                            asked=1,
                            outcome=outcome,
                            near=near,
                            first_at=now,
                            last_at=now,
                        )
                    )
                    return
                row.asked += 1
                row.last_at = now
                if row.outcome != DISMISSED:
                    row.closed_at, row.outcome, row.near = None, outcome, near
                if text not in row.wordings and len(row.wordings) < MAX_WORDINGS:
                    row.wordings = [*row.wordings, text]

    def listing(self, *, closed: bool = False, limit: int = 100) -> list[Gap]:
        """Return open (or closed) gaps, most asked first."""
        done = GapRow.closed_at.is_not(None) if closed else GapRow.closed_at.is_(None)
        with Session(self._engine) as session:
            rows = session.scalars(
                select(GapRow).where(done).order_by(GapRow.asked.desc(), GapRow.id).limit(limit)
            )
            return [_gap(row) for row in rows]

    def get(self, gap_id: int) -> Gap | None:
        """Return one gap."""
        with Session(self._engine) as session:
            row = session.get(GapRow, gap_id)
            return _gap(row) if row else None

    def counts(self) -> tuple[int, int]:
        """Return how many gaps are open and how many closed."""
        with Session(self._engine) as session:
            number = session.scalar(select(func.count()).select_from(GapRow)) or 0
            waiting = session.scalar(
                select(func.count()).select_from(GapRow).where(GapRow.closed_at.is_(None))
            )
            return waiting or 0, number - (waiting or 0)

    def dismiss(self, gap_id: int) -> None:
        """Close a gap that needs no entry, for good; raises KeyError if unknown."""
        with writing(self._engine) as session:
            row = session.get(GapRow, gap_id)
            if row is None:
                raise KeyError(f"没有编号为 {gap_id} 的未答问题")
            row.outcome, row.entry_id = DISMISSED, None
            row.closed_at = dt.datetime.now(dt.UTC)

    def draft(self, gap_id: int, entry_id: str, unit: str) -> Entry:
        """Return a draft entry with the citizens' own wordings; raises KeyError if unknown."""
        with writing(self._engine) as session:
            row = session.get(GapRow, gap_id)
            if row is None:
                raise KeyError(f"没有编号为 {gap_id} 的未答问题")
            row.entry_id = entry_id
            return Entry(
                id=entry_id,
                kind=Kind.QUESTION,
                title=row.question[:60],
                summary="（待承办单位补充）",
                questions=list(row.wordings),
                unit=unit,
                owner=unit,
                status=Status.DRAFT,
                source=f"市民提问 {row.asked} 次",
            )

    def close_answered(self, entry_id: str, answers: Callable[[str], str | None]) -> list[int]:
        """Close open gaps that a freshly published entry answers; return their ids.

        Args:
            entry_id: what has been published.
            answers: question → id of the entry that answers it now, or None.
        """
        waiting = self.listing(limit=RECHECKED)
        done = [
            gap.id
            for gap in waiting
            if gap.entry_id == entry_id or answers(gap.question) == entry_id
        ]
        with writing(self._engine) as session:
            for row in session.scalars(select(GapRow).where(GapRow.id.in_(done))):
                row.entry_id = entry_id
                row.closed_at = dt.datetime.now(dt.UTC)
        return done

    def _group_of(self, text: str) -> int | None:
        """Return the group whose question the text means, if any."""
        about = gist(text)
        hits = self._index.search(about, 1)
        if not hits or hits[0].score < SAME_FROM:
            return None
        return int(hits[0].id)

    def _take_new(self) -> None:
        """Index groups other processes have added since the last look."""
        with Session(self._engine) as session:
            rows = session.execute(
                select(GapRow.id, GapRow.question)
                .where(GapRow.id > self._known)
                .order_by(GapRow.id)
            ).all()
        for number, question in rows:
            self._index.update(str(number), gist(question))
            self._known = number


def _gap(row: GapRow) -> Gap:
    return Gap(
        id=row.id,
        question=row.question,
        wordings=tuple(row.wordings),
        asked=row.asked,
        outcome=row.outcome,
        near=row.near,
        entry_id=row.entry_id,
        first_at=row.first_at,
        last_at=row.last_at,
        closed_at=row.closed_at,
    )
