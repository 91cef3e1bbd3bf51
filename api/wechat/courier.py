"""The courier: carries messages out, again and again, until the application stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool as in_thread

from api.wechat.client import WeChatClient
from api.wechat.errors import Refused, WeChatError
from api.wechat.identity import Identities
from api.wechat.notices import Notices
from api.wechat.official import OfficialAccount
from api.wechat.outgoing import Letter, Outgoing

logger = logging.getLogger("suisheng.wechat")

PAUSE = 1.0
"""Seconds between two rounds."""


class Courier:
    """Looks for what is to be sent and sends it; any number of processes may each have one."""

    def __init__(
        self,
        outgoing: Outgoing,
        notices: Notices,
        identities: Identities,
        clients: Mapping[str, WeChatClient],
        official: OfficialAccount | None,
    ) -> None:
        """Take the parts; ``clients`` by kind of message (subscription, text)."""
        self._outgoing = outgoing
        self._notices = notices
        self._identities = identities
        self._clients = clients
        self._official = official

    async def run(self) -> None:
        """Make rounds for ever; a database that is busy now is asked again in the next round."""
        while True:
            try:
                await self.round()
            except SQLAlchemyError as error:
                logger.warning("courier: %s", type(error).__name__)
            except Exception as error:
                logger.exception("courier: %s", type(error).__name__, exc_info=False)
            await asyncio.sleep(PAUSE)

    async def round(self) -> int:
        """Send all that is due; return how many WeChat took."""
        await in_thread(self._notices.gather)
        if self._official is not None:
            await self._official.answer_abandoned()
        taken = 0
        while letters := await in_thread(self._outgoing.take):
            taken += sum(await self._carry_all(letters))
        return taken

    async def _carry_all(self, letters: Sequence[Letter]) -> list[bool]:
        return await asyncio.gather(*map(self._carry, letters))

    async def _carry(self, letter: Letter) -> bool:
        try:
            await self._send(letter)
        except WeChatError as error:
            await in_thread(self._outgoing.failed, letter, error)
            return False
        await in_thread(self._outgoing.sent, letter)
        return True

    async def _send(self, letter: Letter) -> None:
        client = self._clients.get(letter.kind)
        openid = await in_thread(self._identities.openid, letter.identity_key)
        if client is None or openid is None:
            raise Refused(None, "没有可以发送的账号")
        content = letter.content
        if letter.kind == "subscription":
            await client.send_subscription(
                openid, content["template"], content["page"], content["data"]
            )
        else:
            await client.send_text(openid, content["text"])
