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
COMPARISON, CALLBACKS, RATINGS = "comparison", "callbacks", "ratings"
STEERING = (GROUPS, ALARMS, PERFORMANCE, MODEL, UPKEEP)
QUALITY = (COMPARISON, CALLBACKS, RATINGS)
EDITING = (ENTRIES, GAPS, DUE)

PAGES: dict[str, tuple[str, ...]] = {
    "agent": (QUEUE, TICKET, CHATS, CALLBACKS, KNOWLEDGE),
    "dispatcher": (
        *(QUEUE, TICKET, CHATS, CALLBACKS, OVERVIEW, *STEERING, RATINGS, BEHIND, WALL),
        KNOWLEDGE,
    ),
    "unit_handler": (INBOX, TICKET, RATINGS, KNOWLEDGE, ENTRIES, DUE),
    "knowledge_editor": (KNOWLEDGE, *EDITING),
    "manager": (
        *(OVERVIEW, *STEERING, *QUALITY, BRIEFS, BEHIND, WALL, QUEUE, TICKET, CHATS),
        *(KNOWLEDGE, *EDITING, SYSTEM),
    ),
    "auditor": (
        *(OVERVIEW, *STEERING, *QUALITY, BRIEFS, BEHIND, WALL, QUEUE, TICKET, KNOWLEDGE, ENTRIES),
        *(AUDIT, ACCOUNTS, CITY, SYSTEM),
    ),
    "admin": (
        *(SYSTEM, ACCOUNTS, CITY, AUDIT),
        *(OVERVIEW, PERFORMANCE, MODEL, UPKEEP, *QUALITY, BRIEFS, WALL, KNOWLEDGE),
    ),
}
"""Pages by role; the first is where they start."""

MAY_WRITE_ENTRIES = frozenset({"knowledge_editor", "unit_handler"})
MAY_DISMISS_GAPS = frozenset({"knowledge_editor"})
MAY_SUGGEST = frozenset({"agent", "dispatcher", "manager"})
MAY_MAKE_BRIEFS = frozenset({"manager", "admin"})
MAY_READ_RATINGS = frozenset({"dispatcher", "manager", "auditor", "admin"})
MAY_TURN_AUTO = frozenset({"manager", "admin"})
MAY_TAKE_CHATS = frozenset({"agent", "dispatcher"})
MAY_CHANGE_ACCOUNTS = frozenset({"admin"})
MAY_EDIT_CITY = frozenset({"admin"})
MAY_DISPATCH = frozenset({"dispatcher", "manager"})
IMPROVEMENT_STEPS = {
    "unit_handler": frozenset({"plan", "finish"}),
    "manager": frozenset({"plan", "finish", "close", "again"}),
}
"""Which steps of an improvement item a role may take."""


def pages_of(role: str) -> tuple[str, ...]:
    """Return the pages of a role; an unknown role gets the knowledge page alone."""
    return PAGES.get(role, (KNOWLEDGE,))
