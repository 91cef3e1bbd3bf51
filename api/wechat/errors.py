"""What WeChat says when it does not do as asked.

WeChatError
├── Busy      nothing was done: system busy, no connection, 5xx; the same again later can help
├── Unsure    sent, but no answer came: it may have been done
└── Refused   WeChat will not do it; ``code`` is its errcode

Codes: developers.weixin.qq.com, 全局返回码 and the error tables of each interface.
"""

# ruff: noqa: N818 - errors are named after what happened
from __future__ import annotations

SYSTEM_BUSY = -1
TOKEN_ERRORS = frozenset({40001, 40014, 42001})
LOGIN_CODE_ERRORS = frozenset({40029, 40163})
TOO_FAST = frozenset({45011, 45009})
RISKY_USER = 40226
NO_CONSENT = frozenset({43101, 43107})
# The 48 hours (or 20 messages, or the 5-message budget) in which an account may write are over.
MAY_NOT_WRITE = frozenset({45015, 45047})

MEANINGS: dict[int, str] = {
    -1: "微信系统繁忙",
    40001: "access_token 无效或 AppSecret 不对",
    40003: "openid 不对，或不是这个应用的用户",
    40007: "media_id 无效或已过期",
    40013: "AppID 不对",
    40014: "access_token 无效",
    40016: "菜单按钮个数不对",
    40018: "菜单按钮名字太长",
    40029: "登录 code 无效",
    40037: "订阅消息模板编号不对",
    40125: "AppSecret 不对",
    40163: "登录 code 已用过",
    40164: "服务器的出口地址不在微信的白名单里",
    40226: "微信认为该用户有风险，拒绝登录",
    41030: "跳转页面不存在",
    42001: "access_token 已过期",
    43101: "用户没有同意接收，或同意的次数已用完",
    43107: "订阅消息能力被封禁",
    45009: "接口调用次数超过当日上限",
    45011: "同一用户调用太频繁",
    45015: "超过 48 小时没有互动，或已取消关注，不能主动发消息",
    45047: "客服消息条数已达上限",
    47003: "模板字段的内容不合要求",
    48001: "账号没有这个接口的权限",
    89503: "调用需要管理员在微信里确认",
}


class WeChatError(Exception):
    """WeChat did not do it."""

    def __init__(self, code: int | None, message: str) -> None:
        super().__init__(f"{message}（{code}）" if code is not None else message)
        self.code = code


class Busy(WeChatError):
    """Nothing was done; try again later."""


class Unsure(WeChatError):
    """No answer came; it may have been done."""


class Refused(WeChatError):
    """WeChat will not do it."""


def from_code(code: int, api: str) -> WeChatError:
    """Return the error for an errcode of the interface ``api``.

    WeChat's errmsg is left out: it can carry openids and request ids.
    """
    message = f"{api}：{MEANINGS.get(code, '微信拒绝了请求')}"
    return Busy(code, message) if code == SYSTEM_BUSY else Refused(code, message)
