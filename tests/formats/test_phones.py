"""Telephone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.phones import parse_phone, phone_notice
from tests.formats.cells import CELLS


@pytest.mark.parametrize(
    "raw",
    [
        "13812345678",
        13812345678,
        13812345678.0,
        "13812345678.0",
        "138 1234 5678",
        "138-1234-5678",
        "138.1234.5678",
        "１３８１２３４５６７８",
        "'13812345678",
        "+86 13812345678",
        "+8613812345678",
        "86-13812345678",
        "008613812345678",
        "(138)12345678",
        "13812345678、13812345678",
    ],
)
def test_a_mobile_number_becomes_its_eleven_digits(raw):
    assert parse_phone(raw) == "13812345678"
    assert phone_notice("13812345678") is None


@pytest.mark.parametrize(
    ("raw", "phone"),
    [
        ("0857-8221234", "0857-8221234"),
        ("08578221234", "0857-8221234"),
        ("0857 8221234", "0857-8221234"),
        ("（0857）8221234", "0857-8221234"),
        ("+86-857-8221234", "0857-8221234"),
        ("+86 20 81234567", "020-81234567"),
        ("0086 0857 8221234", "0857-8221234"),
        ("020-81234567", "020-81234567"),
        ("02081234567", "020-81234567"),
        ("010-81234567转802", "010-81234567-802"),
        ("0857-8221234-802", "0857-8221234-802"),
        ("4008001234", "400-800-1234"),
        ("400-800-1234", "400-800-1234"),
    ],
)
def test_a_landline_number_has_its_area_code_apart(raw, phone):
    assert parse_phone(raw) == phone


@pytest.mark.parametrize("phone", ["0857-8221234", "020-81234567", "010-81234567-802", "400-800-1234", "19912345678"])
def test_a_number_in_its_spelling_needs_no_warning(phone):
    assert parse_phone(phone) == phone
    assert phone_notice(phone) is None


@pytest.mark.parametrize("raw", [None, "", " \u3000", "-", "——", "/"])
def test_a_blank_or_crossed_out_cell_is_no_number(raw):
    assert parse_phone(raw) is None


@pytest.mark.parametrize("separator", ["、", "/", ",", "，", "；", " ", "\n", " / "])
def test_several_numbers_are_all_kept_and_told(separator):
    phone = parse_phone(f"13812345678{separator}0857-8221234")
    assert phone == "13812345678、0857-8221234"
    assert phone_notice(phone) == ("phone", "一格里有 2 个电话号码，都已记下，请只留一个")


@pytest.mark.parametrize(
    ("raw", "phone"),
    [
        ("1381234567", "1381234567"),
        ("12812345678", "12812345678"),
        ("8221234", "8221234"),
        (" 无 电话 ", "无 电话"),
        (1381234567.0, "1381234567"),
        ("13812345678、找村长", "13812345678、找村长"),
    ],
)
def test_what_is_no_phone_number_is_kept_as_written_with_a_warning(raw, phone):
    assert parse_phone(raw) == phone
    assert phone_notice(phone) == ("phone", f"“{phone}”不像电话号码，手机应为 11 位，座机请带区号")


@given(st.integers(13_000_000_000, 19_999_999_999))
def test_every_mobile_number_is_read_from_every_kind_of_cell(number):
    assert parse_phone(number) == parse_phone(float(number)) == parse_phone(f"+86 {number}") == str(number)


@given(CELLS)
def test_any_cell_is_read_and_its_text_is_stable(raw):
    phone = parse_phone(raw)
    if phone is not None:
        assert parse_phone(phone) == phone
        assert phone_notice(phone) is None or phone_notice(phone).code == "phone"
