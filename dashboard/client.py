"""The API as the desk calls it, with the rights of whoever is signed in.

DeskError
├── ApiDown        nobody answers, or not in a way we understand
├── SignedOut      the session is over
└── Refused        the API said no: a code and one sentence
    └── Conflict   somebody else was faster, or the step no longer fits
"""

# ruff: noqa: N818 - errors are named after what happened
from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ValidationError

from dashboard import texts
from dashboard.settings import api_timeout, api_url
from dashboard.shapes import (
    Answer,
    ChatDetail,
    ChatSummary,
    Contact,
    DispatchState,
    Draft,
    Health,
    Indicator,
    Overview,
    Provider,
    ProviderAttempt,
    Reference,
    ReplyCheck,
    SignIn,
    Suggestion,
    TicketDetail,
    TicketPage,
    TicketRow,
    User,
)

M = TypeVar("M", bound=BaseModel)


class DeskError(Exception):
    """Something the person at the desk has to know, in one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ApiDown(DeskError):
    """Nobody answers, or the answer cannot be read."""


class SignedOut(DeskError):
    """The session is over; sign in again."""


class Refused(DeskError):
    """The API said no."""

    def __init__(self, status: int, code: str, message: str, detail: dict[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.detail = detail


class Conflict(Refused):
    """Somebody else was faster, or the step no longer fits."""


class Client:
    """Calls the API on behalf of one person; ``token`` is ``None`` before sign-in."""

    def __init__(self, http: httpx2.Client, token: str | None = None) -> None:
        self._http = http
        self._token = token

    def sign_in(self, username: str, password: str) -> SignIn:
        """Open a session."""
        body = {"username": username, "password": password}
        return self._ask(SignIn, "POST", "/v1/session", body)

    def provider(self) -> Provider:
        """Return whether there is an identity provider to sign in through."""
        return self._ask(Provider, "GET", "/v1/session/provider")

    def begin_at_provider(self) -> ProviderAttempt:
        """Return where to send the browser."""
        return self._ask(ProviderAttempt, "POST", "/v1/session/provider")

    def finish_at_provider(self, code: str, state: str, attempt: str) -> SignIn:
        """Open a session with the provider's answer."""
        body = {"code": code, "state": state, "attempt": attempt}
        return self._ask(SignIn, "POST", "/v1/session/provider/answer", body)

    def who_am_i(self) -> User:
        """Return whose session this is; raises ``SignedOut`` when it is over."""
        return self._ask(User, "GET", "/v1/session")

    def change_own_password(self, old: str, new: str) -> None:
        """Change one's own password; all sign-ins of the account end."""
        self._call("POST", "/v1/session/password", {"old": old, "new": new})

    def sign_out(self) -> None:
        """End the session."""
        self._call("DELETE", "/v1/session")

    def health(self) -> Health:
        """Return the state of every part."""
        return self._ask(Health, "GET", "/v1/health")

    def reference(self) -> Reference:
        """Return the city's names to choose from."""
        return self._ask(Reference, "GET", "/v1/desk/reference")

    def tickets(self, filters: Mapping[str, str | int | None]) -> TicketPage:
        """Return a page of the queue; empty filters do not filter."""
        wanted = {name: value for name, value in filters.items() if value not in (None, "")}
        return self._ask(TicketPage, "GET", "/v1/desk/tickets", params=wanted)

    def ticket(self, number: str) -> TicketDetail:
        """Return everything one may see of a ticket."""
        return self._ask(TicketDetail, "GET", f"/v1/desk/tickets/{quote(number, safe='')}")

    def draft(self, number: str) -> Draft:
        """Return a reply to start from."""
        return self._ask(Draft, "GET", f"/v1/desk/tickets/{quote(number, safe='')}/draft")

    def check_reply(self, number: str, reply: str) -> ReplyCheck:
        """Have a reply looked over before it goes out."""
        path = f"/v1/desk/tickets/{quote(number, safe='')}/check-reply"
        return self._ask(ReplyCheck, "POST", path, {"reply": reply})

    def take_step(self, number: str, step: str, version: int, **values: object) -> TicketRow:
        """Take a step on the version one has seen; raises ``Conflict`` when it has moved on."""
        path = f"/v1/desk/tickets/{quote(number, safe='')}/{step}"
        given = {name: value for name, value in values.items() if value is not None}
        return self._ask(TicketRow, "POST", path, {"version": version, **given})

    def unmask(self, number: str, reason: str) -> Contact:
        """Return the contact in clear; the look is recorded with its reason."""
        path = f"/v1/desk/tickets/{quote(number, safe='')}/unmask"
        return self._ask(Contact, "POST", path, {"reason": reason})

    def picture(self, attachment_id: str) -> bytes:
        """Return a picture of a ticket one may see."""
        return self._call("GET", f"/v1/desk/attachments/{quote(attachment_id, safe='')}").content

    def suggest(self, text: str) -> Suggestion:
        """Read a text without making a ticket."""
        return self._ask(Suggestion, "POST", "/v1/dispatch", {"text": text})

    def dispatch_state(self) -> DispatchState:
        """Return whether the machine dispatches by itself, and how its promise holds."""
        return self._ask(DispatchState, "GET", "/v1/dispatch/state")

    def turn_auto(self, *, off: bool, reason: str, category: str | None = None) -> DispatchState:
        """Turn automatic dispatch, or one category of it, off or on."""
        wish = {"off": off, "reason": reason, "category": category}
        return self._ask(DispatchState, "POST", "/v1/dispatch/auto", wish)

    def chats(self) -> list[ChatSummary]:
        """Return conversations that wait for a person or are with one."""
        found = self._call("GET", "/v1/desk/chats").json()
        return [ChatSummary.model_validate(item) for item in found["items"]]

    def chat(self, conversation: str) -> ChatDetail:
        """Return one conversation with suggested answers."""
        return self._ask(ChatDetail, "GET", f"/v1/desk/chats/{quote(conversation, safe='')}")

    def take_chat(self, conversation: str) -> ChatDetail:
        """Take a conversation over."""
        path = f"/v1/desk/chats/{quote(conversation, safe='')}/take"
        return self._ask(ChatDetail, "POST", path)

    def say(self, conversation: str, text: str) -> None:
        """Write to the citizen."""
        path = f"/v1/desk/chats/{quote(conversation, safe='')}/messages"
        self._call("POST", path, {"text": text})

    def hand_back(self, conversation: str) -> None:
        """Let the bot speak again."""
        self._call("POST", f"/v1/desk/chats/{quote(conversation, safe='')}/hand-back")

    def answer(self, question: str, area: str | None = None) -> Answer:
        """Ask the knowledge base."""
        body = {"question": question, "area": area}
        return self._ask(Answer, "POST", "/v1/answers", body)

    def overview(
        self, days: int, district: str | None = None, category: str | None = None
    ) -> Overview:
        """Return the figures of the last ``days`` days and of as many before."""
        return self.read(Overview, "/v1/overview", days=days, district=district, category=category)

    def indicators(self) -> dict[str, Indicator]:
        """Return the indicator dictionary by name."""
        found = self._call("GET", "/v1/indicators/dictionary").json()
        return {item["code"]: Indicator.model_validate(item) for item in found}

    def read(self, shape: type[M], path: str, **params: str | int | None) -> M:
        """Return what stands at ``path``; empty parameters are left out."""
        wanted = {name: value for name, value in params.items() if value not in (None, "")}
        return self._ask(shape, "GET", path, params=wanted)

    def file(self, path: str, **params: str | int | None) -> bytes:
        """Return the file that stands at ``path``."""
        return self._call("GET", path, params=params).content

    def act(self, shape: type[M], path: str, **values: object) -> M:
        """Do what ``path`` names and return how things stand then."""
        return self._ask(shape, "POST", path, values)

    def _ask(
        self,
        shape: type[M],
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        params: Mapping[str, str | int | None] | None = None,
    ) -> M:
        try:
            return shape.model_validate_json(self._call(method, path, body, params).content)
        except ValidationError as error:
            raise ApiDown(texts.API_UNREADABLE) from error

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        params: Mapping[str, str | int | None] | None = None,
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            response = self._http.request(method, path, json=body, params=params, headers=headers)
        except httpx2.TimeoutException as error:
            raise ApiDown(texts.API_SLOW) from error
        except httpx2.HTTPError as error:
            raise ApiDown(texts.API_DOWN) from error
        if response.is_success:
            return response
        raise refusal(response)


def refusal(response: httpx2.Response) -> DeskError:
    """Return the error a response stands for; its sentence comes from the API."""
    try:
        error = response.json()["error"]
        code, message = str(error["code"]), str(error["message"])
        detail = dict(error.get("detail") or {})
    except (ValueError, KeyError, TypeError):
        return ApiDown(texts.API_UNREADABLE)
    if response.status_code == httpx2.codes.UNAUTHORIZED:
        return SignedOut(message)
    if response.status_code == httpx2.codes.CONFLICT:
        return Conflict(response.status_code, code, message, detail)
    return Refused(response.status_code, code, message, detail)


@cache
def connection(base_url: str, timeout: float) -> httpx2.Client:
    """Return the connection pool of this process; it is safe to share between sessions."""
    return httpx2.Client(base_url=base_url, timeout=timeout, trust_env=False)


def client_for(token: str | None) -> Client:
    """Return a client with the rights of ``token``."""
    return Client(connection(api_url(), api_timeout()), token)
