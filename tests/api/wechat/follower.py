"""A follower of the official account, as WeChat's servers speak for them.

Sealing and opening is wechatpy's, an implementation that is not ours.
"""

from __future__ import annotations

import itertools
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from tests.api.wechat.wechat_place import OFFICIAL

TOKEN = "token-for-callbacks"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_official"
_numbers = itertools.count(int(time.time()) * 1000)


def sign(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return signer.signature


@dataclass
class Follower:
    """Sends messages and reads replies."""

    client: TestClient
    openid: str
    app_id: str = OFFICIAL[0]
    token: str = TOKEN
    aes_key: str = AES_KEY
    answers: list[Any] = field(default_factory=list)

    def say(self, content: str, **fields: str) -> str | None:
        return self.send(MsgType="text", Content=content, **fields)

    def click(self, key: str) -> str | None:
        return self.send(MsgType="event", Event="CLICK", EventKey=key)

    def send(self, **fields: str) -> str | None:
        """Send a message; return the text of the passive reply, or ``None`` for ``success``."""
        answer = self.post(self.packed(**fields))
        assert answer.status_code == 200, answer.text
        return self.read(answer)

    def packed(self, **fields: str) -> str:
        message = {
            "ToUserName": ACCOUNT,
            "FromUserName": self.openid,
            "CreateTime": str(int(time.time())),
            **({} if fields.get("MsgType") == "event" else {"MsgId": str(next(_numbers))}),
            **fields,
        }
        inner = "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in message.items())
        return f"<xml>{inner}</xml>"

    def post(
        self, message: str, *, at: int | None = None, bad_signature: bool = False, **query: str
    ) -> Any:
        """Deliver a message, sealed and signed as of ``at``."""
        timestamp, nonce = str(at or int(time.time())), "nonce-1"
        crypto = WeChatCrypto(self.token, self.aes_key, self.app_id)
        sealed = ElementTree.fromstring(crypto.encrypt_message(message, nonce, timestamp))
        body = (
            f"<xml><ToUserName>{ACCOUNT}</ToUserName>"
            f"<Encrypt><![CDATA[{sealed.findtext('Encrypt')}]]></Encrypt></xml>"
        )
        parameters = {
            "signature": sign(self.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": self.openid,
            "encrypt_type": "aes",
            "msg_signature": "0" * 40 if bad_signature else sealed.findtext("MsgSignature") or "",
            **query,
        }
        return self.client.post("/v1/wechat/callback", params=parameters, content=body.encode())

    def read(self, answer: Any) -> str | None:
        if answer.text == "success":
            return None
        envelope = ElementTree.fromstring(answer.text)
        values = {each.tag: each.text or "" for each in envelope}
        crypto = WeChatCrypto(self.token, self.aes_key, self.app_id)
        plain = crypto.decrypt_message(
            answer.text, values["MsgSignature"], values["TimeStamp"], values["Nonce"]
        )
        reply = ElementTree.fromstring(plain)
        assert reply.findtext("ToUserName") == self.openid
        assert reply.findtext("FromUserName") == ACCOUNT
        return reply.findtext("Content")
