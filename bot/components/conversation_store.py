"""Rasa's tracker store with one row per conversation (docs/decisions/0006).

Rasa's own SQL store writes a row per event, counts them before every save, and reads and parses
all of them with every message: with SQLite two thirds of what Rasa does for a message. Here the
events of the running session are one JSON text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Iterable, List, Optional, Text, Type

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot.components.saved_conversations import saved_conversations

MOST_EVENTS = 300
"""A longer session loses its oldest turns; what they had established stays as slots."""
KEPT_EVENTS = 150


class ConversationStore(TrackerStore):
    """Reads and writes the current session of each conversation as a whole."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[Text] = None,
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        """Open the database at ``host``, the ``url`` of the endpoints file."""
        self._saved = saved_conversations(host)
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the running session."""
        events = shortened(session_of(list(tracker.events)), tracker.sender_id, self.domain)
        self._saved.save(tracker.sender_id, [event.as_dict() for event in events])

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """Return the running session."""
        kept = self._saved.load(sender_id)
        if not kept:
            return None
        events = [event for row in kept if (event := _event(row)) is not None]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def retrieve_full_tracker(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """Return the running session: earlier ones live on in its slots."""
        return await self.retrieve(sender_id)

    async def keys(self) -> Iterable[Text]:
        """Return the ids of all conversations."""
        return self._saved.ids()


def session_of(events: List[Event]) -> List[Event]:
    """Return the events since the last session began."""
    begins = [n for n, event in enumerate(events) if isinstance(event, SessionStarted)]
    return events[begins[-1] :] if begins else events


def shortened(events: List[Event], sender_id: Text, domain: Domain) -> List[Event]:
    """Replace the oldest turns of a very long session by the slots and form they led to."""
    if len(events) <= MOST_EVENTS:
        return events
    turns = [n for n, event in enumerate(events) if isinstance(event, UserUttered)]
    cut = next((n for n in turns if n >= len(events) - KEPT_EVENTS), turns[-1])
    # The event before a message is the listening it answers: rules look at that.
    before, after = events[: cut - 1], events[cut - 1 :]
    then = DialogueStateTracker.from_events(sender_id, before, domain.slots)
    head: List[Event] = [SessionStarted()]
    head += [
        SlotSet(name, slot.value) for name, slot in then.slots.items() if slot.value is not None
    ]
    if then.active_loop_name:
        head.append(ActiveLoop(then.active_loop_name))
    return [*head, *after]


@lru_cache(maxsize=1)
def _kinds() -> Dict[Text, Type[Event]]:
    """Return the classes of events by name; Rasa looks them up anew for every event."""
    return {kind.type_name: kind for kind in all_subclasses(Event) if kind.type_name}


def _event(row: Dict[Text, Any]) -> Optional[Event]:
    kind = _kinds().get(row.get("event", ""))
    return kind._from_parameters(row) if kind else None
