"""What the pages of administration say."""

from __future__ import annotations

PAGE_ACCOUNTS = "账号"
PAGE_CITY = "城市数据"
PAGE_AUDIT = "台账"

ACCOUNTS_LEAD = "谁能进来、是什么角色、看得到哪些工单。改动立即生效，并记入台账。"
ACCOUNTS_TOTAL = "共 {total} 个账号"
ACCOUNT_COLUMNS = {
    "username": "账号",
    "name": "姓名",
    "role": "角色",
    "where": "单位 / 范围",
    "state": "状态",
    "way": "登录方式",
    "created": "开通",
}
FIND = "查找"
FIND_HINT = "账号或姓名"
ROLE = "角色"
STATE = "状态"
ACTIVE, CLOSED, LOCKED = "可用", "已停用", "锁定"
STATES = {"true": ACTIVE, "false": CLOSED}
BY_PASSWORD, BY_PROVIDER = "密码", "统一身份"
NEW_ACCOUNT = "开通账号"
CHANGE_ACCOUNT = "修改账号"
PICK_ACCOUNT = "选一个账号"
USERNAME = "账号（小写字母开头）"
NAME = "姓名"
UNIT = "承办单位"
SCOPE = "看得到的区"
WHOLE_CITY = "全市"
WITH_PASSWORD = "用密码登录（不勾选则只能用统一身份认证）"  # noqa: S105 - a label
IS_ACTIVE = "账号可用"
SAVE = "保存"
RESET = "重设密码"
RESET_ASK = "原密码作废，已登录的会话立即退出。"
CREATED = "已开通 {username}。"
CHANGED = "已保存 {username}，本人需要重新登录。"
SECRET = "{username} 的新密码（只显示这一次）："  # noqa: S105 - a label
NAME_MISSING = "请填写账号和姓名。"

SWITCHES = "停用开关"
SWITCHES_LEAD = "出问题时先停下来。停用和恢复都要写原因，记入台账，立即生效。"
SWITCH_NAMES = {"answers": "对市民的自动答复", "alarms": "预警"}
SWITCH_EFFECTS = {
    "answers": "停用后，各渠道不再自动答复咨询，改为转人工或登记工单；险情提示照常。",
    "alarms": "停用后，不再产生新的预警；已有预警照常处置。",
}
SWITCH_ON, SWITCH_OFF = "正在使用", "已停用"
SWITCH_SAID = "{actor} 于 {at}：{reason}"
SWITCH_STOP, SWITCH_RESUME = "停用", "恢复"
SWITCH_REASON = "原因"

CITY_LEAD = "改单位、职责、分类、时限。先检查、看改动，再生效；每一版都留着，随时可以退回。"
CITY_FILE = "文件"
CITY_WHERE = "文件 {path}"
CITY_LAST = "上次修改：{actor} {at}"
CITY_TEXT = "文件内容"
CITY_TABLE = "按表格改"
CITY_CHECK = "检查并看改动"
CITY_SAVE = "保存并生效"
CITY_REASON = "修改原因"
CITY_REASON_MISSING = "请选择修改原因。"
CITY_OK = "检查通过，没有发现问题。"
CITY_SAME = "内容没有变化。"
CITY_WRONG = "有 {n} 处要改，改好前不能保存："
CITY_LINE = "第 {line} 行"
CITY_WHOLE = "整个文件"
CITY_SAVED = "已生效。原来的内容留在下面的版本里。"
CITY_DIFF = "改动"
CITY_VERSIONS = "版本"
CITY_NO_VERSIONS = "还没有在这里改过；第一次保存时会先留下现在的内容。"
CITY_VERSION = "{at} · {actor} · {reason}"
CITY_PICK = "看某一版与现在的差别"
CITY_BACK = "放回编辑框"
CITY_BACK_DONE = "已放回编辑框，检查后保存即恢复这一版。"
CITY_SAME_AS_NOW = "与现在的内容相同。"
CITY_READ_ONLY = "您可以查看，不能修改。"
BY_HAND = "未知"

AUDIT_LEAD = "机器和人的每个决定，只增不改，环环相扣。"
AUDIT_KIND = "决定"
AUDIT_ACTOR = "谁"
AUDIT_TICKET = "工单号"
AUDIT_WORDS = "内容里的字"
AUDIT_FIRST, AUDIT_LAST = "从哪天", "到哪天"
AUDIT_EMPTY = "没有符合条件的记录。"
AUDIT_OLDER = "更早的"
AUDIT_NEWEST = "回到最新"
AUDIT_PROVE = "核验台账是否完整"
AUDIT_WHOLE = "台账完整：{entries} 条，环环相扣。最后一条的摘要 {head}。"
AUDIT_BROKEN = "台账在第 {at} 条断开：{reason}"
AUDIT_COLUMNS = {
    "seq": "序号",
    "at": "时间",
    "kind": "决定",
    "actor": "谁",
    "ticket": "工单",
    "facts": "内容",
}
KINDS = {
    "receive": "受理",
    "suggest": "读单建议",
    "suggest_again": "重新建议",
    "dispatch": "派单",
    "redispatch": "改派",
    "sign": "签收",
    "start": "开始办理",
    "close": "办结",
    "return": "退单",
    "void": "作废",
    "callback": "回访",
    "extend": "延期",
    "supervise": "督办",
    "contribute": "协办意见",
    "review": "送终审",
    "split": "拆分",
    "split_off": "拆出新单",
    "repeat": "标记重复",
    "link": "关联",
    "reopen": "申请重办",
    "reopen_child": "重办新单",
    "rate": "评价",
    "add": "补充",
    "unmask": "查看联系方式",
    "switch": "开关",
    "user_added": "开通账号",
    "user_changed": "修改账号",
    "user_closed": "停用账号",
    "password_set": "重设密码",
    "city_edited": "修改城市数据",
    "anonymise": "匿名化",
    "alarms_raised": "发出预警",
    "model_switch": "换模型",
    "import": "导入",
}
YES, NO = "是", "否"
FACTS = {
    "role": "角色",
    "status": "状态",
    "unit": "单位",
    "co_units": "协办",
    "category": "分类",
    "categories": "分类",
    "suggested": "建议",
    "as_suggested": "按建议",
    "confidence": "把握",
    "probability": "把握",
    "dial": "派法",
    "dial_reason": "说明",
    "appeal_type": "性质",
    "name": "名称",
    "reason": "原因",
    "channel": "渠道",
    "from_unit": "原单位",
    "bounces": "退单次数",
    "final_review": "终审",
    "late": "超期",
    "days": "天数",
    "solved": "已解决",
    "score": "评分",
    "child": "新工单",
    "parent": "原工单",
    "origin": "原工单",
    "other": "另一工单",
    "parts": "拆出",
    "attachments": "附件数",
    "username": "账号",
    "scope": "范围",
    "active": "可用",
    "before": "之前",
    "after": "之后",
    "file": "文件",
    "switch": "开关",
    "off": "停用",
    "reply_digest": "答复摘要",
    "reason_digest": "原因摘要",
    "part_digest": "意见摘要",
}
FIRST_FACTS = ("unit", "from_unit", "reason", "username", "file", "switch")
DIGEST_FACTS = frozenset({"reply_digest", "reason_digest", "part_digest", "before", "after"})
CHOOSE = "请选择"
