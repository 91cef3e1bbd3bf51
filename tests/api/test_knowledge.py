"""The knowledge desk over HTTP: an edit, its review, its place in the next answer, and gaps."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.app import create_app
from knowledge_base.workbook import COLUMNS
from tests.api.conftest import settings_in
from tests.api.desk_story import Caller

DRONE = "无人机飞行许可怎么申请登记"


@pytest.fixture(scope="module")
def client(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("knowledge") / "installation"
    shutil.copytree(installation, folder)
    with TestClient(create_app(settings_in(folder))) as client:
        yield client


@pytest.fixture(scope="module")
def editor(client: TestClient) -> Caller:
    return Caller.staff(client, "editor")


@pytest.fixture(scope="module")
def manager(client: TestClient) -> Caller:
    return Caller.staff(client, "manager")


def entry_of(caller: Caller, name: str) -> dict[str, Any]:
    return caller.get(f"/v1/knowledge/entries/{name}").json()


def save(caller: Caller, name: str, version: int, content: dict[str, Any], note: str = "") -> Any:
    body = {"version": version, "content": content, "note": note}
    return caller.post(f"/v1/knowledge/entries/{name}", body)


def move(caller: Caller, name: str, to: str) -> Any:
    version = entry_of(caller, name)["entry"]["version"]
    return caller.post(f"/v1/knowledge/entries/{name}/status", {"version": version, "to": to})


def ask(client: TestClient, question: str) -> dict[str, Any]:
    return client.post("/v1/answers", json={"question": question}).json()


def upload(caller: Caller, name: str, content: bytes, **fields: str) -> Any:
    return caller.call(
        "POST", "/v1/knowledge/imports", files={"file": (name, content)}, data=fields
    )


def test_an_edit_reaches_citizens_only_after_another_person_has_reviewed_it(
    client: TestClient, editor: Caller, manager: Caller
) -> None:
    shown = entry_of(editor, "dog-registration")
    assert (shown["may_edit"], shown["may_move"]) == (True, ["draft", "expired"])
    content = {**shown["entry"], "summary": "养犬登记已改为网上办理。"}
    saved = save(
        editor, "dog-registration", shown["entry"]["version"], content, "改为网上办"
    ).json()
    assert saved["entry"]["status"] == "draft"
    assert saved["in_force"] == shown["entry"]["version"]
    assert ask(client, "养犬登记")["text"] == shown["entry"]["summary"]

    assert move(editor, "dog-registration", "review").status_code == 200
    own = move(editor, "dog-registration", "published")
    assert (own.status_code, own.json()["error"]["code"]) == (409, "illegal_step")
    done = move(manager, "dog-registration", "published").json()
    assert done["entry"]["reviewer"] == "manager"
    assert ask(client, "养犬登记")["text"] == "养犬登记已改为网上办理。"

    steps = [(v["status"], v["editor"]) for v in done["versions"]]
    assert steps[1:] == [("draft", "editor"), ("review", "editor"), ("published", "manager")]
    first, last = done["versions"][0]["version"], done["versions"][-1]["version"]
    path = "/v1/knowledge/entries/dog-registration/differences"
    changed = editor.get(path, params={"before": first, "after": last}).json()["fields"]
    assert [(f["field"], f["after"]) for f in changed] == [("summary", "养犬登记已改为网上办理。")]


def test_who_saves_over_a_newer_version_is_told(editor: Caller) -> None:
    shown = entry_of(editor, "street-stall")["entry"]
    assert save(editor, "street-stall", shown["version"], shown).status_code == 200
    late = save(editor, "street-stall", shown["version"], shown)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "version_conflict")
    assert "已被别人改到" in late.json()["error"]["message"]


def test_a_wrong_field_is_named_with_its_remedy(editor: Caller) -> None:
    shown = entry_of(editor, "short-weight")["entry"]
    wrong = save(editor, "short-weight", shown["version"], {**shown, "effective_date": "明年"})
    assert wrong.status_code == 422
    assert wrong.json()["error"]["message"] == "effective_date：日期请写成 2025-01-31 的样子"
    assert entry_of(editor, "short-weight")["entry"] == shown


def test_a_unit_edits_its_own_entries_only_and_cannot_publish(client: TestClient) -> None:
    unit = Caller.staff(client, "unit")
    foreign = entry_of(unit, "passport")
    assert (foreign["may_edit"], foreign["may_move"]) == (False, [])
    refused = save(unit, "passport", foreign["entry"]["version"], foreign["entry"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert move(unit, "passport", "expired").json()["error"]["code"] == "not_allowed"
    name = unit.get("/v1/session").json()["unit_name"]
    own = {**foreign["entry"], "id": "own", "title": "本单位的事", "unit": name}
    assert save(unit, "own", 0, own).json()["may_move"] == ["review"]
    table = unit.get("/v1/knowledge/table").content
    listed = unit.get("/v1/knowledge/entries", params={"unit": name}).json()["total"]
    assert upload(unit, "t.xlsx", table, kind="workbook").json()["unchanged"] == listed
    assert upload(unit, "t.csv", b"a", kind="faq").json()["error"]["code"] == "not_allowed"


def test_a_table_goes_out_is_edited_and_comes_back_as_drafts(
    editor: Caller, tmp_path: Path
) -> None:
    file = tmp_path / "knowledge.xlsx"
    file.write_bytes(editor.get("/v1/knowledge/table").content)
    book = load_workbook(file)
    sheet = book.worksheets[0]
    title = COLUMNS.index("title") + 1
    summary = COLUMNS.index("summary") + 1
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == "passport")
    sheet.cell(row, summary).value = "护照首次申领须本人到场。"
    broken = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == "adoption")
    sheet.cell(broken, title).value = ""
    book.save(file)
    planned = upload(editor, "k.xlsx", file.read_bytes(), kind="workbook").json()
    assert (planned["preview"], planned["changed"], planned["rejected"]) == (True, 1, 1)
    assert planned["changes"][0]["fields"][0]["after"] == "护照首次申领须本人到场。"
    assert planned["rejects"][0]["row"] == broken
    assert entry_of(editor, "passport")["entry"]["status"] == "published"
    upload(editor, "k.xlsx", file.read_bytes(), kind="workbook", preview="false")
    assert entry_of(editor, "passport")["entry"]["status"] == "draft"
    again = upload(editor, "k.xlsx", file.read_bytes(), kind="workbook").json()
    assert "请重新导出再改" in {r["raw"]: r["reason"] for r in again["rejects"]}.get(
        "passport", ""
    ) or (again["changed"] == 0)


def test_a_policy_document_is_quoted_at_once_and_a_new_edition_shows_its_differences(
    client: TestClient, editor: Caller
) -> None:
    rules = "共享雨伞管理规定\n第一章 归还\n第一条 借用人应当在七日内归还共享雨伞。\n第二条 逾期的每日收取一元雨伞占用费。\n"
    fields = {"kind": "policy", "title": "共享雨伞管理规定", "unit": "市雨伞局"}
    first = upload(editor, "雨伞.txt", rules.encode(), preview="false", **fields).json()
    assert (first["added"], first["rejected"]) == (2, 0)
    answer = ask(client, "共享雨伞要在几日内归还")
    assert "七日内归还" in answer["text"]
    assert answer["sources"][0]["basis"] == "《共享雨伞管理规定》第一章 第一条"
    newer = rules.replace("七日", "五日").split("第二条")[0]
    second = upload(editor, "雨伞.txt", newer.encode(), preview="false", **fields).json()
    assert (second["changed"], second["expired"]) == (1, 1)
    assert "五日内归还" in ask(client, "共享雨伞要在几日内归还")["text"]
    assert ask(client, "共享雨伞逾期每日收多少占用费")["outcome"] != "answered"


def test_an_unreadable_file_is_refused_in_one_sentence(editor: Caller) -> None:
    for name, content, kind in [
        ("a.xlsx", b"no workbook", "workbook"),
        ("a.pdf", b"%PDF-1.4 broken", "policy"),
        ("a.docx", b"no zip", "policy"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "faq"),
        ("a.txt", b"\xff\xfe\x00", "policy"),
    ]:
        refused = upload(editor, name, content, kind=kind)
        assert refused.status_code == 422, (name, refused.text)
        assert "/" not in refused.json()["error"]["message"]


def test_an_unanswered_question_becomes_a_draft_then_an_answer_and_the_loop_is_visible(
    client: TestClient, editor: Caller, manager: Caller
) -> None:
    for _ in range(3):
        assert ask(client, DRONE)["outcome"] != "answered"
    gap = next(
        g for g in editor.get("/v1/knowledge/gaps").json()["items"] if DRONE in g["wordings"]
    )
    assert gap["asked"] == 3
    drafted = editor.post(f"/v1/knowledge/gaps/{gap['id']}/draft", {"unit": "广州市公安局"}).json()
    name = drafted["entry_id"]
    twice = editor.post(f"/v1/knowledge/gaps/{gap['id']}/draft", {"unit": "广州市公安局"})
    assert twice.json()["error"]["code"] == "already_drafted"
    draft = entry_of(editor, name)["entry"]
    assert DRONE in draft["questions"]
    content = {**draft, "summary": "在民航局的无人驾驶航空器一体化综合监管服务平台上登记和申请。"}
    save(editor, name, draft["version"], content)
    move(editor, name, "review")
    move(manager, name, "published")
    assert ask(client, DRONE)["text"] == content["summary"]
    closed = editor.get("/v1/knowledge/gaps", params={"closed": True}).json()["items"][0]
    assert closed["entry_id"] == name
    assert closed["story"].startswith("问过 3 次，")
    assert closed["story"].endswith("日起已有答案")


def test_a_badly_rated_answer_becomes_a_gap_and_a_good_one_does_not(
    client: TestClient, editor: Caller
) -> None:
    body = {"question": "银龄卡怎么用，我电话13800001234", "entry": "elder-benefit"}
    client.post("/v1/answers/rating", json={**body, "helpful": True})
    assert not [
        g for g in editor.get("/v1/knowledge/gaps").json()["items"] if "银龄" in g["question"]
    ]
    client.post("/v1/answers/rating", json={**body, "helpful": False})
    gap = next(
        g for g in editor.get("/v1/knowledge/gaps").json()["items"] if "银龄" in g["question"]
    )
    assert (gap["outcome"], gap["near"]) == ("badly_rated", "elder-benefit")
    assert "13800001234" not in gap["question"]
    done = editor.post(f"/v1/knowledge/gaps/{gap['id']}/dismiss").json()
    assert done["closed_at"]


def test_planted_contradictions_and_due_entries_are_listed(editor: Caller, manager: Caller) -> None:
    shown = entry_of(editor, "id-card-temporary")["entry"]
    blocks = [{**b, "text": "30元。"} if b["name"] == "收费" else b for b in shown["blocks"]]
    planted = {**shown, "id": "planted", "blocks": blocks, "expiry_date": "2026-01-01"}
    save(editor, "planted", 0, planted)
    findings = editor.get("/v1/knowledge/findings").json()["items"]
    assert any(
        {f["first"], f["second"]} == {"planted", "id-card-temporary"}
        and "收费的金额不同" in f["detail"]
        for f in findings
    )
    assert entry_of(editor, "planted")["findings"]
    move(editor, "planted", "review")
    move(manager, "planted", "published")
    assert "planted" in [e["id"] for e in editor.get("/v1/knowledge/due").json()["expired"]]


def test_edits_and_questions_at_the_same_time_lose_nothing(
    client: TestClient, editor: Caller, manager: Caller
) -> None:
    names = [f"busy-{n}" for n in range(3)]
    failures: list[str] = []
    done = threading.Event()

    def edit(name: str) -> None:
        content = {
            "kind": "问答", "title": f"{name} 号柜台几点开门", "summary": f"{name} 上午九点开门。",
            "unit": "市图书馆", "questions": [f"{name} 柜台开门时间"],
        }  # fmt: skip
        for version in (1, 2, 3):
            content["summary"] = f"{name} 第 {version} 次改。"
            answer = save(editor, name, version - 1, content)
            if answer.status_code != 200:
                failures.append(answer.text)
        for caller, to in ((editor, "review"), (manager, "published")):
            answer = move(caller, name, to)
            if answer.status_code != 200:
                failures.append(answer.text)

    def question() -> None:
        while not done.is_set():
            if ask(client, "居住证怎么办")["outcome"] != "answered":
                failures.append("an answer got lost")

    asking = threading.Thread(target=question)
    editing = [threading.Thread(target=edit, args=(name,)) for name in names]
    for thread in (asking, *editing):
        thread.start()
    for thread in editing:
        thread.join()
    done.set()
    asking.join()
    assert failures == []
    for name in names:
        assert ask(client, f"{name} 号柜台几点开门")["text"] == f"{name} 第 3 次改。"
        assert len(entry_of(editor, name)["versions"]) == 5
