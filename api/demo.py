"""Demo accounts: made at start-up in demo mode, switched off at start-up outside it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, update

from api.sessions import hash_password
from hotline.city import City
from hotline.lifecycle import Role
from hotline.store import StaffUser, Store

ACCOUNTS: dict[str, tuple[str, Role]] = {
    "agent": ("话务员（演示）", Role.AGENT),
    "dispatcher": ("派单员（演示）", Role.DISPATCHER),
    "unit": ("承办单位（演示）", Role.UNIT_HANDLER),
    "editor": ("知识编辑（演示）", Role.KNOWLEDGE_EDITOR),
    "manager": ("管理者（演示）", Role.MANAGER),
    "auditor": ("审计员（演示）", Role.AUDITOR),
    "admin": ("系统管理员（演示）", Role.ADMIN),
}


def prepare_accounts(store: Store, city: City, demo: bool, demo_unit: str) -> None:
    """Make the demo accounts, password ``demo-`` + user name; outside demo mode disable them.

    Raises:
        UnknownName: ``demo_unit`` is not a unit of the city.
    """
    if not demo:
        with store.session() as session:
            session.execute(update(StaffUser).where(StaffUser.demo).values(active=False))
        return
    unit = city.unit(demo_unit) if demo_unit else city.units[0]
    with store.session(read_only=True) as session:
        known = set(session.scalars(select(StaffUser.username)))
    hashes = {name: hash_password(f"demo-{name}") for name in ACCOUNTS if name not in known}
    with store.session() as session:
        session.execute(update(StaffUser).where(StaffUser.demo).values(active=True))
        session.execute(
            update(StaffUser)
            .where(StaffUser.demo, StaffUser.username == "unit")
            .values(unit_code=unit.code)
        )
        for username, password_hash in hashes.items():
            name, role = ACCOUNTS[username]
            session.add(
                StaffUser(
                    username=username,
                    name=name,
                    password_hash=password_hash,
                    role=role,
                    unit_code=unit.code if role is Role.UNIT_HANDLER else None,
                    demo=True,
                    created_at=datetime.now(UTC),
                )
            )
