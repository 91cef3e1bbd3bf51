"""The brief as DOCX, to be edited before it is signed; looks like the PDF in Word and WPS."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from analytics.brief_charts import daily_chart, ranking_chart
from analytics.brief_layout import KEY_FIGURES, laid_out

# The names Word and WPS know; each machine shows what it has in their place.
SONG, FANGSONG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
RED = RGBColor(0xC8, 0x16, 0x1D)
LINE = Pt(28)
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
Piece = str | tuple[str, RGBColor]


def docx(content: dict[str, Any]) -> bytes:
    """Write a brief. Raises NoChineseFont when the charts cannot be drawn."""
    sheet = _Sheet(content["title"], content["issuer"], content["made_at"])
    brief = laid_out(content)
    _head(sheet, brief)
    _figures(sheet, brief)
    _matters(sheet, brief)
    _units(sheet, brief)
    _advice(sheet, brief)
    _appendix(sheet, brief)
    return sheet.saved()


class _Sheet:
    """A document with the margins, fonts and line height of an official paper."""

    def __init__(self, title: str, author: str, made_at: str) -> None:
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        core = self.document.core_properties
        core.title, core.author = title, author
        core.created = core.modified = datetime.fromisoformat(made_at)
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(16)
        _fonts(normal.element.get_or_add_rPr(), FANGSONG)
        footer = section.footer.paragraphs[0]
        footer.alignment = CENTRE
        for piece in ("— ", None, " —"):
            run = footer.add_run(piece or "")
            run.font.size = Pt(14)
            _fonts(run._element.get_or_add_rPr(), "宋体")
            if piece is None:
                _field(run._element, "PAGE")

    def say(
        self,
        *pieces: Piece,
        font: str = FANGSONG,
        size: float = 16,
        align: Any = None,
        bold: bool = False,
        indent: bool = True,
        colour: RGBColor | None = None,
    ) -> Any:
        """Add a paragraph; a piece with a colour is (text, colour)."""
        paragraph = self.document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.line_spacing = LINE if size <= 18 else None
        shape.space_after = Pt(0)
        if align is not None:
            paragraph.alignment = align
        elif indent:
            shape.first_line_indent = Pt(2 * size)
        for piece in pieces:
            text, own = (piece, colour) if isinstance(piece, str) else piece
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(size), bold
            _fonts(run._element.get_or_add_rPr(), font)
            if own is not None:
                run.font.color.rgb = own
        return paragraph

    def part(self, text: str) -> None:
        """Add a heading of the first level."""
        paragraph = self.say(text, font=HEI)
        paragraph.paragraph_format.space_before = Pt(10)
        paragraph.paragraph_format.keep_with_next = True

    def table(
        self, names: Sequence[str], rows: Sequence[Sequence[Piece]], widths: Sequence[float]
    ) -> None:
        """Add a table; widths in millimetres."""
        table = self.document.add_table(rows=1, cols=len(names))
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for cell, name in zip(table.rows[0].cells, names, strict=True):
            _cell(cell, name, HEI)
        _repeat(table.rows[0]._tr)
        for row in rows:
            for cell, piece in zip(table.add_row().cells, row, strict=True):
                _cell(cell, piece, FANGSONG)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)

    def picture(self, image: bytes, caption: str) -> None:
        """Add a picture as wide as the text with a caption below."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run().add_picture(io.BytesIO(image), width=Mm(154))
        self.say(caption, font=HEI, size=11, align=CENTRE)

    def saved(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def _head(sheet: _Sheet, brief: dict[str, Any]) -> None:
    sheet.say(brief["head"], font=SONG, size=40, align=CENTRE, bold=True, colour=RED)
    sheet.say(f"（{brief['number']}）", align=CENTRE)
    line = sheet.say(f"{brief['prepared_by']}编\t{brief['made_on']}", indent=False)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), 2)
    _rule(line._p)
    title = sheet.say(brief["title"], font=SONG, size=22, align=CENTRE, bold=True)
    title.paragraph_format.space_before = Pt(18)
    sheet.say(f"（{brief['span']}）", font=KAI, size=14, align=CENTRE)
    sheet.say(f"{brief['to']}：", indent=False)
    sheet.say("".join(brief["summary"]))


def _figures(sheet: _Sheet, brief: dict[str, Any]) -> None:
    sheet.part("一、总体情况")
    rows: list[list[Piece]] = [
        [
            one["name"],
            (one["text"], RED) if one["missed"] else one["text"],
            one["before"],
            (one["change"], RED) if one["worse"] else one["change"],
            one["target"],
        ]
        for one in brief["figures"][:KEY_FIGURES]
    ]
    sheet.table(("指标", "本期", "上期", "与上期比", "目标"), rows, (42, 30, 30, 38, 16))
    sheet.say(
        f"注：红色为未达目标或比上期变差；上期为{brief['before']}。口径和来源见附件。",
        size=10.5,
        indent=False,
    )
    sheet.picture(
        daily_chart(brief["parts"]["daily"]["rows"], brief["before"]), "图1 每日受理和办结"
    )


