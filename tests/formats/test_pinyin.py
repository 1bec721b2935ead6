"""Pinyin keys of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.pinyin import initials, sort_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张国强", "zhang1张 guo2国 qiang2强"),
        ("单田芳", "shan4单 tian2田 fang1芳"),
        ("仇英", "qiu2仇 ying1英"),
        ("查良镛", "zha1查 liang2良 yong1镛"),
        ("曾国藩", "zeng1曾 guo2国 fan1藩"),
        ("解缙", "xie4解 jin4缙"),
        ("区志强", "ou1区 zhi4志 qiang2强"),
        ("盖叫天", "ge3盖 jiao4叫 tian1天"),
        ("朴正熙", "piao2朴 zheng4正 xi1熙"),
        ("任国华", "ren2任 guo2国 hua2华"),
        ("华国任", "hua4华 guo2国 ren4任"),
        ("翟小明", "zhai2翟 xiao3小 ming2明"),
        ("乐小乐", "yue4乐 xiao3小 le4乐"),
        ("覃玉兰", "qin2覃 yu4玉 lan2兰"),
        ("吕子长", "lv3吕 zi3子 chang2长"),
        ("尉迟恭", "yu4尉 chi2迟 gong1恭"),
        ("尉小燕", "wei4尉 xiao3小 yan4燕"),
        ("长孙无忌", "zhang3长 sun1孙 wu2无 ji4忌"),
        ("万俟卨", "mo4万 qi2俟 xie4卨"),
        ("万小明", "wan4万 xiao3小 ming2明"),
        ("令狐冲", "ling2令 hu2狐 chong1冲"),
        ("刘〇", "liu2刘 ling2〇"),
        ("张A", "zhang1张 a"),
        ("", ""),
    ],
)
def test_a_name_sorts_by_the_right_readings(name, key):
    assert sort_key(name) == key


def test_names_sort_as_in_a_dictionary():
    names = [
        "张伟",
        "章伟",
        "张三丰",
        "张三",
        "单田芳",
        "欧阳娜",
        "区小明",
        "曾国",
        "赵一",
        "展昭",
        "李四",
        "林三",
        "吕一",
        "卢一",
    ]
    assert sorted(names, key=sort_key) == [
        *("李四", "林三", "卢一", "吕一", "区小明", "欧阳娜", "单田芳", "曾国", "展昭"),
        *("张三", "张三丰", "张伟", "章伟", "赵一"),
    ]


def test_the_dot_of_a_name_does_not_count():
    assert sort_key("买买提·艾力") == sort_key("买买提艾力") == "mai3买 mai3买 ti2提 ai4艾 li4力"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("张国强", "zgq"),
        ("单小明", "sxm"),
        ("买买提·吐尔逊", "mmttex"),
        ("欧阳娜娜", "oynn"),
        ("张 三", "zs"),
        ("Li四", "lis"),
        ("", ""),
    ],
)
def test_initials_are_what_one_types(name, typed):
    assert initials(name) == typed


@given(st.text())
def test_any_text_has_a_key_that_keeps_every_letter(name):
    key = sort_key(name)
    assert initials(name) == initials(name.strip())
    assert sort_key(name) == key
    assert [char for char in name if "\u4e00" <= char <= "\u9fff"] == [
        char for char in key if "\u4e00" <= char <= "\u9fff"
    ]


@given(st.lists(st.text("张章单曾华任国强小明", min_size=1, max_size=4), max_size=8))
def test_people_of_one_surname_stay_together(names):
    surnames = [name[0] for name in sorted(names, key=sort_key)]
    runs = [surname for place, surname in enumerate(surnames) if place == 0 or surnames[place - 1] != surname]
    assert len(runs) == len(set(surnames))
