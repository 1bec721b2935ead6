"""Rosters of labour leaders and agencies as an outside office hands them in, and the numbers that follow."""

import pytest

from core.workbooks import services
from core.workbooks.models import Import
from employment.models import DeclaredJob, Organiser, Spell
from tests.acceptance.desk import COUNTY, CREDIT_CODE, TOWN, VILLAGE, id_number, table, xlsx

pytestmark = pytest.mark.django_db

LEADERS = ("序号", "带头人姓名", "类 型", "认定级别", "公民身份号码", "所在地", "联系方式", "认定时间")
TAKEN = ("带出人", "类型", "人员姓名", "身份证号", "外出时间", "目的地（省市县）", "工作单位", "工种", "备注说明")
EMPLOYMENTS = ("姓名", "身份证号码", "务工省", "务工市", "务工县(区)", "外出时间", "组织方式")


@pytest.fixture
def village(office):
    """A broker and three of the village, two of whom went out on their own."""
    names = ("罗带头", "张一", "张二", "张三")
    found = {name: id_number(2 * n + 11) for n, name in enumerate(names)}
    office.register(*found.items())
    went = {"务工省": "广东", "务工市": "广州", "务工县(区)": "番禺", "外出时间": "2025-02-10", "组织方式": "自主外出"}
    rows = [{"姓名": name, "身份证号码": found[name], **went} for name in ("张一", "张二")]
    office.send("employments", EMPLOYMENTS, *rows)
    return found


def leaders(office, village):
    """The register, with a title above, a column nobody asked for, and the kind told once for merged cells."""
    rows = [
        ["劳务带头人花名册（2025年）"],
        list(LEADERS),
        [1, "罗带头", "带头能人", "县", village["罗带头"], f"涟江街道{VILLAGE}", "138-0000-0001", "2024年5月1日"],
        [2, "涟江劳务", "合作社", None, None, "涟江街道", None, None],
    ]
    return office.send_file(
        "organisers", xlsx(office.path(), ("涟江街道", rows, lambda sheet: sheet.merge_cells("A1:H1")))
    )


def taken(village, *told):
    """A roster whose first two columns are merged down over the people of one leader."""
    rows = [
        ["罗带头" if n == 0 else None, "劳务经纪人" if n == 0 else None, name, village[name], day, place, "番禺甲厂", "普工", "无"]
        for n, (name, day, place) in enumerate(told)
    ]  # fmt: skip

    def merged(sheet):
        for column in "AB":
            sheet.merge_cells(f"{column}2:{column}{len(rows) + 1}")

    return [list(TAKEN), *rows], merged


def organised_share(office):
    return office.statistics("ORG_SHARE", period="2025", as_of="2025-03-31")["total"]


def test_register_and_roster_are_read_as_offices_write_them(office, village):
    told = leaders(office, village)
    assert (told.counts, told.refused) == ({"rows": 2, "created": 2}, [])
    assert list(Organiser.objects.order_by("pk").values_list("name", "kind", "level", "place_code", "phone")) == [
        ("罗带头", "broker", "县级", "522731001200", "13800000001"),
        ("涟江劳务", "coop", "", TOWN, ""),
    ]
    rows, merged = taken(
        village,
        ("张一", "2025.2.10", "广东广州番禺"),
        ("张二", 45698, "广东省"),
        ("张三", "2025年3月1日", "440113"),
    )
    before = organised_share(office)
    told = office.send_file("taken_out", xlsx(office.path(), ("花名册", rows, merged)))
    assert told.counts == {"rows": 3, "created": 1, "updated": 2, "warnings": 2}
    assert told.warned == [(2, "名称", "choice"), (3, "名称", "choice")]
    jobs = DeclaredJob.objects.order_by("worker__id_number").values_list(
        "worker__name", "place_code", "organiser__name", "channel"
    )
    assert list(jobs) == [(name, "440113", "罗带头", "劳务经纪人") for name in ("张一", "张二", "张三")]
    assert (before["numerator"], before["denominator"]) == (0, 2)
    after = organised_share(office)
    assert (after["numerator"], after["denominator"]) == (3, 3)


def test_undo_gives_the_numbers_back(office, village):
    leaders(office, village)
    before = (
        organised_share(office),
        list(Spell.objects.order_by("worker").values_list("worker", "channel", "organised")),
    )
    rows, merged = taken(village, ("张一", "2025-02-10", "广东广州番禺"), ("张三", "2025-03-01", "广东广州番禺"))
    told = office.send_file("taken_out", xlsx(office.path(), ("花名册", rows, merged)))
    assert told.counts == {"rows": 2, "created": 1, "updated": 1, "warnings": 1}
    source = Import.objects.get(pk=told.document["id"])
    services.undo_import(source=source, user=source.created_by)
    again = (
        organised_share(office),
        list(Spell.objects.order_by("worker").values_list("worker", "channel", "organised")),
    )
    assert again == before


def test_what_cannot_be_is_refused_in_its_cell(office, village):
    leaders(office, village)

    def row(who, number, *, day="2025-02-10", by="罗带头", kind="经纪人", place="广东"):
        cells = (by, kind, who, number, day, place)
        return dict(zip(TAKEN, cells, strict=False))

    rows = table(
        TAKEN,
        row("张一", village["张一"], by="没有这人"),
        row("张二", village["张二"], kind="亲戚"),
        row("张三", village["张三"], day="2025-02-30"),
        row("张三", village["张三"], place="贵州贵阳"),
        row("生人", id_number(999)),
    )
    told = office.send_file("taken_out", xlsx(office.path(), ("Sheet1", rows)))
    assert told.refused == [
        (2, "名称", "unknown_reference"),
        (3, "类型", "choice"),
        (4, "外出日期", "date"),
        (5, "目的地", "required"),
        (6, "身份证号码", "unknown_worker"),
    ]


def test_credit_code_with_a_wrong_check_is_kept_with_a_warning(office, village):
    row = {"名称": "某人力公司", "类型": "人力资源公司", "统一社会信用代码": CREDIT_CODE[:-1] + "1", "所在地": "惠水县"}
    told = office.send("organisers", tuple(row), row)
    assert (told.refused, told.warned) == ([], [(2, "统一社会信用代码", "credit_code")])
    assert Organiser.objects.values_list("credit_code", "place_code").get() == (row["统一社会信用代码"], COUNTY)
