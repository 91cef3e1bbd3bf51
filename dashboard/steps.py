"""Taking a step, and what happens when somebody else was faster."""

from __future__ import annotations

import streamlit as st

from dashboard import frame, texts
from dashboard.client import Conflict, Refused
from dashboard.moments import moment
from dashboard.shapes import TicketDetail
from dashboard.sign_in import desk_client


def submit(ticket: TicketDetail, step: str, done: str = "", **values: object) -> bool:
    """Take a step on the version the person last saw; return True when it was taken.

    Streamlit runs the page anew on a click, so ``ticket`` may be newer than what was on the screen.
    A conflict is explained from the ticket's newest history, and the page then shows the ticket
    as it now is.
    """
    version = seen_version(ticket.number) or ticket.version
    try:
        desk_client().take_step(ticket.number, step, version, **values)
    except Conflict as error:
        explain_conflict(ticket.number, version, error)
        st.rerun()
    except Refused as error:
        st.error(error.message, icon=":material/error:")
        return False
    frame.tell(done or texts.STEPS_DONE.get(step, texts.STEPS.get(step, step)))
    return True


def seen_version(number: str) -> int | None:
    """Return the version that was on the screen before this run."""
    seen: tuple[str, int] | None = st.session_state.get("seen")
    return seen[1] if seen and seen[0] == number else None


def note_seen(ticket: TicketDetail) -> None:
    """Remember what is on the screen now; called when the page is complete."""
    st.session_state["seen"] = (ticket.number, ticket.version)


def explain_conflict(number: str, version: int, error: Conflict) -> None:
    """Say who did what meanwhile."""
    try:
        fresh = desk_client().ticket(number)
    except Refused:
        # Another unit may have it now: then this person no longer sees it.
        frame.tell(f"{texts.CONFLICT}{error.message}", "failed")
        return
    if fresh.version == version:
        frame.tell(error.message, "failed")
        return
    who = last_change(fresh)
    now = texts.CONFLICT_NOW.format(status=fresh.status)
    frame.tell(f"{texts.CONFLICT}{who}。{now}", "failed")


def last_change(ticket: TicketDetail) -> str:
    """Return who did what last, in one line."""
    if not ticket.history:
        return ""
    last = ticket.history[-1]
    actor = f"{texts.ROLES.get(last.role, last.role)} {last.actor}"
    return texts.CONFLICT_WHO.format(actor=actor, at=moment(last.at), text=last.text)
