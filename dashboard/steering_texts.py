"""Everything the managers' pages say."""

from __future__ import annotations

PAGE_GROUPS = "集中诉求"
PAGE_ALARMS = "预警"
PAGE_PERFORMANCE = "办理质效"
PAGE_MODEL = "派单模型"
PAGE_UPKEEP = "知识运营"
PAGE_BEHIND = "工单明细"
PAGE_WALL = "大屏"

ABOUT = "口径：{definition}\n\n来源：{source}\n\n取数：{at}"
SOURCE_ROLLUPS = "工单库日汇总"
SOURCE_TICKETS = "工单库（在办工单）"
SOURCE_ANALYTICS = "集中诉求与预警分析"
SOURCES = {
    "rollups": "工单库日汇总",
    "tickets": "工单库",
    "analytics": "集中诉求与预警分析",
    "knowledge": "知识库",
}
TABLE = "数据"
EXPORT_AS = "导出 {kind}"
ALL = "全部"
NO_DATA = "这里还没有数据。"
AND_MORE = "另有 {n} 项"

# 态势
TODAY_HEAD = "今天到 {time}，受理 {today} 件"
TODAY_USUAL = "同类日这个时候一般 {low}—{high} 件"
TODAY_NONE = "还没有同类日可比"
TODAY_MORE = "，比平时多"
TODAY_LESS = "，比平时少"
TODAY_AS_USUAL = "，和平时差不多"
TODAY_CHART = "今天累计受理与平时"
TODAY_DEFINITION = (
    "今天到每个钟点为止的受理累计，与最近 {n} 个同类日（同为周几或同为节假日，调休上班日按周五）"
    "同一时刻相比；色带是其中八成日子落入的范围。"
)
TODAY_SERIES = "今天"
USUAL_SERIES = "平时"
USUAL_LOW = "平时下沿"
USUAL_BAND = "平时范围"
RISING = "今天比平时多的事项"
RISING_DEFINITION = "今天到现在各类受理件数，与同类日全天平均乘以一天已过去的份额相比；多于平时且不少于 2 件的列出。"
RISING_NONE = "各类事项都不比平时多。"
RISING_LINE = "今天 {today} 件，平时 {usual} 件"
ALARMS_HEAD = "未了结的预警 {n} 条，其中新预警 {new} 条"
ALARMS_NONE = "没有未了结的预警。"
HOT_GROUPS = "热度最高的集中诉求"
GROUPS_NONE = "没有活跃的集中诉求。"
GROUP_LINE = "{tickets} 件 · {people} 人 · {place}"
GROUP_RECURRED = "办结后又来 {n} 件"
RISK_HEAD = "时限"
RISK_DEFINITION = "在办工单按办结时限：已经超期、24 小时内到期、24 至 72 小时内到期，按承办单位计。"
RISK_OVERDUE = "已超期"
RISK_SOON = "24 小时内到期"
RISK_LATER = "72 小时内到期"
RISK_UNIT = "承办单位"
RISK_OPEN = "在办"
NOT_YET_GIVEN = "尚未派出"
IN_AIR = "在天上飞"
IN_AIR_LONG = "超过两天无人签收"
IN_AIR_TWICE = "退过两次及以上"
IN_AIR_DEFINITION = "还没有单位签收的在办工单，含退回后待重派的；受理超过 48 小时仍无人签收的另计。"
PERIOD_HEAD = "一段时间"
BRIEF = "简报"
GO_WALL = "大屏"
GO_BRIEF = "写周报月报"
CATEGORY = "事项分类"
LINK_TICKETS = "看这些工单"
CLICK_HINT = "点图中的一天、一类、一区，看背后的工单。"
CHANGE = {"up": "多", "down": "少"}

# 明细
BEHIND_LEAD = "数字背后的工单，最新的在前。"
BEHIND_STATES = {"in_air": "在天上飞", "overdue": "已超期", "soon": "24 小时内到期"}
BEHIND_FROM = "从"
BEHIND_TO = "到"
BEHIND_STATE = "在办情形"
BEHIND_EMPTY = "没有符合条件的工单。"
BEHIND_NEXT = "更早的工单"
BEHIND_FIRST = "回到最新"
BEHIND_SHOWN = "本页 {n} 件"
BEHIND_PLACE = "返回态势"

