"""What lists and public notices may show of a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.masking import mask_card, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("529999199001010019", "529999********0019"),
        ("52999919900101002X", "529999********002X"),
        ("5299991990", "**********"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_id_number_keeps_its_first_six_and_last_four(number, shown):
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("0857-8221234", "0857-***1234"),
        ("08578221234", "0857***1234"),
        ("020-81234567", "020-****4567"),
        ("8221234", "****"),
        ("400-800-1234", "****1234"),
        ("13812345678、13912345678", "****5678"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_phone_number_loses_its_middle(number, shown):
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("6217000000000000004", "****0004"), ("1234567", "****"), (None, ""), ("", "")]
)
def test_a_card_shows_its_last_four(number, shown):
    assert mask_card(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳小三", "欧**三"),
        ("买买提·吐尔逊", "买*****逊"),
        ("张", "*"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_is_masked_by_its_length(name, shown):
    assert mask_name(name) == shown


@given(st.text("0123456789X", min_size=1, max_size=24))
def test_masking_never_shows_more_than_it_may(number):
    assert sum(char != "*" for char in mask_id(number)) <= 10
    assert sum(char.isdigit() for char in mask_phone(number)) <= 8
    assert sum(char != "*" for char in mask_card(number)) <= 4
