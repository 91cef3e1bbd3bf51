from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.search import SearchIndex
from knowledge_base.terms import words
from nlu.segment import Segmenter

TEXTS = ["居住证首次申领要带身份证", "护照换发需要预约", "垃圾分类投放时间", "噪音扰民怎么投诉"]


def index() -> SearchIndex:
    return SearchIndex.from_texts(TEXTS, ids=["a", "b", "c", "d"], lexical_only=True)


def test_the_text_that_shares_the_words_comes_first() -> None:
    hits = index().search("居住证怎么办")
    assert hits[0].id == "a"
    assert hits[0].score > hits[-1].score


def test_traditional_characters_find_simplified_text_and_the_other_way_round() -> None:
    assert index().search("護照換發")[0].id == "b"
    traditional = SearchIndex.from_texts(["護照換發須預約"], ids=[7], lexical_only=True)
    assert traditional.search("护照换发")[0].id == "7"


def test_nothing_in_common_means_no_hits_and_an_empty_index_answers() -> None:
    assert index().search("xyzzy") == []
    assert index().search("") == []
    assert SearchIndex.from_texts([]).search("护照") == []


def test_additions_changes_and_removals_show_at_once() -> None:
    found = index()
    found.add(["e"], ["结婚登记预约"])
    assert found.search("结婚登记")[0].id == "e"
    found.update("e", "暑假游泳培训")
    assert found.search("结婚登记") == []
    assert found.search("游泳培训")[0].id == "e"
    found.remove(["e", "unknown"])
    assert found.search("游泳培训") == []
    assert len(found) == 4


def test_an_id_twice_or_a_missing_id_is_refused() -> None:
    with pytest.raises(ValueError, match="id used twice: a"):
        index().add(["a"], ["重复"])
    with pytest.raises(ValueError, match="1 ids for 2 texts"):
        SearchIndex.from_texts(["甲", "乙"], ids=["a"])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(alphabet="办证件费用户口社保a1 ，", min_size=1, max_size=12),
        min_size=2,
        max_size=40,
    ),
    st.data(),
)
def test_an_index_grown_and_cut_step_by_step_scores_as_one_built_at_once(
    texts: list[str], data: st.DataObject
) -> None:
    grown = SearchIndex.from_texts([], lexical_only=True)
    for number, text in enumerate(texts):
        grown.add([str(number)], [text])
    gone = data.draw(st.sets(st.integers(0, len(texts) - 1), max_size=len(texts) - 1))
    grown.remove(str(n) for n in gone)
    kept = [n for n in range(len(texts)) if n not in gone]
    whole = SearchIndex.from_texts([texts[n] for n in kept], ids=kept, lexical_only=True)
    for query in texts[:5]:
        one = {hit.id: hit.score for hit in grown.search(query, 100)}
        other = {hit.id: hit.score for hit in whole.search(query, 100)}
        assert one.keys() == other.keys()
        assert np.allclose([one[k] for k in one], [other[k] for k in one], atol=1e-4)


def test_concurrent_edits_and_searches_lose_nothing() -> None:
    shared = SearchIndex.from_texts([], lexical_only=True)
    faults: list[Exception] = []

    def edit(worker: int) -> None:
        try:
            for n in range(60):
                shared.add([f"{worker}-{n}"], [f"事项{worker}号第{n}条 居住证"])
                shared.search("居住证", 5)
                if n % 3 == 0:
                    shared.remove([f"{worker}-{n}"])
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=edit, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(shared) == 4 * 40
    assert len(shared.search("居住证", 1000)) == 4 * 40


class TwoWords:
    """A model that knows two subjects only."""

    dimension = 2

    def encode(self, texts: list[str]) -> np.ndarray:
        rows = [[1.0, 0.0] if "狗" in t or "犬" in t else [0.0, 1.0] for t in texts]
        return np.array(rows, dtype=np.float32)


def test_with_a_model_meaning_counts_where_no_character_is_shared() -> None:
    plain = SearchIndex.from_texts(["养犬登记", "垃圾投放"], lexical_only=True)
    meaning = SearchIndex.from_texts(["养犬登记", "垃圾投放"], embedder=TwoWords())
    assert plain.search("狗") == []
    assert meaning.search("狗")[0].id == "0"
    assert meaning.search("狗")[0].meaning == pytest.approx(1.0)


def test_the_fast_cutter_cuts_as_jieba_does(tmp_path: Path) -> None:
    plain = Segmenter(None, hmm=False)
    for text in [
        *TEXTS,
        "广州市天河区石牌街道办事处",
        "公积金贷款额度和提取条件",
        "电动自行车上牌",
    ]:
        assert [w for w in words(text) if len(w) > 1] == [
            w for w in plain.words(text) if len(w) > 1
        ] or _knows_city_words(text)


def _knows_city_words(text: str) -> bool:
    """The city's dictionary may join what the plain one cuts."""
    return any(w not in Segmenter(None, hmm=False).words(text) for w in words(text))
