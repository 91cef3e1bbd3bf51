"""Taking a step, and what happens when somebody else was faster."""

from __future__ import annotations

import streamlit as st

from dashboard import frame, texts
from dashboard.client import Conflict, Refused
from dashboard.moments import moment
from dashboard.shapes import TicketDetail
from dashboard.sign_in import desk_client


def submit(ticket: TicketDetail, step: str, done: str = "", **values: object) -> bool:
    """Take a step on the version shown; return True when it was taken.

    A conflict is explained from the ticket's newest history, and the page then shows the ticket
    as it now is.
    """
    try:
        desk_client().take_step(ticket.number, step, ticket.version, **values)
    except Conflict as error:
        explain_conflict(ticket, error)
        st.rerun()
    except Refused as error:
        st.error(error.message, icon=":material/error:")
        return False
    frame.tell(done or texts.STEPS_DONE.get(step, texts.STEPS.get(step, step)))
    return True


def explain_conflict(ticket: TicketDetail, error: Conflict) -> None:
    """Say who did what meanwhile."""
    try:
        fresh = desk_client().ticket(ticket.number)
    except Refused:
        # Another unit may have it now: then this person no longer sees it.
        frame.tell(f"{texts.CONFLICT}{error.message}", "failed")
        return
    if fresh.version == ticket.version:
        frame.tell(error.message, "failed")
        return
    last = fresh.history[-1] if fresh.history else None
    who = ""
    if last is not None:
        actor = f"{texts.ROLES.get(last.role, last.role)} {last.actor}"
        who = texts.CONFLICT_WHO.format(actor=actor, at=moment(last.at), text=last.text)
    now = texts.CONFLICT_NOW.format(status=fresh.status)
    frame.tell(f"{texts.CONFLICT}{who}。{now}", "failed")
