"""A small HTTP server where Rasa would stand, to be slow, down, broken or talkative on purpose.

It shows how the gateway copes with faults; what the bot says is tested with the real Rasa.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class RasaPlace:
    """Answers the REST channel with ``replies``, or misbehaves by ``fault``."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = [{"recipient_id": "x", "text": "好的"}]
        self.fault: str | None = None
        self.delay = 0.0
        self.received: list[dict[str, Any]] = []
        self.forgotten: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> RasaPlace:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        place = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                place.received.append(json.loads(self.rfile.read(length)))
                time.sleep(place.delay)
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._misbehave_or_answer()

            def do_DELETE(self) -> None:
                place.forgotten.append(self.path.rsplit("/", 1)[1])
                self._misbehave_or_answer()

            def _misbehave_or_answer(self) -> None:
                body = json.dumps(place.replies).encode()
                status = 200
                if place.fault == "error":
                    status, body = 500, b"Traceback (most recent call last)"
                elif place.fault == "garbage":
                    body = b"<html>not json"
                elif place.fault == "wrong shape":
                    body = b'{"text": 5}'
                elif place.fault == "huge":
                    body = b"[" + b" " * 400_000 + b"]"
                elif place.fault == "dripping":
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                        time.sleep(0.2)
                    return
                elif place.fault == "hang up":
                    self.connection.close()
                    return
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
