"""The sealed XML of the official account: signature, AES, safe parsing.

Signature: SHA-1 over the sorted parts. AES-256-CBC, key and IV from EncodingAESKey, padding to 32
bytes; inside: 16 random bytes, length (network order), message, AppID. Source:
developers.weixin.qq.com/doc/offiaccount/Message_Management/Message_encryption_and_decryption_instructions.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
import time
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, XMLParser, tostring

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

REPLAY_WINDOW = 300
"""Seconds by which a callback's time may differ from ours."""
BLOCK = 32
RANDOM = 16
FIELDS_AT_MOST = 60


class BadEnvelope(ValueError):  # noqa: N818
    """A callback that is not what WeChat sends; says what is wrong, never what was in it."""


def signature(token: str, *parts: str) -> str:
    """Return WeChat's signature of ``parts``."""
    joined = "".join(sorted((token, *parts)))
    return hashlib.sha1(joined.encode()).hexdigest()  # noqa: S324 - the protocol's choice


def signed(token: str, given: str, timestamp: str, *parts: str) -> bool:
    """Tell whether the signature is right (in constant time) and the moment is now."""
    right = hmac.compare_digest(signature(token, timestamp, *parts).encode(), given.encode())
    moment = int(timestamp) if timestamp.isascii() and timestamp.isdecimal() else 0
    return right and abs(time.time() - moment) <= REPLAY_WINDOW


class Envelope:
    """Opens what WeChat sends to one account and seals what goes back."""

    def __init__(self, app_id: str, token: str, aes_key: str) -> None:
        """Take the account's AppID, Token and 43-letter EncodingAESKey."""
        self._app_id = app_id.encode()
        self._token = token
        self._key = base64.b64decode(aes_key + "=")

    def open(self, body: bytes, given: str, timestamp: str, nonce: str) -> dict[str, str]:
        """Return the fields of a callback's message.

        Raises:
            BadEnvelope: not XML, wrong signature, too old, wrong key, or another account's.
        """
        sealed = fields_of(body).get("Encrypt", "")
        if not sealed:
            raise BadEnvelope("no Encrypt: set the account's message mode to 安全模式")
        if not signed(self._token, given, timestamp, nonce, sealed):
            raise BadEnvelope("wrong msg_signature or time")
        return fields_of(self._decrypted(sealed))

    def seal(self, message: bytes) -> bytes:
        """Return the sealed, signed XML of a reply."""
        timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
        sealed = self._encrypted(message)
        return xml_of(
            {
                "Encrypt": sealed,
                "MsgSignature": signature(self._token, timestamp, nonce, sealed),
                "TimeStamp": timestamp,
                "Nonce": nonce,
            }
        )

    def _decrypted(self, sealed: str) -> bytes:
        try:
            content = base64.b64decode(sealed, validate=True)
            opener = Cipher(AES(self._key), CBC(self._key[:16])).decryptor()
            plain = opener.update(content) + opener.finalize()
        except (binascii.Error, ValueError):
            raise BadEnvelope("Encrypt is not AES-CBC in base64") from None
        padding = plain[-1] if plain else 0
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise BadEnvelope("wrong EncodingAESKey")
        plain = plain[:-padding]
        if len(plain) < RANDOM + 4:
            raise BadEnvelope("sealed message too short")
        (length,) = struct.unpack("!I", plain[RANDOM : RANDOM + 4])
        message, app_id = plain[RANDOM + 4 :][:length], plain[RANDOM + 4 + length :]
        if not hmac.compare_digest(app_id, self._app_id):
            raise BadEnvelope("sealed for another AppID")
        return message

    def _encrypted(self, message: bytes) -> str:
        plain = secrets.token_bytes(RANDOM) + struct.pack("!I", len(message)) + message
        plain += self._app_id
        padding = BLOCK - len(plain) % BLOCK
        sealer = Cipher(AES(self._key), CBC(self._key[:16])).encryptor()
        content = sealer.update(plain + bytes([padding]) * padding) + sealer.finalize()
        return base64.b64encode(content).decode()


class _Plain(TreeBuilder):
    """Refuses a document type, and with it every entity."""

    def doctype(self, *_: object) -> None:
        raise BadEnvelope("XML with a document type")


def fields_of(body: bytes) -> dict[str, str]:
    """Return the fields of a flat XML message.

    Raises:
        BadEnvelope: not such a message, or one with a document type.
    """
    parser = XMLParser(target=_Plain())  # noqa: S314 - entities need the document type refused above
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, LookupError, ValueError) as error:
        if isinstance(error, BadEnvelope):
            raise
        raise BadEnvelope("not XML") from None
    if len(root) > FIELDS_AT_MOST:
        raise BadEnvelope("too many fields")
    return {field.tag: (field.text or "").strip() for field in root}


def xml_of(fields: dict[str, str]) -> bytes:
    """Return a flat XML message."""
    root = Element("xml")
    for name, value in fields.items():
        SubElement(root, name).text = value
    sealed: bytes = tostring(root, encoding="utf-8")
    return sealed
