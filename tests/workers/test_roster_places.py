"""Township and village of a roster's rows: by column or sheet name, in every spelling, inside the sender's scope."""

import pytest
from openpyxl import Workbook

from core.divisions.models import Division
from tests.people import make_user, township_clerk
from tests.workers.checks import MAN, OLDER_MAN, WOMAN, counts, line, messages, told
from workers.models import Worker

pytestmark = pytest.mark.django_db


def book(path, **sheets):
    """A workbook of sheets by title, each with 姓名 身份证号码 村 (and 乡镇 where rows have four cells)."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        sheet.append(["姓名", "身份证号码", "村", "乡镇"][: len(rows[0])])
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize("township", ["古达苗族彝族乡", "古达乡", "古达", " 古达 乡", "赫章县古达乡", "520527219"])
@pytest.mark.parametrize(
    "village",
    ["大寨村村民委员会", "大寨村", "大寨村委会", "大寨村民委员会", "大寨", "古达乡大寨村", "大寨村3组", "520527219200"],
)
def test_spellings_of_one_village(check, roster, township, village):
    assert told(check(roster(line(乡镇=township, 村=village)))) == []


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("古达乡", None),
        ("2025年古达乡花名册", None),
        ("古达苗族彝族乡 (2)", None),
        ("花名册", "required"),
        ("某某乡", "required"),
    ],
)
def test_township_stands_in_the_name_of_the_sheet(check, tmp_path, title, code):
    source = check(book(tmp_path / "a.xlsx", **{title: [["张国强", MAN, "大寨村"]]}))
    assert told(source) == ([(2, "乡镇", code)] if code else [])


def test_township_column_beats_the_sheet_name(take, tmp_path):
    rows = [["张国强", MAN, "新田村", "野马川镇"], ["王芳", WOMAN, "新田村", ""]]
    take(book(tmp_path / "a.xlsx", 古达乡=rows))
    assert dict(Worker.objects.values_list("name", "village_code")) == {
        "张国强": "520527105201",
        "王芳": "520527219202",
    }


def test_same_suffix_decides_before_the_bare_name(take, check, roster):
    take(roster(line(村="中心村"), line("王芳", WOMAN, 村="中心居委会")))
    assert dict(Worker.objects.values_list("name", "village_code")) == {
        "张国强": "520527219203",
        "王芳": "520527219001",
    }
    source = check(roster(line("李刚", OLDER_MAN, 村="中心")))
    assert told(source) == [(2, "村", "division_ambiguous")]
    assert ["中心村村民委员会" in messages(source)[0], "中心社区居民委员会" in messages(source)[0]] == [True, True]


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"乡镇": "古达乡", "村": "没有村"}, [("村", "division_unknown")]),
        ({"乡镇": "没有乡", "村": "大寨村"}, [("乡镇", "division_unknown")]),
        ({"乡镇": "", "村": "大寨村"}, [("乡镇", "required")]),
        ({"乡镇": "古达乡", "村": ""}, [("村", "required")]),
        ({"乡镇": "没有乡", "村": ""}, [("乡镇", "division_unknown"), ("村", "required")]),
        ({"乡镇": "", "村": ""}, [("乡镇", "required"), ("村", "required")]),
        ({"乡镇": "野马川镇", "村": "大寨村"}, [("村", "division_unknown")]),
    ],
)
def test_places_that_cannot_be_found(check, roster, cells, faults):
    assert [(column, code) for _row, column, code in told(check(roster(line(**cells))))] == faults


def test_village_outside_the_senders_scope(check, roster):
    source = check(roster(line(), line("王芳", WOMAN, 乡镇="野马川镇", 村="中坝村")), user=township_clerk())
    assert told(source) == [(3, "村", "out_of_scope")]


def test_registered_person_outside_the_senders_scope(take, check, roster):
    take(roster(line(乡镇="野马川镇", 村="中坝村")))
    source = check(roster(line()), user=township_clerk())
    assert told(source) == [(2, "身份证号码", "out_of_scope")]


def test_another_countys_roster_is_read_in_that_county(take, roster):
    other = make_user("hs", "county_admin", "522731")
    source = take(roster(line(乡镇="涟江街道", 村="城北居委会")), user=other)
    assert (counts(source), Worker.objects.get().village_code) == ({"rows": 1, "created": 1}, "522731100001")


def test_replaced_village_name_leads_to_its_successor(take, roster):
    Division.objects.create(
        code="520527219299",
        name="老寨村村民委员会",
        level="village",
        effective_to="2024-01-01",
        successor="520527219200",
    )
    take(roster(line(村="老寨村")))
    assert Worker.objects.get().village_code == "520527219200"


def test_new_division_is_known_at_the_next_file(check, roster):
    assert told(check(roster(line(村="新建村")))) == [(2, "村", "division_unknown")]
    Division.objects.create(code="520527219250", name="新建村村民委员会", level="village")
    assert told(check(roster(line(村="新建村")))) == []
