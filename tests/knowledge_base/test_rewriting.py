"""Rephrasing against a real local HTTP server that misbehaves in every way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from knowledge_base.answer import Answerer
from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Entry
from knowledge_base.rewriting import PROMPT, Rewriter

PLAIN = "带身份证到总服务台办理，免费，当场领取。"
GOOD = "您带上身份证，到总服务台办理就行，免费，当场领取。"


def completion(text: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": text}}]}).encode()


BEHAVIOURS: dict[str, tuple[int, bytes]] = {
    "server error": (500, b"oops"),
    "no access": (401, b"{}"),
    "redirect": (302, b""),
    "garbage": (200, b"\xff\xfe<html>"),
    "other json": (200, b'{"choices": []}'),
    "null": (200, completion("").replace(b'""', b"null")),
    "deep": (200, b"[" * 50_000),
    "empty": (200, completion("  ")),
    "invented number": (200, completion("带身份证到总服务台办理，3天后领取。")),
    "invented money": (200, completion("带身份证到总服务台办理，二十元，当场领取。")),
    "prompt echo": (200, completion(PROMPT + PLAIN)),
    "invented fact": (200, completion(PLAIN + "还可以在支付宝上申请邮寄到家。")),
    "negation": (200, completion("带身份证到总服务台办理，不免费，当场领取。")),
    "huge": (200, completion("办" * 400_000)),
    "long": (200, completion(PLAIN * 100)),
}


class Place(BaseHTTPRequestHandler):
    behaviour = "good"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        kind = type(self).behaviour
        if kind == "hangs":
            time.sleep(1.5)
        status, body = BEHAVIOURS.get(kind, (200, completion(GOOD)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if kind == "breaks off":
            self.wfile.write(body[:5])
            self.connection.close()
            return
        if kind == "drips":
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.05)
            return
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Place)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def answered(url: str, entry: Callable[..., Entry], behaviour: str) -> tuple[str, Rewriter]:
    Place.behaviour = behaviour
    rewriter = Rewriter(url, "any", seconds=0.6)
    answerer = Answerer(KnowledgeBase([entry()]), rewriter=rewriter)
    return answerer.answer("读者证去哪里办").text, rewriter


def test_a_supported_rephrasing_is_shown(place: str, entry: Callable[..., Entry]) -> None:
    text, rewriter = answered(place, entry, "good")
    assert text == GOOD
    assert rewriter.used == 1


@pytest.mark.parametrize("behaviour", [*BEHAVIOURS, "hangs", "drips", "breaks off"])
def test_whatever_the_endpoint_does_the_plain_answer_stands_and_the_reason_is_kept(
    place: str, entry: Callable[..., Entry], behaviour: str
) -> None:
    began = time.monotonic()
    text, rewriter = answered(place, entry, behaviour)
    assert text == PLAIN
    assert sum(rewriter.refused.values()) == 1
    assert time.monotonic() - began < 10


def test_nobody_listening_and_no_endpoint_named_give_the_plain_answer(
    entry: Callable[..., Entry],
) -> None:
    text, _ = answered("http://127.0.0.1:9/v1", entry, "good")
    assert text == PLAIN
    assert Answerer(KnowledgeBase([entry()])).answer("读者证去哪里办").text == PLAIN
