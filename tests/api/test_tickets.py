from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.testclient import TestClient

from api.suggesting import Suggester
from tests.api.desk_story import Caller


def closed_ticket(client: TestClient) -> tuple[Caller, str]:
    """A citizen with a ticket that was dispatched, handled and closed."""
    citizen = Caller.citizen(client)
    number = citizen.file()["number"]
    desk, unit = Caller.staff(client, "dispatcher"), Caller.staff(client, "unit")
    code = unit.get("/v1/session").json()["unit_code"]
    assert (
        desk.step(number, "dispatch", unit_code=code, reason="属地不对").json()["status"]
        == "已派单"
    )
    assert unit.step(number, "sign").json()["status"] == "已签收"
    assert unit.step(number, "start").json()["status"] == "办理中"
    closed = unit.step(number, "close", reply="已责令整改，夜间不再营业。")
    assert closed.json()["status"] == "已办结"
    return citizen, number


def test_a_filed_ticket_says_what_is_next_and_by_when(client: TestClient):
    ticket = Caller.citizen(client).file()
    assert ticket["status"] == "待派单"
    assert ticket["next_step"]
    assert ticket["due_text"]
    assert ticket["timeline"][0]["text"]


def test_the_citizen_follows_rates_and_reopens_it(client: TestClient):
    citizen, number = closed_ticket(client)
    seen = citizen.get("/v1/tickets").json()["items"][0]
    assert (seen["reply"], seen["can_rate"]) == ("已责令整改，夜间不再营业。", True)
    rated = citizen.post(f"/v1/tickets/{number}/rating", {"score": 2, "text": "还在吵"}).json()
    assert rated["rating"] == 2
    again = citizen.post(f"/v1/tickets/{number}/rating", {"score": 5})
    assert again.json()["error"]["code"] == "illegal_step"
    child = citizen.post(f"/v1/tickets/{number}/reopen", {"reason": "昨晚又吵"}).json()
    assert child["number"] != number
    assert len(citizen.get("/v1/tickets").json()["items"]) == 2


def test_whoever_knows_number_and_phone_may_look_rate_and_reopen(client: TestClient):
    _, number = closed_ticket(client)
    other = Caller.citizen(client)
    proof = {"phone_last4": "1234"}
    assert other.post("/v1/tickets/lookup", {"number": number, **proof}).json()["number"] == number
    assert other.post(f"/v1/tickets/{number}/rating", {"score": 4, **proof}).json()["rating"] == 4
    reopened = other.post(f"/v1/tickets/{number}/reopen", {"reason": "又吵了", **proof})
    assert reopened.status_code == 200
    wrong = other.post("/v1/tickets/lookup", {"number": number, "phone_last4": "0000"})
    assert wrong.json()["error"]["code"] == "ticket_not_found"


def test_facts_can_be_added_while_it_is_open(client: TestClient):
    citizen = Caller.citizen(client)
    number = citizen.file()["number"]
    added = citizen.post(f"/v1/tickets/{number}/additions", {"text": "今晚又吵，电话13800005678"})
    assert added.status_code == 200
    assert "13800005678" not in added.text


def test_the_same_key_makes_one_ticket_even_at_the_same_moment(client: TestClient):
    citizen = Caller.citizen(client)
    headers = {"Idempotency-Key": "form-0123456789"}
    body = {"text": "路灯不亮", "phone": "13800001234"}
    with ThreadPoolExecutor(5) as pool:
        answers = list(
            pool.map(lambda _: citizen.post("/v1/tickets", body, headers=headers), range(5))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["number"] for answer in answers}) == 1
    other = citizen.post("/v1/tickets", {"text": "井盖坏了"}, headers=headers)
    assert other.json()["error"]["code"] == "idempotency_conflict"
    assert len(citizen.get("/v1/tickets").json()["items"]) == 1


def test_without_a_suggester_a_ticket_goes_to_a_person(client: TestClient, monkeypatch):
    monkeypatch.setattr(client.app.state.services.filing, "_suggester", Suggester(None))
    number = Caller.citizen(client).file("天河区石牌东路路灯不亮")["number"]
    detail = Caller.staff(client, "dispatcher").get(f"/v1/desk/tickets/{number}").json()
    assert (detail["suggestion"], detail["dial"]) == (None, "human")
    assert detail["district"] == "天河区"


