"""The pages of the desk and the menu of each role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import (
    admin_texts,
    brief_texts,
    knowledge_texts,
    quality_texts,
    steering_texts,
    texts,
)
from dashboard.roles import (
    ACCOUNTS,
    ALARMS,
    AUDIT,
    BEHIND,
    BRIEFS,
    CALLBACKS,
    CHATS,
    CITY,
    COMPARISON,
    DUE,
    ENTRIES,
    GAPS,
    GROUPS,
    INBOX,
    KNOWLEDGE,
    MODEL,
    OVERVIEW,
    PERFORMANCE,
    QUEUE,
    RATINGS,
    SYSTEM,
    TICKET,
    UPKEEP,
    WALL,
    pages_of,
)
from dashboard.views import (
    accounts,
    alarms,
    audit,
    behind,
    briefs,
    callbacks,
    chats,
    city,
    comparison,
    due,
    entries,
    gaps,
    groups,
    inbox,
    knowledge,
    model,
    overview,
    performance,
    queue,
    ratings,
    system,
    ticket,
    upkeep,
    wall,
)

PAGES: dict[str, tuple[Callable[[], None], str, str]] = {
    QUEUE: (queue.show, texts.PAGE_QUEUE, ":material/inbox:"),
    TICKET: (ticket.show, texts.PAGE_TICKET, ":material/description:"),
    INBOX: (inbox.show, texts.PAGE_INBOX, ":material/move_to_inbox:"),
    CHATS: (chats.show, texts.PAGE_CHATS, ":material/forum:"),
    OVERVIEW: (overview.show, texts.PAGE_OVERVIEW, ":material/monitoring:"),
    KNOWLEDGE: (knowledge.show, texts.PAGE_KNOWLEDGE, ":material/menu_book:"),
    ENTRIES: (entries.show, knowledge_texts.PAGE_ENTRIES, ":material/library_books:"),
    GAPS: (gaps.show, knowledge_texts.PAGE_GAPS, ":material/contact_support:"),
    DUE: (due.show, knowledge_texts.PAGE_UPKEEP, ":material/event_busy:"),
    GROUPS: (groups.show, steering_texts.PAGE_GROUPS, ":material/hub:"),
    ALARMS: (alarms.show, steering_texts.PAGE_ALARMS, ":material/notifications_active:"),
    PERFORMANCE: (performance.show, steering_texts.PAGE_PERFORMANCE, ":material/speed:"),
    MODEL: (model.show, steering_texts.PAGE_MODEL, ":material/tune:"),
    UPKEEP: (upkeep.show, steering_texts.PAGE_UPKEEP, ":material/auto_stories:"),
    COMPARISON: (comparison.show, quality_texts.PAGE_COMPARISON, ":material/balance:"),
    CALLBACKS: (callbacks.show, quality_texts.PAGE_CALLBACKS, ":material/phone_callback:"),
    RATINGS: (ratings.show, quality_texts.PAGE_RATINGS, ":material/thumbs_up_down:"),
    BRIEFS: (briefs.show, brief_texts.PAGE_BRIEFS, ":material/summarize:"),
    BEHIND: (behind.show, steering_texts.PAGE_BEHIND, ":material/list_alt:"),
    WALL: (wall.show, steering_texts.PAGE_WALL, ":material/tv:"),
    ACCOUNTS: (accounts.show, admin_texts.PAGE_ACCOUNTS, ":material/manage_accounts:"),
    CITY: (city.show, admin_texts.PAGE_CITY, ":material/account_tree:"),
    AUDIT: (audit.show, admin_texts.PAGE_AUDIT, ":material/fact_check:"),
    SYSTEM: (system.show, texts.PAGE_SYSTEM, ":material/settings_heart:"),
}


ASIDE = frozenset({BEHIND, WALL})
"""Pages one reaches from another page, not from the menu."""


def doors(show: Callable[[], None]) -> list[Any]:
    """Return every address of the desk leading to the sign-in, so that a link survives it."""
    made = [st.Page(show, title=texts.SIGN_IN, url_path="sign-in", default=True)]
    return made + [st.Page(show, title=texts.SIGN_IN, url_path=name) for name in PAGES]


def _not_yours() -> None:
    st.warning(texts.NOT_YOUR_PAGE, icon=":material/lock:")


def menu(role: str) -> list[Any]:
    """Return the role's pages in order, the first its home; the others stay out of the menu."""
    made = {}
    for position, name in enumerate(pages_of(role)):
        show, title, icon = PAGES[name]
        home = position == 0
        path = f"{name}-home" if home else name
        made[name] = st.Page(
            show,
            title=title,
            icon=icon,
            url_path=path,
            default=home,
            visibility="hidden" if name in ASIDE else "visible",
        )
    st.session_state["pages"] = made
    # The home page lies at the root; a link that names it must arrive there too.
    first = next(iter(made))
    others = [st.Page(PAGES[first][0], title=PAGES[first][1], url_path=first, visibility="hidden")]
    others += [
        st.Page(_not_yours, title=title, url_path=name, visibility="hidden")
        for name, (_, title, _) in PAGES.items()
        if name not in made
    ]
    return [*made.values(), *others]
