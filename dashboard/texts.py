"""Everything the desk says. Short and exact: the reader has forty more tickets to go."""

from __future__ import annotations

BRAND = "穗声"
PRODUCT = "12345 热线工作台"
DEMO_MARK = "演示数据"
DEMO_HINT = "本系统正以演示方式运行：人物、电话、工单均为虚构。"

API_DOWN = "后台接口没有应答，工单数据不受影响。请稍后刷新；持续出现请联系系统管理员。"
API_SLOW = "后台接口响应过慢，本次操作可能已完成。请刷新确认后再试。"
API_UNREADABLE = "后台接口的应答无法识别，请联系系统管理员。"
UNEXPECTED = "页面出了点问题，已记录。请刷新重试，未提交的内容需要重新填写。"

SIGN_IN = "登录"
SIGN_OUT = "退出登录"
USERNAME = "账号"
PASSWORD = "密码"  # noqa: S105 - a label
SIGN_IN_EMPTY = "请填写账号和密码。"
OWN_PASSWORD = "修改我的密码"  # noqa: S105 - a label
OWN_OLD = "现在的密码"
OWN_NEW = "新密码（至少 10 位）"
OWN_DONE = "密码已修改，请用新密码重新登录。"
PROVIDER_GO = "用{name}登录"
PROVIDER_FAILED = "统一身份认证没有成功，请重新登录。"
PROVIDER_AGAIN = "返回登录"
SIGNED_OUT = "登录已过期，请重新登录。"
SIGN_IN_LEAD = "读懂每一件诉求，派到该办的单位，按时有回音。"
DEMO_ACCOUNTS = "演示账号"
DEMO_ACCOUNTS_HINT = "密码为 demo- 加账号名，如 demo-dispatcher。"
DEMO_ACCOUNT_NAMES = {
    "dispatcher": "派单员",
    "agent": "话务员",
    "unit": "承办单位",
    "manager": "管理者",
    "editor": "知识编辑",
    "auditor": "审计员",
    "admin": "管理员",
}

ROLES = {
    "agent": "话务员",
    "dispatcher": "派单员",
    "unit_handler": "承办单位经办",
    "knowledge_editor": "知识编辑",
    "manager": "管理者",
    "auditor": "审计员",
    "admin": "系统管理员",
    "citizen": "市民",
    "machine": "系统",
}

NOT_YOUR_PAGE = "您的角色没有这个页面。请从左侧菜单选择。"

PAGE_QUEUE = "派单台"
PAGE_TICKET = "工单"
PAGE_INBOX = "单位收件箱"
PAGE_CHATS = "在线会话"
PAGE_OVERVIEW = "态势"
PAGE_KNOWLEDGE = "知识"
PAGE_SYSTEM = "系统"

STATUSES = ("待派单", "已派单", "已签收", "办理中", "已办结", "已回访", "已作废")
URGENCIES = ("紧急", "较急", "一般")
DIALS = {"auto": "可自动", "one_click": "一键", "human": "人工"}
DIAL_MEANINGS = {
    "auto": "把握达到承诺准确率，可成批派出",
    "one_click": "把握较高，看一眼再派",
    "human": "把握不足或规则与模型不一致，请人工判断",
}
CHANNELS = {
    "h5": "网页",
    "widget": "网站插件",
    "mini_program": "小程序",
    "official_account": "公众号",
    "phone": "电话",
    "api": "接口",
    "import": "导入",
}
ORDERS = {
    "due": "安全与时限优先",
    "confidence": "把握高的优先",
    "newest": "最新受理",
    "oldest": "最早受理",
}
ALL = "全部"
OPEN_STATUSES = ("待派单", "已派单", "已签收", "办理中")
UNKNOWN_PLACE = "地点待核"
UNCLASSIFIED = "未分类"
NO_UNIT = "未派"
NO_SUGGESTION = "无建议"
SUGGESTED = "建议"

