"""Sign-in of staff through the city's identity provider: OpenID Connect, code flow with PKCE.

The browser carries the attempt (state, nonce, verifier) sealed, so that any process can finish
what another began. Who a person is comes from the provider; what they may do, from their account.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
from typing import Any
from urllib.parse import urlencode

import httpx2
from cryptography.fernet import Fernet, InvalidToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.errors import NotFound, Unauthenticated, Unavailable
from api.settings import Settings

logger = logging.getLogger("suisheng.identity")

ATTEMPT_SECONDS = 600
LEEWAY = 60
ALGORITHMS = ["RS256", "PS256", "ES256"]
FAILED = "统一身份认证没有成功，请重新登录。"
DOWN = "统一身份认证暂时联系不上，请稍后再试，或用账号密码登录。"


class IdentityProvider:
    """Talks to the provider named in the settings."""

    def __init__(self, http: httpx2.AsyncClient, settings: Settings) -> None:
        self._http = http
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._client = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._redirect = settings.oidc_redirect_url
        self._claim = settings.oidc_claim
        key = hashlib.sha256(b"suisheng sign-in attempt\0" + self._secret.encode()).digest()
        self._seal = Fernet(base64.urlsafe_b64encode(key))

    async def begin(self) -> tuple[str, str]:
        """Return where to send the browser, and the sealed attempt.

        Raises:
            NotFound: no provider is configured.
            Unavailable: it does not answer.
        """
        if not self._issuer:
            raise NotFound("没有配置统一身份认证。", code="no_provider")
        found = await self._fetch(f"{self._issuer}/.well-known/openid-configuration")
        attempt = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        challenge = hashlib.sha256(attempt["verifier"].encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self._redirect,
            "scope": "openid profile",
            "state": attempt["state"],
            "nonce": attempt["nonce"],
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        sealed = self._seal.encrypt(json.dumps(attempt).encode()).decode()
        return f"{found['authorization_endpoint']}?{urlencode(asked)}", sealed

    async def finish(self, code: str, state: str, sealed: str) -> str:
        """Return the account name the provider vouches for.

        Raises:
            Unauthenticated: the answer does not fit the attempt, or the token does not hold.
            Unavailable: the provider does not answer.
        """
        attempt = self._opened(sealed)
        if not hmac.compare_digest(attempt["state"].encode(), state.encode()):
            raise Unauthenticated(FAILED)
        found = await self._fetch(f"{self._issuer}/.well-known/openid-configuration")
        token = await self._exchange(found["token_endpoint"], code, attempt["verifier"])
        claims = self._checked(token, await self._fetch(found["jwks_uri"]), attempt["nonce"])
        username = claims.get(self._claim)
        if not isinstance(username, str) or not username:
            logger.warning("the identity token has no claim %s", self._claim)
            raise Unauthenticated(FAILED)
        return username.lower()

    def _opened(self, sealed: str) -> dict[str, str]:
        try:
            opened: dict[str, str] = json.loads(
                self._seal.decrypt(sealed.encode(), ttl=ATTEMPT_SECONDS)
            )
        except (InvalidToken, ValueError) as error:
            raise Unauthenticated(FAILED) from error
        return opened

    async def _exchange(self, endpoint: str, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": verifier,
        }
        try:
            answer = await self._http.post(endpoint, data=form, auth=(self._client, self._secret))
            token = answer.json().get("id_token") if answer.is_success else None
        except (httpx2.HTTPError, ValueError, AttributeError) as error:
            raise Unavailable(DOWN, code="provider_down") from error
        if not isinstance(token, str):
            logger.warning("the identity provider refused the code: %s", answer.status_code)
            raise Unauthenticated(FAILED)
        return token

    def _checked(self, token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of a token that is signed, meant for us, in time and of this attempt."""
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
            registry.validate(read.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            logger.warning("the identity token does not hold: %s", type(error).__name__)
            raise Unauthenticated(FAILED) from error
        claims = dict(read.claims)
        if claims["aud"] != self._client and claims.get("azp") != self._client:
            raise Unauthenticated(FAILED)
        return claims

    async def _fetch(self, url: str) -> dict[str, Any]:
        try:
            answer = await self._http.get(url)
            found = answer.raise_for_status().json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            logger.warning("the identity provider does not answer: %s", type(error).__name__)
            raise Unavailable(DOWN, code="provider_down") from error
        if not isinstance(found, dict):
            raise Unavailable(DOWN, code="provider_down")
        return found
