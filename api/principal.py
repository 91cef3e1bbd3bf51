"""Who is calling."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.lifecycle import Actor, Role


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen's device; ``citizen_id`` is random and says nothing about the person."""

    citizen_id: str
    channel: str

    role = Role.CITIZEN.value

    @property
    def actor(self) -> Actor:
        """The citizen as the lifecycle knows them."""
        return Actor(user=self.citizen_id, role=Role.CITIZEN)


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in member of staff; ``scope`` is a district, ``None`` the whole city."""

    user_id: int
    username: str
    name: str
    role: str
    unit_code: str | None
    scope: str | None

    @property
    def actor(self) -> Actor:
        """The member of staff as the lifecycle knows them."""
        return Actor(self.username, Role(self.role), self.unit_code, self.scope)


@dataclass(frozen=True, slots=True)
class Service:
    """The dialogue actions."""

    role = "service"


@dataclass(frozen=True, slots=True)
class WeChatServer:
    """WeChat itself, known by its signature."""

    role = "wechat"


Principal = Citizen | Staff | Service | WeChatServer
