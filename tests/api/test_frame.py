from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient

from tests.api.desk_story import Caller


def test_every_answer_carries_the_security_headers(shared_client: TestClient):
    for path in ("/v1/health", "/v1/none", "/none"):
        headers = shared_client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
    assert shared_client.get("/v1/health").headers["cache-control"] == "no-store"


def test_a_foreign_host_name_is_refused(shared_client: TestClient):
    answer = shared_client.get("/v1/health", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "host_not_allowed")


def test_a_body_over_the_limit_is_refused_announced_or_not(
    make_client: Callable[..., TestClient],
):
    client = make_client(body_limit=65_536, attachment_limit=65_536)
    citizen = Caller.citizen(client)
    text = b'{"text": "' + b"x" * 200_000 + b'"}'

    def dripping():
        for start in range(0, len(text), 10_000):
            yield text[start : start + 10_000]

    headers = {"Content-Type": "application/json"}
    for content in (text, dripping()):
        answer = citizen.call("POST", "/v1/tickets", content=content, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_other_sites_may_not_call_unless_named(make_client: Callable[..., TestClient]):
    headers = {"Origin": "https://portal.example", "Access-Control-Request-Method": "POST"}
    closed = make_client().options("/v1/answers", headers=headers)
    assert "access-control-allow-origin" not in closed.headers
    named = make_client(cors_origins=("https://portal.example",))
    opened = named.options("/v1/answers", headers=headers)
    assert opened.headers["access-control-allow-origin"] == "https://portal.example"


def test_pages_are_served_with_caching_headers(
    make_client: Callable[..., TestClient], tmp_path: Path
):
    web = tmp_path / "web"
    web.mkdir()
    (web / "index.html").write_text("<!doctype html><title>穗声</title>")
    (web / "logo.svg").write_text("<svg/>")
    client = make_client(web=web)
    page = client.get("/")
    assert "穗声" in page.text
    assert page.headers["cache-control"] == "no-cache"
    unchanged = client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert unchanged.status_code == 304
    assert "max-age" in client.get("/logo.svg").headers["cache-control"]
    assert client.get("/../conftest.py").status_code == 404


def test_health_names_every_part(shared_client: TestClient):
    health = shared_client.get("/v1/health").json()
    assert health["status"] == "degraded"
    parts = health["parts"]
    assert set(parts) == {"database", "rasa", "actions", "models", "knowledge_base"}
    assert parts["database"]["ok"] is True
    assert parts["rasa"] == {"ok": False, "detail": "对话引擎没有应答"}


def test_anyone_may_ask_the_knowledge_base(shared_client: TestClient):
    answer = shared_client.post("/v1/answers", json={"question": "居住证怎么办"}).json()
    assert answer["outcome"] in {"answered", "not_in_base", "several_candidates"}
    burning = shared_client.post("/v1/answers", json={"question": "我家着火了"}).json()
    assert (burning["outcome"], burning["phone"]) == ("emergency", "119")
