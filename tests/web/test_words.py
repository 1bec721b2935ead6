"""Words of closed lists: every one has its English, lists and forms say it, what people typed stays as it is."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils.translation import override

from core.web.lists.columns import Column, plain
from core.web.words import SEXES, WORDS, spoken, spoken_sex
from core.workbooks.sheets import all_sheets

CHINESE = re.compile(r"[\u3400-\u9fff]")


class Journey(forms.Form):
    mode = forms.ChoiceField(choices=[("", "全部"), ("返岗专列", "返岗专列"), ("路上", [("包车", "包车")])])
    met = forms.ChoiceField(choices=[("电话", "电话")], widget=forms.RadioSelect)


def test_every_sheet_and_every_word_it_takes_is_known():
    taken = {str(word) for sheet in all_sheets() for column in sheet.columns for word in column.choices or ()}
    titles = {sheet.title for sheet in all_sheets()}
    assert (taken | titles) - WORDS.keys() - SEXES.keys() == set()


def test_a_word_is_itself_in_chinese_and_english_in_english():
    with override("zh-hans"):
        assert [word for word in WORDS if spoken(word) != word] == []
    with override("en"):
        assert [word for word in (*WORDS, *SEXES) if CHINESE.search(spoken_sex(word))] == []


def test_a_daughter_is_not_called_female():
    with override("en"):
        assert (plain("女"), spoken_sex("女"), spoken_sex("低保")) == ("女", "Female", "Minimum living allowance")


@pytest.mark.parametrize(
    ("value", "english"),
    [
        ("返岗专列", "Special train"),
        (["低保", "残疾人"], "Minimum living allowance、Disabled"),
        (True, "Yes"),
        ("广州华晟电子厂", "广州华晟电子厂"),
        (12, "12"),
    ],
)
def test_a_cell_in_english(value, english):
    with override("en"):
        assert plain(value) == Column("mode", "出行方式").text({"mode": value}) == english


def test_the_options_of_a_form_in_english():
    shown = Template("{% load web %}{% control form.mode %}{% field form.met %}")
    with override("en"):
        page = shown.render(Context({"form": Journey({"mode": "包车"})}))
    assert re.findall(r'<option value="(\w*)"( selected)?>([^<]*)<', page) == [
        ("", "", "全部"),
        ("返岗专列", "", "Special train"),
        ("包车", " selected", "Chartered coach"),
    ]
    assert "<span>Phone</span>" in page
