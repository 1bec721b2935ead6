"""The one search box and the filters: whom each word and each choice means."""

from datetime import date

import pytest

from core.divisions.models import Division
from core.formats.identity import check_digit
from tests.people import county_clerk, township_clerk
from tests.workers.village_lists import store_divisions
from workers.filters import WorkerFilter
from workers.models import Worker
from workers.queries import search
from workers.taken_out import listed

pytestmark = pytest.mark.django_db
COUNTY = "520527"
NUMBER_PHONE_VILLAGE = {
    "张国强": ("529999199001010019", "13800000001", "520527219200"),
    "张国庆": ("529999199001010027", "13900000002", "520527219201"),
    "章国刚": ("529999198506150135", "0857-8221234", "520527105200"),
    "单志伟": ("529999198506150143", None, "520527205200"),
    "大寨香": ("52999919700101001X", None, "520527205201"),
    "买买提·艾力": ("529999197001010036", None, "520527205201"),
    "吕祥": ("529999197001010052", None, "520527205201"),
}


@pytest.fixture(autouse=True)
def registry(db):
    store_divisions()
    for name, (number, phone, village) in NUMBER_PHONE_VILLAGE.items():
        Worker.objects.create(name=name, id_number=number, phone=phone, village_code=village)


def names(text, area=COUNTY):
    return sorted(search(Worker.objects.all(), text, area).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张国", ["张国庆", "张国强"]),
        ("张国强", ["张国强"]),
        ("国强", []),
        ("单", ["单志伟"]),
        ("zgq", ["张国庆", "张国强"]),
        ("ZG", ["张国庆", "张国强", "章国刚"]),
        ("szw", ["单志伟"]),
        ("zhangguoq", ["张国庆", "张国强"]),
        ("zhangguogang", ["章国刚"]),
        ("shan", ["单志伟"]),
        ("dzw", []),
        ("0019", ["张国强"]),
        ("001x", ["大寨香"]),
        ("529999199001010027", ["张国庆"]),
        ("52999919900101", ["张国庆", "张国强"]),
        ("13900000002", ["张国庆"]),
        ("139", ["张国庆"]),
        ("０１３５", ["章国刚"]),
        ("0857-822", ["章国刚"]),
        ("古达乡", ["张国庆", "张国强"]),
        ("古达苗族彝族乡", ["张国庆", "张国强"]),
        ("和平村", ["张国庆"]),
        ("大寨", ["大寨香", "张国强"]),
        ("张 野马川", []),
        ("章 野马川", ["章国刚"]),
        ("没有的人", []),
        (" 529999 19900101 0019\n", ["张国强"]),
        ("５２９９９９-19900101-0019", ["张国强"]),
        ("身份证号：52999919700101001x", ["大寨香"]),
        ("身份证529999199001010027", ["张国庆"]),
        ("'529999199001010027", ["张国庆"]),
        ("529999900101002", ["张国庆"]),
        ("138-0000-0001", ["张国强"]),
        ("138 0000 0001", ["张国强"]),
        ("+86 13800000001", ["张国强"]),
        ("8613800000001", ["张国强"]),
        ("08578221234", ["章国刚"]),
        ("张国强13800000001", ["张国强"]),
        ("张国庆 529999199001010019", []),
        ("张 国强", ["张国强"]),
        ("张 国 强", ["张国强"]),
        ("ZHANG guo qiang", ["张国强"]),
        ("张guoq", ["张国庆", "张国强"]),
        ("张guoqi", ["张国庆", "张国强"]),
        ("张guoqiang", ["张国强"]),
        ("zg强", ["张国强"]),
        ("张gq", ["张国庆", "张国强"]),
        ("zhang国q", ["张国庆", "张国强"]),
        ("zhang guo 刚", ["章国刚"]),
        ("lüxiang", ["吕祥"]),
        ("lv xiang", ["吕祥"]),
        ("LÜ", ["吕祥"]),
        ("买买提艾力", ["买买提·艾力"]),
        ("买买提•艾力", ["买买提·艾力"]),
        ("买买提. 艾", ["买买提·艾力"]),
        ("和平村委会", ["张国庆"]),
        ("和平社区", []),
        ("张%", []),
        ("张_强", []),
        ("\\", []),
        ("😀", []),
        ("²", []),
        ("٣٣٣٣", []),
        ("张" * 5000, []),
        ("'; drop table", []),
        ("", []),
    ],
)
def test_search(text, found):
    assert names(text) == found


