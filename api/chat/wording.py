"""Every sentence the gateway itself says, in one place for whoever edits tone and wording."""

from __future__ import annotations

EMPTY = "没有收到文字。您可以直接输入问题，或说说遇到了什么事、在哪里。"
LONG = (
    "您的留言有 {length} 个字，已经一字不漏地保存。内容较长，机器人读不准；"
    "您可以把全文登记成工单交给工作人员，也可以用一两句话告诉我最要紧的是什么。"
)
LONG_SAVED = "您的留言有 {length} 个字，已完整保存，客服人员可以看到。"
DOWN = "智能对话暂时不可用，我先直接查知识库回答您，您说的话没有丢失。"
DOWN_OFFER = "如果要反映问题，可以直接把您刚才的话登记成工单，由工作人员跟进。"
DOWN_BLIND = "智能对话和知识库都暂时不可用，您说的话已经保存。可以先登记成工单，或拨打 12345。"
SILENT = "这句话我没有听懂。您可以换个说法，或者把它登记成工单交给工作人员。"
OLD_BUTTON = "这个按钮已经失效，请直接输入您的问题。"
TICKET_MADE = "已登记工单 {number}，下一步：{next_step}。可凭工单编号和手机号后四位查询进度。"
NOTHING_TO_FILE = "还没有可以登记的内容，请先说说遇到了什么事、在哪里。"
DAMAGED = "登记没有成功，请稍后再试，或拨打 12345。"

WAITING = "正在为您转人工，您前面还有 {ahead} 位。您说的话客服人员都能看到，请稍候。"
WAITING_NEXT = "正在为您转人工，下一位就是您。您说的话客服人员都能看到，请稍候。"
WAITING_DANGER = "人工客服马上接入，您说的话都能看到。情况紧急请马上拨 {phone}。"
BACK_TO_BOT = "好的，已取消排队，由智能助手继续为您服务。"
TAKEN = "客服人员 {name} 已接入，现在由人工为您服务。"
HANDED_BACK = "人工服务已结束，智能助手继续为您服务。"

EMERGENCY_TICKET = "已同时登记紧急工单 {number}，值班人员会马上看到。"
EMERGENCY_ADDED = "已补充到紧急工单 {number}。"
EMERGENCY_REASON = "紧急：{kind}"
"""Why a clerk is called; conversations whose reason begins so stand first in the queue."""
EMERGENCY_SIGN = "紧急："

FILE_TITLE = "登记成工单"
FILE_PAYLOAD = "/gateway_file_ticket"
HUMAN_TITLE = "转人工"
HUMAN_PAYLOAD = "/gateway_human"
LEAVE_QUEUE_TITLE = "不等了，问智能助手"
LEAVE_QUEUE_PAYLOAD = "/gateway_leave_queue"

MASKED = "为保护您的隐私，{kinds}已隐藏显示{kept}。"
MASKED_PHONE_KEPT = "，号码加密保存，只用于联系您"
KIND_NAMES = {
    "phone": "手机号码",
    "id_card": "身份证号",
    "bank_card": "银行卡号",
    "plate": "车牌号",
    "email": "邮箱",
    "account": "账号",
    "passport": "证件号码",
    "home": "门牌房号",
}


def masked_notice(kinds: list[str]) -> str | None:
    """Return the kind word about hidden personal data, or ``None`` when none needs one."""
    names = [KIND_NAMES[kind] for kind in dict.fromkeys(kinds) if kind in KIND_NAMES]
    if not names:
        return None
    kept = MASKED_PHONE_KEPT if "phone" in kinds else ""
    return MASKED.format(kinds="、".join(names), kept=kept)


def queue_notice(position: int, danger_phone: str | None = None) -> str:
    """Return the sentence about the place in the queue (1 is next), or, in danger, the number."""
    if danger_phone:
        return WAITING_DANGER.format(phone=danger_phone)
    return WAITING_NEXT if position <= 1 else WAITING.format(ahead=position - 1)
