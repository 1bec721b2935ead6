"""Places written in one column, in several cells of one, or in the three of 务工省 务工市 务工县(区)."""

from datetime import date

import pytest

from core.workbooks import columns as c
from core.workbooks.parsing import RowParser
from core.workbooks.sheets import Sheet, Target
from tests.people import county_clerk
from tests.workers.village_lists import store_divisions

pytestmark = pytest.mark.django_db
ONE = c.place("目的地", "goal", into="goal_code", required=True)
MANY = c.places("服务范围", "area", into="area_codes")
WORK = c.work_place(into="place_code")


class Places(Sheet):
    kind, title, permission = "test_places", "地点", "workers.edit"
    columns = (*ONE.columns, *MANY.columns, *WORK.columns)
    derived = (ONE.derived, MANY.derived, WORK.derived)
    key, key_heading = ("s.goal",), "目的地"
    target = Target(table="workers_worker", key="false", values={})


HEADINGS = [column.heading for column in Places.columns]


@pytest.fixture
def parse(db):
    store_divisions()
    parser = RowParser(Places(), county_clerk(), date(2026, 1, 1))
    parser.at_sheet("表", {heading: place for place, heading in enumerate(HEADINGS)})

    def run(**cells):
        given = {"目的地": "广东", "务工省": "广东", **cells}
        block = parser.parse([[given.get(heading, "") for heading in HEADINGS]])
        return block.texts[0].split("\t")[-3:], [(one.heading, one.code) for one in block.said.get(0, ())]

    return run


def test_one_place(parse):
    assert parse(目的地="广州番禺") == (["440113", "\\N", "44"], [])
    assert parse(目的地="白云区") == (["\\N", "\\N", "44"], [("目的地", "division_ambiguous")])
    assert parse(目的地="") == (["\\N", "\\N", "44"], [("目的地", "required")])


def test_several_places_of_one_cell(parse):
    assert parse(服务范围="广州市、东莞市，浙江 金华")[0][1] == '{"3307","4401","4419"}'
    assert parse(服务范围="广州市、火星市")[1] == [("服务范围", "division_unknown")]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("广东省", "", ""), "44"),
        (("广东", "广州", ""), "4401"),
        (("广东", "广州", "番禺"), "440113"),
        (("广东", "", "番禺区"), "440113"),
        (("广东", "广东省广州市", "番禺区大石街道"), "440113"),
        (("广东", "东莞市", "大朗镇"), "441900"),
        (("广东", "东莞市", "东莞市"), "441900"),
        (("浙江", "义乌市", ""), "330782"),
        (("上海", "", ""), "3101"),
        (("上海", "上海市", ""), "3101"),
        (("上海", "市辖区", ""), "3101"),
        (("上海市", "市辖区", "浦东新区"), "310115"),
        (("上海", "", "浦东"), "310115"),
        (("重庆", "", "云阳县"), "500235"),
        (("重庆", "县", "云阳"), "500235"),
        (("贵州", "毕节", "赫章"), "520527"),
        (("贵州省", "", "惠水县"), "522731"),
    ],
)
def test_place_of_work_in_three_columns(parse, cells, code):
    texts, said = parse(**dict(zip(c.WORK_PLACE, cells, strict=True)))
    assert (texts[2], said) == (code, [])


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (("", "广州", "番禺"), ("务工省", "required")),
        (("火星", "", ""), ("务工省", "division_unknown")),
        (("广东", "杭州", ""), ("务工市", "division_unknown")),
        (("广东", "广州", "浦东"), ("务工县(区)", "division_unknown")),
        (("贵州", "", ""), ("务工县(区)", "required")),
        (("贵州", "毕节市", ""), ("务工县(区)", "required")),
    ],
)
def test_place_of_work_that_is_none(parse, cells, fault):
    texts, said = parse(**dict(zip(c.WORK_PLACE, cells, strict=True)))
    assert (texts[2], said) == ("\\N", [fault])
