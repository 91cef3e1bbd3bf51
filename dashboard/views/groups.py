"""集中诉求: groups in a list, one opened with its history, and what people may do with it."""

from __future__ import annotations

import math
from html import escape

import pandas as pd
import streamlit as st

from dashboard import frame, steering, texts
from dashboard import steering_charts as charts
from dashboard import steering_texts as own
from dashboard.client import Refused
from dashboard.moments import day, moment, now
from dashboard.navigate import can_go, open_ticket
from dashboard.panel import exports, panel
from dashboard.roles import GROUPS, MAY_DISPATCH, TICKET
from dashboard.sign_in import current_user
from dashboard.steering_shapes import Group, GroupDetail, GroupPage

SIZE = 20


def show() -> None:
    """Filters in the address; the list on the left, the chosen group on the right."""
    frame.head(own.PAGE_GROUPS, own.GROUPS_LEAD)
    frame.show_told()
    page = steering.groups(**_filters(), size=SIZE)
    if not page.items:
        st.info(own.GROUPS_NONE, icon=":material/hourglass_empty:")
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        _list(page)
    with right:
        name = st.query_params.get("group")
        if name:
            _opened(steering.group(name), page.items)
        elif page.items:
            st.caption(own.GROUP_PICK)


def _filters() -> dict[str, str | int | None]:
    columns = st.container(key="filters").columns(
        [1, 1, 1, 1.6, 1, 1.1], vertical_alignment="bottom"
    )
    known = frame.reference()
    with columns[0]:
        state = st.selectbox(
            own.GROUP_STATE, list(own.GROUP_STATES), format_func=own.GROUP_STATES.__getitem__,
            key="group_state", bind="query-params",
        )  # fmt: skip
    with columns[1]:
        order = st.selectbox(
            own.GROUP_ORDER, list(own.GROUP_ORDERS), format_func=own.GROUP_ORDERS.__getitem__,
            key="group_order", bind="query-params",
        )  # fmt: skip
    with columns[2]:
        district = st.selectbox(
            texts.FILTER_DISTRICT, known.districts, index=None, placeholder=texts.ALL,
            key="district", bind="query-params",
        )  # fmt: skip
    with columns[3]:
        words = st.text_input(
            own.GROUP_WORDS, key="group_words", bind="query-params", icon=":material/search:"
        )
    with columns[4]:
        followed = st.checkbox(own.GROUP_FOLLOWED, key="followed", bind="query-params")
    with columns[5]:
        recurred = st.checkbox(own.GROUP_RECURRED_ONLY, key="recurred", bind="query-params")
    return {
        "state": state,
        "order": order,
        "district": district,
        "words": words,
        "followed": "true" if followed else None,
        "recurred": "true" if recurred else None,
        "page": _page_number(),
    }


def _page_number() -> int:
    value = str(st.session_state.get("group_page") or st.query_params.get("group_page") or 1)
    return int(value) if value.isdigit() and int(value) else 1


def _list(page: GroupPage) -> None:
    names = own.GROUP_COLUMNS
    table = pd.DataFrame(
        [
            {
                names["title"]: one.title,
                names["district"]: one.district,
                names["tickets"]: one.tickets,
                names["people"]: one.people,
                names["weekly"]: one.weekly,
                names["heat"]: one.heat,
                names["recurred"]: one.recurred,
                names["last_at"]: moment(one.last_at),
            }
            for one in page.items
        ],
        columns=list(names.values()),
    )
    if page.items:
        chosen = st.dataframe(
            table,
            hide_index=True,
            height="content",
            column_order=[names[name] for name in names if name not in ("district", "last_at")],
            on_select="rerun",
            selection_mode="single-row",
            key="group_table",
            column_config={
                names["title"]: st.column_config.TextColumn(width=230),
                names["tickets"]: st.column_config.NumberColumn(format="%d"),
                names["weekly"]: st.column_config.BarChartColumn(y_min=0, width=90),
                names["heat"]: st.column_config.NumberColumn(format="%.1f"),
            },
            alt=f"{own.PAGE_GROUPS}，{page.total} 组",
        )
        rows = chosen.selection.rows
        if rows and st.query_params.get("group") != page.items[rows[0]].id:
            st.query_params["group"] = page.items[rows[0]].id
            st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if page.as_of:
            st.caption(own.GROUP_AS_OF.format(at=moment(page.as_of)), width="content")
        if page.total > SIZE:
            st.pagination(math.ceil(page.total / SIZE), key="group_page", bind="query-params")
        st.space("stretch")
        if page.items:
            exports(table.drop(columns=names["weekly"]), own.PAGE_GROUPS, "groups")


