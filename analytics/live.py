"""New tickets as they come: each joins a group, founds one, or stands alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from analytics import grams, linkage
from analytics.cases import case_of, recurrences, tickets_with, told_of
from analytics.consolidation import MACHINE, WINDOW_DAYS, store_group
from analytics.description import SECONDS_PER_DAY, describe
from analytics.frame import Frame, Reading
from analytics.grouping import CAUTION, THRESHOLD, DistrictReader, Told, group_id
from analytics.heat import heat
from analytics.lineage import BORN, GREW
from analytics.tables import GroupRow, LineageRow, MemberRow, make_tables
from hotline.lifecycle import Status
from hotline.store import Store, Ticket

NEAREST = 24
WINDOW = 64
SAMPLE = 16
OUT_OF_ORDER = 1000
_MEMBERSHIP = (MemberRow, MemberRow.ticket_id == Ticket.id)
# A group up to this size is described anew with every ticket, from at most so many tickets.
READ_ANEW, MOST_READ = 12, 256


@dataclass(frozen=True)
class Place:
    """Where a new ticket went: `outcome` is joined, founded or single."""

    outcome: str
    group_id: str | None


@dataclass(frozen=True)
class _Known:
    """A ticket held in memory."""

    id: int
    told: Told
    district: str


class LiveGroups:
    """The recent tickets in memory and the groups they are in.

    One process does this for a store (`worker`); the others only read.
    """

    def __init__(
        self,
        store: Store,
        frame: Frame,
        window_days: int = WINDOW_DAYS,
        now: datetime | None = None,
    ) -> None:
        make_tables(store.engine)
        self._store = store
        self._frame = frame
        self._districts = DistrictReader([district.name for district in store.city.districts])
        self._known: list[_Known] = []
        self._at: dict[int, int] = {}
        self._holders: dict[int, list[int]] = defaultdict(list)
        self._group_of: dict[int, str] = {}
        self._members: dict[str, list[int]] = defaultdict(list)
        self._last_event = 0
        self._newest = 0
        self._since = (now or datetime.now(UTC)) - timedelta(days=window_days)
        self._load()

    def _load(self) -> None:
        with self._store.session(read_only=True) as session:
            found = session.execute(
                select(Ticket, MemberRow.group_id)
                .join(MemberRow, MemberRow.ticket_id == Ticket.id)
                .where(Ticket.received_at >= self._since, Ticket.status != Status.VOID)
                .order_by(Ticket.id)
            )
            self._last_event = _last_event(session)
            for ticket, name in found:
                self._remember(ticket.id, told_of(ticket), name)

    def waiting(self) -> int:
        """Return how many tickets nobody has placed yet."""
        with self._store.session(read_only=True) as session:
            found = select(func.count()).select_from(Ticket).outerjoin(*_MEMBERSHIP)
            return session.scalar(found.where(*self._unplaced())) or 0

    def _unplaced(self) -> list[ColumnElement[bool]]:
        """Return the conditions on tickets without a place.

        Numbers may come to light out of order while several write; long before the newest known
        ticket nothing new appears.
        """
        return [
            MemberRow.ticket_id.is_(None),
            Ticket.status != Status.VOID,
            Ticket.received_at >= self._since,
            Ticket.id > self._newest - OUT_OF_ORDER,
        ]

    def catch_up(self, limit: int = 1000) -> list[Place]:
        """Place the tickets nobody has placed yet, oldest first."""
        with self._store.session() as session:
            self._heed_people(session)
            found = select(Ticket).outerjoin(*_MEMBERSHIP).where(*self._unplaced())
            waiting = list(session.scalars(found.order_by(Ticket.id).limit(limit)))
            places = [self.take(session, ticket) for ticket in waiting]
            self._last_event = _last_event(session)
            return places

    def _heed_people(self, session: Session) -> None:
        """Read the groups again when somebody else changed them."""
        if _last_event(session) == self._last_event:
            return
        self._group_of.clear()
        self._members.clear()
        found = session.execute(
            select(MemberRow.ticket_id, MemberRow.group_id)
            .where(MemberRow.group_id.is_not(None))
            .order_by(MemberRow.ticket_id)
        )
        for ticket, name in found:
            if ticket in self._at and name is not None:
                self._group_of[ticket] = name
                self._members[name].append(ticket)

    def take(self, session: Session, ticket: Ticket, now: datetime | None = None) -> Place:
        """Place one new ticket and store where it went."""
        moment = now or datetime.now(UTC)
        told = told_of(ticket)
        self._frame.add(told)
        me = _Known(ticket.id, told, self._districts.of(told))
        name, partner = self._find(me, self._frame.read(told))
        if ticket.parent_id in self._at:
            # Handled again: the same matter as before.
            name, partner = self._group_of.get(ticket.parent_id), None
        outcome = "joined" if name else "founded" if partner else "single"
        if name is None and partner is not None:
            first = min((partner.told, told), key=lambda one: (one.day, one.id))
            name = group_id(first)
            while session.get(GroupRow, name) is not None:
                name += "x"
            self._group_of[partner.id] = name
            self._members[name].append(partner.id)
            held = session.get(MemberRow, partner.id)
            if held is not None:
                held.group_id = name
        session.merge(MemberRow(ticket_id=ticket.id, group_id=name, joined_at=moment))
        self._remember(ticket.id, told, name)
        if name is not None:
            self._describe(session, name, moment)
            event = GREW if outcome == "joined" else BORN
            session.add(
                LineageRow(at=moment, group_id=name, event=event, actor=MACHINE, text=ticket.number)
            )
            session.flush()
        return Place(outcome, name)

    def _remember(self, ticket: int, told: Told, name: str | None) -> None:
        number = len(self._known)
        self._newest = max(self._newest, ticket)
        self._at[ticket] = number
        self._known.append(_Known(ticket, told, self._districts.of(told)))
        for term in self._frame.lookups(told):
            self._holders[term].append(number)
        if name is not None:
            self._group_of[ticket] = name
            self._members[name].append(ticket)

    def _find(self, me: _Known, reading: Reading) -> tuple[str | None, _Known | None]:
        """Return (group to join, None), (None, single ticket to found with) or (None, None)."""
        near = self._near(reading)
        likeness = {number: self._likeness(reading, number) for number in near}
        best: tuple[float, str] | None = None
        for name in sorted({self._group_of.get(self._known[n].id, "") for n in near} - {""}):
            score, size = self._likeness_to(name, me, reading, likeness)
            over = score / linkage.enough(1.0, float(size), THRESHOLD, CAUTION)
            if over >= 1.0 and (best is None or over > best[0]):
                best = (over, name)
        partner: tuple[float, _Known] | None = None
        for number, (terms, names, named) in likeness.items():
            other = self._known[number]
            if other.id in self._group_of or other.told.person == me.told.person:
                continue
            score = linkage.placed(terms, names, float(reading.named), named)
            over = _tempered(score, me, [other]) / linkage.enough(1.0, 1.0, THRESHOLD, CAUTION)
            if over >= 1.0 and (partner is None or over > partner[0]):
                partner = (over, other)
        if best is not None and (partner is None or best[0] >= partner[0]):
            return best[1], None
        return None, partner[1] if partner else None

    def _near(self, reading: Reading) -> list[int]:
        """Return the tickets that share most of what is telling, the newest of many."""
        gathered: dict[int, float] = defaultdict(float)
        for term, weight in zip(reading.terms.tolist(), reading.weights.tolist(), strict=True):
            if term < grams.NAME:
                for number in self._holders.get(term, [])[-WINDOW:]:
                    gathered[number] += weight
        return sorted(gathered, key=lambda number: (-gathered[number], number))[:NEAREST]

    def _likeness(self, reading: Reading, number: int) -> tuple[float, float, float]:
        """Return (cosine of terms, of names, 1 if the other names a place)."""
        other = self._frame.read(self._known[number].told)
        return (*reading.likeness(other), float(other.named))

    def _likeness_to(
        self, name: str, me: _Known, reading: Reading, known: dict[int, tuple[float, float, float]]
    ) -> tuple[float, int]:
        """Return (mean likeness to the group by a sample of its tickets, its size)."""
        members = self._members[name]
        step = -(-len(members) // SAMPLE)
        numbers = [self._at[ticket] for ticket in members[::step]]
        found = [known.get(number) or self._likeness(reading, number) for number in numbers]
        terms, names, named = (sum(part) / len(found) for part in zip(*found, strict=True))
        score = linkage.placed(terms, names, float(reading.named), named)
        return _tempered(score, me, [self._known[number] for number in numbers]), len(members)

    def _describe(self, session: Session, name: str, now: datetime) -> None:
        """Bring the group's row up to date; its words are read anew while it is small or doubles."""
        members = self._members[name]
        row = session.get(GroupRow, name)
        if row is None or len(members) <= READ_ANEW or len(members).bit_count() == 1:
            cases = [case_of(ticket) for ticket in tickets_with(session, members[-MOST_READ:])]
            row = store_group(session, name, describe(cases, now, [], recurrences(cases)), now)
        told = [self._known[self._at[ticket]].told for ticket in members]
        days = [one.day for one in told]
        row.tickets, row.people = len(told), len({one.person for one in told})
        row.heat = heat(days, row.people, now.timestamp() / SECONDS_PER_DAY)
        row.last_at = datetime.fromtimestamp(max(days) * SECONDS_PER_DAY, UTC)


def _tempered(score: float, me: _Known, others: list[_Known]) -> float:
    """Return the likeness, less where district, category or time speak against it (as in `linkage`)."""
    mine = (me.district, me.told.field)
    theirs = [(other.district, other.told.field) for other in others]
    for part, factor in enumerate((linkage.OTHER_DISTRICT, linkage.OTHER_CATEGORY)):
        known = Counter(one[part] for one in theirs if one[part])
        if mine[part] and known:
            usual, held = known.most_common(1)[0]
            if usual != mine[part]:
                score *= 1.0 - (1.0 - factor) * held / len(others)
    days = [other.told.day for other in others]
    gap = max(0.0, me.told.day - max(days), min(days) - me.told.day)
    if gap > linkage.FREE_DAYS:
        late = 1.0 - (gap - linkage.FREE_DAYS) / 365.0 * (1.0 - linkage.LEAST_TIME)
        score *= max(linkage.LEAST_TIME, late)
    return score


def _last_event(session: Session) -> int:
    """Return the number of the last thing that happened to any group."""
    return session.scalar(select(func.max(LineageRow.id))) or 0
