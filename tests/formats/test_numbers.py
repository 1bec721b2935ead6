"""Amounts, counts and measures as offices write them."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.faults import CellFault
from core.formats.numbers import parse_amount, parse_decimal, parse_integer
from tests.formats.cells import CELLS, outcome


@pytest.mark.parametrize(
    ("raw", "yuan"),
    [
        ("1,234.50", "1234.50"),
        ("1，234.50", "1234.50"),
        ("5000元", "5000.00"),
        ("5000 元", "5000.00"),
        ("5000元整", "5000.00"),
        ("5000元/月", "5000.00"),
        ("5000/月", "5000.00"),
        ("0.6万元", "6000.00"),
        ("0.6万", "6000.00"),
        ("1.5千元", "1500.00"),
        ("2亿元", "200000000.00"),
        ("￥5,000", "5000.00"),
        ("¥ 5000", "5000.00"),
        ("人民币5000元", "5000.00"),
        ("５０００", "5000.00"),
        ("5000.", "5000.00"),
        ("'5000", "5000.00"),
        ("0", "0.00"),
        (0, "0.00"),
        (5000, "5000.00"),
        (5000.0, "5000.00"),
        (4333.335, "4333.34"),
        (0.1, "0.10"),
        ("2.005", "2.01"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_every_way_to_write_an_amount_is_yuan_with_two_decimals(raw, yuan):
    assert str(parse_amount(raw)) == yuan


@pytest.mark.parametrize(
    "raw",
    [
        "面议",
        "4000-5000",
        "4000~5000",
        "4000 5000",
        "4000至5000元",
        "-5000",
        "－5000",
        -1,
        -0.01,
        "约5000",
        "5000以上",
        "5000元左右",
        "1,23",
        "1,2345",
        "2万5",
        "五千",
        "5000美元",
        "1E4",
        "1000000000000",
        1e12,
        1e300,
        float("inf"),
        True,
        dt.date(2025, 1, 1),
    ],
)
def test_what_is_no_single_amount_is_refused(raw):
    assert outcome(parse_amount, raw) == ("fault", "number")


@pytest.mark.parametrize("parser", [parse_amount, parse_integer, parse_decimal])
@pytest.mark.parametrize("raw", [None, "", "\u3000", "-", "——", "/", float("nan")])
def test_a_blank_or_crossed_out_cell_is_no_number(parser, raw):
    assert parser(raw) is None


def test_the_sentence_repeats_what_was_written():
    with pytest.raises(CellFault) as caught:
        parse_amount("面议")
    assert caught.value.message == "“面议”不是一个数，请只填一个数字，不填面议、区间或负数"


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ("30", 30),
        ("30人", 30),
        ("30 人", 30),
        ("30.0", 30),
        (30.0, 30),
        (30, 30),
        ("1,234", 1234),
        ("2万个", 20000),
        ("３０", 30),
        ("12个月", 12),
        ("0", 0),
        ("2147483647", 2147483647),
    ],
)
def test_a_count_is_a_whole_number(raw, count):
    assert parse_integer(raw) == count


@pytest.mark.parametrize("raw", ["30.5", 30.5, "-1", -1, "若干", "10-20", "30元", "2147483648", True, "50%"])
def test_what_is_no_whole_number_is_refused(raw):
    assert outcome(parse_integer, raw) == ("fault", "number")


@pytest.mark.parametrize(
    ("raw", "measure"),
    [("85.5", "85.5"), ("85.5分", "85.5"), (90, "90"), (4.35, "4.35"), ("4.35%", "4.35"), ("4.35％", "4.35")],
)
def test_a_measure_is_taken_as_written(raw, measure):
    assert str(parse_decimal(raw)) == measure


@pytest.mark.parametrize("raw", ["优秀", "-3", "80-90", False])
def test_what_is_no_measure_is_refused(raw):
    assert outcome(parse_decimal, raw) == ("fault", "number")


@given(st.decimals(0, 999_999_999_999, places=2, allow_nan=False))
def test_an_amount_written_with_or_without_grouping_is_read_back(amount):
    assert parse_amount(str(amount)) == parse_amount(f"{amount:,}元") == parse_amount(f"￥{amount:,}") == amount


@given(st.integers(0, 2**31 - 1))
def test_a_count_is_read_back_from_every_kind_of_cell(count):
    assert parse_integer(count) == parse_integer(float(count)) == parse_integer(f"{count:,}人") == count


@given(CELLS)
def test_any_cell_is_a_number_that_can_be_stored_a_blank_or_a_number_fault(raw):
    for parser in (parse_amount, parse_integer, parse_decimal):
        kind, found = outcome(parser, raw)
        assert found == "number" if kind == "fault" else found is None or 0 <= found <= Decimal("999999999999.99")
