"""What the briefs page says."""

PAGE_BRIEFS = "周报月报"
LEAD = "一键成稿，每个数都写明口径，可追到查询。"
PERIOD = "简报"
PERIODS = {"week": "周报", "month": "月报"}
UNTIL = "写到哪一天"
UNTIL_HELP = "周报写这一天及之前六天；月报从当月一日写起。最晚到昨天。"
MAKE = "生成简报"
MAKING = "正在统计和排版……"
MADE = "已生成《{title}》{number}。"
EMPTY = "还没有简报。选好周期，点“生成简报”。"
KEPT = "往期简报"
MADE_BY = "{at} 由 {who} 生成"
FORMS = {
    "pdf": ("PDF", ":material/picture_as_pdf:", "application/pdf"),
    "docx": (
        "Word",
        ":material/description:",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "txt": ("手机文本", ":material/smartphone:", "text/plain"),
    "json": ("数据和查询", ":material/data_object:", "application/json"),
}
FIGURES = "指标、口径和查询"
COLUMNS = {
    "name": "指标",
    "text": "本期",
    "before": "上期",
    "change": "与上期比",
    "definition": "口径",
    "query": "查询",
}
ADVICE = "建议"
REASON = "理由：{reason}。"
