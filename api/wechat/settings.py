"""The keys of both WeChat fronts."""

from __future__ import annotations

import re

from pydantic import Field, SecretStr, model_validator

from hotline.settings import HotlineSettings

AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
KEYS = {
    "wechat_mini_appid": ("wechat_mini_secret",),
    "wechat_official_appid": (
        "wechat_official_secret", "wechat_official_token", "wechat_official_aes_key",
    ),
}  # fmt: skip


class WeChatSettings(HotlineSettings):
    """The hotline's settings and WeChat's."""

    wechat_url: str = Field(default="https://api.weixin.qq.com", description="微信服务端接口的地址")
    wechat_mini_appid: str = Field(default="", description="小程序 AppID；空为不开通")
    wechat_mini_secret: SecretStr = Field(default=SecretStr(""), description="小程序 AppSecret")
    wechat_official_appid: str = Field(default="", description="公众号 AppID；空为不开通")
    wechat_official_secret: SecretStr = Field(default=SecretStr(""), description="公众号 AppSecret")
    wechat_official_token: SecretStr = Field(default=SecretStr(""), description="公众号令牌 Token")
    wechat_official_aes_key: SecretStr = Field(
        default=SecretStr(""), description="公众号消息加解密密钥 EncodingAESKey，43 位"
    )

    @model_validator(mode="after")
    def _whole_keys(self) -> WeChatSettings:
        for front, rest in KEYS.items():
            if not getattr(self, front):
                continue
            missing = [name for name in rest if not getattr(self, name).get_secret_value()]
            if missing:
                names = "、".join(f"SUISHENG_{name.upper()}" for name in missing)
                raise ValueError(f"设置了 SUISHENG_{front.upper()}，还缺 {names}。")
        aes_key = self.wechat_official_aes_key.get_secret_value()
        if aes_key and not AES_KEY.fullmatch(aes_key):
            raise ValueError(
                "SUISHENG_WECHAT_OFFICIAL_AES_KEY 应是公众平台上的 43 位 EncodingAESKey，"
                f"现在是 {len(aes_key)} 位。"
            )
        return self
