"""The OpenAPI description is true: generated requests, valid and not, get what it promises."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from api.app import create_app
from api.permissions import PERMISSIONS
from tests.api.conftest import SERVICE_TOKEN, settings_in
from tests.api.desk_story import Caller


def not_an_unforeseen_server_error(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> bool | None:
    # A channel whose keys are not set says so with 503.
    if response.status_code == 503 and response.json()["error"]["code"] == "channel_off":
        return None
    return not_a_server_error(context, response, case)


CHECKS = [
    not_an_unforeseen_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
EXAMPLES = 12


@pytest.fixture(scope="module")
def described(
    installation: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[schemathesis.BaseSchema]:
    folder = tmp_path_factory.mktemp("openapi") / "installation"
    shutil.copytree(installation, folder)
    app = create_app(
        settings_in(folder, rasa_timeout=0.3, allowed_hosts=("testserver", "localhost"))
    )
    # Schemathesis starts and stops the application around each request, and ours does not start
    # again after it has given its connections back.
    app.router.lifespan_context = stay_up
    client = TestClient(app)
    app.state.callers = {
        "citizen": Caller.citizen(client),
        "service": Caller(client, SERVICE_TOKEN),
        **{name: Caller.staff(client, name) for name in ("agent", "dispatcher", "manager")},
        "unit_handler": Caller.staff(client, "unit"),
    }
    yield schemathesis.openapi.from_asgi("/v1/openapi.json", app)
    app.state.services.store.close()


@asynccontextmanager
async def stay_up(_: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize("route", sorted(PERMISSIONS))
def test_what_is_described_is_what_happens(described: schemathesis.BaseSchema, route: str) -> None:
    method, path = route.split(" ")
    callers = described.app.state.callers
    roles = PERMISSIONS[route]
    caller = next((c for role, c in callers.items() if role in roles), callers["manager"])
    operation = described[path][method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: schemathesis.Case) -> None:
        case.headers["Authorization"] = f"Bearer {caller.token}"
        case.call_and_validate(checks=CHECKS)

    check()