# 集中诉求
GROUPS_LEAD = "不同的人说的同一件事。热度高的在前；人改过的名字和分合，机器不再动。"
GROUP_STATES = {"active": "活跃", "dormant": "沉寂", "merged": "已并入别组"}
GROUP_ORDERS = {"heat": "热度", "tickets": "件数", "newest": "最近有新工单"}
GROUP_STATE = "状态"
GROUP_ORDER = "排序"
GROUP_FOLLOWED = "只看我关注的"
GROUP_RECURRED_ONLY = "只看办结后又来的"
GROUP_WORDS = "标题里的字"
GROUP_COLUMNS = {
    "title": "诉求",
    "district": "区",
    "tickets": "件数",
    "people": "人数",
    "weekly": "近 8 周",
    "heat": "热度",
    "recurred": "办结后又来",
    "last_at": "最近一件",
}
GROUP_PICK = "在左表选一组，看它的来龙去脉。"
GROUP_AS_OF = "分组更新于 {at}，新工单随到随归组。"
GROUP_WHY = "为什么算一组"
GROUP_STORY = "来龙去脉"
GROUP_MESSAGES = "有代表性的说法"
GROUP_TICKETS = "组内工单"
GROUP_HEAT = "热度怎么算"
GROUP_WEEKLY = "每周新增"
GROUP_WEEKLY_DEFINITION = "组内工单按受理周计，最后一根是最近七天。"
GROUP_FOLLOW = "关注"
GROUP_UNFOLLOW = "取消关注"
GROUP_RENAME = "改名"
GROUP_RENAME_TO = "新的名字"
GROUP_MERGE = "并入别组"
GROUP_MERGE_WHAT = "把哪些组并进来"
GROUP_MERGE_GO = "并入本组"
GROUP_SPLIT = "拆出"
GROUP_SPLIT_WHAT = "哪些工单不是这件事"
GROUP_SPLIT_GO = "拆成另一组"
GROUP_DONE = {
    "merge": "已并入，以后不会再分开。",
    "split": "已拆成另一组，以后不会再合到一起。",
    "rename": "已改名。",
    "follow": "已更新关注。",
}
GROUP_UNITS = "承办单位"
GROUP_STANDING = "办理状态"
GROUP_SPAN = "{first}—{last}"

# 预警
ALARMS_LEAD = "突增与关注词。知悉、交办、处置、关闭，一条一条有着落。"
ALARM_STATES = {
    "new": "新预警",
    "acknowledged": "已知悉",
    "assigned": "已交办",
    "acted": "已处置",
    "closed": "已关闭",
}
ALARM_OPEN = "未了结"
ALARM_KINDS = {"rise": "突增", "word": "关注词"}
ALARM_STEPS = {"acknowledge": "知悉", "assign": "交办", "act": "处置", "close": "关闭"}
ALARM_AFTER = {
    "new": ("acknowledge", "assign", "act", "close"),
    "acknowledged": ("assign", "act", "close"),
    "assigned": ("act", "close"),
    "acted": ("close",),
    "closed": (),
}
ALARM_DONE = {
    "acknowledge": "已知悉。",
    "assign": "已交办。",
    "act": "处置情况已记录。",
    "close": "已关闭。",
}
ALARM_NOTE = {
    "acknowledge": "备注（可不填）",
    "assign": "交办要求",
    "act": "做了什么",
    "close": "为什么可以关闭",
}
ALARM_UNIT = "交给哪个单位"
ALARM_UNUSUAL = "平时这样的日子约 {expected} 件；偶然多到这个程度的机会约为 {chance}。"
ALARM_FALSE = "判定线按历史回放定，每周误报约 {rate} 条以内。"
ALARM_EXAMPLES = "例子"
ALARM_GROUP = "多数属于同一组集中诉求"
ALARM_SHOULD = "应由 {unit} 处置"
ALARM_ASSIGNED = "已交 {unit}"
ALARM_EMPTY = "没有这样的预警。"
ALARM_NEED_NOTE = "请写一句。"
ALARM_TICKETS = "看当天这类工单"

