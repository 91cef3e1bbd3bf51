"""Deciding whose ticket it is: accept with one key, or change with a reason."""

from __future__ import annotations

import streamlit as st

from dashboard import frame, texts
from dashboard.moments import percent
from dashboard.shapes import TicketDetail
from dashboard.steps import submit

# Keyboard users go on where the form has opened; Streamlit itself cannot set the focus, and may
# draw the form only after it has run this.
FOCUS = """<script>
const patience = Date.now() + 10000;
(function focus() {
  const first = document.querySelector('.st-key-change_unit input');
  const reason = document.querySelector('.st-key-change_reason input');
  if (first && reason) (first.value ? reason : first).focus();
  else if (Date.now() < patience) setTimeout(focus, 50);
})();
</script>"""


def show_decision(ticket: TicketDetail) -> bool:
    """Offer accepting and changing; return True when the ticket was dispatched in this run."""
    suggestion = ticket.suggestion
    unit = suggestion.unit if suggestion else None
    accepted = False
    if unit is not None and suggestion is not None and not ticket.final_review:
        accepted = st.button(
            texts.ACCEPT.format(unit=unit.name),
            type="primary",
            key="accept",
            shortcut="a",
            icon=":material/send:",
            width="stretch",
            wrap=True,
        )
        if accepted:
            category = suggestion.categories[0].name if suggestion.categories else None
            return submit(
                ticket,
                "dispatch",
                done=texts.ACCEPT_NEXT.format(unit=unit.name),
                unit_code=unit.code,
                co_units=[other.code for other in suggestion.co_units],
                category=None if category == ticket.category else category,
            )
    return _change(ticket, open_at_once=unit is None or ticket.final_review)


def _change(ticket: TicketDetail, open_at_once: bool) -> bool:
    if ticket.final_review:
        st.warning(texts.CHANGE_FINAL.format(n=ticket.bounces), icon=":material/gavel:")
    if not open_at_once:
        with st.container(gap="xxsmall"):
            _alternatives(ticket)
        st.button(
            texts.CHANGE,
            key="change",
            shortcut="e",
            icon=":material/alt_route:",
            width="stretch",
            on_click=_open_change,
            args=(ticket.number, None),
        )
    if not open_at_once and st.session_state.get("changing") != ticket.number:
        return False
    if not open_at_once and st.session_state.pop("focus_change", False):
        st.html(FOCUS, unsafe_allow_javascript=True)
    return _change_form(ticket)


def _alternatives(ticket: TicketDetail) -> None:
    """One key each for the next likely units; the reason is still asked for."""
    others = ticket.suggestion.alternatives[:3] if ticket.suggestion else []
    for position, other in enumerate(others, start=1):
        st.button(
            texts.ALTERNATIVE.format(unit=other.name, share=percent(other.probability)),
            key=f"alternative_{position}",
            shortcut=str(position),
            type="tertiary",
            on_click=_open_change,
            args=(ticket.number, other.code),
        )


def _open_change(number: str, unit: str | None) -> None:
    st.session_state["changing"] = number
    st.session_state["focus_change"] = True
    if unit:
        st.session_state["change_unit"] = unit


def _change_form(ticket: TicketDetail) -> bool:
    known = frame.reference()
    units = {unit.code: unit.name for unit in known.units}
    definitions = {item.name: item.definition for item in known.categories}
    suggestion = ticket.suggestion
    suggested = suggestion.unit.code if suggestion and suggestion.unit else None
    with st.form(f"change_{ticket.number}", border=False):
        unit = st.selectbox(
            texts.CHANGE_UNIT,
            _nearest_first(list(units), ticket, {u.code: u.area for u in known.units}),
            index=None,
            format_func=units.__getitem__,
            placeholder=texts.REASON_CHOOSE,
            key="change_unit",
        )
        co_units = st.multiselect(
            texts.CHANGE_CO_UNITS,
            list(units),
            default=[other.code for other in suggestion.co_units if other.code in units]
            if suggestion
            else [],
            format_func=units.__getitem__,
            placeholder=texts.REASON_CHOOSE,
            key="change_co_units",
            max_selections=8,
        )
        category = st.selectbox(
            texts.CHANGE_CATEGORY,
            list(definitions),
            index=list(definitions).index(ticket.category)
            if ticket.category in definitions
            else None,
            placeholder=texts.REASON_CHOOSE,
            key="change_category",
        )
        reason = st.selectbox(
            texts.CHANGE_WHY,
            known.reasons.get("change", []),
            index=None,
            placeholder=texts.REASON_CHOOSE,
            help=texts.CHANGE_NEEDS_WHY,
            accept_new_options=True,
            key="change_reason",
        )
        pressed = st.form_submit_button(
            texts.CHANGE_GO, key="change_go", icon=":material/send:", shortcut="ctrl+enter"
        )
    if not pressed:
        return False
    changed = suggested is not None and (unit != suggested or category != ticket.category)
    if not unit:
        st.error(texts.CHANGE_NEEDS_UNIT)
    elif (changed or ticket.final_review) and not reason:
        st.error(texts.CHANGE_NEEDS_WHY)
    else:
        return submit(
            ticket,
            "dispatch",
            done=texts.ACCEPT_NEXT.format(unit=units[unit]),
            unit_code=unit,
            co_units=[code for code in co_units if code != unit],
            category=None if category == ticket.category else category,
            reason=reason,
        )
    return False


def _nearest_first(codes: list[str], ticket: TicketDetail, areas: dict[str, str]) -> list[str]:
    """Suggested and alternative units first, then those of the ticket's district, then the rest."""
    suggestion = ticket.suggestion
    likely = [other.code for other in suggestion.alternatives] if suggestion else []
    if suggestion and suggestion.unit:
        likely.insert(0, suggestion.unit.code)
    district = ticket.district or ""

    def rank(code: str) -> tuple[int, int]:
        if code in likely:
            return 0, likely.index(code)
        return (1, 0) if district and areas[code].startswith(district) else (2, 0)

    return sorted(codes, key=rank)
