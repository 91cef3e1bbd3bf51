from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.matters import split


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("小区停水两天了。另外，楼下烧烤店油烟很大，请处理。", 2),
        ("1、楼道堆放杂物；2、电梯坏了三天没人修。", 2),
        ("第一，路灯不亮。第二，垃圾没人清。第三，井盖坏了。", 3),
        ("路灯坏了请修，还想问一下居住证怎么办理？", 2),
        ("您好，我想反映以下问题：\n1.路灯一直不亮。\n2.垃圾没人清理。", 2),
        ("物业不作为，另外他也不开发票。", 1),
        ("楼上漏水。已经漏了三个月。找过物业。", 1),
        ("还有吗？", 1),
        ("", 0),
        ("  \n ", 0),
    ],
)
def test_a_message_is_split_only_where_the_writer_says_so(text: str, count: int) -> None:
    assert len(split(text)) == count


@given(st.text(alphabet="1、2.路灯坏了。另外，还想问\n；第二 ", max_size=60))
def test_matters_keep_every_character_and_their_place(text: str) -> None:
    matters = split(text)
    for matter in matters:
        assert text[matter.start : matter.end] == matter.text
    assert "".join("".join(matter.text.split()) for matter in matters) == "".join(text.split())