# 办理质效
PERFORMANCE_LEAD = "{period}，与前 {days} 天相比。"
UNIT_TABLE = "各单位"
UNIT_HINT = "点列头排序；选一行看这个单位的工单。"
UNIT_FIGURES = (
    "received",
    "on_time",
    "handling",
    "in_air",
    "returned",
    "return_rate",
    "reopened",
    "satisfaction",
)
UNIT_ON_TIME_CHANGE = "按时率变化"
UNIT_FEW = "到期不足 10 件的单位，按时率仅供参考。"
AIR_HEAD = "工单在天上飞"
AIR_LEAD = "从受理到最后一次签收之间，没有一个单位认领的时间。"
AIR_NOW = "此刻无人签收"
AIR_ONCE = "退过一次"
AIR_MORE = "退过两次及以上"
AIR_LONG = "超过两天"
AIR_LIST = "飞得最久的"
AIR_HOURS = "已飞"
RETURNS_HEAD = "退单原因"
RETURNS_DEFINITION = "期内退单按单位所填原因计次。"
DISPUTES_HEAD = "有争议的职责条款"
DISPUTES_LEAD = "退单最多的事项，对照职责表：谁退、谁最后接、条款怎么写。"
DISPUTE_LINE = "退 {returns} 次 / 受理 {received} 件"
DISPUTE_BY = "退单的"
DISPUTE_TAKEN = "最后接的"
DISPUTE_WHY = "理由"
DISPUTE_CLAUSES = "职责表"
DISPUTE_NO_CLAUSE = "职责表没有这一类。"
DISPUTE_EXAMPLES = "例子"
RETURNS_NONE = "这段时间没有退单。"
LOWEST_ON_TIME = "按时率最低的单位"
LOWEST_DEFINITION = "期内到期 10 件以上的单位中按时率最低的 12 个；竖线是全部单位合计。"

# 派单模型
MODEL_LEAD = "近 90 天。机器派得多不多、准不准、有没有走样、对谁不公平。"
MODEL_NO_SUGGESTIONS = "近 90 天没有派单建议：模型未装载，工单全部由人工派。"
DIALS = {"auto": "可自动", "one_click": "一键", "human": "人工"}
MODEL_COVERAGE = "覆盖"
MODEL_COVERAGE_HELP = "近 90 天受理、有建议的工单中，机器认为可自动派出的比例。"
MODEL_PROMISE = "承诺准确率"
MODEL_PROMISE_HELP = "可自动派出的工单，承诺派对的比例。低于它的事项会自动关停。"
MODEL_AUDITED = "核实准确率"
MODEL_AUDITED_HELP = "可自动派出、已见分晓的工单中，由建议单位办结且未退单的比例；括号内是 95% 把握的范围（Wilson）。"
MODEL_STABILITY = "事项构成变化"
MODEL_STABILITY_HELP = "最近两周与此前事项分类构成的稳定度指数（PSI）：0.1 以下平稳，0.25 以上说明来的事情变了，该看一看。"
STABILITY = ((0.1, "平稳"), (0.25, "有变化"), (9e9, "变化大"))
MODEL_STATE_ON = "自动派单已开启"
MODEL_STATE_OFF = "自动派单未开启：{why}"
MODEL_KEPT = "承诺守住了"
MODEL_BROKEN = "承诺没有守住"
MODEL_FEW = "已见分晓的还不多，尚难断定"
MODEL_NEAR = "与承诺相差无几，尚难断定是否守住"
CHART_WEEKS = "每周派单把握"
CHART_WEEKS_DEFINITION = "每周受理、有建议的工单按派单把握分三档计件；周从图上日期起算七天。"
CHART_ACCURACY = "每周准确率与承诺"
CHART_ACCURACY_DEFINITION = "每周受理、已见分晓的建议中派对的比例；虚线为承诺准确率。退单当时就知道，办结要等，所以见分晓不到七成或不足 5 件的周不画。"
DIALS_HEAD = "各类事项的档位"
DIALS_LEAD = "派单线是机器可以自己派出的最低把握，由留出样本按承诺准确率定。"
DIAL_COLUMNS = {
    "category": "事项分类",
    "state": "档位",
    "line": "派单线",
    "decided": "已见分晓",
    "right": "派对",
    "accuracy": "核实准确率",
    "why": "说明",
}
DIAL_OPEN = "可自动"
DIAL_NONE = "没有可靠的线"
DIAL_CLOSED = "已关停"
DIAL_BREAKS = "低于承诺"
DIAL_TURN = "关停或重开一类"
DIAL_WHICH = "事项分类"
DIAL_REASON = "原因（记入台账）"
DIAL_OFF = "关停"
DIAL_ON = "重开"
DIAL_DONE = "已记入台账并生效。"
DIAL_NEED = "请选事项分类并写明原因。"
WORSE_HEAD = "对谁不公平"
WORSE_LEAD = "同一套机器，各区、各渠道的人得到的结果是否一样。明显低于全市的标出来。"
WORSE_NONE = "没有哪个区或渠道明显低于全市。"
WORSE_SOME = "明显低于全市：{names}"
WORSE_KINDS = {"district": "区", "channel": "渠道"}
WORSE_COLUMNS = {
    "kind": "类别",
    "name": "名称",
    "received": "受理",
    "accuracy": "建议派准率",
    "range": "95% 范围",
    "on_time": "按时率",
    "satisfaction": "满意率",
    "verdict": "判断",
}
WORSE_MARK = "明显偏低"
MOVED_HEAD = "占比变化最大的事项"
MOVED_COLUMNS = {"category": "事项分类", "before": "此前", "now": "近两周"}

