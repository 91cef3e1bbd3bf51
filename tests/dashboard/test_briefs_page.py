"""The briefs page against the running API."""

from __future__ import annotations

from dashboard import brief_texts as own


def test_a_manager_makes_a_brief_and_an_auditor_reads_it(busy_api, desk):
    at = desk(busy_api, "manager", "briefs")
    assert not at.exception
    button = next(one for one in at.button if one.label == own.MAKE)
    at = button.click().run(timeout=60)
    assert not at.exception
    assert at.success[0].value.startswith("已生成《广州市市民诉求周报》")
    said = " ".join(one.value for one in at.markdown)
    assert "共受理市民诉求" in said
    told = at.dataframe[0].value
    assert set(own.COLUMNS.values()) <= set(told.columns)
    reader = desk(busy_api, "auditor", "briefs")
    assert not reader.exception
    assert "共受理市民诉求" in " ".join(one.value for one in reader.markdown)
    assert own.MAKE not in [one.label for one in reader.button]
