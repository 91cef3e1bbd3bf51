"""Every sentence the knowledge base says on its own account."""

from __future__ import annotations

NOT_IN_BASE = (
    "这个问题我这里没有经过核对的答案，不敢随便说。已记下来请相关单位补充；"
    "您可以直接拨打 12345 问人工，或者让我帮您登记成工单。"
)
NOT_IN_BASE_NEAR = (
    "这个问题我这里没有经过核对的答案。下面几条比较接近，看看有没有您要的；"
    "都不是的话，可以拨打 12345 问人工，或者让我帮您登记成工单。"
)
SEVERAL = "您是想问下面哪一件？点一下就行；都不是的话，换个说法再问我，或者转人工。"
EXPIRED = "“{title}”这一条的内容已过有效期（{date}），正在核对新规定，暂不提供旧答案。请拨打 {phone} 向{unit}确认。"
EXPIRED_NO_DATE = (
    "“{title}”这一条的内容已停用，正在核对新规定，暂不提供旧答案。请拨打 {phone} 向{unit}确认。"
)
WHICH_DISTRICT = "各区的办法不一样，您在哪个区？"
EMPTY = "您还没写问题。直接说您想办什么事，比如“居住证怎么办”。"
QUOTE = "{basis}原文：{text}"
