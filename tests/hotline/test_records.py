"""The ledger, the vault, the roll-ups, the staff and the retention."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from hotline import ledger, rollups
from hotline.errors import InvalidInput, VaultError
from hotline.ledger import Decision
from hotline.lifecycle import Role
from hotline.retention import anonymise
from hotline.staff import add_user, change_user, deactivate
from hotline.store import (
    Contact,
    DailyMargin,
    DailyRollup,
    DailySpread,
    LedgerEntry,
    StaffUser,
    TicketEvent,
)  # fmt: skip
from hotline.tickets import (
    add_to,
    close,
    dispatch,
    find_ticket,
    rate,
    reopen,
    send_back,
    sign,
    start,
    void,
)
from hotline.vault import ContactData, Vault, new_key
from tests.hotline.hotline_cast import CATEGORY, CITIZEN, DISPATCHER, HANDLER, MANAGER, NOW, UNIT


def test_the_ledger_notices_every_kind_of_tampering(lite):
    with lite.session() as session:
        for n in range(5):
            ledger.record(session, [Decision("test", "me", f"GZ{n}", {"n": n, "中": 1.5}, {})], NOW)
        head = ledger.head(session)[1]
        assert ledger.verify(session, head).ok
    with lite.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER ledger_fix"))
        connection.execute(text("DROP TRIGGER ledger_keep"))
    tampering = {
        "UPDATE ledger SET content = replace(content, '\"n\":2', '\"n\":9') WHERE seq = 3": 3,
        "UPDATE ledger SET actor = 'you' WHERE seq = 2": 2,
        "UPDATE ledger SET previous = digest WHERE seq = 4": 4,
        "DELETE FROM ledger WHERE seq = 1": 2,
    }
    for statement, broken_at in tampering.items():
        with lite.session() as session:
            savepoint = session.begin_nested()
            session.connection().exec_driver_sql(statement)
            check = ledger.verify(session)
            assert (check.ok, check.broken_at) == (False, broken_at), statement
            savepoint.rollback()
            session.expunge_all()
    with lite.session() as session:
        session.execute(text("DELETE FROM ledger WHERE seq = 5"))
        assert ledger.verify(session).ok
        assert "截断" in ledger.verify(session, head).reason


def test_the_vault_opens_with_an_old_key_and_not_with_a_foreign_one():
    old, new = new_key(), new_key()
    data = ContactData(phone="13800001234", name="王小明", found=[("plate", "粤A12345")])
    sealed = Vault([old], "i" * 40).seal(data)
    assert "13800001234" not in sealed
    assert Vault([new, old], "i" * 40).open(sealed) == data
    with pytest.raises(VaultError, match="SUISHENG_VAULT_KEYS"):
        Vault([new], "i" * 40).open(sealed)


@pytest.mark.parametrize(("keys", "identity"), [([], "i" * 40), (["short"], "i" * 40), ([Fernet.generate_key().decode()], "i")])  # fmt: skip
def test_a_vault_without_proper_keys_does_not_open(keys, identity):
    with pytest.raises(VaultError):
        Vault(keys, identity)


def test_keys_are_made_once_and_kept(tmp_path):
    sealed = Vault.from_keys("", "", tmp_path).seal(ContactData(phone="13800001234"))
    assert Vault.from_keys("", "", tmp_path).open(sealed).phone == "13800001234"


def _figures(session):
    rows = []
    for table in (DailyRollup, DailyMargin, DailySpread):
        columns = list(table.__table__.columns)
        for row in session.execute(select(*columns).order_by(*table.__table__.primary_key)):
            if any(row[len(table.__table__.primary_key) :]):
                rows.append(tuple(row))
    return rows


def test_figures_kept_in_step_equal_figures_counted_anew(store, make):
    with store.session() as session:
        a, b, c = (make(session, district=area).number for area in ("天河区", "越秀区", None))
        for number in (a, b):
            dispatch(session, number, DISPATCHER, None, unit_code=UNIT, category=CATEGORY, now=NOW)
            sign(session, number, HANDLER, None, now=NOW)
        send_back(session, b, HANDLER, None, reason="不归我们管", now=NOW)
        start(session, a, HANDLER, None, now=NOW)
        close(session, a, HANDLER, None, reply="好了。", now=NOW + timedelta(days=60))
        rate(session, a, CITIZEN, score=4, now=NOW + timedelta(days=61))
        reopen(session, a, CITIZEN, reason="又来了", now=NOW + timedelta(days=62))
        void(session, c, MANAGER, None, reason="重复提交", now=NOW)
    with store.session() as session:
        kept = _figures(session)
        assert rollups.rebuild(session) == 4
        assert _figures(session) == kept
        total = session.execute(
            text("SELECT sum(received), sum(closed), sum(returned), sum(voided) FROM daily_rollup")
        ).one()
        assert tuple(total) == (4, 1, 1, 1)


def test_a_password_is_kept_as_an_argon2id_hash_only(store):
    with store.session() as session:
        user = add_user(
            session, "unit", "李四", "a-long-password", Role.UNIT_HANDLER, unit_code=UNIT
        )
        assert user.password_hash.startswith("$argon2id$")
        deactivate(session, "unit", NOW)
        assert not session.get_one(StaffUser, user.id).active


def test_the_last_administrator_and_oneself_cannot_be_closed(store):
    def change(session, username, actor, role=Role.ADMIN, active=True):
        change_user(
            session, username, name="某", role=role, unit_code=None, scope=None, active=active,
            actor=actor, now=NOW,
        )  # fmt: skip

    with store.session() as session:
        add_user(session, "first", "甲", "a-long-password", Role.ADMIN)
        with pytest.raises(InvalidInput, match="最后一位管理员"):
            change(session, "first", "somebody", active=False)
        add_user(session, "second", "乙", "a-long-password", Role.ADMIN)
        with pytest.raises(InvalidInput, match="不能停用自己"):
            change(session, "first", "first", active=False)
        change(session, "first", "second", role=Role.AUDITOR)
        kinds = session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)).all()
        assert kinds == ["user_added", "user_added", "user_changed"]


@pytest.mark.parametrize(
    "fields",
    [
        {"username": "张三"}, {"password": "short"}, {"role": Role.CITIZEN},
        {"role": Role.UNIT_HANDLER}, {"unit_code": "none"}, {"scope": "没有区"},
        {"username": "taken"},
    ],
)  # fmt: skip
def test_an_account_that_makes_no_sense_is_refused(lite, fields):
    with lite.session() as session:
        add_user(session, "taken", "某", "a-long-password", Role.AGENT)
        account = {
            "username": "new",
            "name": "新",
            "password": "a-long-password",
            "role": Role.AGENT,
        }
        with pytest.raises(InvalidInput):
            add_user(session, **{**account, **fields})
        assert session.query(StaffUser).count() == 1


def test_old_tickets_lose_their_people_and_keep_their_facts(store, make):
    with store.session() as session:
        old = make(session, phone="13800001234", place="石牌村某巷").number
        add_to(session, old, CITIZEN, text="补充：我住三楼", now=NOW)
        void(session, old, MANAGER, None, reason="重复", now=NOW)
        open_one = make(session, phone="13800001235").number
    later = NOW + timedelta(days=400)
    assert anonymise(store, 365, later, dry_run=True).tickets == 1
    report = anonymise(store, 365, later)
    assert (report.tickets, report.contacts) == (1, 1)
    with store.session(read_only=True) as session:
        ticket = find_ticket(session, old)
        assert ticket.contact_masked is ticket.citizen_key is ticket.place is None
        assert ticket.text
        texts = session.scalars(
            select(TicketEvent.text).where(TicketEvent.ticket_id == ticket.id)
        ).all()
        assert "〔已匿名〕" in texts
        assert find_ticket(session, open_one).contact_masked == "138****1235"
        assert len(session.scalars(select(Contact)).all()) == 1
        assert ledger.verify(session).ok
    assert anonymise(store, 365, later).tickets == 0
