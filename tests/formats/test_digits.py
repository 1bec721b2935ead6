"""Long numbers that a spreadsheet may have damaged."""

import pytest

from core.formats.digits import digits_text, is_rounded


@pytest.mark.parametrize(
    ("raw", "rounded"),
    [
        (999999999999999, False),
        (999999999999999.0, False),
        (1000000000000000.0, True),
        (1000000000000000, True),
        ("1000000000000000", False),
        ("5.23E+17", True),
        ("5e17", True),
        (" ５．２３Ｅ＋１７ ", True),
        ("5.23E", False),
        ("52E17", False),
        (True, False),
        (None, False),
        (float("nan"), False),
        (float("inf"), True),
    ],
)
def test_a_number_beyond_15_digits_or_in_scientific_form_has_lost_its_end(raw, rounded):
    assert is_rounded(raw) is rounded


@pytest.mark.parametrize(
    ("raw", "text"),
    [("520 527.0", "520527"), (520527.0, "520527"), ("１.００", "1"), ("1.05", "1.05"), (" ", None), (None, None)],
)
def test_a_number_meant_as_text_loses_its_point_zero(raw, text):
    assert digits_text(raw) == text
