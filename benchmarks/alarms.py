"""The archive replayed day by day: what the detectors would have said, and when.

    python -m benchmarks.alarms                       makes a demo archive and replays it
    python -m benchmarks.alarms --archive FILE.db     replays a copy of an archive (SQLite)

Every evening of the archive the real nightly run and the real watch are done on a copy, with only
what had come in by then. Of a demo archive it is known which matters were planted: the first table
says when each was found as a group (three people or more) and when a warning was given. Warnings
that rest on no planted matter count as false; in an archive without planted matters all do.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import func, select

from analytics.cases import matter_of, person_of
from analytics.consolidation import consolidate
from analytics.silver import measure
from analytics.tables import AlarmRow, MemberRow, make_tables
from analytics.watching import watch
from hotline.demo import make_demo
from hotline.demo_data import PlantedMatter, demo_folder_exists, read_matters
from hotline.settings import hotline_settings
from hotline.store import Store, Ticket, open_store
from nlu.personal import mask

LEARNING_DAYS = 21
FEWEST_PEOPLE = 3
app = typer.Typer(add_completion=False)
console = Console(width=150)


@dataclass
class Known:
    """What the archive holds: planted matter of each ticket, who wrote it and when."""

    matters: list[PlantedMatter]
    matter_of: dict[int, str]
    person_of: dict[int, str]
    came: dict[int, datetime]


@dataclass
class Story:
    """What happened day by day."""

    groups: dict[str, tuple[date, int]] = field(default_factory=dict)
    kept: list[tuple[int, int]] = field(default_factory=list)
    members: dict[int, str] = field(default_factory=dict)


def copy_of(archive: Path, folder: Path) -> Store:
    target = folder / "replay.db"
    with sqlite3.connect(archive) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    store = open_store(f"sqlite:///{target}")
    with store.engine.begin() as connection:
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'analytics_%'"
        )
        for (name,) in list(tables):
            connection.exec_driver_sql(f"DROP TABLE {name}")
    make_tables(store.engine)
    return store


def demo_archive(folder: Path) -> Path:
    path = folder / "demo.db"
    store = open_store(f"sqlite:///{path}")
    with console.status("making a demo archive (some minutes)"):
        make_demo(store, hotline_settings().models)
    store.close()
    return path


def known(store: Store) -> Known:
    planted = read_matters(store.city) if demo_folder_exists(store.city.folder) else []
    texts = {mask(one.text).text.strip(): m.name for m in planted for one in m.messages}
    found = Known(planted, {}, {}, {})
    with store.session(read_only=True) as session:
        for ticket in session.scalars(select(Ticket).order_by(Ticket.received_at)):
            found.person_of[ticket.id] = person_of(ticket)
            found.came[ticket.id] = ticket.received_at
            name = texts.get(matter_of(ticket.text).strip())
            if name:
                found.matter_of[ticket.id] = name
    present = set(found.matter_of.values())
    found.matters = [matter for matter in planted if matter.name in present]
    return found


def members(store: Store) -> dict[int, str]:
    with store.session(read_only=True) as session:
        rows = session.execute(
            select(MemberRow.ticket_id, MemberRow.group_id).where(MemberRow.group_id.is_not(None))
        )
        return {ticket: str(name) for ticket, name in rows}


def pairs(grouped: dict[int, str]) -> set[tuple[int, int, str]]:
    by_group: dict[str, list[int]] = defaultdict(list)
    for ticket, name in sorted(grouped.items()):
        by_group[name].append(ticket)
    return {(a, b, name) for name, held in by_group.items() for a, b in combinations(held, 2)}


def replay(store: Store, facts: Known, days: int) -> Story:
    story = Story()
    clocks = store.clocks
    last = clocks.local_day(max(facts.came.values()))
    first = max(clocks.local_day(min(facts.came.values())), last - timedelta(days=days - 1))
    before: set[tuple[int, int, str]] = set()
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for day in track(every, "replaying", console=console):
        evening = datetime.combine(day, datetime.max.time(), clocks.rules.timezone).astimezone(UTC)
        consolidate(store, evening)
        watch(store, evening)
        story.members = members(store)
        now = pairs(story.members)
        if before:
            story.kept.append((len(before & now), len(before)))
        before = now
        held: dict[str, list[int]] = defaultdict(list)
        for ticket, name in story.members.items():
            held[name].append(ticket)
        for tickets in held.values():
            names = Counter(facts.matter_of.get(ticket, "") for ticket in tickets)
            name, count = names.most_common(1)[0]
            people = {facts.person_of[t] for t in tickets if facts.matter_of.get(t) == name}
            if name and 2 * count >= len(tickets) and len(people) >= FEWEST_PEOPLE:
                story.groups.setdefault(name, (day, _so_far(facts, name, evening)))
    return story


def _so_far(facts: Known, name: str, until: datetime) -> int:
    return sum(m == name and facts.came[t] <= until for t, m in facts.matter_of.items())


def report(store: Store, facts: Known, story: Story) -> None:
    with store.session(read_only=True) as session:
        alarms = list(session.scalars(select(AlarmRow).order_by(AlarmRow.raised_at, AlarmRow.id)))
    about: dict[int, str] = {}
    for row in alarms:
        names = Counter(facts.matter_of.get(ticket, "") for ticket in row.facts["tickets"])
        name, count = names.most_common(1)[0] if names else ("", 0)
        about[row.id] = name if name and 2 * count >= len(row.facts["tickets"]) else ""
    if facts.matters:
        _planted(store, facts, story, alarms, about)
    false = [row for row in alarms if not about[row.id]]
    first = store.clocks.local_day(min(facts.came.values())) + timedelta(days=LEARNING_DAYS)
    last = store.clocks.local_day(max(facts.came.values()))
    weeks = max(1, (last - first).days + 1) / 7
    table = Table(title=f"warnings in {weeks:.1f} weeks after {LEARNING_DAYS} days of learning")
    for column in ("kind", "about a planted matter", "about nothing planted", "the latter a week"):
        table.add_column(column, justify="left" if column == "kind" else "right")
    late = [row for row in alarms if date.fromisoformat(row.day) >= first]
    for kind in ("rise", "area", "group", "word"):
        rows = [row for row in late if row.kind == kind]
        wrong = sum(not about[row.id] for row in rows)
        table.add_row(kind, str(len(rows) - wrong), str(wrong), f"{wrong / weeks:.2f}")
    console.print(table)
    for row in false[-25:]:
        console.print(f"  {row.day} {row.kind}: {row.sentence}", highlight=False)
    kept, all_pairs = (sum(part) for part in zip(*story.kept, strict=True))
    console.print(
        f"pairs together one evening that are together under the same id the next: "
        f"{kept / max(1, all_pairs):.4f} (mean of {len(story.kept)} nights)"
    )


def _planted(
    store: Store, facts: Known, story: Story, alarms: list[AlarmRow], about: dict[int, str]
) -> None:
    table = Table(title="planted matters: when found, after how many of their tickets")
    for column in ("matter", "shape", "tickets", "first", "as a group", "first warning", "kind"):
        table.add_column(column)
    table.add_column("in its group", justify="right")
    by_group = Counter(story.members.values())
    for matter in facts.matters:
        tickets = [t for t, name in facts.matter_of.items() if name == matter.name]
        began = store.clocks.local_day(min(facts.came[t] for t in tickets))
        group = story.groups.get(matter.name)
        warned = next((row for row in alarms if about[row.id] == matter.name), None)
        best = Counter(story.members.get(t, "") for t in tickets if t in story.members)
        name, held = best.most_common(1)[0] if best else ("", 0)
        table.add_row(
            matter.name,
            matter.shape,
            str(len(tickets)),
            began.isoformat(),
            f"day {(group[0] - began).days}, ticket {group[1]}" if group else "not found",
            _warned(facts, matter.name, warned, began) if warned else "none",
            warned.kind if warned else "",
            f"{held} of {len(tickets)} (+{by_group[name] - held} others)" if name else "-",
        )
    console.print(table)


def _warned(facts: Known, name: str, row: AlarmRow, began: date) -> str:
    day = date.fromisoformat(row.day)
    return f"day {(day - began).days}, ticket {_so_far(facts, name, row.raised_at)}"


def batch(archive: Path, folder: Path, story: Story) -> None:
    """Compare the groups that grew day by day with those of one run over everything."""
    (folder / "batch").mkdir()
    store = copy_of(archive, folder / "batch")
    with store.session(read_only=True) as session:
        last = session.scalar(select(func.max(Ticket.received_at)))
    consolidate(store, last)
    once = {str(ticket): name for ticket, name in members(store).items()}
    daily = {str(ticket): name for ticket, name in story.members.items()}
    everybody = {name: once.get(name, f"-{name}") for name in {*once, *daily}}
    found = measure(everybody, daily)
    console.print(
        f"pairs of one batch that the day-by-day groups hold: {found.pair_recall:.4f}, "
        f"pairs of theirs that the batch holds: {found.pair_precision:.4f}"
    )
    store.close()


@app.command()
def main(
    archive: Annotated[Path | None, typer.Option(help="an archive to replay (SQLite)")] = None,
    days: Annotated[int, typer.Option(help="the last so many days")] = 366,
) -> None:
    """Replay an archive and say what was found."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = archive or demo_archive(folder)
        if not source.is_file():
            sys.exit(f"no archive at {source}")
        store = copy_of(source, folder)
        facts = known(store)
        story = replay(store, facts, days)
        report(store, facts, story)
        store.close()
        batch(source, folder, story)


if __name__ == "__main__":
    app()
