"""周报月报: made with one button, kept, and handed out as files."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import brief_texts as own
from dashboard import frame
from dashboard.brief_shapes import Brief, BriefPage, BriefSummary
from dashboard.client import Refused
from dashboard.moments import moment, now
from dashboard.roles import MAY_MAKE_BRIEFS
from dashboard.sign_in import current_user, desk_client

SHOWN = 12


def show() -> None:
    """The button for those who may, then the newest brief, then the earlier ones."""
    frame.head(own.PAGE_BRIEFS, own.LEAD)
    frame.show_told()
    user = current_user()
    if user is not None and user.role in MAY_MAKE_BRIEFS:
        _make()
    page = desk_client().read(BriefPage, "/v1/briefs", size=SHOWN)
    if not page.items:
        st.info(own.EMPTY, icon=":material/draft:")
        return
    wanted = st.query_params.get("brief")
    first = next((one for one in page.items if str(one.id) == wanted), page.items[0])
    _brief(desk_client().read(Brief, f"/v1/briefs/{first.id}"))
    others = [one for one in page.items if one.id != first.id]
    if others:
        st.subheader(own.KEPT, anchor=False)
        for one in others:
            _line(one)


def _make() -> None:
    yesterday = now().date() - timedelta(days=1)
    with (
        st.form("make_brief", border=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        period = st.segmented_control(
            own.PERIOD, list(own.PERIODS), default="week", required=True, key="brief_period",
            format_func=own.PERIODS.__getitem__,
        )  # fmt: skip
        until = st.date_input(
            own.UNTIL, value=yesterday, max_value=yesterday, key="brief_until", help=own.UNTIL_HELP
        )
        pressed = st.form_submit_button(own.MAKE, type="primary", icon=":material/edit_document:")
    if not pressed:
        return
    last = until.isoformat() if isinstance(until, date) else None
    try:
        with st.spinner(own.MAKING):
            made = desk_client().act(Brief, "/v1/briefs", period=period, until=last)
    except Refused as error:
        st.error(error.message)
        return
    st.query_params["brief"] = str(made.id)
    st.success(own.MADE.format(title=made.title, number=made.number))


def _brief(brief: Brief) -> None:
    with st.container(border=True):
        _line(brief)
        st.markdown("".join(brief.summary))
        if brief.advice:
            st.markdown(f"**{own.ADVICE}**")
            for at, one in enumerate(brief.advice, 1):
                st.markdown(f"{at}. {one.text}  \n:gray[{own.REASON.format(reason=one.reason)}]")
        with st.expander(own.FIGURES):
            table = pd.DataFrame([one.model_dump() for one in brief.figures])
            if len(table):
                st.dataframe(table.rename(columns=own.COLUMNS), hide_index=True, alt=own.FIGURES)


def _line(one: BriefSummary) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{one.title}** {one.number}", width="stretch")
        st.caption(own.MADE_BY.format(at=moment(one.made_at), who=one.made_by), width="content")
        client = desk_client()
        for form, (name, icon, kind) in own.FORMS.items():
            st.download_button(
                name,
                # Set only when it is asked for.
                data=partial(client.file, f"/v1/briefs/{one.id}/file", form=form),
                file_name=f"brief-{one.period}-{one.last}.{form}",
                mime=kind,
                icon=icon,
                key=f"brief_{one.id}_{form}",
                on_click="ignore",
            )
