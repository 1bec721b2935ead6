"""Yes/no cells and tables of values."""

import pytest
from hypothesis import given

from core.formats.choices import YES_NO, Choice, YesNo
from core.formats.faults import CellFault
from tests.formats.cells import CELLS, outcome

FRUIT = Choice("水果", {"apple": "苹果", "pear": "雪梨(大)"}, {"apple": ("红苹果", "Apple")}, nothing=("一般",))


@pytest.mark.parametrize(
    "raw", ["是", "√", "✓", "✔", "有", "1", 1, 1.0, "１", "Y", "y", "yes", "true", "TRUE", True, " 是 ", "'是", "已"]
)
def test_every_word_for_yes_is_yes(raw):
    assert YES_NO.parse(raw) is True


@pytest.mark.parametrize(
    "raw", ["否", "×", "✗", "✘", "无", "没有", "0", 0, 0.0, "０", "N", "n", "No", "false", False, "x", "X", "Ｘ", "未"]
)
def test_every_word_for_no_is_no(raw):
    assert YES_NO.parse(raw) is False


@pytest.mark.parametrize("raw", [None, "", "\u3000", "-", "——", "/"])
def test_a_blank_or_crossed_out_cell_is_neither(raw):
    assert YES_NO.parse(raw) is None


@pytest.mark.parametrize("raw", ["不清楚", "2", 2, 1.5, "是否", "√×"])
def test_any_other_word_is_refused(raw):
    assert outcome(YES_NO.parse, raw) == ("fault", "choice")


def test_a_column_has_its_own_words_besides_the_common_ones():
    passed = YesNo("是否合格", yes=("合格",), no=("不合格",))
    assert [passed.parse(raw) for raw in ("合格", "不合格", "√", "否", None)] == [True, False, True, False, None]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("苹果", "apple"),
        (" 苹 果 ", "apple"),
        ("红苹果", "apple"),
        ("APPLE", "apple"),
        ("ａｐｐｌｅ", "apple"),
        ("雪梨（大）", "pear"),
        ("雪梨(大)", "pear"),
        ("一般", None),
        (None, None),
        ("", None),
        ("—", None),
    ],
)
def test_a_value_is_found_by_its_word_or_another_spelling(raw, code):
    assert FRUIT.parse(raw) == code
    assert FRUIT.parse(raw) == code


@pytest.mark.parametrize("raw", ["香蕉", "苹", 5, True])
def test_a_value_outside_the_table_is_refused_every_time(raw):
    assert outcome(FRUIT.parse, raw) == ("fault", "choice")
    assert outcome(FRUIT.parse, raw) == ("fault", "choice")


def test_the_sentence_says_what_may_be_written():
    with pytest.raises(CellFault) as caught:
        FRUIT.parse("香蕉")
    assert caught.value.message == "水果没有“香蕉”这一项，可填：苹果、雪梨(大)"


def test_a_long_table_shows_its_first_values_only():
    months = Choice.of_words("月份", *(f"{n}月" for n in range(1, 14)))
    with pytest.raises(CellFault) as caught:
        months.parse("闰月")
    assert caught.value.message == "月份没有“闰月”这一项，可填：" + "、".join(f"{n}月" for n in range(1, 13)) + " 等"


def test_several_values_are_each_once_and_in_order():
    assert FRUIT.parse_many("雪梨(大)、苹果，红苹果 一般") == ("pear", "apple")
    assert FRUIT.parse_many(None) == FRUIT.parse_many("一般") == ()
    assert outcome(FRUIT.parse_many, "苹果、香蕉") == ("fault", "choice")


def test_a_table_lists_its_codes_and_labels_in_order():
    assert FRUIT.codes == tuple(FRUIT) == ("apple", "pear")
    assert FRUIT.pairs == (("apple", "苹果"), ("pear", "雪梨(大)"))
    assert FRUIT.label("pear") == "雪梨(大)"
    assert "pear" in FRUIT
    assert "雪梨(大)" not in FRUIT
    with pytest.raises(KeyError):
        FRUIT.label("plum")


def test_a_spelling_of_two_values_cannot_be_declared():
    with pytest.raises(ValueError, match="苹果 means two values"):
        Choice("水果", {"apple": "苹果", "pear": "梨"}, {"pear": ("苹果",)})
    with pytest.raises(ValueError, match="plum is not a value"):
        Choice("水果", {"apple": "苹果"}, {"plum": ("李子",)})


@given(CELLS)
def test_any_cell_is_a_code_a_blank_or_a_choice_fault(raw):
    for table, allowed in ((FRUIT, {"apple", "pear", None}), (YES_NO, {True, False, None})):
        kind, found = outcome(table.parse, raw)
        assert found == "choice" if kind == "fault" else found in allowed
