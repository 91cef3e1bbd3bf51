"""Photos of citizens: looked at, stripped of everything but the picture, stored under a random name."""

from __future__ import annotations

import hashlib
import io
import secrets
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.errors import NotFound, TooLarge, Unprocessable
from hotline.store import Attachment, Store

FORMATS = {
    "JPEG": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
}
MOST_PIXELS = 50_000_000
LONGEST_EDGE = 4096


@dataclass(frozen=True)
class Picture:
    """A cleaned picture: bytes, media type, suffix, width and height in pixels."""

    content: bytes
    media_type: str
    suffix: str
    width: int
    height: int


def clean(content: bytes) -> Picture:
    """Decode a photo and write it anew, upright, without EXIF, GPS or anything hidden.

    Raises:
        Unprocessable: not a JPEG, PNG or WebP picture, or a broken or absurdly large one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(FORMATS)) as source:
                if source.width * source.height > MOST_PIXELS:
                    raise Unprocessable("照片尺寸太大，请缩小后再上传。", code="image_too_large")
                media_type, suffix = FORMATS[source.format or ""]
                name = source.format
                picture = ImageOps.exif_transpose(source)
                picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
                return _written(picture, str(name), media_type, suffix)
    except (UnidentifiedImageError, KeyError):
        raise Unprocessable("只能上传 JPG、PNG 或 WebP 照片。", code="not_an_image") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        raise Unprocessable("这张照片打不开，请换一张。", code="broken_image") from None


def _written(picture: Image.Image, name: str, media_type: str, suffix: str) -> Picture:
    mode = "RGB" if name == "JPEG" or picture.mode not in {"RGBA", "LA", "P"} else "RGBA"
    # A new image takes the pixels only; copying `info` would carry EXIF, XMP and comments along.
    bare = Image.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    buffer = io.BytesIO()
    bare.save(buffer, format=name, quality=88)
    return Picture(buffer.getvalue(), media_type, suffix, picture.width, picture.height)


class PhotoStore:
    """Keeps pictures in ``folder`` and their rows in the store."""

    def __init__(self, store: Store, folder: Path, limit: int) -> None:
        self._store = store
        self._folder = folder
        self.limit = limit

    def add(self, content: bytes, citizen_id: str) -> tuple[str, Picture]:
        """Clean and keep a photo of ``citizen_id``; return its id and the picture.

        Raises:
            TooLarge: more bytes than allowed.
            Unprocessable: not a usable picture.
        """
        if len(content) > self.limit:
            raise TooLarge(f"照片太大，每张最多 {self.limit // 1_048_576} MB。")
        picture = clean(content)
        attachment_id = secrets.token_urlsafe(16)
        name = secrets.token_hex(16) + picture.suffix
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / name
        path.write_bytes(picture.content)
        try:
            with self._store.session() as session:
                session.add(
                    Attachment(
                        id=attachment_id,
                        ticket_id=None,
                        citizen_id=citizen_id,
                        file_name=name,
                        media_type=picture.media_type,
                        size=len(picture.content),
                        sha256=hashlib.sha256(picture.content).hexdigest(),
                        path=name,
                        created_at=datetime.now(UTC),
                    )
                )
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return attachment_id, picture

    def file_of(self, attachment: Attachment) -> Path:
        """Return where the bytes of ``attachment`` lie.

        Raises:
            NotFound: the file is gone.
        """
        path = self._folder / Path(attachment.path).name
        if not path.is_file():
            raise NotFound("没有找到这张照片。", code="attachment_not_found")
        return path


def check_loose(session: Session, ids: list[str], citizen_id: str) -> None:
    """Make sure that photos are the citizen's own and not tied to a ticket yet.

    Raises:
        Unprocessable: an id is unknown, another citizen's, or already used.
    """
    if not ids:
        return
    usable = session.scalar(
        select(func.count())
        .select_from(Attachment)
        .where(
            Attachment.id.in_(ids),
            Attachment.citizen_id == citizen_id,
            Attachment.ticket_id.is_(None),
        )
    )
    if usable != len(set(ids)):
        raise Unprocessable("有照片没有上传成功，请重新选择照片。", code="attachment_not_found")
