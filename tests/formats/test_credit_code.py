"""Unified social credit codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.credit_code import check_character, credit_code_notice, make_credit_code, parse_credit_code
from core.formats.faults import CellNotice
from tests.formats.cells import CELLS

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE = make_credit_code("91529999MA6ABCDE0")

bodies = st.text(ALPHABET, min_size=17, max_size=17)


def test_the_check_character_of_the_standards_example_is_right():
    assert check_character("91350100M000100Y4") == "3"


@pytest.mark.parametrize("raw", [CODE, CODE.lower(), f" {CODE[:8]} {CODE[8:]} ", f"'{CODE}", f"{CODE[:8]}-{CODE[8:]}"])
def test_a_code_is_written_in_capitals_without_blanks(raw):
    assert parse_credit_code(raw) == CODE
    assert credit_code_notice(CODE) is None


@pytest.mark.parametrize("raw", [None, "", "\u3000", "-", "/"])
def test_a_blank_or_crossed_out_cell_is_no_code(raw):
    assert parse_credit_code(raw) is None


@pytest.mark.parametrize("raw", [915299990000000000.0, 915299991234567890, "9.15299E+17", "9.2e17"])
def test_a_rounded_number_is_told_and_not_taken(raw):
    found = parse_credit_code(raw)
    assert isinstance(found, CellNotice)
    assert found.code == "credit_code"


@pytest.mark.parametrize(
    "code", ["91529999MA6ABCDE", "I1529999MA6ABCDE01", "91529999MA6ABCDEO1", "520000000012345", "无"]
)
def test_another_length_or_a_forbidden_letter_is_kept_with_a_warning(code):
    assert parse_credit_code(code) == code
    assert credit_code_notice(code) == (
        "credit_code",
        "统一社会信用代码应为 18 位数字和大写字母（不含 I、O、Z、S、V），请核对",
    )


@given(bodies)
def test_a_completed_code_is_right(body):
    assert credit_code_notice(make_credit_code(body)) is None


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body, place, char):
    code = make_credit_code(body)
    wrong = code[:place] + char + code[place + 1 :]
    assert (credit_code_notice(wrong) is None) == (wrong == code)


@given(CELLS)
def test_any_cell_is_read_and_its_text_is_stable(raw):
    code = parse_credit_code(raw)
    if isinstance(code, str):
        assert parse_credit_code(code) == code
