"""Settings of the API, read from the environment (prefix ``SUISHENG_``) or from ``.env``."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from api.wechat.settings import WeChatSettings

DEMO_SERVICE_TOKEN = "demo-service-token"  # noqa: S105 - refused outside demo mode
SHORTEST_SECRET = 16

CommaSeparated = Annotated[tuple[str, ...], NoDecode]


class Settings(WeChatSettings):
    """The hotline's settings and the API's own; each stands with a comment in ``.env.example``."""

    host: str = Field(default="127.0.0.1", description="接口监听的地址")
    api_port: int = Field(default=8000, ge=1, le=65535, description="接口监听的端口")
    rasa_port: int = Field(default=5005, ge=1, le=65535, description="本机对话引擎的端口")
    actions_port: int = Field(default=5055, ge=1, le=65535, description="本机对话动作服务的端口")
    allow_public: bool = Field(default=False, description="允许监听本机以外的地址")
    service_token: SecretStr = Field(
        default=SecretStr(DEMO_SERVICE_TOKEN), description="对话动作服务调用 /v1/bot/ 的口令"
    )
    city: Path | None = Field(default=None, description="城市数据所在文件夹；空为自带的 city/")
    models: Path = Field(default=Path("models"), description="分类模型所在文件夹")
    web: Path = Field(default=Path("web"), description="市民页面所在文件夹")
    rasa_url: str = Field(default="", description="对话引擎地址；空为本机")
    actions_url: str = Field(default="", description="对话动作服务地址；空为本机")
    rewrite_url: str = Field(
        default="",
        description="把答案改得更口语的 OpenAI 兼容接口，如 http://127.0.0.1:8080/v1；空为不用",
    )
    rewrite_model: str = Field(default="", description="改写用的模型名称")
    rewrite_key: SecretStr = Field(default=SecretStr(""), description="改写接口的口令")
    rewrite_timeout: float = Field(default=4.0, gt=0, le=30, description="等待改写的秒数")
    rasa_timeout: float = Field(default=8.0, gt=0, le=60, description="等待对话引擎的秒数")
    allowed_hosts: CommaSeparated = Field(
        default=("127.0.0.1", "localhost"), description="允许的主机名，逗号分隔"
    )
    cors_origins: CommaSeparated = Field(
        default=(), description="允许跨站调用的网站来源，逗号分隔；空为不允许"
    )
    embed_origins: CommaSeparated = Field(
        default=(), description="允许嵌入市民页面的网站来源，逗号分隔；空为不允许"
    )
    demo_unit: str = Field(
        default="", description="演示账号 unit 所属单位的代码；空为单位表里的第一个"
    )
    body_limit: int = Field(default=1_048_576, ge=65_536, description="请求内容的上限（字节）")
    attachment_limit: int = Field(
        default=10_485_760, ge=65_536, description="每张照片的上限（字节）"
    )
    oidc_issuer: str = Field(default="", description="统一身份认证（OIDC）的签发者网址；空为不用")
    oidc_client_id: str = Field(default="", description="在统一身份认证登记的客户端编号")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="在统一身份认证登记的客户端口令"
    )
    oidc_redirect_url: str = Field(
        default="", description="登记的回调网址：工作台地址加 /desk/oidc/back"
    )
    oidc_claim: str = Field(
        default="preferred_username", description="身份令牌里与工作台账号对应的一项"
    )
    oidc_name: str = Field(default="统一身份认证", description="登录按钮上的名称")
    staff_session_hours: int = Field(default=12, ge=1, le=168, description="工作人员登录有效小时数")
    citizen_session_days: int = Field(default=30, ge=1, le=365, description="市民会话有效天数")
    chat_per_minute: int = Field(default=30, ge=0, description="每位市民每分钟消息数；0 为不限")
    client_per_minute: int = Field(default=300, ge=0, description="每个会话每分钟请求数；0 为不限")
    address_per_minute: int = Field(
        default=600, ge=0, description="每个网络地址每分钟请求数；0 为不限"
    )
    guesses_per_minute: int = Field(
        default=10, ge=0, description="每个网络地址每分钟登录或查单尝试数；0 为不限"
    )

    @field_validator("allowed_hosts", "cors_origins", "embed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _default_to_loopback(self) -> Settings:
        self.rasa_url = self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"
        self.actions_url = self.actions_url or f"http://127.0.0.1:{self.actions_port}"
        return self

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Settings:
        needed = {
            "SUISHENG_OIDC_CLIENT_ID": self.oidc_client_id,
            "SUISHENG_OIDC_CLIENT_SECRET": self.oidc_client_secret.get_secret_value(),
            "SUISHENG_OIDC_REDIRECT_URL": self.oidc_redirect_url,
        }
        missing = [name for name, value in needed.items() if not value]
        if self.oidc_issuer and missing:
            raise ValueError(f"设了 SUISHENG_OIDC_ISSUER，还要设 {'、'.join(missing)}。")
        return self

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Settings:
        token = self.service_token.get_secret_value()
        if not self.demo and (token == DEMO_SERVICE_TOKEN or len(token) < SHORTEST_SECRET):
            raise ValueError(
                f"SUISHENG_SERVICE_TOKEN 未设置或不足 {SHORTEST_SECRET} 个字符，已拒绝启动。"
                '可用 python -c "import secrets; print(secrets.token_urlsafe(32))" 生成一个；'
                "只是试用请设置 SUISHENG_DEMO=1。"
            )
        if not self.allow_public and not _is_loopback(self.host):
            raise ValueError(
                f"SUISHENG_HOST={self.host} 不是本机地址，已拒绝启动。"
                "请改为 127.0.0.1；确需对外监听时设置 SUISHENG_ALLOW_PUBLIC=1，并放在网关之后。"
            )
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