def _matters(sheet: _Sheet, brief: dict[str, Any]) -> None:
    parts = brief["parts"]
    sheet.part("二、群众反映最多的事")
    sheet.picture(ranking_chart(parts["categories"]["rows"]), "图2 受理量最多的事项")
    districts = [one for one in parts["districts"]["rows"] if one["name"] != "未识别"][:5]
    if len(districts) > 1:
        told = "、".join(f"{one['name']}{one['count']}件" for one in districts)
        sheet.say(f"按区看，{told}居前。")
    sheet.part("三、集中诉求")
    for at, one in zip(brief["numerals"], parts["groups"]["rows"], strict=False):
        back: Piece = (f"{one['recurred']}件", RED)
        sheet.say(
            f"（{at}）{one['title']}。{one['place']}，本期{one['people']}人反映{one['tickets']}件，"
            f"已办结{one['closed']}件；累计{one['in_all']}件",
            *(("，其中办结后又反映", back) if one["recurred"] else ()),
            f"，由{'、'.join(one['units'])}办理。" if one["units"] else "。",
            "市民说：" + "".join(f"“{words}”" for words in one["examples"])
            if one["examples"]
            else "",
        )
    if not parts["groups"]["rows"]:
        sheet.say("本期没有多人反映的同一件事。")
    sheet.part("四、预警和处置")
    for at, one in zip(brief["numerals"], parts["alarms"]["rows"], strict=False):
        sheet.say(
            f"（{at}）{one['sentence']}",
            f"责任单位：{one['unit']}。" if one["unit"] else "",
            (f"{one['state']}。", RED) if one["waiting"] else f"{one['state']}。",
            f"处置情况：{one['note']}。" if one["note"] else "",
        )
    if not parts["alarms"]["rows"]:
        sheet.say("本期没有发出预警。")


def _units(sheet: _Sheet, brief: dict[str, Any]) -> None:
    parts = brief["parts"]
    sheet.part("五、承办单位情况")
    rows: list[list[Piece]] = [
        [
            one["unit"],
            one["measure"],
            f"{one['events']}／{one['exposed']}",
            (one["rate_text"], RED) if one["verdict"] == "worse" else one["rate_text"],
            one["expected_text"],
        ]
        for one in parts["units"]["rows"]
    ]
    if rows:
        sheet.say("按同样的事项构成比较（工单过少的不列）：")
        names = ("单位", "指标", "分子／分母", "实际", "同类一般")
        sheet.table(names, rows, (54, 36, 26, 20, 20))
    else:
        sheet.say("按同样的事项比较，没有单位明显偏离一般水平。")
    closings = parts["closings"]
    if closings["checked"]:
        told = "，".join(f"{one['kind']}的疑似{one['count']}件" for one in closings["rows"])
        sheet.say(f"答复质检共看{closings['checked']}件，{told}，已列入回访清单。")
    sheet.part("六、知识缺口")
    for at, one in zip(brief["numerals"], parts["gaps"]["rows"], strict=False):
        sheet.say(f"（{at}）“{one['question']}”，问过{one['asked']}次。")
    if not parts["gaps"]["rows"]:
        sheet.say("本期没有问了答不上来的问题。")


def _advice(sheet: _Sheet, brief: dict[str, Any]) -> None:
    sheet.part("七、工作建议")
    for at, one in zip(brief["numerals"], brief["advice"], strict=False):
        sheet.say(f"（{at}）{one['text']}理由：{one['reason']}。")
    if not brief["advice"]:
        sheet.say("各项运行平稳，没有需要提请的事项。")
    sheet.say("", indent=False)
    sheet.say(f"{brief['prepared_by']}　　", align=RIGHT)
    last = sheet.say(f"{brief['made_on']}　　　", align=RIGHT)
    last.add_run().add_break(WD_BREAK.PAGE)


def _appendix(sheet: _Sheet, brief: dict[str, Any]) -> None:
    sheet.say("附件", font=HEI, indent=False)
    sheet.say("指标口径和来源", font=SONG, size=20, align=CENTRE, bold=True)
    rows = [
        [f"Q{at}", one["name"], one["text"], one["definition"], one["source_text"]]
        for at, one in enumerate(brief["figures"], 1)
    ]
    sheet.table(("序", "指标", "本期", "口径", "来源"), rows, (10, 28, 22, 74, 22))
    sheet.say(
        f"数据截至 {brief['made_at']}。每个数的查询语句按序号存于本期数据文件（JSON），可原样重算。"
        f"内容摘要（SHA-256）：{brief['digest']}",
        size=9,
        indent=False,
    )


def _fonts(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for slot in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(slot), name if slot == "w:eastAsia" else "Times New Roman")


def _cell(cell: Any, piece: Piece, font: str) -> None:
    text, colour = piece if isinstance(piece, tuple) else (piece, None)
    run = cell.paragraphs[0].add_run(text)
    run.font.size = Pt(10.5)
    _fonts(run._element.get_or_add_rPr(), font)
    if colour is not None:
        run.font.color.rgb = colour


def _repeat(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)


def _rule(paragraph: Any) -> None:
    """A red line below a paragraph."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "4"), ("color", "C8161D")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph.get_or_add_pPr().append(borders)


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run.append(element)