def test_villages_of_other_areas_are_not_meant():
    Division.objects.create(code="522731100099", name="和平村村民委员会", level="village")
    Worker.objects.create(name="外县人", id_number="529999197001010028", village_code="522731100099")
    assert names("和平村") == ["张国庆"]


def test_search_stays_inside_the_scope_it_is_given():
    rows = Worker.objects.visible_to(township_clerk())
    assert sorted(search(rows, "z", COUNTY).values_list("name", flat=True)) == ["张国庆", "张国强"]


def chosen(**query):
    return sorted(
        listed(county_clerk(), {name: str(value) for name, value in query.items()}).values_list("name", flat=True)
    )


def test_filters_by_place():
    assert chosen(township="520527219") == ["张国庆", "张国强"]
    assert chosen(village="520527205201") == ["买买提·艾力", "吕祥", "大寨香"]


def test_filters_by_key_group_as_of_a_day():
    strong, merry = Worker.objects.get(name="张国强"), Worker.objects.get(name="张国庆")
    strong.memberships.create(group="lifted_poverty")
    merry.memberships.create(group="monitored", valid_from=date(2022, 1, 1), valid_to=date(2023, 1, 1))
    assert chosen(group="lifted_poverty") == ["张国强"]
    assert chosen(group="monitored") == []
    assert chosen(group="monitored", group_as_of="2022.6.1") == ["张国庆"]
    assert chosen(group="monitored", group_as_of="2023-01-01") == []
    assert chosen(group="lifted_or_monitored", group_as_of="2022-12-31") == ["张国庆", "张国强"]


@pytest.mark.parametrize(
    ("born", "today", "band"),
    [
        ("20100228", date(2026, 2, 28), "16-24"),
        ("20100301", date(2026, 2, 28), "<16"),
        ("20080229", date(2024, 2, 28), "<16"),
        ("20080229", date(2025, 2, 28), "16-24"),
        ("19660715", date(2026, 7, 15), "60+"),
        ("19660716", date(2026, 7, 15), "55-59"),
    ],
)
def test_age_bands_count_full_years(monkeypatch, born, today, band):
    body = f"529999{born}001"
    Worker.objects.create(name="某人", id_number=body + check_digit(body), village_code="520527219200")
    monkeypatch.setattr("workers.filters.localdate", lambda: today)
    assert {
        one for one in ("<16", "16-24", "25-34", "35-44", "45-54", "55-59", "60+") if "某人" in chosen(age_band=one)
    } == {band}


def test_filters_by_what_was_said_and_when():
    Worker.objects.filter(name="张国强").update(
        labour_status="未就业",
        skill="焊工、电工",
        expected_wage=5000,
        visited_on=date(2025, 3, 1),
        first_visited_on=date(2025, 3, 1),
    )
    assert chosen(labour_status="未就业") == chosen(skill="电工") == chosen(expected_wage_min="0.5万元") == ["张国强"]
    assert chosen(visited_on_after="2025-03-01", visited_on_before="2025年3月1日") == ["张国强"]
    assert "张国强" in chosen(not_visited_since="2025-03-02")
    assert "张国强" not in chosen(not_visited_since="2025-03-01")
    assert chosen(sex="女", q="z") == ["张国庆"]


def test_townships_to_choose_from_are_the_users_own():
    offered = [
        WorkerFilter({}, queryset=Worker.objects.all(), user=user).filters["township"].extra["choices"]
        for user in (county_clerk(), township_clerk())
    ]
    assert offered == [
        [("520527105", "野马川镇"), ("520527205", "珠市彝族乡"), ("520527219", "古达苗族彝族乡")],
        [("520527219", "古达苗族彝族乡")],
    ]
