from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from api.permissions import PERMISSIONS
from tests.api.conftest import SERVICE_TOKEN
from tests.api.desk_story import Caller

PHONE = "13800009999"


def check_shape(answer) -> dict:
    body = answer.json()
    assert set(body) == {"error"}
    error = body["error"]
    assert set(error) == {"code", "message", "detail", "request_id"}
    assert re.search(r"[\u4e00-\u9fff]", error["message"]), error["message"]
    assert error["request_id"] == answer.headers["x-request-id"]
    return error


@pytest.fixture(scope="module")
def callers(shared_client: TestClient) -> dict[str, Caller]:
    return {
        "citizen": Caller.citizen(shared_client),
        "service": Caller(shared_client, SERVICE_TOKEN),
        "agent": Caller.staff(shared_client, "agent"),
        "dispatcher": Caller.staff(shared_client, "dispatcher"),
        "unit_handler": Caller.staff(shared_client, "unit"),
        "manager": Caller.staff(shared_client, "manager"),
        "knowledge_editor": Caller.staff(shared_client, "editor"),
        "auditor": Caller.staff(shared_client, "auditor"),
        "admin": Caller.staff(shared_client, "admin"),
    }


@pytest.fixture(scope="module")
def described(shared_client: TestClient) -> dict[str, Any]:
    return shared_client.get("/v1/openapi.json").json()


# Speaks WeChat's signed XML, not JSON; tests/api/wechat asks it.
SIGNED = "POST /v1/wechat/callback"
# Saving under a new name makes an entry; what is wrong in the entry is said first.
MAKES = "POST /v1/knowledge/entries/{entry_id}"


@pytest.mark.parametrize(
    "route", sorted(r for r in PERMISSIONS if r.startswith("POST") and r != SIGNED)
)
def test_every_route_that_takes_a_body_refuses_a_wrong_one_in_the_one_shape(
    callers: dict[str, Caller], route: str
):
    method, path = route.split(" ")
    roles = PERMISSIONS[route]
    caller = next((c for role, c in callers.items() if role in roles), next(iter(callers.values())))
    answer = caller.call(
        method,
        re.sub(r"\{\w+\}", "none", path),
        json={"unheard_of": PHONE},
        headers={"X-Conversation": "chat-none"},
    )
    assert answer.status_code in {404, 422}
    check_shape(answer)
    assert PHONE not in answer.text


@pytest.mark.parametrize("route", sorted(r for r in PERMISSIONS if "{" in r and r != MAKES))
def test_every_route_with_a_name_in_its_path_says_not_found_in_the_one_shape(
    callers: dict[str, Caller], described: dict[str, Any], route: str
):
    method, path = route.split(" ")
    caller = next((c for role, c in callers.items() if role in PERMISSIONS[route]))
    operation = described["paths"][path][method.lower()]
    body = None
    if "requestBody" in operation:
        body = acceptable(
            operation["requestBody"]["content"]["application/json"]["schema"], described
        )
    numbers = {p["name"] for p in operation["parameters"] if p["schema"].get("type") == "integer"}
    asked = {
        p["name"]: acceptable(p["schema"], described)
        for p in operation["parameters"]
        if p["in"] == "query" and p.get("required")
    }
    address = re.sub(r"\{(\w+)\}", lambda name: "99999999" if name[1] in numbers else PHONE, path)
    answer = caller.call(method, address, json=body, params=asked)
    assert answer.status_code == 404, answer.text
    check_shape(answer)
    assert PHONE not in answer.text


def acceptable(schema: dict[str, Any], described: dict[str, Any]) -> Any:
    """The smallest value the described schema accepts."""
    if "$ref" in schema:
        return acceptable(
            described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], described
        )
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return acceptable(schema["anyOf"][0], described)
    match schema.get("type"):
        case "object":
            return {
                name: "gz-hotline"
                if name == "unit_code"
                else acceptable(schema["properties"][name], described)
                for name in schema.get("required", [])
            }
        case "array":
            return [acceptable(schema["items"], described)] * schema.get("minItems", 0)
        case "integer" | "number":
            return int(schema.get("minimum", 1))
        case "boolean":
            return True
        case _:
            return "1" * max(1, schema.get("minLength", 4))


def test_a_wrong_value_is_described_but_not_repeated(callers: dict[str, Caller]):
    answer = callers["citizen"].post(
        "/v1/tickets/lookup", {"number": "GZ20261121-000001", "phone_last4": PHONE}
    )
    error = check_shape(answer)
    assert answer.status_code == 422
    assert "phone_last4" in error["message"]
    assert "11 个字的文字" in error["message"]
    assert PHONE not in answer.text


def test_what_is_missing_is_named(callers: dict[str, Caller]):
    error = check_shape(callers["citizen"].post("/v1/tickets/lookup", {}))
    assert [field["field"] for field in error["detail"]["fields"]] == [
        "「number」",
        "「phone_last4」",
    ]


def test_broken_json_unknown_addresses_and_wrong_methods_have_the_one_shape(
    shared_client: TestClient, callers: dict[str, Caller]
):
    headers = {"Content-Type": "application/json"}
    broken = callers["citizen"].call("POST", "/v1/tickets", content=b'{"text": "x', headers=headers)
    assert (broken.status_code, check_shape(broken)["code"]) == (422, "invalid")
    assert check_shape(shared_client.get("/v1/none"))["code"] == "not_found"
    assert check_shape(shared_client.put("/v1/health"))["code"] == "method_not_allowed"


def test_a_bug_of_ours_is_a_clean_500_without_values(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"phone {PHONE}")

    monkeypatch.setattr(client.app.state.services.answerer, "answer", fail)
    answer = client.post("/v1/answers", json={"question": "居住证怎么办"})
    assert (answer.status_code, check_shape(answer)["code"]) == (500, "internal")
    assert PHONE not in answer.text
    assert PHONE not in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_locked_database_is_a_503_that_says_nothing_is_lost(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("INSERT ...", {"phone": PHONE}, Exception("database is locked"))

    citizen = Caller.citizen(client)
    monkeypatch.setattr(client.app.state.services.citizen_tickets, "mine", locked)
    answer = citizen.get("/v1/tickets")
    assert (answer.status_code, check_shape(answer)["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"]
    assert PHONE not in caplog.text
