from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.extract import extract
from nlu.identity import id_check_character, is_identity_number, passes_luhn
from nlu.personal import mask

PLAIN = st.text(alphabet="我的电话是，请联系投诉噪音扰民。天河区 abc", max_size=20)
MOBILES = st.from_regex(r"1[3-9]\d{9}", fullmatch=True)


def identity_number(first17: str) -> str:
    return first17 + id_check_character(first17)


IDENTITIES = st.builds(
    lambda area, year, month, day, order: identity_number(
        f"{area}{year}{month:02d}{day:02d}{order:03d}"
    ),
    st.sampled_from(["440106", "440103", "110101", "510104"]),
    st.integers(1930, 2020),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("电话13800001234", "phone", "13800001234"),
        ("电话 138 0000 1234", "phone", "13800001234"),
        ("138-0000-1234找我", "phone", "13800001234"),
        ("打１３８００００１２３４", "phone", "13800001234"),
        ("幺三八零零零零一二三四", "phone", "13800001234"),
        ("一三八，零零零零，一二三四", "phone", "13800001234"),
        ("138\u200b0000\u200b1234", "phone", "13800001234"),
        ("+86 13800001234", "phone", "13800001234"),
        ("座机020-38001234", "phone", "02038001234"),
        ("电话：38001234", "phone", "38001234"),
        ("卡号6222 0212 3456 7890 123", "bank_card", "6222021234567890123"),
        ("车牌粤A·12345", "plate", "粤A12345"),
        ("粵AD12345違停", "plate", "粤AD12345"),
        ("新能源粤A12345D", "plate", "粤A12345D"),
        ("邮箱 zhang.san@example.com", "email", "zhang.san@example.com"),
        ("微信号：abc_12345", "account", "abc_12345"),
        ("加QQ 123456789", "account", "123456789"),
        ("护照E12345678", "passport", "E12345678"),
        ("回乡证H1234567890", "passport", "H1234567890"),
        ("我住翠湖花园3栋1502房", "home", "1502"),
        ("我叫陈大文，", "person", "陈大文"),
        ("联系人：欧阳小明 ", "person", "欧阳小明"),
        ("查GZ20261121-000123", "ticket", "GZ20261121-000123"),
        ("工单号二零二六一一二一零零零一二三", "ticket", "GZ20261121-000123"),
        ("gz 20261121 000123 到哪了", "ticket", "GZ20261121-000123"),
    ],
)
def test_personal_data_is_found_in_the_ways_people_write_it(
    text: str, kind: str, value: str
) -> None:
    assert (kind, value) in [(span.kind, span.value) for span in extract(text).spans]


@pytest.mark.parametrize(
    "text",
    [
        "一共13,800,000,000元",
        "政务服务中心3楼302室",
        "12345热线",
        "订单号 20261121",
        "3号线体育西路站",
        "查GZ20261121-000123",
        "我叫你别乱停车",
        "粤语节目好看",
    ],
)
def test_what_is_nobodys_secret_stays(text: str) -> None:
    assert mask(text).text == text


def test_the_mask_keeps_what_a_clerk_needs_to_recognise() -> None:
    assert mask("电话13800001234").text == "电话138****1234"
    assert mask("车牌粤A12345").text == "车牌粤A***45"


@settings(max_examples=150, deadline=None)
@given(PLAIN, st.one_of(MOBILES, IDENTITIES), PLAIN)
def test_no_number_survives_and_masking_twice_changes_nothing(
    before: str, number: str, after: str
) -> None:
    hidden = mask(before + number + after).text
    assert number not in hidden
    assert not re.search(r"\d{8}", hidden)
    assert mask(hidden).text == hidden


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789一二幺零两 -,，.X粤A栋房号@wx微信QQ我叫陈大文", max_size=40))
def test_masking_is_idempotent_on_any_row_of_digits(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


def test_checksums_tell_real_numbers() -> None:
    number = identity_number("44010619900101123")
    assert is_identity_number(number)
    assert not is_identity_number(number[:16] + str((int(number[16]) + 1) % 10) + number[17])
    assert is_identity_number("440106900101123")
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")
