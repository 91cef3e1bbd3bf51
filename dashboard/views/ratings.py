"""好差评: what people say when they rate, and what is improved because of it."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from dashboard import frame, quality, texts
from dashboard import quality_texts as own
from dashboard.improvements import show_improvements
from dashboard.moments import moment, now
from dashboard.navigate import can_go
from dashboard.panel import panel
from dashboard.quality_shapes import RatingBoard, RatingWords
from dashboard.roles import MAY_READ_RATINGS, TICKET
from dashboard.sign_in import current_user

EXAMPLES = 3


def show() -> None:
    """Improvement items first, because they wait for somebody; ratings for those who may."""
    user = current_user()
    if user is None or user.role not in MAY_READ_RATINGS:
        frame.head(own.PAGE_RATINGS, own.RATINGS_LEAD_UNIT)
        frame.show_told()
        show_improvements()
        return
    frame.head(own.PAGE_RATINGS, own.RATINGS_LEAD)
    frame.show_told()
    first, second = st.tabs([own.IMPROVEMENTS_HEAD, own.TAB_RATINGS])
    with first:
        show_improvements()
    with second:
        _ratings()


def _ratings() -> None:
    known = frame.reference()
    user = current_user()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        days = st.segmented_control(
            own.DAYS, list(own.DAY_CHOICES), default=30, required=True,
            format_func=own.DAY_CHOICES.__getitem__, key="rating_days", bind="query-params",
        )  # fmt: skip
        district = None
        if user is None or user.scope not in known.districts:
            district = st.selectbox(
                own.DISTRICT, known.districts, index=None, placeholder=texts.ALL,
                key="in_district", bind="query-params", width=170,
            )  # fmt: skip
        low = st.toggle(own.LOW_ONLY, value=True, key="rating_low")
    board = quality.ratings(int(days or 30), district, low)
    if not board.groups and not board.singles:
        st.info(own.RATINGS_NONE, icon=":material/sentiment_satisfied:")
        return
    at = moment(now())
    left, right = st.columns(2, gap="large")
    with left:
        _groups(board, at)
    with right:
        table = rating_table([("", one) for one in board.singles])
        panel(
            own.RATING_SINGLES, own.RATING_SINGLES_DEFINITION, at, table, "rating_singles",
            own.SOURCE_RATINGS,
        )  # fmt: skip
        if not board.singles:
            st.caption(own.RATING_SINGLES_NONE)
        st.html("".join(_line(one) for one in board.singles))


def rating_table(ratings: list[tuple[str, RatingWords]]) -> pd.DataFrame:
    """Return ratings, each with the title of its group, as a table."""
    names = own.RATING_COLUMNS
    return pd.DataFrame(
        [
            {
                names["group"]: group,
                names["number"]: one.number,
                names["score"]: one.score,
                names["words"]: one.words,
                names["at"]: moment(one.at),
                names["unit"]: one.unit,
                names["category"]: one.category,
            }
            for group, one in ratings
        ]
    )


def _groups(board: RatingBoard, at: str) -> None:
    table = rating_table([(group.title, one) for group in board.groups for one in group.ratings])
    panel(
        own.RATING_GROUPS, own.RATING_GROUPS_DEFINITION, at, table, "rating_groups",
        own.SOURCE_RATINGS,
    )  # fmt: skip
    if not board.groups:
        st.caption(own.RATING_GROUPS_NONE)
    for group in board.groups:
        line = own.RATING_GROUP_LINE.format(
            count=group.count, mean=f"{group.mean:.1f}", units=_together(group.units)
        )
        with st.container(border=True, gap="xsmall"):
            st.html(f"<b>{escape(group.title)}</b>")
            st.caption(line)
            st.html("".join(_line(one) for one in group.ratings[:EXAMPLES]))


def _together(units: list[str]) -> str:
    named = "、".join(units[:EXAMPLES])
    return named + own.AND_MORE_UNITS.format(n=len(units)) * (len(units) > EXAMPLES)


def _line(one: RatingWords) -> str:
    stars = "★" * one.score + "☆" * (5 - one.score)
    category = one.category.split("/")[-1]
    about = own.RATING_LINE.format(at=moment(one.at), unit=one.unit, category=category)
    number = escape(one.number)
    link = f'<a href="ticket?no={number}" target="_self">{number}</a>' if can_go(TICKET) else number
    return (
        f'<div class="clause"><span class="n">{stars}</span>{escape(one.words)}'
        f"<br><small>{link} · {escape(about)}</small></div>"
    )
