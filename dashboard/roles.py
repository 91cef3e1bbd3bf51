"""Which pages each role has; what is not listed here is not in anybody's menu.

The API decides what a role may do. This table only keeps people from pages that would refuse them.
"""

from __future__ import annotations

QUEUE, TICKET, INBOX, CHATS = "queue", "ticket", "inbox", "chats"
OVERVIEW, KNOWLEDGE, SYSTEM = "overview", "knowledge", "system"
ACCOUNTS, CITY, AUDIT = "accounts", "city", "audit"
GROUPS, ALARMS, PERFORMANCE, MODEL = "groups", "alarms", "performance", "model"
ENTRIES, GAPS, DUE = "entries", "gaps", "due"
BEHIND, UPKEEP, WALL = "behind", "upkeep", "wall"
BRIEFS = "briefs"
STEERING = (GROUPS, ALARMS, PERFORMANCE, MODEL, UPKEEP)
EDITING = (ENTRIES, GAPS, DUE)

PAGES: dict[str, tuple[str, ...]] = {
    "agent": (QUEUE, TICKET, CHATS, KNOWLEDGE),
    "dispatcher": (QUEUE, TICKET, CHATS, OVERVIEW, *STEERING, BEHIND, WALL, KNOWLEDGE),
    "unit_handler": (INBOX, TICKET, KNOWLEDGE, ENTRIES, DUE),
    "knowledge_editor": (KNOWLEDGE, *EDITING),
    "manager": (
        *(OVERVIEW, *STEERING, BRIEFS, BEHIND, WALL, QUEUE, TICKET, CHATS),
        *(KNOWLEDGE, *EDITING, SYSTEM),
    ),
    "auditor": (
        *(OVERVIEW, *STEERING, BRIEFS, BEHIND, WALL, QUEUE, TICKET, KNOWLEDGE, ENTRIES),
        *(AUDIT, ACCOUNTS, CITY, SYSTEM),
    ),
    "admin": (
        *(SYSTEM, ACCOUNTS, CITY, AUDIT),
        *(OVERVIEW, PERFORMANCE, MODEL, UPKEEP, BRIEFS, WALL, KNOWLEDGE),
    ),
}
"""Pages by role; the first is where they start."""

MAY_WRITE_ENTRIES = frozenset({"knowledge_editor", "unit_handler"})
MAY_DISMISS_GAPS = frozenset({"knowledge_editor"})
MAY_SUGGEST = frozenset({"agent", "dispatcher", "manager"})
MAY_MAKE_BRIEFS = frozenset({"manager", "admin"})
MAY_TURN_AUTO = frozenset({"manager", "admin"})
MAY_TAKE_CHATS = frozenset({"agent", "dispatcher"})
MAY_CHANGE_ACCOUNTS = frozenset({"admin"})
MAY_EDIT_CITY = frozenset({"admin"})
MAY_DISPATCH = frozenset({"dispatcher", "manager"})


def pages_of(role: str) -> tuple[str, ...]:
    """Return the pages of a role; an unknown role gets the knowledge page alone."""
    return PAGES.get(role, (KNOWLEDGE,))
