"""Headings, marks and lists of the sheets of people, employment and the market, as formats.md §1.1 has them, and round trips."""

import io

import pytest
from openpyxl import load_workbook

from core.accounts.models import User
from core.jobs.services import run
from core.workbooks.exports import create_export
from tests.acceptance.desk import WORKERS, id_number
from tests.acceptance.test_crooked_books import ROWS
from tests.people import client_for

pytestmark = pytest.mark.django_db
COLUMNS = {
    "workers": "姓名* 身份证号码* 性别 民族 文化程度 政治面貌 健康状况 劳动能力 联系电话 乡镇* 村* 组 户主姓名 与户主关系"
    " 人员类别 监测类别 安置点 就业状态 技能特长 技能等级 就业意向 意向地区 期望月薪 培训意愿 意向工种 创业意愿"
    " 社保卡号 开户银行 走访人 走访日期 备注",
    "group_tags": "姓名* 身份证号码* 人员类别* 认定日期* 终止日期 监测类别 来源",
    "employments": "姓名* 身份证号码* 务工省* 务工市 务工县(区) 务工单位 统一社会信用代码 工种(岗位) 外出时间* 返回时间 返回原因 月工资(元)"
    " 组织方式 是否签订合同 是否参保 最近确认日期",
    "returnees": "姓名* 身份证号码* 返乡日期* 是否计划外出* 计划外出日期 原务工地",
    "employers": "企业名称* 统一社会信用代码 所在地* 行业 规模(人) 联系人 联系电话 是否重点企业",
    "vacancies": "企业名称* 统一社会信用代码 所在地* 岗位名称* 招聘人数* 月薪下限 月薪上限 学历技能要求 食宿 社保 联系人 联系电话 采集来源*"
    " 采集日期* 有效期",
    "fairs": "招聘会编号* 招聘会名称* 日期* 形式* 主办方* 地点 参会人次",
    "fair_booths": "招聘会编号* 企业名称* 统一社会信用代码 岗位名称* 招聘人数* 月薪下限 月薪上限",
    "referrals": "姓名* 身份证号码* 招聘会编号 企业名称* 岗位名称 结果* 日期*",
    "workplaces": "载体编号* 名称* 类型* 所在乡镇* 认定日期* 运营单位 统一社会信用代码 岗位数 撤销日期 状态",
    "workplace_staff": "载体编号* 姓名* 身份证号码* 岗位 上岗时间* 离岗时间 月工资(元)",
    "brands": "品牌名称* 等级* 认定日期",
    "brand_members": "品牌名称* 姓名* 身份证号码* 加入日期* 退出日期 年度 年收入(元)",
}
TEXT = {"身份证号码", "社保卡号", "联系电话", "统一社会信用代码"}
LISTS = {
    "employments": {
        "组织方式": (
            "政府组织", "协作站推荐", "人力资源机构", "劳务经纪人", "劳务公司(合作社)", "亲友介绍", "自主外出",
        ),
        "是否签订合同": ("是", "否", "√", "×", "有", "无", 1, 0),
        "是否参保": ("是", "否", "√", "×", "有", "无", 1, 0),
    },
    "workers": {
        "就业状态": (
            "省外务工", "省内务工", "县内就业", "灵活就业", "未就业", "在校", "丧失劳动能力", "死亡", "迁出",
        ),
        "人员类别": (
            "脱贫人口", "监测对象", "易地搬迁", "低保", "特困人员", "残疾人", "就业困难人员", "零就业家庭", "两后生", "退役军人",
            "高校毕业生", "一般", None, "脱贫人口、易地搬迁，低保,残疾人;两后生/退役军人 高校毕业生",
        ),
    },
    "returnees": {"是否计划外出": ("是", "否", "√", "×", "有", "无", 1, 0)},
    "employers": {"是否重点企业": ("是", "否", "√", "×", "有", "无", 1, 0)},
}  # fmt: skip


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_template_begins_with_the_canonical_columns(county, kind):
    """Whatever else a sheet has stands behind them."""
    answer = client_for(User.objects.get(username="xian")).get(f"/imports/templates/{kind}.xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content))
    sheet, wanted = book.worksheets[0], COLUMNS[kind].split()
    assert [cell.value for cell in sheet[1]][: len(wanted)] == wanted
    assert not any(str(cell.value).endswith("*") for cell in sheet[1][len(wanted) :])
    as_text = {cell.value.removesuffix("*"): sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    assert {as_text[heading] for heading in TEXT & as_text.keys()} <= {"@"}
    assert str(sheet["A2"].value).startswith("示例")


@pytest.mark.parametrize("kind", COLUMNS)
def test_an_export_has_the_canonical_columns_and_comes_back_unchanged(ready, kind):
    assert ready.send(kind, ROWS[kind], ROWS[kind]).counts == {"rows": 1, "created": 1}
    user = User.objects.get(username="xian")
    export = create_export(user=user, kind=kind, query={}, full_identity=True, purpose="核对")
    run(job_id=export.job_id)
    export.refresh_from_db()
    sheet, wanted = load_workbook(export.path).worksheets[0], [one.removesuffix("*") for one in COLUMNS[kind].split()]
    assert [str(cell.value).removesuffix("*") for cell in sheet[1]][: len(wanted)] == wanted
    told = ready.send_file(kind, export.path)
    assert (told.document["errors"], told.document["unknown_columns"]) == ([], [])
    assert told.counts == {"rows": sheet.max_row - 1, "unchanged": sheet.max_row - 1}


@pytest.mark.parametrize(("kind", "heading"), [(kind, heading) for kind, lists in LISTS.items() for heading in lists])
def test_every_value_of_a_list_is_taken_and_no_other(ready, kind, heading):
    said = LISTS[kind][heading]
    rows = [{**ROWS[kind], heading: value, **another(kind, n)} for n, value in enumerate((*said, "随便"))]
    told = ready.send(kind, rows[0], *rows)
    assert (told.refused, told.counts["created"]) == ([(len(said) + 2, heading, "choice")], len(said))


def another(kind, n):
    """What makes the nth row of a kind another row."""
    return {
        "workers": {"身份证号码": id_number()},
        "employments": {"外出时间": f"20{n + 10}-02-10", "返回时间": f"20{n + 10}-03-10"},
        "returnees": {"返乡日期": f"2025-01-{n + 1:02}"},
        "employers": {"企业名称": f"甲厂{n}", "统一社会信用代码": None},
    }[kind]


def test_what_the_columns_of_one_group_say_is_one_tag(ready):
    """One cell and yes/no columns side by side: each group once; a dash is nothing."""
    row = {"姓名": "张三", "身份证号码": id_number(), "乡镇": "涟江街道", "村": "星光村"}
    told = ready.send(
        "workers",
        (*WORKERS, "人员类别", "是否脱贫人口", "是否残疾"),
        {**row, "人员类别": "脱贫人口/低保", "是否脱贫人口": "√", "是否残疾": "/"},
    )
    assert (told.document["errors"], told.counts) == ([], {"rows": 1, "created": 1})
    found = ready.statistics("LDB_TOTAL", period="2025", by="group")["rows"]
    assert sorted(one["group"]["code"] for one in found) == ["lifted_poverty", "low_income"]
