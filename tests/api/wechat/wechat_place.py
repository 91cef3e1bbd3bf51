"""A local server that speaks WeChat's documented protocol, its refusals and its bad days included.

developers.weixin.qq.com: code2session, getStableAccessToken, subscribeMessage.send, 客服消息,
获取临时素材, 自定义菜单. It keeps the rules itself (codes good once, tokens that end, consents that
are used up, field limits), so that a client that breaks one is refused as WeChat would.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

MINI = ("wx-mini-0001", "secret-of-the-mini-program-0001")
OFFICIAL = ("wx-official-0001", "secret-of-the-official-account-1")
LIMITS = {"thing": 20, "character_string": 32, "phrase": 5, "time": 40}


@dataclass
class Fault:
    """What goes wrong at the next call of a path: an errcode, an HTTP status, or waiting."""

    code: int | None = None
    status: int | None = None
    seconds: float = 0.0
    drop: bool = False


class WeChatPlace:
    """The server; tests prepare it and look at what arrived."""

    def __init__(self) -> None:
        self.secrets = dict((MINI, OFFICIAL))
        self.codes: dict[str, dict[str, str]] = {}
        self.used: set[str] = set()
        self.tokens: dict[str, str] = {}
        self.token_seconds = 7200
        self.forced = 0
        self.templates = {"tmpl-dispatched", "tmpl-handling", "tmpl-closed"}
        self.consents: Counter[tuple[str, str]] = Counter()
        self.talking: set[str] = set()
        self.texts_left = 20
        self.media: dict[str, bytes] = {}
        self.menu: dict[str, Any] | None = None
        self.calls: list[str] = []
        self.subscription_messages: list[dict[str, Any]] = []
        self.texts: list[tuple[str, str]] = []
        self.raw_menu = b""
        self._faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> WeChatPlace:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def code_for(self, openid: str, unionid: str | None = None) -> str:
        """What ``wx.login`` would give to the phone of ``openid``."""
        code = secrets.token_hex(16)
        self.codes[code] = {
            "openid": openid,
            "session_key": f"SESSION-KEY-{secrets.token_hex(8)}",
            **({"unionid": unionid} if unionid else {}),
        }
        return code

    def fail(self, path: str, *faults: Fault) -> None:
        """Let the next calls of ``path`` go wrong."""
        self._faults[path] += faults

    def revoke(self, app_id: str) -> None:
        """End an app's token before its time, as an administrator's reset does."""
        self.tokens[app_id] = f"token-{secrets.token_hex(8)}"

    def called(self, path: str) -> int:
        return self.calls.count(path)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        place = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve(b"")

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers["Content-Length"])))

            def _serve(self, body: bytes) -> None:
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                with suppress(BrokenPipeError, ConnectionResetError):
                    place._answer(self, address.path, query, body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _answer(
        self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str], body: bytes
    ) -> None:
        with self._lock:
            self.calls.append(path)
            fault = self._faults[path].pop(0) if self._faults[path] else Fault()
        time.sleep(fault.seconds)
        if fault.drop:
            handler.connection.close()
            return None
        if fault.status:
            return _send(handler, fault.status, "text/html", b"<html>Bad Gateway</html>")
        if fault.code is not None:
            return _send_json(handler, {"errcode": fault.code, "errmsg": "hint: [abc] rid: 0000"})
        with self._lock:
            answer = self._do(path, query, body)
        if isinstance(answer, bytes):
            return _send(handler, 200, "image/jpeg", answer)
        return _send_json(handler, answer)

    def _do(self, path: str, query: dict[str, str], raw: bytes) -> dict[str, Any] | bytes:
        body = json.loads(raw) if raw else {}
        if path == "/sns/jscode2session":
            return self._log_in(query)
        if path == "/cgi-bin/stable_token":
            return self._token(body)
        app = next((a for a, t in self.tokens.items() if t == query.get("access_token")), None)
        if app is None:
            return _no(40001)
        if path == "/cgi-bin/message/subscribe/send":
            return self._subscribe(body) if app == MINI[0] else _no(48001)
        if app != OFFICIAL[0]:
            return _no(48001)
        if path == "/cgi-bin/message/custom/send":
            return self._text(body)
        if path == "/cgi-bin/media/get":
            return self.media.get(query.get("media_id", ""), _no(40007))
        if path == "/cgi-bin/menu/create":
            self.raw_menu = raw
            return self._menu(body)
        return _no(40066)

    def _log_in(self, query: dict[str, str]) -> dict[str, Any]:
        if query.get("appid") != MINI[0]:
            return _no(40013)
        if query.get("secret") != MINI[1]:
            return _no(40125)
        code = query.get("js_code", "")
        if code in self.used:
            return _no(40163)
        if code not in self.codes:
            return _no(40029)
        self.used.add(code)
        return self.codes[code]

    def _token(self, body: dict[str, Any]) -> dict[str, Any]:
        app_id = body.get("appid", "")
        if self.secrets.get(app_id) != body.get("secret"):
            return _no(40125)
        if body.get("force_refresh"):
            self.forced += 1
        if app_id not in self.tokens or body.get("force_refresh"):
            self.tokens[app_id] = f"token-{secrets.token_hex(8)}"
        return {"access_token": self.tokens[app_id], "expires_in": self.token_seconds}

    def _subscribe(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["template_id"] not in self.templates:
            return _no(40037)
        for name, field in body["data"].items():
            limit = LIMITS[name.rstrip("0123456789")]
            if not 1 <= len(field["value"]) <= limit:
                return _no(47003)
            if name.startswith("character_string") and not field["value"].isascii():
                return _no(47003)
        key = (body["touser"], body["template_id"])
        if self.consents[key] < 1:
            return _no(43101)
        self.consents[key] -= 1
        self.subscription_messages.append(body)
        return _no(0)

    def _text(self, body: dict[str, Any]) -> dict[str, Any]:
        text = body["text"]["content"]
        if body["touser"] not in self.talking:
            return _no(45015)
        if len(text.encode()) > 2048:
            return _no(45002)
        if self.texts_left < 1:
            return _no(45047)
        self.texts_left -= 1
        self.texts.append((body["touser"], text))
        return _no(0)

    def _menu(self, body: dict[str, Any]) -> dict[str, Any]:
        if not 1 <= len(body["button"]) <= 3:
            return _no(40016)
        for button in body["button"]:
            below = button.get("sub_button", [])
            if len(below) > 5:
                return _no(40023)
            if len(button["name"].encode()) > 16 or any(
                len(each["name"].encode()) > 60 for each in below
            ):
                return _no(40018)
            for each in below or [button]:
                if not re.fullmatch("click|view|miniprogram", each["type"]):
                    return _no(40017)
        self.menu = body
        return _no(0)


def _no(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": "ok" if code == 0 else "invalid, rid: 0000"}


def _send_json(handler: BaseHTTPRequestHandler, answer: dict[str, Any]) -> None:
    _send(handler, 200, "text/plain", json.dumps(answer, ensure_ascii=False).encode())


def _send(handler: BaseHTTPRequestHandler, status: int, media_type: str, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
