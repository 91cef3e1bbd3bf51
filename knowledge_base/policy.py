"""Policy documents cut into clauses that keep document, chapter, article and page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.entry import CLAUSE_BLOCK, Basis, Block, Entry, Kind, Status
from knowledge_base.importing import Imported, SourceError
from knowledge_base.tabular import decode

LONGEST = 600
_NUMBER = "[零〇一二三四五六七八九十百0-9]+"
_ARTICLE = re.compile(rf"^(第{_NUMBER}条)[\s　]*(?=\S)")
_HEADINGS = (
    re.compile(rf"^第{_NUMBER}章"),
    re.compile(rf"^第{_NUMBER}节"),
    re.compile(rf"^{_NUMBER}、\S{{2,30}}$"),
    re.compile(rf"^[（(]{_NUMBER}[）)]\S{{2,30}}$"),
)
_RULES = re.compile(r"^\S{4,50}(办法|规定|条例|细则|章程)$")
_PAGE = re.compile(r"^[—–-]\s*(\d{1,4})\s*[—–-]$")
_CONTENTS = re.compile(r"(\.{3,}|…{2,}|·{3,})\s*\d+\s*$")
_NOISE = re.compile(r"^[（(]本文与正式文件同等效力[）)]$|^目\s*录$")
_END = re.compile(r"[。；！？：]$")


@dataclass(frozen=True)
class Line:
    """A line of a document and the page it stands on, if known."""

    text: str
    page: int | None


@dataclass(frozen=True)
class Clause:
    """A quotable piece of a document; `place` is e.g. "第三章 第二十条"."""

    document: str
    place: str
    text: str
    page: int | None


@dataclass
class _Cutter:
    document: str
    headings: list[str | None] = field(default_factory=lambda: [None] * len(_HEADINGS))
    article: str | None = None
    paragraph: int = 0
    lines: list[str] = field(default_factory=list)
    page: int | None = None

    def flush(self) -> Iterator[Clause]:
        """Yield what has been gathered as one clause."""
        text = "\n".join(self.lines).strip()
        self.lines = []
        if len(text) >= 8:
            yield Clause(self.document, self._place(), text, self.page)

    def _place(self) -> str:
        if self.article:
            chapter = [h for h in self.headings[:2] if h]
            return " ".join([*(h.split()[0] for h in chapter[:1]), self.article])
        named = [h for h in self.headings if h]
        return " ".join([*named, f"第{self.paragraph}段"]) if named else f"第{self.paragraph}段"


def read_lines(file: Path) -> list[Line]:
    """Read TXT, DOCX or PDF with text; pages come from the PDF or from printed page marks.

    Raises:
        SourceError: another kind of file, an unreadable one, or a PDF of mere images.
    """
    suffix = file.suffix.lower()
    if suffix == ".txt":
        return _marked(decode(file).splitlines())
    if suffix == ".docx":
        return _read_docx(file)
    if suffix == ".pdf":
        return _read_pdf(file)
    raise SourceError(f"{file}：只能导入 .txt、.docx、.pdf")


def _read_docx(file: Path) -> list[Line]:
    from docx import Document
    from docx.table import Table

    try:
        parts = list(Document(str(file)).iter_inner_content())
    except Exception as error:  # python-docx lets many kinds through for broken files
        raise SourceError(f"{file}：不是可读的 DOCX 文件（{type(error).__name__}）") from error
    lines = []
    for part in parts:
        if isinstance(part, Table):
            for row in part.rows:
                cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
                lines.append(Line(" ".join(c for c in cells if c), None))
        else:
            lines.append(Line(part.text, None))
    return lines


def _read_pdf(file: Path) -> list[Line]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        lines = [
            Line(text, number)
            for number, page in enumerate(PdfReader(file).pages, 1)
            for text in (page.extract_text() or "").splitlines()
        ]
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        raise SourceError(f"{file}：不是可读的 PDF 文件（{type(error).__name__}）") from error
    if not any(line.text.strip() for line in lines):
        raise SourceError(f"{file}：PDF 里没有文字（可能是扫描件），请先做文字识别")
    return lines


def cut(lines: list[Line], document: str) -> Iterator[Clause]:
    """Cut a document; a set of rules printed inside another document becomes its own.

    Articles (第…条) are clauses; text without articles is cut at headings and paragraphs, and
    short paragraphs are joined up to `LONGEST` characters.
    """
    clean = [Line(t, line.page) for line in lines if (t := _clean(line.text))]
    cutter = _Cutter(document)
    for at, line in enumerate(clean):
        follows = "".join(other.text[:4] for other in clean[at + 1 : at + 4])
        if _RULES.match(line.text) and re.search(rf"第{_NUMBER}[章条]", follows):
            yield from cutter.flush()
            cutter = _Cutter(line.text)
            continue
        level = next((n for n, h in enumerate(_HEADINGS) if h.match(line.text)), None)
        heading = level is not None and len(line.text) <= 40 and not _END.search(line.text)
        if heading and level is not None and not (cutter.article and level >= 2):
            yield from cutter.flush()
            cutter.headings[level:] = [line.text] + [None] * (len(_HEADINGS) - level - 1)
            cutter.article, cutter.paragraph = None, 0
            continue
        if found := _ARTICLE.match(line.text):
            yield from cutter.flush()
            cutter.article = found.group(1)
        elif not cutter.article:
            full = sum(map(len, cutter.lines)) + len(line.text) > LONGEST
            if full or not cutter.lines:
                yield from cutter.flush()
                cutter.paragraph += 1
        if not cutter.lines:
            cutter.page = line.page
        cutter.lines.append(line.text)
    yield from cutter.flush()


def read_policy(
    file: Path, *, title: str, unit: str, prefix: str, area: str = "广州市"
) -> Imported:
    """Read a policy document into clause entries, published as quotations of the document."""
    done = Imported(origin=f"policy:{title}")
    taken: dict[str, int] = {}
    for number, clause in enumerate(cut(read_lines(file), title), 1):
        key = f"{clause.document}|{clause.place}"
        taken[key] = taken.get(key, 0) + 1
        repeat = f"|{taken[key]}" if taken[key] > 1 else ""
        name = hashlib.sha256((key + repeat).encode()).hexdigest()[:12]
        page = f"（第{clause.page}页）" if clause.page else ""
        entry = Entry(
            id=f"{prefix}:{name}",
            kind=Kind.CLAUSE,
            title=f"{clause.document} {clause.place}"[:200],
            summary=clause.text[:120],
            area=area,
            unit=unit,
            owner=unit,
            blocks=[Block(name=CLAUSE_BLOCK, text=clause.text)],
            basis=[Basis(title=clause.document, article=f"{clause.place}{page}")],
            status=Status.PUBLISHED,
            source=file.name,
        )
        done.take(number, entry.model_dump(), clause.text)
    if not done.entries:
        raise SourceError(f"{file}：没有切出任何条款，请检查文件内容")
    return done


def _clean(text: str) -> str:
    plain = text.strip().strip("*").strip()
    plain = re.sub(r"^-\s+", "", plain).strip("*").strip()
    return "" if _NOISE.match(plain) or _CONTENTS.search(plain) else plain


def _marked(lines: list[str]) -> list[Line]:
    """Give each line the page printed at the foot of its page; none when nothing is printed."""
    pages: list[int | None] = [None] * len(lines)
    page: int | None = None
    for at in range(len(lines) - 1, -1, -1):
        if found := _PAGE.match(lines[at].strip()):
            page = int(found.group(1))
        pages[at] = page
    return [
        Line(text, number)
        for text, number in zip(lines, pages, strict=True)
        if not _PAGE.match(text.strip())
    ]
