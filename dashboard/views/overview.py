"""态势: today against usual, then a period by day, place, matter, channel and hour."""

from __future__ import annotations

import streamlit as st

from dashboard import frame, steering, texts
from dashboard import steering_texts as own
from dashboard.moments import span_of_days
from dashboard.navigate import can_go, go
from dashboard.period import show_period
from dashboard.roles import BRIEFS, WALL
from dashboard.sign_in import current_user, desk_client
from dashboard.today import show_today

USUAL_DAYS = 30


def show() -> None:
    """Filters in the address; every figure leads to its tickets."""
    head = st.container()
    days, district, category = _choices()
    now = steering.situation(district)
    told = desk_client().overview(days, district, category)
    with head:
        period = span_of_days(told.period.first, told.period.last)
        lead = texts.OVERVIEW_LEAD.format(period=period, days=days)
        frame.head(texts.PAGE_OVERVIEW, lead, demo=told.demo or now.demo or None)
    if category is None:
        show_today(now, district)
    show_period(told, district, category)


def _choices() -> tuple[int, str | None, str | None]:
    known = frame.reference()
    user = current_user()
    levels = list(dict.fromkeys(item.name.split("/")[0] for item in known.categories))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="choices"):
        days = st.segmented_control(
            texts.OVERVIEW_DAYS,
            list(texts.OVERVIEW_DAY_CHOICES),
            default=USUAL_DAYS,
            required=True,
            format_func=texts.OVERVIEW_DAY_CHOICES.__getitem__,
            key="days",
            bind="query-params",
        )
        district = None
        if user is None or user.scope not in known.districts:
            district = st.selectbox(
                texts.OVERVIEW_DISTRICT,
                known.districts,
                index=None,
                placeholder=texts.ALL,
                key="in_district",
                bind="query-params",
                width=170,
            )
        category = st.selectbox(
            texts.FILTER_CATEGORY,
            [*levels, *(item.name for item in known.categories)],
            index=None,
            placeholder=texts.ALL,
            key="in_category",
            bind="query-params",
            width=260,
        )
        st.space("stretch")
        if can_go(BRIEFS) and st.button(own.GO_BRIEF, key="to_brief", icon=":material/summarize:"):
            go(BRIEFS)
        if can_go(WALL) and st.button(own.GO_WALL, key="to_wall", icon=":material/tv:"):
            go(WALL, **({"in_district": district} if district else {}))
    return int(days or USUAL_DAYS), district, category
