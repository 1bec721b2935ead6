"""Places as people write them, found in the tree: paths, short names, codes, what is ambiguous, what is unknown."""

import pytest

from core.divisions.matching import division_tree, find_place, find_village, township_in_title
from core.divisions.models import Division
from core.formats.faults import CellFault
from tests.workers.village_lists import store_divisions

pytestmark = pytest.mark.django_db
BAIYUN = {"广东省广州市白云区（440111）", "贵州省贵阳市白云区（520113）"}


@pytest.fixture(autouse=True)
def divisions(db):
    store_divisions()


def place(text, within=""):
    """The code, or the code of the fault."""
    try:
        return find_place(division_tree(), text, within)
    except CellFault as fault:
        return fault.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("广东", "44"),
        ("广东省", "44"),
        ("广东省广州市番禺区", "440113"),
        ("广东广州番禺", "440113"),
        ("广东番禺", "440113"),
        ("广州番禺区", "440113"),
        ("番禺", "440113"),
        ("广东省 广州市 番禺区", "440113"),
        ("广东省/广州市/番禺区", "440113"),
        ("广东-广州", "4401"),
        ("番禺区大石街道某某制衣厂", "440113"),
        ("440113", "440113"),
        ("440000", "44"),
        ("440100", "4401"),
        ("441900103", "441900"),
        ("东莞", "4419"),
        ("东莞大朗镇", "441900"),
        ("广东省东莞市大朗镇", "441900"),
        ("中山", "4420"),
        ("中山区", "210202"),
        ("中山石岐街道", "442000"),
        ("吉林", "22"),
        ("吉林市", "2202"),
        ("义乌", "330782"),
        ("浙江义乌", "330782"),
        ("广州白云", "440111"),
        ("贵阳市白云区", "520113"),
        ("黔南", "5227"),
        ("黔南州惠水县", "522731"),
        ("赫章县古达乡", "520527219"),
        ("贵州赫章古达乡和平村", "520527219201"),
        ("上海", "3101"),
        ("上海市", "3101"),
        ("上海浦东", "310115"),
        ("上海市市辖区浦东新区", "310115"),
        ("上海市上海市浦东新区", "310115"),
        ("重庆", "5001"),
        ("重庆云阳", "500235"),
        ("重庆市县云阳县", "500235"),
    ],
)
def test_finds(text, code):
    assert place(text) == code


@pytest.mark.parametrize("text", ["白云区", "白云"])
def test_namesakes_are_ambiguous_and_both_are_told(text):
    with pytest.raises(CellFault) as fault:
        find_place(division_tree(), text)
    assert fault.value.code == "division_ambiguous"
    assert {name for name in BAIYUN if name in fault.value.message} == BAIYUN


@pytest.mark.parametrize("text", ["火星", "在家", "广东火星", "赫章县没有乡", "990000", "44019", "440199", "省外"])
def test_unknown_places(text):
    assert place(text) == "division_unknown"


@pytest.mark.parametrize(
    ("text", "within", "code"),
    [
        ("白云区", "4401", "440111"),
        ("广东省广州市", "44", "4401"),
        ("大朗镇", "4419", "441900"),
        ("上海市", "3101", "3101"),
        ("市辖区", "3101", "3101"),
        ("云阳县", "5001", "500235"),
        ("番禺", "33", "division_unknown"),
    ],
)
def test_finds_below_a_place_already_known(text, within, code):
    assert place(text, within) == code


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("古达乡", "520527219"),
        ("古达", "520527219"),
        ("1、野马川镇（上报）", "520527105"),
        ("珠市彝族乡劳动力台账", "520527205"),
        ("Sheet1", None),
        ("劳动力花名册", None),
    ],
)
def test_township_in_the_title_of_a_sheet(title, code):
    assert township_in_title(division_tree(), title, "520527") == code


def test_same_village_name_belongs_to_the_township_given():
    tree = division_tree()
    found = [find_village(tree, "新田村", township) for township in ("520527105", "520527219")]
    assert found == ["520527105201", "520527219202"]


def test_an_unknown_village_is_told_with_the_county_and_township_it_was_sought_in():
    with pytest.raises(CellFault) as fault:
        find_village(division_tree(), "没有的村", "520527219")
    assert fault.value.message == "在赫章县古达苗族彝族乡找不到名为“没有的村”的村（社区），请填写规范全称"


def test_tree_is_kept_until_a_division_changes():
    tree = division_tree()
    assert division_tree() is tree
    Division.objects.filter(code="440113").update(name="番禺新区")
    assert division_tree() is not tree
    assert [place("番禺新区"), place("番禺")] == ["440113", "440113"]


def test_replaced_names_lead_to_the_successor_unless_another_bears_the_name():
    Division.objects.create(code="440114", name="花都区", level="county", effective_to="2020-01-01", successor="440111")
    assert place("广州市花都区") == "440111"
    Division.objects.create(code="440115", name="花都区", level="county")
    assert place("广州市花都区") == "440115"