# 知识运营
UPKEEP_LEAD = "问得到、答得准、没过期。"
UPKEEP_TOTALS = {
    "published": "已发布",
    "review": "待审核",
    "draft": "草稿",
    "expired": "已失效",
}
UPKEEP_GAPS = "答不上来的问题"
UPKEEP_GAPS_LEAD = "市民问过、知识库没有答案的，问得多的在前。"
UPKEEP_GAPS_DEFINITION = "相近问法合为一个；有了条目并发布，自动销号。"
UPKEEP_GAPS_NONE = "没有答不上来的问题。"
UPKEEP_GAP_COLUMNS = {
    "question": "问题",
    "asked": "问过",
    "unit": "归口单位",
    "status": "进展",
    "last_at": "最近一次",
}
UPKEEP_GAP_WAITING = "待起草"
UPKEEP_GAP_STATUS = {
    "draft": "起草中",
    "review": "审核中",
    "published": "已发布",
    "expired": "已失效",
}
UPKEEP_CLOSED = "已补上 {n} 个"
UPKEEP_DUE = "该复核的条目"
UPKEEP_DUE_DEFINITION = "已过失效日期、30 天内到期、从未核对、久未核对的已发布条目。"
UPKEEP_DUE_KINDS = {
    "expired": "已过期",
    "expiring": "快到期",
    "never_reviewed": "从未核对",
    "long_unreviewed": "久未核对",
}
UPKEEP_DUE_COLUMNS = {
    "kind": "情形",
    "title": "条目",
    "owner": "责任单位",
    "expiry_date": "失效日期",
    "reviewed_date": "上次核对",
}
UPKEEP_DUE_NONE = "没有需要复核的条目。"

# 大屏
WALL_TITLE = "市民诉求态势"
WALL_REFRESH_SECONDS = 30
WALL_CLOCK = "{month}月{day}日 周{weekday} {time}"
WALL_NOW = "今天受理"
WALL_USUAL = "平时此刻 {low}—{high}"
WALL_OPEN = "在办"
WALL_LATE = "已超期"
WALL_SOON = "24 小时内到期"
WALL_AIR = "无人签收"
WALL_ALARMS = "预警"
WALL_GROUPS = "集中诉求"
WALL_MAP = "今天各区受理"
WALL_RISING = "今天受理最多"
WALL_EXIT = "退出大屏"
WALL_UPDATED = "{at} 更新，每 {n} 秒自动刷新"
WALL_STALE = "后台没有应答，下面是 {at} 的数据。"
WALL_TODAY_COUNT = "{n} 件"