QUEUE_LEAD = "先看安全，再看时限，后看把握。"
QUEUE_EMPTY = "没有符合条件的工单。"
QUEUE_EMPTY_ALL = "眼下没有工单。新的诉求到达后会出现在这里。"
QUEUE_TOTAL = "共 {total} 件"
FILTER_STATUS = "状态"
FILTER_DISTRICT = "区"
FILTER_CATEGORY = "事项分类"
FILTER_URGENCY = "紧急程度"
FILTER_DIAL = "派单把握"
FILTER_ORDER = "排序"
FILTER_UNIT = "承办单位"
FILTER_WORDS = "查找"
FILTER_WORDS_HINT = "工单号，或标题、正文、地点里的字"
FILTER_CLEAR = "清除条件"
FILTER_MORE = "更多"
FILTER_FLAGS = "只看"
FLAGS = {"overdue": "超期", "final_review": "终审"}
REFRESH = "刷新"
EXPORT = "导出 CSV"
QUEUE_HELP = (
    "键盘：↑↓ 或 J K 选择，回车打开，/ 查找，G 刷新；工单页 A 按建议派，E 改单位或分类，"
    "1 2 3 选其他可能，N P 下一件上一件，B 返回。筛选条件在网址里，可收藏或发给同事。"
)
COLUMN_NUMBER = "工单"
COLUMN_WHAT = "诉求"
COLUMN_CATEGORY = "分类 · 性质"
COLUMN_PLACE = "地点"
COLUMN_UNIT = "单位"
COLUMN_CONFIDENCE = "把握"
COLUMN_DUE = "本步时限"
LEFT = "剩 {left}"
LATE = "超 {left}"
COLUMN_RECEIVED = "受理"
BADGE_SAFETY = "安全"
BADGE_OVERDUE = "超期"
BADGE_BOUNCES = "退 {n} 次"
BADGE_FINAL = "终审"
BADGE_DEMO = "演示"

BATCH = "成批派出"
BATCH_OPEN = "本页可自动派出的有 {n} 件"
BATCH_LEAD = "系统把握达到承诺准确率、有明确单位、无安全风险的工单。逐件核对后一并派出。"
BATCH_GO = "派出所选 {n} 件"
BATCH_DONE = "已派出 {n} 件。"
BATCH_FAILED = "{number} 未派出：{message}"
BATCH_PICK = "派出"

BACK_TO_QUEUE = "返回列表"
NEXT = "下一件"
PREVIOUS = "上一件"
POSITION = "第 {at} / {total} 件"
NO_NUMBER = "请从派单台打开一张工单，或在左侧输入工单号。"
OPEN_BY_NUMBER = "按工单号打开"
TEXT_OF_TICKET = "诉求内容"
OCCURRED = "发生时间"
CONTACT = "联系方式"
NO_CONTACT = "未留联系方式"
RECEIVED_AT = "受理"
CHANNEL = "渠道"
SPAN_KINDS = {
    "place": "地点",
    "time": "时间",
    "money": "金额",
    "organisation": "单位",
    "plate": "车牌",
    "phone": "电话",
    "id_card": "证件",
    "bank_card": "卡号",
    "email": "邮箱",
    "person": "人名",
}
UNMASK = "查看联系方式"
UNMASK_WHY = "查看原因（将被记录）"
UNMASK_GO = "查看并记录"
CLOCK_STAGE = "本步时限"
CLOCK_DUE = "办结时限"
CLOCK_PROVISIONAL = "暂定：次年节假日尚未公布"
NO_CLOCK = "没有时限"

SUGGESTION = "派单建议"
SUGGESTION_NONE = "系统没有给出建议（派单模型未装载或文本无法识别），请人工选择单位。"
ACCEPT = "按建议派给 {unit}"
ACCEPT_NEXT = "已派给{unit}。"
CHANGE = "改单位或分类"
CHOOSE = "选择承办单位和分类"
CHANGE_UNIT = "承办单位"
CHANGE_CO_UNITS = "协办单位"
CHANGE_CATEGORY = "事项分类"
CHANGE_WHY = "更改原因"
CHANGE_GO = "派单"
CHANGE_NEEDS_WHY = "与建议不同，请选一个原因；系统据此改进。"
CHANGE_NEEDS_UNIT = "请选择承办单位。"
CHANGE_FINAL = "本工单已退 {n} 次，进入终审：定下的单位不得再退，请写明理由。"
WHY_DUTY = "职责依据"
WHY_PLACE = "地点认定"
WHY_NEIGHBOURS = "相似已办工单"
WHY_WORDS = "起决定作用的词"
WHY_COUNTER = "最有力的反对理由"
WHY_RISK = "退单风险"
NO_DUTY = "职责表中没有对应条目。"
NO_NEIGHBOURS = "没有足够相似的已办工单。"
NO_WORDS = "没有突出的词。"
NO_COUNTER = "没有找到有力的反对理由。"
ALTERNATIVES = "其他可能"
CO_UNITS = "协办"
MATTERS = "这段话里有 {n} 个事项"
REPEAT_OF = "同一人同一事的前一张工单（{who}）"
DECISION_TRACE = "决定依据的版本"
DIGEST_NAMES = {"model": "模型", "rules": "规则", "dictionary": "词典", "input": "输入"}
CONFIDENCE = "把握"

