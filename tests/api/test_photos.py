from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin
from starlette.testclient import TestClient

from tests.api.desk_story import Caller


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture with a position and a comment hidden in it."""
    picture = Image.new("RGB", size, "red")
    buffer = io.BytesIO()
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x010F] = "CameraOfAnInventedPerson"
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x0112] = 6
        picture.save(buffer, "JPEG", exif=exif, comment=b"secret comment")
    else:
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", "InventedPerson")
        picture.save(buffer, kind, **({"pnginfo": info} if kind == "PNG" else {}))
    return buffer.getvalue()


def upload(caller: Caller, content: bytes, name: str = "../../etc/a.jpg"):
    return caller.call("POST", "/v1/attachments", files={"file": (name, content, "image/jpeg")})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_without_what_is_hidden_in_it(client: TestClient, kind: str):
    citizen = Caller.citizen(client)
    kept = upload(citizen, photo(kind)).json()
    number = citizen.file(attachments=[kept["id"]])["number"]
    desk = Caller.staff(client, "dispatcher")
    detail = desk.get(f"/v1/desk/tickets/{number}").json()
    assert [item["id"] for item in detail["attachments"]] == [kept["id"]]
    shown = desk.get(f"/v1/desk/attachments/{kept['id']}")
    assert shown.headers["content-type"] == kept["media_type"]
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert not picture.getexif()
        assert "Author" not in picture.info
        assert picture.size == ((40, 60) if kind == "JPEG" else (60, 40))
    for secret in (b"Invented", b"secret comment"):
        assert secret not in shown.content
    files = list((client.app.state.services.settings.var / "attachments").iterdir())
    assert [len(file.stem) for file in files] == [32]


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"0" * 50, photo()[:200], b"%PDF-1.4"]
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(client: TestClient, content: bytes):
    answer = upload(Caller.citizen(client), content, "a.jpg")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] in {"not_an_image", "broken_image"}


def test_a_photo_over_the_limit_is_refused(make_client: Callable[..., TestClient]):
    client = make_client(attachment_limit=65_536)
    answer = upload(Caller.citizen(client), b"\xff\xd8" + b"0" * 70_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    answer = upload(Caller.citizen(client), b"\xff\xd8" + b"0" * 3_000_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_a_picture_of_too_many_pixels_is_refused(client: TestClient):
    buffer = io.BytesIO()
    Image.new("1", (9000, 9000)).save(buffer, "PNG")
    answer = upload(Caller.citizen(client), buffer.getvalue())
    assert answer.status_code == 422


def test_another_citizens_photo_cannot_be_used(client: TestClient):
    kept = upload(Caller.citizen(client), photo()).json()["id"]
    stranger = Caller.citizen(client)
    answer = stranger.post("/v1/tickets", {"text": "路灯不亮", "attachments": [kept]})
    assert answer.json()["error"]["code"] == "attachment_not_found"


def test_a_photo_of_no_ticket_is_shown_to_nobody(client: TestClient):
    kept = upload(Caller.citizen(client), photo()).json()["id"]
    assert Caller.staff(client, "dispatcher").get(f"/v1/desk/attachments/{kept}").status_code == 404
