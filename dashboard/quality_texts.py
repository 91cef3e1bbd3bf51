"""What the pages on fair comparison, doubtful closings and ratings say."""

from __future__ import annotations

PAGE_COMPARISON = "单位比较"
PAGE_CALLBACKS = "回访清单"
PAGE_RATINGS = "好差评"

DAYS = "时间"
DAY_CHOICES = {7: "近 7 天", 30: "近 30 天", 90: "近 90 天"}
DISTRICT = "区"
NONE_YET = "这段时间没有可比的单位。"
SOURCE_REPLIES = "答复智能质检、回访、评价与重办记录"
SOURCE_RATINGS = "市民评价与整改台账"

# 单位比较
COMPARISON_LEAD = "{period}，照同样的事项构成比，难办的事多不吃亏。"
KIND = "单位类别"
KINDS = {
    "bureau": "市级部门",
    "district_bureau": "区属部门",
    "district": "区",
    "street": "街镇",
    "utility": "公用企业",
}
MEASURE = "比什么"
MEASURE_HEAD = "{name}：照同样事项比"
MEASURE_CHART = (
    "点是换成同样事项构成后的比例，横条是 95% 范围；红色偏差、绿色偏好、灰色与一般水平相当。"
)
NOTABLE_HEAD = "值得注意"
NOTABLE_NONE = "各单位各项都与一般水平相当。"
NOTABLE_DEFINITION = "各项指标中，偏离一般水平超过 1.96 个标准差的单位；超过 3.09 个的写“明显”。"
VERDICTS = {"better": "偏好", "worse": "偏差", "like": "相当", "few": "件数少，不比"}
CLEARLY = "明显"
UNITS_HEAD = "各单位"
UNITS_DEFINITION = "各指标为换成同样事项构成后的比例；▲ 偏好，▼ 偏差，双号为明显；件数少的不显示。"
UNITS_HINT = "选一行看这个单位的工单。"
COLUMNS = {
    "unit": "单位",
    "kind": "类别",
    "received": "受理",
    "taken_over": "接别家退单",
    "exposed": "件数",
    "events": "实际",
    "expected": "应有",
    "rate": "实际比例",
    "standardised": "同构成比例",
    "low": "下限",
    "high": "上限",
    "verdict": "判断",
    "measure": "指标",
}
CHART_ALT = "{name}，{n} 个单位：{worse}"
CHART_ALT_WORSE = "偏差的有{names}"
CHART_ALT_NONE = "没有偏差的单位"
TOO_FEW = "另有 {n} 个单位件数少，不比。"

# 回访清单
CALLBACKS_LEAD = "先给这些市民回个电话：事情真办好了吗，答的是所问吗？"
CALLBACK_KINDS = {"unsolved": "未解决就办结", "off_topic": "答非所问"}
CALLBACK_KIND = "清单"
CALLBACK_DAYS = {7: "近 7 天", 14: "近 14 天", 45: "近 45 天"}
CALLBACK_DEFINITIONS = {
    "unsolved": (
        "办结后有没解决迹象的工单：回访时市民说没有解决、评价 1—2 分、已申请重办、"
        "答复只说已转办或只有打算。迹象多的在前，其次新办结的在前。"
    ),
    "off_topic": "质检判为没有答到所问的答复，最没答到的在前；太短的答复不判。",
}
CALLBACKS_EMPTY = "近 {days} 天办结的工单里，没有“{kind}”的。"
CALLBACKS_COUNT = "“{kind}” {n} 件"
CALLBACK_COLUMNS = {
    "number": "工单",
    "title": "诉求",
    "unit": "承办单位",
    "closed_at": "办结",
    "signs": "迹象",
    "on_topic": "答到所问的把握",
    "reply": "答复",
}
CALLBACK_OPEN = "打开工单"
CALLBACK_REPLY = "单位的答复"
PAGE_OF = "第 {page} 页，共 {pages} 页"
EARLIER = "上一页"
LATER = "下一页"

# 好差评
RATINGS_LEAD = "市民怎么评，差评怎么改，改了见不见效。"
RATINGS_LEAD_UNIT = "本单位的差评怎么改，改了见不见效。"
TAB_RATINGS = "评价"
LOW_ONLY = "只看差评（1—2 分）"
RATING_GROUPS = "说的是同一件事"
RATING_GROUPS_DEFINITION = "写了话的评价按内容和事项归组，同一件事两条以上为一组，条数多的在前。"
RATING_SINGLES = "单独的评价"
RATING_SINGLES_DEFINITION = "没有归组的带话评价，新的在前，最多显示 50 条。"
RATINGS_NONE = "这段时间没有写了话的评价。"
AND_MORE_UNITS = "等 {n} 个单位"
RATING_GROUPS_NONE = "没有说同一件事的评价。"
RATING_SINGLES_NONE = "都已归组，没有单独的评价。"
RATING_GROUP_LINE = "{count} 条 · 平均 {mean} 分 · {units}"
RATING_LINE = "{at} · {unit} · {category}"
RATING_COLUMNS = {
    "group": "同一件事",
    "number": "工单",
    "score": "评分",
    "words": "市民的话",
    "at": "时间",
    "unit": "单位",
    "category": "事项分类",
}
STATE = "状态"
STATES = {"open": "待整改", "planned": "整改中", "done": "已整改，看效果", "closed": "已销号"}
STATE_UNCLOSED = "未销号"
IMPROVEMENTS_HEAD = "整改项"
IMPROVEMENTS_DEFINITION = (
    "近 60 天的差评（1—2 分）按单位和事项立项，后来的同类差评并入；"
    "整改后看 60 天，差评率与整改前 60 天比。"
)
IMPROVEMENTS_NONE = "没有这样的整改项。"
IMPROVEMENT_COLUMNS = {
    "unit": "单位",
    "category": "事项分类",
    "state": "状态",
    "tickets": "差评件数",
    "measure": "措施",
    "opened_at": "立项",
    "effect": "效果",
}
IMPROVEMENT_LINE = "差评 {n} 件 · {at} 立项"
IMPROVEMENT_TICKETS = "差评工单"
IMPROVEMENT_MORE = "来龙去脉"
STEPS = {"plan": "制定措施", "finish": "整改完成", "close": "销号", "again": "退回重改"}
STEPS_AFTER = {
    "open": ("plan", "finish"),
    "planned": ("finish", "plan"),
    "done": ("close", "again"),
    "closed": (),
}
STEP_TEXT = {
    "plan": "打算怎么改，什么时候改完",
    "finish": "改了什么",
    "close": "为什么可以销号（可不填）",
    "again": "为什么没改到位",
}
STEP_DONE = {
    "plan": "措施已记录，单位可着手整改。",
    "finish": "已记为整改完成，开始看效果。",
    "close": "已销号。",
    "again": "已退回重改。",
}
STEP_NEED = "请写一句。"
