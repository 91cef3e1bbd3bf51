from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.app import create_app
from hotline.store import CitizenSession, StaffSession, StaffUser
from tests.api.desk_story import Caller


def sign_in(client: TestClient, username: str, password: str):
    return client.post("/v1/session", json={"username": username, "password": password})


def test_signing_in_tells_who_one_is_and_signing_out_ends_it(client: TestClient):
    unit = Caller.staff(client, "unit")
    user = unit.get("/v1/session").json()
    assert (user["username"], user["role"]) == ("unit", "unit_handler")
    assert user["unit_name"]
    assert unit.call("DELETE", "/v1/session").json() == {"done": True}
    assert unit.get("/v1/session").status_code == 401


def test_wrong_name_and_wrong_password_read_the_same(client: TestClient):
    nobody, wrong = sign_in(client, "nobody", "x"), sign_in(client, "agent", "x")
    assert nobody.status_code == wrong.status_code == 401
    assert nobody.json()["error"]["message"] == wrong.json()["error"]["message"]


def test_an_account_locks_after_repeated_failures(client: TestClient):
    for _ in range(8):
        sign_in(client, "agent", "wrong")
    locked = sign_in(client, "agent", "demo-agent")
    assert (locked.status_code, locked.json()["error"]["code"]) == (429, "account_locked")
    assert int(locked.headers["retry-after"]) > 0


def test_only_hashes_are_stored(client: TestClient):
    staff, citizen = Caller.staff(client, "agent"), Caller.citizen(client)
    with client.app.state.services.store.session(read_only=True) as session:
        kept = [*session.scalars(select(StaffSession.token_hash))]
        kept += session.scalars(select(CitizenSession.token_hash))
        hashes = list(session.scalars(select(StaffUser.password_hash)))
    assert staff.token not in kept
    assert citizen.token not in kept
    assert all(value.startswith("$argon2id$") for value in hashes)


def test_sessions_end(client: TestClient):
    staff, citizen = Caller.staff(client, "agent"), Caller.citizen(client)
    past = datetime.now(UTC) - timedelta(seconds=1)
    with client.app.state.services.store.session() as session:
        session.execute(update(StaffSession).values(expires_at=past))
        session.execute(update(CitizenSession).values(expires_at=past))
    assert staff.get("/v1/session").status_code == 401
    assert citizen.get("/v1/tickets").status_code == 401


def test_a_dismissed_member_of_staff_is_out_at_once(client: TestClient):
    staff = Caller.staff(client, "agent")
    with client.app.state.services.store.session() as session:
        session.execute(update(StaffUser).values(active=False))
    assert staff.get("/v1/session").status_code == 401


def test_demo_accounts_exist_only_in_demo_mode(make_client: Callable[..., TestClient]):
    demo = make_client()
    Caller.staff(demo, "manager")
    settings = demo.app.state.services.settings.model_copy(update={"demo": False})
    with TestClient(create_app(settings)) as real:
        assert sign_in(real, "manager", "demo-manager").status_code == 401
