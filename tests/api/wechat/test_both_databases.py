"""Once means once: on SQLite and PostgreSQL, with several processes at it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from api.wechat.consent import Consents
from api.wechat.content import read_content
from api.wechat.identity import Identities
from api.wechat.incoming import Incoming
from api.wechat.notices import Notices
from api.wechat.outgoing import Outgoing
from hotline.store import Store, WeChatIdentity, WeChatOutgoing
from hotline.tickets import Intake, add_to, create_ticket, void
from tests.api.wechat.conftest import CITY
from tests.hotline.conftest import (
    database_url,
    postgres_server,
    postgres_template,
    sqlite_template,
    store,
    vault,
)
from tests.hotline.hotline_cast import CITIZEN, MANAGER

__all__ = [
    "database_url",
    "postgres_server",
    "postgres_template",
    "sqlite_template",
    "store",
    "vault",
]

TOGETHER = 6


def at_once(act):
    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(lambda _: act(), range(TOGETHER)))


def test_one_message_is_taken_by_one_of_many_processes(store: Store):
    taken = at_once(lambda: Incoming(store).take("the-key", {"Content": "您好"}))
    assert [one.mine for one in taken].count(True) == 1


def test_one_person_met_by_many_processes_is_one_citizen(store: Store):
    people = at_once(lambda: Identities(store).of("official_account", "wx", "o-1", "u-1"))
    assert len({person.citizen_id for person in people}) == 1


def test_what_is_due_is_sent_by_one_of_many_processes_and_in_order(store: Store):
    with store.session() as session:
        for citizen in ("a", "b", "c"):
            for number in (1, 2):
                Outgoing.add(session, f"{citizen}{number}", citizen, "text", {"text": "x"})
    first = [letter for letters in at_once(Outgoing(store).take) for letter in letters]
    assert sorted(letter.identity_key for letter in first) == ["a", "b", "c"]
    assert len({letter.id for letter in first}) == 3
    for letter in first:
        Outgoing(store).sent(letter)
    assert len(Outgoing(store).take()) == 3


def test_a_step_is_told_once_however_many_processes_look(store: Store):
    Notices(store, read_content(CITY)).gather()
    person = Identities(store).of("official_account", "wx", "o-1")
    Identities(store).note_heard(person.key)
    with store.session() as session:
        session.get_one(WeChatIdentity, person.key).citizen_id = CITIZEN.user
        intake = Intake(text="楼下烧烤店半夜噪音扰民", channel="h5", citizen_id=CITIZEN.user)
        number = create_ticket(session, intake, CITIZEN).number
        add_to(session, number, CITIZEN, text="昨晚又吵")
        void(session, number, MANAGER, reason="重复", expected_version=None)
    at_once(Notices(store, read_content(CITY)).gather)
    at_once(Notices(store, read_content(CITY)).gather)
    with store.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(WeChatOutgoing)) == 1


def test_consents_noted_and_used_at_the_same_time_add_up(store: Store):
    content = read_content(CITY)
    one = content.subscriptions[0]
    consents = Consents(store, (one,))
    consents.note("citizen-1", {one.key: False})
    at_once(lambda: consents.note("citizen-1", {one.key: True}))

    def use() -> bool:
        with store.session() as session:
            return consents.use(session, "citizen-1", one)

    assert [*at_once(use), *at_once(use)].count(True) == TOGETHER


def test_what_could_not_be_sent_in_time_is_let_go(store: Store):
    with store.session() as session:
        Outgoing.add(session, "old", "a", "text", {"text": "请问在哪里？"})
        row = session.scalars(select(WeChatOutgoing)).one()
        row.state, row.created_at = "held", datetime.now(UTC) - timedelta(days=3)
    Outgoing(store).release("a")
    assert Outgoing(store).take() == []
    with store.session(read_only=True) as session:
        assert session.scalars(select(WeChatOutgoing)).all() == []