def test_a_broken_suggester_does_not_stop_a_ticket(client: TestClient, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ValueError("model file corrupt")

    monkeypatch.setattr(client.app.state.services.filing, "_suggester", Suggester(broken))
    assert Caller.citizen(client).file()["number"]


def test_two_clerks_cannot_both_dispatch_one_ticket(client: TestClient):
    number = Caller.citizen(client).file()["number"]
    desk = Caller.staff(client, "dispatcher")
    code = client.app.state.services.city.units[0].code
    body = {"version": 1, "unit_code": code, "reason": "属地不对"}
    with ThreadPoolExecutor(2) as pool:
        path = f"/v1/desk/tickets/{number}/dispatch"
        answers = list(pool.map(lambda _: desk.post(path, body), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_the_queue_is_filtered_counted_and_paged(client: TestClient):
    citizen = Caller.citizen(client)
    for n in range(3):
        citizen.file(f"天河区第{n}盏路灯不亮")
    citizen.file("越秀区北京路井盖松动")
    desk = Caller.staff(client, "dispatcher")
    page = desk.get("/v1/desk/tickets?q=路灯&size=2&page=2").json()
    assert (page["total"], len(page["items"]), page["counts"]["待派单"]) == (3, 1, 3)
    assert desk.get("/v1/desk/tickets?order=sideways").status_code == 422
    assert desk.get("/v1/desk/tickets?status=已办结").json()["total"] == 0


def test_an_illegal_step_says_what_is_possible(client: TestClient):
    number = Caller.citizen(client).file()["number"]
    answer = Caller.staff(client, "dispatcher").step(number, "callback", solved=True)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "illegal_step")


def test_a_returned_ticket_leaves_the_units_sight_and_is_on_the_desk_again(client: TestClient):
    number = Caller.citizen(client).file()["number"]
    desk, unit = Caller.staff(client, "dispatcher"), Caller.staff(client, "unit")
    desk.step(
        number, "dispatch", unit_code=unit.get("/v1/session").json()["unit_code"], reason="属地不对"
    )
    unit.step(number, "sign")
    returned = unit.step(number, "return", reason="不属职责", note="应由街道办理")
    assert (returned.json()["status"], returned.json()["bounces"]) == ("待派单", 1)
    assert unit.get(f"/v1/desk/tickets/{number}").status_code == 404


def test_unmasking_is_a_recorded_act_with_a_reason(client: TestClient):
    number = Caller.citizen(client).file(name="陈测试")["number"]
    desk = Caller.staff(client, "dispatcher")
    assert "13800001234" not in desk.get(f"/v1/desk/tickets/{number}").text
    shown = desk.post(f"/v1/desk/tickets/{number}/unmask", {"reason": "电话核实地址"}).json()
    assert shown == {"phone": "13800001234", "name": "陈测试"}
    history = desk.get(f"/v1/desk/tickets/{number}").json()["history"]
    assert any("电话核实地址" in entry["text"] for entry in history)
    assert desk.post(f"/v1/desk/tickets/{number}/unmask", {"reason": ""}).status_code == 422


def test_the_overview_counts_from_the_same_database(client: TestClient):
    closed_ticket(client)
    figures = Caller.staff(client, "manager").get("/v1/overview?days=7").json()
    assert (figures["totals"]["received"], figures["totals"]["closed"]) == (1, 1)
    assert len(figures["by_day"]) == 7
    entries = Caller.staff(client, "manager").get("/v1/indicators/dictionary").json()
    assert set(figures["totals"]) <= {entry["code"] for entry in entries}


def test_tickets_survive_a_restart(make_client: Callable[..., TestClient]):
    from api.app import create_app

    first = make_client()
    citizen = Caller.citizen(first)
    number = citizen.file()["number"]
    with TestClient(create_app(first.app.state.services.settings)) as second:
        seen = Caller(second, citizen.token).get("/v1/tickets").json()["items"]
    assert [item["number"] for item in seen] == [number]


def test_an_addition_or_reopening_sent_again_under_its_key_is_done_once(client: TestClient):
    citizen = Caller.citizen(client)
    number = citizen.file()["number"]
    address, body = f"/v1/tickets/{number}/additions", {"text": "昨晚又吵到两点"}
    answers = [
        citizen.post(address, body, headers={"Idempotency-Key": "key-of-the-addition"}).json()
        for _ in range(3)
    ]
    assert answers[0] == answers[1] == answers[2]
    said = [entry["text"] for entry in answers[0]["timeline"]]
    assert len([text for text in said if "昨晚又吵" in text]) == 1
    other = citizen.post(
        address, {"text": "另一句"}, headers={"Idempotency-Key": "key-of-the-addition"}
    )
    assert other.json()["error"]["code"] == "idempotency_conflict"
