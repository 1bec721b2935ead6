"""The county of the walk: places, who signs in, a roster as townships send it, a coach and its passengers."""

import io
from datetime import timedelta

from django.utils import timezone
from openpyxl import Workbook

from stations.models import Station
from tests import journeys, people

# The third visit falls due 30 days after the arrival: today.
DAYS_AT_WORK = 30
BATCH, VEHICLE = "CF-2026-01", "贵F12345"
BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GUOQIANG, XIUYING, XIAOHONG, DEFANG = (journeys.id_number(number, "19880307") for number in range(1, 5))
WRONG_CHECK_DIGIT = DEFANG[:-1] + ("0" if DEFANG[-1] != "0" else "1")
HEADINGS = ("序号", "姓 名", "身份证号", "手机号码", "所在村", "人员类型", "期望月工资", "微信号")
COUNTS = {"数据行": "7", "新增": "3", "变更": "0", "重复": "1", "不能导入": "3"}


def at_post_on():
    """The day the walk's passengers report for work."""
    return timezone.localdate() - timedelta(days=DAYS_AT_WORK)


def departs_on():
    return at_post_on() - timedelta(days=2)


def settle():
    """Divisions, a station in the destination city, its staff and a county clerk."""
    journeys.place_divisions()
    Station.objects.create(
        code="GZ-01",
        name="赫章驻广州劳务协作站",
        kind="协作站",
        place_code="440113",
        service_area=["4401"],
        opened_on=departs_on() - timedelta(days=300),
    )
    staff = people.make_user("zhan", "station_staff", people.COUNTY, full_name="协作站专员", scope_stations=["GZ-01"])
    return people.county_clerk(), staff


def messy_roster():
    """A township's workbook as it comes: titles above, the township in the tab, doubles, faults, signatures below."""
    book = Workbook()
    sheet = book.active
    sheet.title = "古达乡"
    sheet.append(["赫章县2026年农村劳动力花名册"])
    sheet.append(["填报单位：古达乡人社中心", None, None, None, None, "填报日期：2026.10.8"])
    sheet.append(HEADINGS)
    for row in (
        (1, "张国强", GUOQIANG, "１３９８５０００００１", "大寨村", "脱贫户", "6,000元", "zgq88"),
        (2, "李 秀英", f"'{XIUYING}", "13985000002", "大寨", "脱贫人口、低保", "0.5万元", None),
        (3, "王小红", XIAOHONG, 13985000003, "和平村村委会", "一般户", "5000", None),
        (4, "张国强", GUOQIANG, "１３９８５０００００１", "大寨村", "脱贫户", "6,000元", "zgq88"),
        (5, "赵德芳", WRONG_CHECK_DIGIT, "13985000005", "大寨村", "一般户", None, None),
        (6, "周大勇", journeys.id_number(6, "19880307"), "13985000006", "高山村", "一般户", None, None),
        (7, None, journeys.id_number(7, "19880307"), "13985000007", "和平村", None, "面议", None),
        ("合计", None, None, None, 7, None, None, None),
        ("制表人：陈某", None, None, None, "审核人：杨某", None, None, None),
    ):
        sheet.append(row)
    book.create_sheet("填表说明").append(["每村一页，月底前报送。"])
    content = io.BytesIO()
    book.save(content)
    return {"name": "古达乡花名册.xlsx", "mimeType": BOOK_TYPE, "buffer": content.getvalue()}


def trips():
    """One coach to Panyu."""
    row = {
        "批次编号": BATCH,
        "批次名称": "2026年秋季返岗专车",
        "车次(车牌号)": VEHICLE,
        "出行方式": "包车",
        "出发时间": f"{departs_on():%Y-%m-%d} 08:30",
        "出发地": "赫章县客运站",
        "目的地": "广东广州番禺",
        "座位数": "45",
        "组织单位": "赫章县人社局",
        "领队": "陈勇",
        "领队电话": "13985000100",
    }
    return csv_of("trips", [row], "出行计划.csv")


def passengers():
    """The three the roster registered."""
    rows = [
        {
            "批次编号": BATCH,
            "车次(车牌号)": VEHICLE,
            "车厢/座位号": str(seat),
            "姓名": name,
            "身份证号码": number,
            "务工企业": "广州番禺甲服饰有限公司",
            "岗位": "缝纫工",
        }
        for seat, (name, number) in enumerate(
            (("张国强", GUOQIANG), ("李秀英", XIUYING), ("王小红", XIAOHONG)), start=1
        )
    ]
    return csv_of("passengers", rows, "乘车花名册.csv")


def csv_of(kind, rows, name):
    return {"name": name, "mimeType": "text/csv", "buffer": journeys.workbook(kind, rows)}