HISTORY = "办理记录"
ATTACHMENTS = "附件"
NO_ATTACHMENTS = "没有附件。"
RELATED = "关联工单"
PARENT = "重办自"
CHILDREN = "重办为"
REPLY = "答复"
RATING = "市民评价 {score} 分"
CITIZEN_SEES = "市民看到"

KNOWLEDGE_FOR_TICKET = "相关知识"
ASK_FOR_TICKET = "查找可引用的知识"

STEPS = {
    "dispatch": "派单",
    "sign": "签收",
    "start": "开始办理",
    "close": "办结",
    "return": "退单",
    "redispatch": "改派",
    "void": "作废",
    "callback": "回访",
    "extend": "延期",
    "supervise": "督办",
    "receive": "受理",
    "reopen": "申请重办",
    "rate": "评价",
    "add": "补充",
    "contribute": "提交协办意见",
    "review": "送终审",
    "split": "拆成几件",
    "repeat": "标记重复",
    "link": "关联工单",
}
STEPS_DONE = {
    "dispatch": "已派单。",
    "sign": "已签收。",
    "start": "已开始办理。",
    "close": "已办结，市民将收到答复。",
    "return": "已退单，工单回到派单台。",
    "redispatch": "已改派。",
    "void": "已作废。",
    "callback": "回访已记录。",
    "extend": "已延期。",
    "supervise": "已督办。",
    "contribute": "协办意见已提交，主办单位能看到。",
    "review": "已送终审：定下的单位不得再退。",
    "split": "已拆成几件，各自派单。",
    "repeat": "已标记重复。",
    "link": "已关联。",
}
MORE_STEPS = "更多操作"
CO_PART = "协办意见"
CO_PART_HINT = "本单位查到了什么、做了什么。主办单位据此答复市民。"
CO_PART_MISSING = "请写协办意见。"
CO_PART_NONE = "尚未提交"
CO_PARTS = "协办单位"
SPLIT_LEAD = "勾选要单独成单的事项；其余留在本工单。新工单沿用市民、地点和受理时间。"
SPLIT_OTHER = "原文里没有识别出来的另一件事"
SPLIT_NONE = "请至少勾选或填写一件。"
REPEAT_LEAD = "选同一人的另一张工单，或输入工单号。"
REPEAT_OTHER = "重复的是哪张工单"
REPEAT_MERGE = "并入那张工单办理，本单不再单独办（那张须在办）"
LINK_OTHER = "相关的工单号"
OTHER_MISSING = "请选择或输入工单号。"
LINK_KINDS = {
    "related": "相关",
    "repeat_of": "重复于",
    "repeated_by": "被重复",
    "split_off": "拆自",
    "split_into": "拆出",
    "same_person": "同一人",
}
SAME_PERSON = "同一人的其他工单"
GROUP = "集中诉求"
GROUP_LINE = "{people} 人 {tickets} 件"
GROUP_RECURRED = "办结后复发 {n} 件"
DRAFT_FOR_REPLY = "填入答复"
DRAFT = "答复草稿"
DRAFT_NONE = "知识库没有可直接引用的答复；可参考下面已办工单的答复。"
PAST_REPLIES = "相似工单是这样答复的"
WATCH_MOVED = "{who}。本页还是旧的，请刷新后再操作。"

