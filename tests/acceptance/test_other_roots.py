"""The same program as a prefecture's, and as other counties': only the root division differs."""

import pytest

from core.accounts.models import User
from tests.acceptance.desk import EMPLOYMENTS, WORKERS, id_number
from tests.people import api_client_for, make_user
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def prefecture(office, settings):
    """黔南州 5227 with its administrator ``zhou`` and two county administrators."""
    settings.ROOT_DIVISION = "5227"
    make_user("zhou", "county_admin", "5227")
    make_user("pingtang", "county_admin", "522727")
    return office


def person(name, town, village, number=None):
    return {"姓名": name, "身份证号码": number or id_number(), "乡镇": town, "村": village}


def codes():
    return list(Worker.objects.order_by("id").values_list("village_code", flat=True))


def test_a_prefecture_registers_people_of_its_counties(prefecture):
    rows = [
        person("张一", "涟江街道", "星光村"),
        person("张二", "金盆街道", "玉池社区"),
        person("张三", "平塘县金盆街道", "北环社区居委会"),
        person("张四", "惠水县濛江街道", "姚新村"),
        person("张五", "野马川镇", "中坝村"),
    ]
    told = prefecture.send("workers", WORKERS, *rows, user="zhou")
    assert told.refused == [(6, "乡镇", "division_unknown")]
    assert codes() == ["522731001200", "522727001001", "522727001003", "522731002200"]


def test_a_county_administrator_of_a_prefecture_stays_in_the_county(prefecture):
    rows = [person("张一", "涟江街道", "星光村"), person("张二", "金盆街道", "玉池社区")]
    told = prefecture.send("workers", WORKERS, *rows, user="pingtang")
    assert told.refused == [(2, "村", "out_of_scope")]
    assert codes() == ["522727001001"]


def test_numbers_of_a_prefecture_by_county(prefecture):
    rows = [
        person("张一", "涟江街道", "星光村"),
        person("张二", "金盆街道", "玉池社区"),
        person("张三", "金盆街道", "玉池社区"),
    ]
    prefecture.send("workers", WORKERS, *rows, user="zhou")
    jobs = [{**who, "务工省": "广东", "外出时间": "2025-01-01"} for who in rows]
    prefecture.send("employments", EMPLOYMENTS, *jobs, user="zhou")
    found = prefecture.statistics("OUT_STOCK", period="2025", by="county")
    assert (found["division"], found["total"]["value"]) == ("5227", "3")
    assert [(row["county"], row["value"]) for row in found["rows"]] == [
        ({"code": "522727", "name": "平塘县"}, "2"),
        ({"code": "522731", "name": "惠水县"}, "1"),
    ]
    county = api_client_for(User.objects.get(username="pingtang"))
    answer = county.get("/api/v1/statistics/OUT_STOCK/", {"period": "2025"}).json()
    assert (answer["division"], answer["total"]["value"]) == ("522727", "2")
    assert county.get("/api/v1/statistics/OUT_STOCK/", {"period": "2025", "division": "522731"}).status_code == 404


@pytest.mark.parametrize(
    ("root", "town", "spellings"),
    [
        (
            "522731",
            "摆金镇",
            {"摆金村": "522731103200", "摆金村委会": "522731103200", "摆金社区": "522731103001", "摆金居委会": "522731103001",
             "摆金村民委员会": "522731103200", "摆金居民委员会": "522731103001", "摆金": None},
        ),
        ("522626", "羊桥土家族乡", {"羊桥村": "522626203200", "羊桥社区": "522626203001", "羊桥": None}),
        ("522626", "羊桥乡", {"羊桥村": "522626203200"}),
        ("520628", "盘信", {"盘信社区居民委员会": "520628102001", "盘信村": "520628102231", "盘信": None}),
        ("520628", "松桃苗族自治县盘信镇", {"盘信村村民委员会": "520628102231"}),
        ("520527", "古达乡", {"中田村": "520527219203", "海营村委会": "520527219207"}),
    ],
)  # fmt: skip
def test_a_village_and_a_community_of_one_stem(office, settings, root, town, spellings):
    settings.ROOT_DIVISION = root
    make_user("bie", "county_admin", root)
    told = office.send("workers", WORKERS, *[person("张三", town, village) for village in spellings], user="bie")
    ambiguous = [place for place, code in enumerate(spellings.values(), 2) if code is None]
    assert told.refused == [(row, "村", "division_ambiguous") for row in ambiguous]
    assert all("社区" in one["message"] and "村" in one["message"] for one in told.document["errors"])
    assert codes() == [code for code in spellings.values() if code]
