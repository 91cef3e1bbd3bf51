from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import errors
from api.guard import guarded_router
from api.permissions import PERMISSIONS
from hotline.lifecycle import STEPS
from tests.api.conftest import SERVICE_TOKEN
from tests.api.desk_story import Caller

ACCOUNTS = {
    "agent": "agent",
    "dispatcher": "dispatcher",
    "unit_handler": "unit",
    "knowledge_editor": "editor",
    "manager": "manager",
    "auditor": "auditor",
    "admin": "admin",
}
ROLES = ["nobody", "service", "citizen", *ACCOUNTS]


@pytest.fixture(scope="module")
def callers(shared_client: TestClient) -> dict[str, Caller]:
    return {
        "nobody": Caller(shared_client, "s-invented-token"),
        "service": Caller(shared_client, SERVICE_TOKEN),
        "citizen": Caller.citizen(shared_client),
        **{role: Caller.staff(shared_client, name) for role, name in ACCOUNTS.items()},
    }


def test_every_route_has_a_line_in_the_table_and_every_line_a_route(shared_client: TestClient):
    described = {
        f"{method.upper()} {path}"
        for path, operations in shared_client.app.openapi()["paths"].items()
        for method in operations
    }
    assert described == set(PERMISSIONS)


def test_a_route_without_a_line_is_denied_to_everyone(shared_client: TestClient):
    router = guarded_router()
    router.get("/v1/forgotten")(lambda: {"secret": 1})
    app = FastAPI()
    errors.install(app)
    app.include_router(router)
    app.state = shared_client.app.state
    admin = Caller.staff(shared_client, "admin")
    answer = Caller(TestClient(app), admin.token).get("/v1/forgotten")
    assert answer.status_code == 403


@pytest.mark.parametrize("route", sorted(PERMISSIONS))
@pytest.mark.parametrize("role", ROLES)
def test_each_route_lets_in_exactly_its_roles(callers: dict[str, Caller], route: str, role: str):
    method, path = route.split(" ")
    caller = callers[role]
    if route == "DELETE /v1/session" and role in ACCOUNTS:
        caller = Caller.staff(caller.client, ACCOUNTS[role])  # the others still need theirs
    address = re.sub(r"\{\w+\}", "none", path)
    answer = caller.call(method, address, content=b"{not json")
    roles = PERMISSIONS[route]
    if "anyone" in roles or role in roles:
        assert answer.status_code not in {401, 403} or is_domain_refusal(answer), answer.text
    elif role == "nobody":
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated")
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def is_domain_refusal(answer) -> bool:
    return answer.json()["error"]["code"] == "not_allowed"


def test_the_steps_of_the_table_are_those_of_the_lifecycle():
    for name, step in STEPS.items():
        line = PERMISSIONS.get(f"POST /v1/desk/tickets/{{number}}/{name}")
        assert line is None or line == step.roles


def test_who_may_not_is_told_before_the_body_is_read(callers: dict[str, Caller]):
    answer = callers["citizen"].call(
        "POST", "/v1/dispatch", content=b"x" * 10, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 403


def test_a_unit_sees_only_its_own_tickets(client: TestClient):
    number = Caller.citizen(client).file()["number"]
    unit = Caller.staff(client, "unit")
    assert unit.get(f"/v1/desk/tickets/{number}").status_code == 404
    assert unit.get("/v1/desk/tickets").json()["total"] == 0


def test_a_citizen_sees_only_their_own_tickets(client: TestClient):
    number = Caller.citizen(client).file()["number"]
    stranger = Caller.citizen(client)
    assert stranger.get("/v1/tickets").json()["items"] == []
    rated = stranger.post(f"/v1/tickets/{number}/rating", {"score": 1})
    assert rated.status_code == 404
    added = stranger.post(f"/v1/tickets/{number}/additions", {"text": "补充"})
    assert added.status_code == 404
