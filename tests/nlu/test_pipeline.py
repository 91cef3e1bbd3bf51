from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.extract import extract
from nlu.pipeline import reading_pipeline


def test_the_pipeline_tells_words_and_facts() -> None:
    doc = reading_pipeline()("天河路123号昨晚停水，电话13800001234")
    assert {(ent.label_, ent.text) for ent in doc.ents} >= {("phone", "13800001234")}
    assert doc._.facts.spans == extract(doc.text).spans
    assert "停水" in [token.text for token in doc]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40))
def test_no_character_is_lost(text: str) -> None:
    assert reading_pipeline()(text).text == text
