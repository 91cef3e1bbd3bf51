"""The nearest closed tickets: how the same kind of matter ended before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import numpy as np
import scipy.sparse
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.classifiers import Classifiers
from hotline.lifecycle import FINISHED
from hotline.models import Ticket
from hotline.reading import plain, vectors

RECENT = 20_000
CHUNK = 64
LEAST_ALIKE, SURELY_ALIKE = 0.06, 0.4
SAME_CATEGORY = 0.3
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClosedTicket:
    """What is kept of a closed ticket besides its vector."""

    number: str
    title: str
    unit_code: str
    unit_name: str
    status: str
    category: str
    district: str
    street: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Near:
    """A closed ticket and its cosine similarity to the matter asked about."""

    ticket: ClosedTicket
    similarity: float


@dataclass(frozen=True)
class _Snapshot:
    tickets: tuple[ClosedTicket, ...]
    kinds: np.ndarray[Any, Any]
    matrix: Any
    until: datetime


class NeighbourIndex:
    """The newest ``RECENT`` closed tickets as sparse vectors, brought up to date on demand.

    Searching never waits: it works on the last complete snapshot. Tickets imported as closed
    long ago are seen at the next start.
    """

    def __init__(self, models: Classifiers) -> None:
        self._models = models
        self._writing = Lock()
        empty = scipy.sparse.csr_matrix((0, len(models.category.features.keys)), dtype=np.float32)
        self._kind_of = {name: at for at, name in enumerate(models.category.labels)}
        self._now = _Snapshot((), np.empty(0, dtype=np.int32), empty, _LONG_AGO)

    def __len__(self) -> int:
        return len(self._now.tickets)

    def refresh(self, session: Session, until: datetime | None = None) -> int:
        """Add what was closed since the last time (before ``until`` where given); how many."""
        with self._writing:
            old = self._now
            wanted = select(
                Ticket.number, Ticket.title, Ticket.text, Ticket.unit_code, Ticket.unit_name,
                Ticket.status, Ticket.category, Ticket.district, Ticket.street,
                Ticket.received_at, Ticket.closed_at, Ticket.due_at, Ticket.bounces,
                Ticket.rating, Ticket.solved,
            ).where(
                Ticket.closed_at > old.until, Ticket.status.in_(FINISHED),
                Ticket.unit_code.is_not(None), Ticket.parent_id.is_(None),
            )  # fmt: skip
            if until is not None:
                wanted = wanted.where(Ticket.closed_at < until)
            rows = session.execute(wanted.order_by(Ticket.closed_at.desc()).limit(RECENT)).all()
            if not rows:
                return 0
            rows = rows[::-1]
            kept = max(0, RECENT - len(rows))
            texts = [plain(row.text, row.title) for row in rows]
            matrix = scipy.sparse.vstack(
                [old.matrix[len(old.tickets) - min(kept, len(old.tickets)) :],
                 vectors(texts, self._models)],
                format="csr",
            )  # fmt: skip
            tickets = (*old.tickets[len(old.tickets) - min(kept, len(old.tickets)) :],
                       *(_closed(row) for row in rows))  # fmt: skip
            kinds = np.array(
                [self._kind_of.get(one.category, -1) for one in tickets], dtype=np.int32
            )
            self._now = _Snapshot(tickets, kinds, matrix, rows[-1].closed_at)
            return len(rows)

    def nearest(
        self,
        texts: Sequence[str],
        categories: Sequence[str],
        top: int = 3,
        without: Sequence[str] = (),
    ) -> list[list[Near]]:
        """For each plain text the most similar closed tickets, best first.

        Those of the same category come first; others must be so alike that it does not matter.

        :param without: a ticket number per text that must not be its own neighbour.
        """
        now = self._now
        if not now.tickets:
            return [[] for _ in texts]
        found: list[list[Near]] = []
        for start in range(0, len(texts), CHUNK):
            asked: Any = vectors(texts[start : start + CHUNK], self._models)
            alike = now.matrix @ asked.T.toarray()
            for column in range(alike.shape[1]):
                at = start + column
                same = now.kinds == self._kind_of.get(categories[at], -2)
                skip = without[at] if without else ""
                found.append(_best(now.tickets, alike[:, column], same, top, skip))
        return found


def _best(
    tickets: Sequence[ClosedTicket],
    alike: np.ndarray[Any, Any],
    same: np.ndarray[Any, Any],
    top: int,
    skip: str,
) -> list[Near]:
    score = alike + SAME_CATEGORY * same
    count = min(len(tickets), top + 1)
    order = np.argpartition(-score, count - 1)[:count]
    ranked = sorted(order.tolist(), key=lambda at: (-float(score[at]), -at))
    return [
        Near(tickets[at], min(1.0, round(float(alike[at]), 3)))
        for at in ranked
        if alike[at] >= (LEAST_ALIKE if same[at] else SURELY_ALIKE) and tickets[at].number != skip
    ][:top]


def _closed(row: Any) -> ClosedTicket:
    days = max(0, (row.closed_at - row.received_at).days)
    said = [f"{row.unit_name}办结", f"用时 {days} 天" if days else "当天办结"]
    if row.due_at:
        said.append("按时" if row.closed_at <= row.due_at else "超期")
    if row.bounces:
        said.append(f"此前退单 {row.bounces} 次")
    if row.solved is not None:
        said.append("回访已解决" if row.solved else "回访未解决")
    if row.rating:
        said.append(f"评价 {row.rating} 分")
    return ClosedTicket(
        row.number, row.title or row.text[:30], row.unit_code, row.unit_name or row.unit_code,
        row.status, row.category or "", row.district or "", row.street or "", "，".join(said),
    )  # fmt: skip
