"""Editing the city's files: checked before, kept with who and why, taken back when wrong."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.city import FILES, City, CityError, read_city
from hotline.dictionary import missing_words, write_dictionary
from hotline.errors import HotlineError, InvalidInput, VersionConflict
from hotline.ledger import Decision, digest_of, record
from hotline.lifecycle import OPEN
from hotline.models import CityVersion, StaffUser, Ticket
from hotline.problems import Problem
from hotline.store import Store, store_of

EDITABLE = {
    "units.yml": "承办单位",
    "duties.csv": "职责表",
    "taxonomy.yml": "事项分类",
    "clocks.yml": "时限",
    "holidays.csv": "节假日",
    "reasons.yml": "可选原因与套话",
    "watchwords.yml": "预警词",
}
LONGEST = 1_000_000
FOUND = "在文件夹里直接改的"


class FileNotEditable(HotlineError):  # noqa: N818
    """Not one of the files that can be edited here."""

    code = "city_file_not_found"


def content_of(city: City, file: str) -> str:
    """The text of a file as it stands.

    :raises FileNotEditable: not a file that can be edited here.
    """
    return _path(city, file).read_text(encoding="utf-8-sig")


def check(session: Session, file: str, content: str, taught: Collection[str] = ()) -> list[Problem]:
    """What is wrong with a new text of a file, with line and remedy; empty when it may be saved.

    Besides what ``python -m hotline.city check`` finds: nothing that open tickets, accounts or
    the model (``taught``: the categories it can name) rest on may disappear.
    """
    city = store_of(session).city
    path = _path(city, file)
    if len(content) > LONGEST:
        raise InvalidInput(f"文件最多 {LONGEST} 字。", {"field": "content"})
    with tempfile.TemporaryDirectory() as outside:
        trial = Path(outside) / city.folder.name
        trial.mkdir()
        for name in FILES:
            if name != file:
                (trial / name).symlink_to(city.folder / name)
        (trial / file).write_text(content, encoding="utf-8")
        try:
            fresh = read_city(trial)
        except CityError as error:
            return list(error.problems)
    return [
        Problem(f"{city.folder.name}/{path.name}", 0, what, remedy)
        for what, remedy in _lost(session, city, fresh, taught)
    ]


def save(
    store: Store,
    file: str,
    content: str,
    *,
    expected: str,
    reason: str,
    actor: str,
    now: datetime,
    taught: Collection[str] = (),
) -> None:
    """Put a new text in force at once, for every process that shares the folder.

    :param expected: the digest of the text the editor started from.
    :raises VersionConflict: the file has changed meanwhile.
    :raises CityError: the new text is wrong; nothing has changed.
    :raises InvalidInput: nothing is different, or the folder cannot be written.
    """
    with store.session(read_only=True) as session:
        if problems := check(session, file, content, taught):
            raise CityError(problems)
    with store.session() as session:
        before = content_of(store.city, file)
        if digest_of(before) != expected:
            raise VersionConflict("这个文件刚被别人改过，请重新打开再改。", {"file": file})
        if content == before:
            raise InvalidInput("内容没有变化。", {"field": "content"})
        last = next(iter(versions(session, file, limit=1)), None)
        if last is None or last.digest != expected:
            session.add(_version(file, before, "", FOUND, now))
        made = _version(file, content, actor, reason, now)
        session.add(made)
        session.flush()
        facts = {"file": file, "before": expected, "after": made.digest, "reason": reason}
        record(session, [Decision("city_edited", actor, None, facts, {})], now)
        _replace(store.city.folder / file, content)
    store.look_again()
    if missing_words(store.city):
        write_dictionary(store.city)


def versions(session: Session, file: str, limit: int = 100) -> list[CityVersion]:
    """The versions of a file, newest first."""
    _path(store_of(session).city, file)
    return list(
        session.scalars(
            select(CityVersion)
            .where(CityVersion.file == file)
            .order_by(CityVersion.id.desc())
            .limit(limit)
        )
    )


def difference(before: str, after: str) -> list[str]:
    """The lines that differ, as a unified diff with three lines around, without its heading."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return list(lines)[2:]


def _path(city: City, file: str) -> Path:
    if file not in EDITABLE:
        raise FileNotEditable(f"只能修改：{'、'.join(EDITABLE)}。")
    return city.folder / file


def _version(file: str, content: str, actor: str, reason: str, now: datetime) -> CityVersion:
    digest = digest_of(content)
    return CityVersion(
        file=file, content=content, digest=digest, actor=actor, reason=reason, at=now
    )


def _replace(path: Path, content: str) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except OSError as error:
        raise InvalidInput(
            f"{path} 不能写（{error.strerror}）：请检查城市数据文件夹的权限。", {"file": path.name}
        ) from error


def _lost(
    session: Session, before: City, after: City, taught: Collection[str]
) -> Iterable[tuple[str, str]]:
    """What would disappear although something rests on it."""
    units = set(before.register.by_code) - set(after.register.by_code)
    if units:
        held = session.scalars(
            select(Ticket.unit_code)
            .where(Ticket.unit_code.in_(units), Ticket.status.in_(OPEN))
            .distinct()
        )
        for code in held:
            unit = before.unit(str(code)).name
            yield f"单位“{unit}”还有在办工单", "请先改派这些工单，或保留这个单位"
        staffed = session.scalars(
            select(StaffUser.unit_code)
            .where(StaffUser.unit_code.in_(units), StaffUser.active)
            .distinct()
        )
        for code in staffed:
            unit = before.unit(str(code)).name
            yield f"单位“{unit}”还有可用的账号", "请先停用或调整这些账号"
    categories = set(before.categories) - set(after.categories)
    if categories:
        named = session.scalars(
            select(Ticket.category)
            .where(Ticket.category.in_(categories), Ticket.status.in_(OPEN))
            .distinct()
        )
        for name in named:
            yield f"分类“{name}”还有在办工单", "请先办结或改分类，或保留这个分类"
        for name in sorted(categories & set(taught)):
            yield f"派单模型会给出分类“{name}”", "请先用新的分类训练模型，再删这一类"
