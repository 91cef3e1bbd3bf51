"""Sign-in of staff through an identity provider, against a real local one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from tests.api.conftest import settings_in
from tests.api.desk_story import Caller
from tests.api.identity_server import CLIENT, SECRET, IdentityServer

BACK = "http://desk.test/desk/oidc/back"


@pytest.fixture(scope="module")
def server() -> Iterator[IdentityServer]:
    running = IdentityServer()
    yield running
    running.close()


@pytest.fixture
def provider(server: IdentityServer) -> IdentityServer:
    server.person, server.fault = "li.si", ""
    return server


@pytest.fixture
def client(make_client, provider) -> TestClient:
    client = make_client(
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_redirect_url=BACK,
    )
    account = {"username": "li.si", "name": "李四", "role": "dispatcher", "scope": "天河区"}
    made = Caller.staff(client, "admin").post(
        "/v1/admin/users", {**account, "with_password": False}
    )
    assert made.json()["password"] is None
    return client


def visit(client: TestClient) -> dict[str, str]:
    """Go to the provider as a browser does; return what it sends back, with the attempt."""
    begun = client.post("/v1/session/provider").json()
    sent = httpx2.get(begun["url"], trust_env=False)
    assert sent.status_code == 302
    answer = parse_qs(urlsplit(sent.headers["location"]).query)
    return {"code": answer["code"][0], "state": answer["state"][0], "attempt": begun["attempt"]}


def finish(client: TestClient, answer: dict[str, str]):
    return client.post("/v1/session/provider/answer", json=answer)


def test_who_the_provider_vouches_for_gets_the_rights_of_their_account(client):
    assert client.get("/v1/session/provider").json() == {"enabled": True, "name": "统一身份认证"}
    opened = finish(client, visit(client))
    assert opened.status_code == 200, opened.text
    assert opened.json()["user"]["scope"] == "天河区"
    assert Caller(client, opened.json()["token"]).get("/v1/session").json()["name"] == "李四"


def test_an_account_without_password_has_no_password_that_works(client):
    for password in ("", "x", "li.si-password"):
        signed = client.post("/v1/session", json={"username": "li.si", "password": password})
        assert signed.status_code in {401, 422}


@pytest.mark.parametrize("person", ["wang.wu", "admin"])
def test_whom_nobody_has_opened_an_account_for_stays_out(client, provider, person):
    """Also demo accounts: their names are known to everybody."""
    provider.person = person
    refused = finish(client, visit(client))
    assert refused.status_code == 401
    assert "管理员" in refused.json()["error"]["message"]


def test_a_closed_account_stays_out(client):
    change = {"name": "李四", "role": "dispatcher", "active": False}
    Caller.staff(client, "admin").post("/v1/admin/users/li.si/change", change)
    assert finish(client, visit(client)).status_code == 401


@pytest.mark.parametrize(
    "fault",
    [
        "audience", "audiences", "issuer", "expired", "nonce", "nameless", "signature", "unsigned",
    ],
)  # fmt: skip
def test_a_token_with_a_flaw_opens_nothing(client, provider, fault):
    provider.fault = fault
    refused = finish(client, visit(client))
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unauthenticated")


def test_an_answer_fits_its_own_attempt_only_and_only_once(client):
    mine, other = visit(client), visit(client)
    assert finish(client, {**mine, "state": other["state"]}).status_code == 401
    assert finish(client, {**mine, "attempt": other["attempt"]}).status_code == 401
    assert finish(client, {**mine, "attempt": "invented"}).status_code == 401
    swapped = {"code": mine["code"], "state": other["state"], "attempt": other["attempt"]}
    assert finish(client, swapped).status_code == 401, "the verifier belongs to another code"
    assert finish(client, visit(client)).status_code == 200
    fresh = visit(client)
    assert finish(client, fresh).status_code == 200
    assert finish(client, fresh).status_code == 401


def test_a_silent_provider_is_said_to_be_one(make_client):
    client = make_client(
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_redirect_url=BACK,
    )
    assert client.post("/v1/session/provider").json()["error"]["code"] == "provider_down"


def test_without_a_provider_there_is_nothing_to_begin(make_client):
    client = make_client()
    assert client.get("/v1/session/provider").json()["enabled"] is False
    assert client.post("/v1/session/provider").status_code == 404


def test_half_a_configuration_is_refused(tmp_path):
    with pytest.raises(ValidationError, match="SUISHENG_OIDC_CLIENT_ID"):
        settings_in(tmp_path, oidc_issuer="https://id.example.cn")
