"""Both WeChat fronts, opened from the settings; what has no keys is off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.chat.gateway import Gateway
from api.citizen_tickets import CitizenTickets
from api.photos import PhotoStore
from api.schemas.chat import Reply
from api.settings import Settings
from api.wechat.client import App, WeChatClient
from api.wechat.consent import Consents
from api.wechat.content import WeChatContent, read_content
from api.wechat.courier import Courier
from api.wechat.envelope import Envelope, signed
from api.wechat.identity import Identities
from api.wechat.incoming import Incoming
from api.wechat.notices import Notices, may_write
from api.wechat.official import OfficialAccount
from api.wechat.outgoing import Outgoing
from api.wechat.photo_desk import PhotoDesk
from hotline.store import Conversation, Store, WeChatIdentity

MINI_OFF = "未开通：没有设置 SUISHENG_WECHAT_MINI_APPID"
OFFICIAL_OFF = "未开通：没有设置 SUISHENG_WECHAT_OFFICIAL_APPID"


@dataclass(frozen=True)
class WeChat:
    """The opened fronts; ``mini`` and ``official`` are ``None`` while off."""

    identities: Identities
    mini: WeChatClient | None
    official_client: WeChatClient | None
    official: OfficialAccount | None
    consents: Consents
    courier: Courier | None
    token: str = ""

    @classmethod
    def open(
        cls,
        settings: Settings,
        store: Store,
        folder: Path,
        http: httpx2.AsyncClient,
        gateway: Gateway,
        photos: PhotoStore,
        tickets: CitizenTickets,
    ) -> WeChat:
        """Open what has keys.

        Raises:
            CityError: ``wechat.yml`` in ``folder`` is wrong, and a front is on.
        """
        identities = Identities(store)
        mini = _client(settings, http, "mini")
        client = _client(settings, http, "official")
        if mini is None and client is None:
            return cls(identities, None, None, None, Consents(store, ()), None)
        content = read_content(folder)
        outgoing = Outgoing(store)
        official = None
        if client is not None:
            official = OfficialAccount(
                client.app.app_id,
                Envelope(
                    client.app.app_id,
                    settings.wechat_official_token.get_secret_value(),
                    settings.wechat_official_aes_key.get_secret_value(),
                ),
                identities,
                Incoming(store),
                outgoing,
                gateway,
                PhotoDesk(store, client, photos, tickets, content),
                content,
            )
        clients = {"subscription": mini, "text": client}
        courier = Courier(
            outgoing,
            Notices(store, content if mini else _without_subscriptions(content)),
            identities,
            {kind: each for kind, each in clients.items() if each is not None},
            official,
        )
        offered = content.offered if mini else ()
        return cls(
            identities,
            mini,
            client,
            official,
            Consents(store, offered),
            courier,
            settings.wechat_official_token.get_secret_value() if client else "",
        )

    def calls_with(self, query: Mapping[str, str]) -> bool:
        """Tell whether a callback carries WeChat's signature, made just now."""
        given, timestamp = query.get("signature", ""), query.get("timestamp", "")
        return bool(self.token) and signed(self.token, given, timestamp, query.get("nonce", ""))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have the courier make its rounds meanwhile."""
        if self.courier is None:
            yield
            return
        rounds = asyncio.create_task(self.courier.run())
        try:
            yield
        finally:
            rounds.cancel()
            with suppress(asyncio.CancelledError):
                await rounds


def tell_follower(session: Session, conversation: Conversation, replies: list[Reply]) -> None:
    """What the desk says in a chat goes to the citizen's official account, if they came by it.

    Part of the desk's own transaction, so that it is sent if and only if it was said.
    """
    account = session.scalar(
        select(WeChatIdentity).where(
            WeChatIdentity.citizen_id == conversation.citizen_id,
            WeChatIdentity.app == "official_account",
        )
    )
    if account is None or not may_write(account):
        return
    for reply in replies:
        Outgoing.add(session, f"chat:{reply.id}", account.key, "text", {"text": reply.text})


def _client(settings: Settings, http: httpx2.AsyncClient, name: str) -> WeChatClient | None:
    app_id = getattr(settings, f"wechat_{name}_appid")
    if not app_id:
        return None
    secret = getattr(settings, f"wechat_{name}_secret")
    return WeChatClient(http, settings.wechat_url, App(app_id, secret))


def _without_subscriptions(content: WeChatContent) -> WeChatContent:
    unsent = tuple(replace(each, template_id="") for each in content.subscriptions)
    return replace(content, subscriptions=unsent)