def _opened(group: GroupDetail, listed: list[Group]) -> None:
    st.subheader(group.title, anchor=False)
    span = own.GROUP_SPAN.format(first=day(group.first_at.date()), last=day(group.last_at.date()))
    facts = {
        own.GROUP_STATE: own.GROUP_STATES.get(group.state, group.state),
        own.GROUP_COLUMNS["tickets"]: f"{group.tickets} 件 · {group.people} 人",
        texts.OVERVIEW_DAYS: span,
        texts.CHANGE_CATEGORY: group.category.split("/")[-1],
        own.GROUP_UNITS: "、".join(f"{one.name} {one.count}" for one in group.units[:3]),
        own.GROUP_STANDING: "、".join(f"{one.name} {one.count}" for one in group.states),
    }
    cells = "".join(
        f"<div><span>{escape(name)}</span><b>{escape(value or '—')}</b></div>"
        for name, value in facts.items()
    )
    st.html(f'<div class="facts">{cells}</div>')
    user = current_user()
    if user is not None and user.role in MAY_DISPATCH and group.state == "active":
        _steps(group, listed)
    at = moment(now())
    table = pd.DataFrame({"周": range(1, len(group.weekly) + 1), "件数": group.weekly})
    panel(own.GROUP_WEEKLY, own.GROUP_WEEKLY_DEFINITION, at, table, "weekly", own.SOURCE_ANALYTICS)
    st.echarts_chart(
        charts.weekly(group.weekly), height=150, key="chart_weekly",
        alt=f"{own.GROUP_WEEKLY}柱形图：{'、'.join(map(str, group.weekly))}",
    )  # fmt: skip
    panel(own.GROUP_WHY, group.heat_formula, at, source=own.SOURCE_ANALYTICS)
    words = "".join(f"<span>{escape(word)}</span>" for word in group.shared_words[:10])
    st.html(
        f'<p class="why">{escape(group.why)}</p><div class="words">{words}</div>'
        f'<p class="note">{escape(own.GROUP_HEAT)}：{escape(group.heat_shown)}</p>'
    )
    story, said, tickets = st.tabs(
        [own.GROUP_STORY, own.GROUP_MESSAGES, f"{own.GROUP_TICKETS} {group.tickets}"]
    )
    with story:
        lines = "".join(
            f"<li>{escape(one.text)}<small>{escape(moment(one.at))}"
            f"{escape('' if one.actor == 'machine' else ' · ' + one.actor)}</small></li>"
            for one in group.events
        )
        st.html(f'<ul class="story">{lines}</ul>')
    with said:
        for one in group.messages:
            st.html(f'<div class="plea">{escape(one.text)}</div>')
            st.caption(f"{one.number} · {moment(one.at)}")
    with tickets:
        _tickets(group)


def _tickets(group: GroupDetail) -> None:
    table = pd.DataFrame(
        [
            {
                texts.COLUMN_NUMBER: row.number,
                texts.COLUMN_RECEIVED: moment(row.created_at),
                texts.COLUMN_WHAT: row.title,
                texts.FILTER_STATUS: row.status,
                texts.COLUMN_UNIT: row.unit.name if row.unit else texts.NO_UNIT,
            }
            for row in group.items
        ]
    )
    chosen = st.dataframe(
        table, hide_index=True, on_select="rerun", selection_mode="single-row",
        key=f"tickets_{group.id}", alt=own.GROUP_TICKETS,
    )  # fmt: skip
    exports(table, own.GROUP_TICKETS, "group_tickets")
    if chosen.selection.rows and can_go(TICKET):
        number = group.items[chosen.selection.rows[0]].number
        open_ticket(number, GROUPS, [row.number for row in group.items])


def _steps(group: GroupDetail, listed: list[Group]) -> None:
    with st.container(horizontal=True, gap="small"):
        word = own.GROUP_UNFOLLOW if group.followed else own.GROUP_FOLLOW
        if st.button(word, key="follow", icon=":material/bookmark:"):
            _take(group.id, "follow", on=not group.followed)
        with st.popover(own.GROUP_RENAME, icon=":material/edit:"):
            title = st.text_input(own.GROUP_RENAME_TO, group.title, key="new_title", max_chars=80)
            if st.button(own.GROUP_RENAME, key="rename", type="primary") and title.strip():
                _take(group.id, "rename", title=title.strip())
        with st.popover(own.GROUP_MERGE, icon=":material/merge:"):
            others = {one.id: one.title for one in listed if one.id != group.id}
            chosen = st.multiselect(
                own.GROUP_MERGE_WHAT, list(others), format_func=others.__getitem__, key="merged"
            )
            if st.button(own.GROUP_MERGE_GO, key="merge", type="primary") and chosen:
                _take(group.id, "merge", groups=chosen)
        with st.popover(own.GROUP_SPLIT, icon=":material/call_split:"):
            numbers = {row.number: f"{row.number} {row.title}" for row in group.items}
            out = st.multiselect(
                own.GROUP_SPLIT_WHAT, list(numbers), format_func=numbers.__getitem__, key="out"
            )
            if st.button(own.GROUP_SPLIT_GO, key="split", type="primary") and out:
                _take(group.id, "split", tickets=out)


def _take(name: str, step: str, **values: object) -> None:
    try:
        changed = steering.change_group(name, step, **values)
    except Refused as error:
        st.error(error.message)
        return
    frame.tell(own.GROUP_DONE[step])
    st.query_params["group"] = changed.id
    st.rerun()
