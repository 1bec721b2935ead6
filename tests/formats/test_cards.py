"""Card numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.cards import card_notice, parse_card, passes_luhn
from core.formats.faults import CellNotice
from tests.formats.cells import CELLS

CARD = "6217000000000000004"


@pytest.mark.parametrize(
    "raw",
    [
        CARD,
        "6217 0000 0000 0000 004",
        "6217-0000-0000-0000-004",
        f"'{CARD}",
        "６２１７００００００００００００００４",
        f"{CARD}.0",
    ],
)
def test_a_card_number_becomes_its_digits(raw):
    assert parse_card(raw) == CARD
    assert card_notice(CARD) is None


@pytest.mark.parametrize("raw", [None, "", "\u3000", "-", "——"])
def test_a_blank_or_crossed_out_cell_is_no_card(raw):
    assert parse_card(raw) is None


@pytest.mark.parametrize("raw", [6217000000000000004, 6.217e18, "6.217E+18", "6.217e18", "６.２１７Ｅ＋１８"])
def test_a_rounded_number_is_told_and_not_taken(raw):
    found = parse_card(raw)
    assert isinstance(found, CellNotice)
    assert found.code == "card"


@pytest.mark.parametrize("card", ["621700000000000", "62170000000000000041", "无卡", "6217a00000000000004"])
def test_a_number_of_another_length_or_kind_is_kept_with_a_warning(card):
    assert parse_card(card) == card
    assert card_notice(card) == ("card", "卡号应为 16 至 19 位数字，请核对")


def test_a_wrong_check_digit_is_a_warning():
    assert card_notice(CARD[:-1] + "5") == ("card", "卡号的校验位不对，可能有数字写错，请与卡面核对")


def test_the_textbook_example_passes():
    assert passes_luhn("79927398713")
    assert not any(passes_luhn(f"7992739871{digit}") for digit in "012456789")


@given(st.from_regex(r"62[0-9]{16}", fullmatch=True), st.integers(0, 18), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(body, place, change):
    card = next(body + digit for digit in "0123456789" if passes_luhn(body + digit))
    wrong = card[:place] + str((int(card[place]) + change) % 10) + card[place + 1 :]
    assert card_notice(card) is None
    assert card_notice(wrong) is not None


@given(CELLS)
def test_any_cell_is_read_and_its_text_is_stable(raw):
    card = parse_card(raw)
    if isinstance(card, str):
        assert parse_card(card) == card
