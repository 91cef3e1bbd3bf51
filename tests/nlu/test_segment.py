from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.segment import Segmenter, default_segmenter

CHINESE = st.text(alphabet="天河区石牌街道晚上施工噪音 扰民，没有人管ABC12\n\t。粤", max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.one_of(CHINESE, st.text(max_size=40)))
def test_words_together_are_the_text_without_blanks(text: str) -> None:
    words = default_segmenter().words(text)
    assert "".join("".join(words).split()) == "".join(text.split())
    assert all(word.strip() for word in words)


def test_words_of_the_city_dictionary_stay_whole(tmp_path) -> None:
    dictionary = tmp_path / "dictionary.txt"
    dictionary.write_text("来穗人员积分制 10000 n\n", encoding="utf-8")
    assert "来穗人员积分制" in Segmenter(dictionary).words("申请来穗人员积分制入户")


def test_threads_get_the_same_words() -> None:
    segmenter = default_segmenter()
    texts = [f"天河区第{n}号小区晚上施工噪音扰民" for n in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(segmenter.words, texts)) == [segmenter.words(text) for text in texts]


def test_the_cache_lies_in_a_folder_only_we_can_enter() -> None:
    folder = Path(default_segmenter()._jieba.tmp_dir)
    assert folder != Path("/tmp")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.stat().st_uid == os.getuid()
