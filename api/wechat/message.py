"""A message to the official account, and which earlier one it repeats."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """What WeChat told us, with names of our own; ``key`` is the same for every repetition."""

    key: str
    openid: str
    account: str
    kind: str
    text: str
    media_id: str
    place: str
    event: str
    event_key: str

    @classmethod
    def of(cls, fields: dict[str, str]) -> Message:
        """Read a callback's fields (接收普通消息, 接收事件推送)."""
        kind, event = fields.get("MsgType", ""), fields.get("Event", "").lower()
        openid, event_key = fields.get("FromUserName", ""), fields.get("EventKey", "")
        # Events carry no id; WeChat's advice is sender and time.
        told = fields.get("MsgId") or "\x1f".join(
            (openid, fields.get("CreateTime", ""), event, event_key)
        )
        said = fields.get("Recognition", "") if kind == "voice" else fields.get("Content", "")
        return cls(
            key=hashlib.sha256(f"{fields.get('ToUserName')}\x1f{told}".encode()).hexdigest(),
            openid=openid,
            account=fields.get("ToUserName", ""),
            kind=kind,
            text=said,
            media_id=fields.get("MediaId", ""),
            place=fields.get("Label", ""),
            event=event,
            event_key=event_key,
        )

    @property
    def chat_id(self) -> uuid.UUID:
        """The id under which the chat gateway takes this message, once."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"wechat:{self.key}")