STEPS_HEADER = "办理"
NO_STEPS = "现在没有您可以进行的操作。"
RETURN_NOTE = "说明（建议写明应由谁办、依据什么）"
RETURN_LEAD = "签收后 3 个工作小时内可以退单。退单理由会被学习，也会被核对。"
EXTEND_DAYS = "延长（工作日，只能延一次）"
REASON = "原因"
REASON_CHOOSE = "请选择"
REASON_MISSING = "请选择原因。"
SUPERVISE_NOTE = "督办要求"
SUPERVISE_MISSING = "请写明督办要求。"
CALLBACK_SOLVED = "市民认为是否解决"
SOLVED = "已解决"
NOT_SOLVED = "未解决"
CALLBACK_NOTE = "市民怎么说"
CALLBACK_MISSING = "请选择是否解决。"
REPLY_LABEL = "给市民的答复"
REPLY_HINT = "写清：查到了什么、做了什么、依据什么、还有问题找谁。"
REPLY_MISSING = "请写答复内容。"
REPLY_CHECK = "发出前核对"
REPLY_CHECK_GO = "核对答复"
REPLY_CLEAN = "没有发现遗漏的事项、地点或套话。"
REPLY_ANSWERED = "反映 {matters} 件事，答复回应了 {answered} 件"
REPLY_EXPLAINS = "说清楚的把握 {share}"
REPLY_CONFIRM = "我已核对，仍要这样答复"
ALTERNATIVE = "改派给 {unit}（{share}）"
CONFLICT = "没有提交：这张工单刚刚被改动。"
CONFLICT_WHO = "{actor} 于 {at}：{text}"
CONFLICT_NOW = "工单现在是“{status}”，下面显示的是最新内容，请重新判断。"

INBOX_LEAD = "{unit}的工单。先签收，再办理，按时答复。"
INBOX_NO_UNIT = "您的账号没有关联承办单位，请联系系统管理员。"
INBOX_TABS = {
    "已派单": "待签收",
    "已签收": "待开始",
    "办理中": "办理中",
    "已办结": "已办结",
    "协办": "协办",
}
INBOX_HELP = (
    "键盘：↑↓ 或 J K 选择，回车打开，G 刷新；工单页 S 签收、开始办理，N P 下一件上一件，B 返回。"
)
INBOX_EMPTY = "这里没有工单。"
INBOX_SIGN_ALL = "签收本页 {n} 件"
INBOX_SIGNED = "已签收 {n} 件。"

CHATS_LEAD = "接入后机器人不再说话，直到您交还。"
CHATS_EMPTY = "没有等待人工的会话。"
CHATS_PICK = "从左侧选一个会话。"
CHAT_STATES = {"waiting": "等待人工", "human": "接待中", "bot": "机器人"}
CHAT_WAITING = "已等 {ago}"
CHAT_WITH = "{clerk} 接待中"
CHAT_TAKE = "接入"
CHAT_HAND_BACK = "交还机器人"
CHAT_SUGGESTIONS = "可引用的答复"
CHAT_NO_SUGGESTIONS = "知识库里没有可直接引用的答复。"
CHAT_USE = "填入"
CHAT_INPUT = "给市民写一句话"
CHAT_SEND = "发送"
CHAT_READ_ONLY = "您可以查看会话，不能接入。"
CHAT_FACTS = {
    "ticket_number": "工单",
    "emergency_ticket": "紧急工单",
    "phone_masked": "电话",
}
CHAT_BACK = "已交还机器人。"
CHAT_TAKEN = "已接入，市民能看到您已接待。"
SPEAKERS = {"citizen": "市民", "bot": "机器人", "human": "人工", "system": "系统"}
CHAT_REASON = "转人工原因：{reason}"

OVERVIEW_LEAD = "{period}，与前 {days} 天相比。"
OVERVIEW_DAYS = "时段"
OVERVIEW_DAY_CHOICES = {7: "近 7 天", 30: "近 30 天", 90: "近 90 天", 365: "近一年"}
OVERVIEW_EMPTY = "这段时间没有工单。"
OVERVIEW_DISTRICT = "区"
TOTALS = {
    "received": "受理",
    "closed": "办结",
    "unfinished": "在办",
    "overdue": "超期",
    "returned": "退单",
    "reopened": "重办",
    "satisfaction": "满意率",
}
LOWER_IS_BETTER = frozenset({"unfinished", "overdue", "returned", "reopened"})
COMPARE_NONE = "前期无"
COMPARE = "前期 {value}"
CHART_DAYS = "每日受理与办结"
CHART_CATEGORIES = "事项分类前 12 位"
CHART_DISTRICTS = "各区受理"
CHART_CHANNELS = "受理渠道"
CHART_HOURS = "一周各时段受理"
CHART_UNITS = "承办单位"
CHART_SOURCE = "口径：{definition} 来源：工单库日汇总。取数：{at}。"
CHART_DEFINITIONS = {
    "by_category": "期内受理工单按事项分类计数。",
    "by_district": "期内受理工单按事发区计数；地点未识别的另列。",
    "by_channel": "期内受理工单按进入渠道计数。",
    "by_hour": "期内受理工单按受理时刻所在星期与钟点计数。",
}
TABLE_VIEW = "看数据表"
UNITS_LEAD = "按受理量排列，点击列头可换序。"
UNIT_COLUMNS = {
    "unit": "承办单位",
    "received": "受理",
    "closed": "办结",
    "on_time": "按时率",
    "returned": "退单",
    "handling": "中位用时",
}
UNIDENTIFIED = "未识别"
MAP_NOT_PLACED = "另有 {n} 件地点未识别，不在图上。"
DRILL = "查看这些工单"
HOUR = "{hour} 时"
WEEKDAY = "周{day}"

