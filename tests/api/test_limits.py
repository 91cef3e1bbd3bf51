from __future__ import annotations

import uuid
from collections.abc import Callable

from starlette.testclient import TestClient

from api.limits import Limiter
from tests.api.desk_story import Caller


def test_a_bucket_empties_and_refills_evenly():
    now = 0.0
    limiter = Limiter(lambda: now)
    assert [limiter.take("a", 3).refused for _ in range(4)] == [False, False, False, True]
    assert limiter.take("a", 3).retry_after == 20
    now = 20.0
    assert not limiter.take("a", 3).refused
    assert limiter.take("a", 3).refused
    assert not limiter.take("b", 3).refused


def test_too_many_messages_of_one_citizen_are_slowed_down(
    make_client: Callable[..., TestClient],
):
    client = make_client(chat_per_minute=2)
    citizen = Caller.citizen(client)
    citizen.say("")
    citizen.say("")
    body = {"message_id": str(uuid.uuid4()), "text": ""}
    refused = citizen.post("/v1/chat/messages", body)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert refused.headers["ratelimit-limit"] == "2"
    assert refused.headers["ratelimit-remaining"] == "0"
    Caller.citizen(client).say("")


def test_answers_tell_how_much_is_left(make_client: Callable[..., TestClient]):
    client = make_client(address_per_minute=100)
    answer = client.get("/v1/health")
    assert answer.headers["ratelimit-limit"] == "100"
    assert answer.headers["ratelimit-remaining"] == "99"


def test_an_address_and_a_client_have_their_own_limits(make_client: Callable[..., TestClient]):
    by_address = make_client(address_per_minute=3)
    assert [by_address.get("/v1/health").status_code for _ in range(4)][-1] == 429
    by_client = make_client(client_per_minute=2)
    citizen = Caller.citizen(by_client)
    assert [citizen.get("/v1/tickets").status_code for _ in range(3)] == [200, 200, 429]


def test_guessing_passwords_and_phone_digits_is_slow(make_client: Callable[..., TestClient]):
    client = make_client(guesses_per_minute=3)
    citizen = Caller.citizen(client)
    number = citizen.file()["number"]
    stranger = Caller.citizen(client)
    tries = [
        stranger.post("/v1/tickets/lookup", {"number": number, "phone_last4": f"{n:04}"})
        for n in range(5)
    ]
    assert [answer.status_code for answer in tries] == [404, 404, 404, 429, 429]
    rated = stranger.post(f"/v1/tickets/{number}/rating", {"score": 1, "phone_last4": "0009"})
    assert rated.status_code == 429
    wrong = client.post("/v1/session", json={"username": "agent", "password": "x"})
    assert wrong.status_code == 429
