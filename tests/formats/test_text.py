"""Cells as text, several values in a cell, names."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.faults import FAULT_CODES, CellFault
from core.formats.text import NameMatch, cell_text, compact, compare_names, is_dash, parse_name, shown, split_values
from tests.formats.cells import CELLS, outcome


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, None),
        ("", None),
        ("  \u3000\n", None),
        ("张国强", "张国强"),
        (" 张 国强 ", "张 国强"),
        ("１３８００００００００", "13800000000"),
        ("ＡＢｃ", "ABc"),
        ("高中，已毕业（补考）", "高中，已毕业（补考）"),
        ("'00123", "00123"),
        ("’00123", "00123"),
        ("‘ 5201", "5201"),
        ("‘好’", "‘好’"),
        ('="0012"', "0012"),
        ('="a""b"', 'a"b'),
        ("a\u200bb\ufeff\x00c", "abc"),
        ("第一行\r\n第二行", "第一行\n\n第二行"),
        ("\u00a0甲\u00a0", "甲"),
        ("⽅圆", "方圆"),
        (13800000000.0, "13800000000"),
        (12, "12"),
        (3.5, "3.5"),
        (float("nan"), None),
        (float("inf"), None),
        (True, "TRUE"),
        (dt.date(2025, 2, 15), "2025-02-15"),
        (dt.datetime.fromisoformat("2025-02-15"), "2025-02-15"),
        (dt.datetime.fromisoformat("2025-02-15T08:30"), "2025-02-15 08:30:00"),
        (dt.time(8, 30), "08:30:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_free_text_is_cleaned_and_keeps_its_punctuation(raw, text):
    assert cell_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "token"),
    [
        (None, None),
        ("　", None),
        ("乡镇（街道）", "乡镇(街道)"),
        (" 务工县 （区）\n", "务工县(区)"),
        ("５２０ ５２７", "520527"),
        ("' 是", "是"),
        (1.0, "1"),
        ("1.0", "1.0"),
    ],
)
def test_a_token_is_half_width_and_has_no_blanks(raw, token):
    assert compact(raw) == token


@given(CELLS)
def test_cleaning_twice_changes_nothing_more(raw):
    text, token = cell_text(raw), compact(raw)
    assert (cell_text(text), compact(token)) == (text, token)


@given(st.text())
def test_clean_text_can_be_stored_and_shown(raw):
    text = cell_text(raw) or ""
    assert "\x00" not in text
    assert text == text.strip()
    text.encode("utf-8")
    assert len(shown(raw)) <= 31


@pytest.mark.parametrize("separator", ["、", "，", ",", ";", "；", "/", " ", "\u3000", "\n", "、 "])
def test_several_values_are_split_by_every_separator_offices_use(separator):
    assert split_values(separator.join(["脱贫人口", "易地搬迁", "脱贫人口"])) == ["脱贫人口", "易地搬迁"]


def test_a_blank_cell_has_no_values():
    assert split_values(None) == split_values(" 、 ") == []


@pytest.mark.parametrize(("text", "dash"), [("-", True), ("——", True), ("/", True), ("-5", False), ("无", False)])
def test_a_crossed_out_cell_is_told_from_a_value(text, dash):
    assert is_dash(text) is dash


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("张国强", "张国强"),
        ("张\u3000强", "张强"),
        (" 欧阳 娜 娜 ", "欧阳娜娜"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提．吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("买买提 ‧ 吐尔逊·", "买买提·吐尔逊"),
        ("𠮷野家", "𠮷野家"),
        ("刘〇", "刘〇"),
        ("张三2", "张三2"),
    ],
)
def test_a_name_loses_its_blanks_and_gets_one_kind_of_dot(raw, name):
    assert parse_name(raw) == name


@pytest.mark.parametrize("raw", [None, "", "  ", "123", "***", "—", "１２３", 12.0, "·", "？？"])
def test_a_name_without_letters_is_missing(raw):
    with pytest.raises(CellFault) as caught:
        parse_name(raw)
    assert caught.value.code == "name_missing"


@given(CELLS)
def test_any_cell_is_a_clean_name_or_a_missing_one(raw):
    kind, found = outcome(parse_name, raw)
    if kind == "fault":
        assert found == "name_missing"
    else:
        assert parse_name(found) == found
        assert not any(char.isspace() for char in found)


@pytest.mark.parametrize(
    ("stored", "written", "match"),
    [
        ("张国强", "张国强", NameMatch.SAME),
        ("张国强", "张 国强", NameMatch.SAME),
        ("买买提·吐尔逊", "买买提．吐尔逊", NameMatch.SAME),
        ("买买提·吐尔逊", "买买提吐尔逊", NameMatch.SAME),
        ("张国强", "张国墙", NameMatch.NEAR),
        ("张国强", "张强", NameMatch.NEAR),
        ("张强", "张国强", NameMatch.NEAR),
        ("张国强", "国强", NameMatch.NEAR),
        ("张国强", "张国强强", NameMatch.NEAR),
        ("张国强", "张强国", NameMatch.DIFFERENT),
        ("张国强", "李国庆", NameMatch.DIFFERENT),
        ("张国强", "张", NameMatch.DIFFERENT),
    ],
)
def test_names_are_compared_without_blanks_and_dots_by_edits(stored, written, match):
    assert compare_names(stored, written) is match


@given(st.text("甲乙丙丁", min_size=1, max_size=5), st.text("甲乙丙丁", min_size=1, max_size=5))
def test_nearness_is_the_edit_distance(one, two):
    expected = {0: NameMatch.SAME, 1: NameMatch.NEAR}.get(_distance(one, two), NameMatch.DIFFERENT)
    assert compare_names(one, two) is expected


def _distance(one, two):
    """Levenshtein's distance by the textbook recurrence."""
    previous = list(range(len(two) + 1))
    for i, left in enumerate(one, 1):
        current = [i]
        for j, right in enumerate(two, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (left != right)))
        previous = current
    return previous[-1]


def test_a_fault_carries_a_known_code_and_its_sentence():
    with pytest.raises(CellFault) as caught:
        parse_name("12")
    assert caught.value.code in FAULT_CODES
    assert caught.value.message == "姓名“12”里没有文字，请填写身份证上的姓名"
    assert str(caught.value) == "name_missing: 姓名“12”里没有文字，请填写身份证上的姓名"