KNOWLEDGE_LEAD = "与市民端同一口径：这里查到的，就是市民会得到的答复。"
KNOWLEDGE_ASK = "问题或关键词"
KNOWLEDGE_ASK_HINT = "如：居住证怎么办"
KNOWLEDGE_AREA = "区"
KNOWLEDGE_SEARCH = "查询"
KNOWLEDGE_EMPTY = "输入市民的原话或关键词，查看会得到的答复、依据和日期。"
OUTCOMES = {
    "answered": ("可直接答复", "green"),
    "needs_clarifying": ("需要追问", "blue"),
    "several_candidates": ("有几条相近", "blue"),
    "not_in_base": ("知识库没有", "orange"),
    "expired": ("条目已过期", "orange"),
    "refused": ("不予回答", "gray"),
    "emergency": ("紧急情况", "red"),
    "handed_over": ("转人工", "gray"),
}
KNOWLEDGE_CANDIDATES = "相近条目"
KNOWLEDGE_SOURCES = "依据"
KNOWLEDGE_FOLLOW_UPS = "市民常接着问"
KNOWLEDGE_EFFECTIVE = "施行 {date}"
KNOWLEDGE_REVIEWED = "核对 {date}"
KNOWLEDGE_ENTRY = "条目 {id} · 第 {version} 版"
ENTRY_KINDS = {"service": "办事事项", "faq": "问答", "policy": "政策条款"}

SYSTEM_LEAD = "各部分此刻能否工作。"
SYSTEM_PARTS = {
    "database": "数据库",
    "rasa": "对话引擎",
    "actions": "对话动作服务",
    "models": "派单模型",
    "knowledge_base": "知识库",
}
SYSTEM_WITHOUT = {
    "database": "不能受理和派单",
    "rasa": "聊天改由知识库直接应答，可提交工单",
    "actions": "聊天改由知识库直接应答，可提交工单",
    "models": "工单全部由人工派单",
    "knowledge_base": "咨询转人工或提交工单",
}
SYSTEM_OK = "全部正常"
SYSTEM_DEGRADED = "{n} 个部分不正常，其余照常"
PART_OK = "正常"
PART_BAD = "不正常"
SYSTEM_EFFECT = "缺它时：{effect}"
SYSTEM_CHECKED = "检查于 {at}"
SYSTEM_API = "接口地址"
TRY = "试派一段文字"
TRY_LEAD = "不生成工单，只看系统会怎样判断。请勿粘贴真实个人信息。"
TRY_TEXT = "诉求原文"
TRY_GO = "试派"

AUTO = "自动派单"
AUTO_LEAD = "把握达到承诺线的工单不等人、直接派出。关闭后全部由人派单；每次改动记入决策台账。"
AUTO_ON = "正在自动派单：{why}"
AUTO_OFF = "没有自动派单：{why}"
AUTO_WHAT = "改动"
AUTO_ALL = "全部"
AUTO_REASON = "理由（记入台账）"
AUTO_TURN_OFF, AUTO_TURN_ON = "关闭", "开启"
AUTO_COLUMNS = {
    "category": "事项分类",
    "decided": "已核对",
    "right": "派对",
    "accuracy": "准确率",
    "state": "状态",
}
AUTO_NONE = "近 90 天还没有可核对的高把握建议。"
AUTO_RUNS, AUTO_WAITS = "自动", "待总开关"
AUTO_PROMISE = "承诺准确率 {promise:.0%}；近 90 天守不住的分类会自己停下，等人查明后再开。"
AUTO_MODEL = "派单模型 {digest}，{since}起（{actor}：{reason}）"
