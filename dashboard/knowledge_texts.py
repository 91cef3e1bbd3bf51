"""Every sentence of the knowledge pages."""

from __future__ import annotations

PAGE_ENTRIES = "知识条目"
PAGE_GAPS = "未答问题"
PAGE_UPKEEP = "到期与矛盾"

ENTRIES_LEAD = "条目从起草、送审、发布到停用都在这里；改动经另一人审核后，下一次回答就用新内容。"
GAPS_LEAD = "市民问了、但没有好答案的问题，按次数排列；交给负责单位起草，发布后自动结清。"
UPKEEP_LEAD = "过期的、快过期的、没人审核过的，以及互相矛盾的条目，请责任单位尽快处理。"

STATUSES = {"draft": "草稿", "review": "待审核", "published": "已发布", "expired": "已停用"}
STATUS_COLOURS = {"draft": "gray", "review": "orange", "published": "green", "expired": "red"}
KINDS = ("服务事项", "问答", "政策条款", "一件事")
STATUS = "状态"
KIND = "种类"
UNIT = "负责单位"
WORDS = "标题或编号"
WORDS_HINT = "如：居住证"
ALL = "全部"
TOTAL = "共 {total} 条"
NOTHING = "没有符合条件的条目。"
OPEN = "打开"
NEW = "新建条目"
BACK = "返回列表"
LINE = "{unit} · 第 {version} 版{in_force} · {when}"
IN_FORCE_OTHER = "（市民看到的是第 {version} 版）"
IN_FORCE_NONE = "（市民还看不到）"
CHANGED = "{when} 改动"

TAB_READ = "内容"
TAB_EDIT = "修改"
TAB_HISTORY = "版本与差异"
TAB_FINDINGS = "矛盾与重复"
READ_ONLY = "您可以查看这一条；修改由负责单位或知识编辑进行。"
FIELDS = {
    "title": "标题",
    "summary": "直接回答",
    "questions": "市民的不同问法",
    "keywords": "其他说法",
    "area": "适用地区",
    "audience": "适用人群",
    "unit": "负责单位",
    "owner": "责任单位",
    "phone": "咨询电话",
    "blocks": "内容块",
    "basis": "依据",
    "effective_date": "生效日",
    "expiry_date": "失效日",
    "source": "内容来源",
    "follow_ups": "接着可能要问的",
    "clarify": "反问",
    "steps": "一件事的步骤",
    "kind": "种类",
    "reviewer": "审核人",
    "reviewed_date": "审核日",
    "version": "版本",
    "status": "状态",
    "id": "编号",
}
ONE_A_LINE = "每行一个。"
BLOCK_HINT = "列表里的每一项单独一行，以“• ”开头；其余文字是说明。"
CLAUSE = "条款原文"
BLOCKS = (
    "办理条件",
    "所需材料",
    "办理步骤",
    "办理时限",
    "收费",
    "办理地点",
    "网上办理",
    "咨询电话",
    "广州特别说明",
)
ITEM = "• "
BASIS_COLUMNS = {"title": "文件名", "article": "条款", "url": "网址"}
STEP_COLUMNS = {"entry": "条目编号", "when": "什么时候办", "note": "要注意什么"}
OPTION_COLUMNS = {"title": "选项", "entry": "去哪一条（编号）"}
CLARIFY_QUESTION = "说法含糊时反问的话"
CLARIFY_WORDINGS = "哪些说法算含糊"
CLARIFY_LEAD = "只有各种情况答案不同，才需要反问；不需要就留空。"
NOTE = "改了什么"
NOTE_HINT = "给审核人看的一句话"
SAVE = "存为草稿"
SAVED = "已存为草稿，送审并由另一人发布后市民才会看到。"
NEW_ID = "编号（英文、数字和 -，定下后不改）"
NEW_ID_MISSING = "请填编号和标题。"

MOVES = {
    ("draft", "review"): ("送审", ":material/send:"),
    ("review", "published"): ("审核通过并发布", ":material/verified:"),
    ("review", "draft"): ("退回修改", ":material/undo:"),
    ("published", "expired"): ("停用", ":material/block:"),
    ("published", "draft"): ("转为草稿重新修订", ":material/edit:"),
    ("expired", "draft"): ("重新起草", ":material/edit:"),
}
MOVED = "“{title}”现在是：{status}。"
MOVE_NOTE = "意见（写入版本记录）"

HISTORY_LINE = "第 {version} 版 · {status} · {editor} · {when}"
COMPARE_BEFORE = "从"
COMPARE_AFTER = "到"
SAME = "这两版内容相同，只是状态不同。"
ONE_VERSION = "只有一版，没有可以比较的。"
FINDINGS_NONE = "没有发现与其他条目矛盾或重复。"

TABLE_TITLE = "表格与导入"
TABLE_LEAD = "导出后在 Excel 里改，再传回来：先看会改什么，确认后存为草稿。也可以导入别处的材料。"
EXPORT = "导出 Excel"
EXPORT_MAKE = "生成表格"
UPLOAD = "选择文件"
UPLOAD_KIND = "这是什么"
UPLOAD_KINDS = {
    "workbook": "改过的条目表（XLSX、CSV）",
    "faq": "问答表（XLSX、CSV）",
    "matters": "办事事项清单（JSONL）",
    "policy": "政策文件（TXT、DOCX、PDF）",
}
POLICY_TITLE = "文件标题"
POLICY_UNIT = "发文单位"
PREVIEW = "先看看会怎样"
APPLY = "确认导入"
WORKING = "正在读文件……"
REPORT = "新增 {added} · 更新 {changed} · 不变 {unchanged} · 停用 {expired} · 退回 {rejected}"
REPORT_PREVIEW = "预览，还没有写入"
REPORT_DONE = "已写入"
REJECTS = "退回的行"
REJECT_COLUMNS = {"row": "行号", "reason": "原因", "raw": "原文"}
REJECTS_DOWNLOAD = "下载退回的行"

EXPIRED = "已过期或停用"
EXPIRING = "60 天内到期"
NEVER = "从未审核"
LONG = "一年以上没有复核"
CONFLICTS = "互相矛盾或重复"
UPKEEP_NONE = "没有，很好。"
UPKEEP_LINE = "{unit} · 失效日 {expiry} · 审核 {reviewed}"
NO_DATE = "未写"

GAP_OPEN = "待回答（{count}）"
GAP_CLOSED = "已有答案（{count}）"
GAP_NONE = "没有待回答的问题。"
GAP_NONE_CLOSED = "还没有结清的问题。"
GAP_WORDINGS = "市民的原话（{count} 种）"
GAP_NEAR = "最接近的条目：{title}"
GAP_UNIT = "负责单位"
GAP_DRAFT = "起草条目"
GAP_DRAFTED = "已为“{unit}”起草，市民的原话已放进问法。"
GAP_OPEN_ENTRY = "打开条目"
GAP_MEND = "修改现有条目"
GAP_DISMISS = "不需要单列"
GAP_DISMISSED = "已标为不需要单列。"
GAP_OUTCOMES = {
    "not_in_base": "库里没有",
    "several_candidates": "拿不准",
    "expired": "条目已过期",
    "badly_rated": "答案被评为没帮助",
    "dismissed": "不需要单列",
}
GAP_LAST = "最近一次 {when}"
