"""Replay: what last month would have looked like with another model, rules or dictionary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.dispatch import Dispatcher
from hotline.lifecycle import FINISHED
from hotline.models import Ticket, UnitReturn
from hotline.reading import Question
from hotline.store import Store
from hotline.suggestion import Suggestion

BATCH = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """A ticket the replay would give to another unit; ``final`` is the unit that closed it."""

    number: str
    text: str
    before: str
    after: str
    category_before: str
    category_after: str
    dial: str
    final: str


@dataclass
class ReplayReport:
    """How the suggestions would change.

    ``right_before`` and ``right_after`` count those of ``judged`` (closed tickets) whose
    suggested unit is the one that closed it.
    """

    tickets: int = 0
    unread: int = 0
    recategorised: int = 0
    judged: int = 0
    right_before: int = 0
    right_after: int = 0
    moved: list[Moved] = field(default_factory=list)
    dial_before: Counter[str] = field(default_factory=Counter)
    dial_after: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)

    def by_unit(self) -> list[tuple[str, int, int]]:
        """(unit, tickets lost, tickets gained), most changed first."""
        lost = Counter(one.before for one in self.moved)
        gained = Counter(one.after for one in self.moved)
        order = sorted(set(lost) | set(gained), key=lambda code: (-lost[code] - gained[code], code))
        return [(self.names.get(code, code), lost[code], gained[code]) for code in order]

    def show(self, console: Console, examples: int) -> None:
        """Print it."""
        console.print(
            f"{self.tickets} 张工单：{len(self.moved)} 张换单位，{self.recategorised} 张换分类，"
            f"{self.unread} 张当时没有建议。"
        )
        if self.judged:
            console.print(
                f"已办结 {self.judged} 张，建议与最后办结单位一致：当时 "
                f"{self.right_before / self.judged:.1%}，重放 {self.right_after / self.judged:.1%}。"
            )
        dials = Table("派单档位", "当时", "重放")
        for name in ("auto", "one_click", "human"):
            dials.add_row(name, str(self.dial_before[name]), str(self.dial_after[name]))
        console.print(dials)
        units = Table("单位", "移出", "移入")
        for name, lost, gained in self.by_unit()[:15]:
            units.add_row(name, str(lost), str(gained))
        if self.moved:
            console.print(units)
        for one in self.moved[:examples]:
            end = f"（最后由{self.names.get(one.final, one.final)}办结）" if one.final else ""
            console.print(
                f"  {one.number} {self.names.get(one.before, one.before)} → "
                f"{self.names.get(one.after, one.after)}{end}：{one.text}",
                markup=False, highlight=False,
            )  # fmt: skip


def replay_since(
    store: Store,
    models: Path | str,
    since: datetime,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ReplayReport:
    """Read every ticket received since ``since`` again, knowing only what was known then.

    Tickets that continue another (重办) are left out: nobody chose their unit.

    :raises ModelsUnusable: the model folder cannot be used.
    """
    dispatcher = Dispatcher(store.city, models, store, as_of=since)
    report = ReplayReport(names={unit.code: unit.name for unit in store.city.units})
    wanted = (Ticket.received_at >= since, Ticket.parent_id.is_(None))
    with store.session(read_only=True) as session:
        total = session.scalar(select(func.count()).select_from(Ticket).where(*wanted)) or 0
        last = 0
        while True:
            tickets = list(
                session.scalars(
                    select(Ticket).where(*wanted, Ticket.id > last).order_by(Ticket.id).limit(BATCH)
                )
            )
            if not tickets:
                return report
            refused = _refusals(session, tickets)
            read = dispatcher.suggest_many(
                [question_about(one, tuple(sorted(refused[one.id]))) for one in tickets]
            )
            for ticket, suggestion in zip(tickets, read, strict=True):
                _count(report, ticket, suggestion)
            last = tickets[-1].id
            session.expunge_all()
            on_progress(report.tickets, total)


def _refusals(session: Session, tickets: Sequence[Ticket]) -> dict[int, set[str]]:
    """The units that sent each ticket back: its suggestion on file was made without them."""
    refused: dict[int, set[str]] = {one.id: set() for one in tickets}
    sent_back = select(UnitReturn.ticket_id, UnitReturn.unit_code)
    for ticket, unit in session.execute(sent_back.where(UnitReturn.ticket_id.in_(refused))):
        refused[ticket].add(unit)
    return refused


def question_about(ticket: Ticket, refused: tuple[str, ...] = ()) -> Question:
    """A ticket on file as a question to the dispatcher."""
    return Question(
        text=ticket.text,
        title=ticket.title,
        place=ticket.place,
        now=ticket.received_at,
        citizen_key=ticket.citizen_key,
        district=ticket.district,
        street=ticket.street,
        refused=refused,
        number=ticket.number,
    )


def _count(report: ReplayReport, ticket: Ticket, new: Suggestion) -> None:
    report.tickets += 1
    after = new.unit.code if new.unit else ""
    report.dial_after[new.dial] += 1
    if ticket.suggestion is None or ticket.suggested_unit is None:
        report.unread += 1
        return
    report.dial_before[ticket.dial or "human"] += 1
    old = (ticket.suggestion.get("categories") or [{}])[0].get("name", "")
    report.recategorised += old != new.categories[0].name
    final = ticket.unit_code if ticket.status in FINISHED and ticket.unit_code else ""
    if final:
        report.judged += 1
        report.right_before += final == ticket.suggested_unit
        report.right_after += final == after
    if after != ticket.suggested_unit:
        report.moved.append(
            Moved(
                ticket.number, ticket.text[:60], ticket.suggested_unit, after, old,
                new.categories[0].name, new.dial, final,
            )
        )  # fmt: skip
