"""Facts of journeys and work for tests: places, people on address 529999, employers, vehicles, and whole imports."""

import csv
import io
from datetime import UTC, date, datetime
from itertools import count

from core.divisions.models import LEVEL_BY_LENGTH, Division
from core.workbooks import exports, services
from core.workbooks.models import Export, Import
from dispatch.models import Batch, Passenger, Trip
from employment.models import Employer, Organiser
from tests import people
from workers.models import Worker

PLACES = {
    "52": "贵州省",
    "5201": "贵阳市",
    "520102": "南明区",
    "520111": "花溪区",
    "5205": "毕节市",
    "520527": "赫章县",
    "520527105": "野马川镇",
    "520527105200": "中坝村村民委员会",
    "520527219": "古达苗族彝族乡",
    "520527219200": "大寨村村民委员会",
    "520527219201": "和平村村民委员会",
    "33": "浙江省",
    "3302": "宁波市",
    "330206": "北仑区",
    "44": "广东省",
    "4401": "广州市",
    "440111": "白云区",
    "440113": "番禺区",
    "4403": "深圳市",
    "440306": "宝安区",
    "4419": "东莞市",
    "441900": "东莞市",
    "31": "上海市",
    "3101": "市辖区",
    "310115": "浦东新区",
}
VILLAGE = "520527219200"
OTHER_VILLAGE = "520527105200"

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
EMPLOYMENTS = (
    "姓名", "身份证号码", "务工省", "务工市", "务工县(区)", "务工单位", "统一社会信用代码", "工种(岗位)", "外出时间", "返回时间",
    "返回原因", "月工资(元)", "组织方式", "是否签订合同", "是否参保", "最近确认日期",
)  # fmt: skip
EMPLOYERS = ("企业名称", "统一社会信用代码", "所在地", "行业", "规模(人)", "联系人", "联系电话", "是否重点企业")
TRIPS = (
    "批次编号", "批次名称", "车次(车牌号)", "出行方式", "出发时间", "出发地", "目的地", "座位数", "组织单位", "领队", "领队电话",
)  # fmt: skip
PASSENGERS = (
    "批次编号", "车次(车牌号)", "车厢/座位号", "姓名", "身份证号码", "联系电话", "上车地点", "目的地", "务工企业", "岗位", "紧急联系人",
    "紧急联系人电话", "签到", "到达签收", "到岗日期", "状态",
)  # fmt: skip
VISITS = (
    "姓名", "身份证号码", "协作站", "回访节点", "回访日期", "回访方式", "就业状态", "当前单位", "月工资(元)", "是否签合同", "是否参保",
    "存在问题", "处理情况", "满意度", "回访人", "下次回访日期",
)  # fmt: skip
EMPLOYER_VISITS = (
    "企业名称", "统一社会信用代码", "所在地", "走访日期", "协作站", "走访人", "在岗本县人数", "情况",
)  # fmt: skip
STATIONS = (
    "站点编号", "站点名称", "类型", "所在地", "对口单位", "设立方式", "挂牌日期", "服务范围", "负责人", "联系电话",
)  # fmt: skip
RETURNEES = ("姓名", "身份证号码", "返乡日期", "是否计划外出", "计划外出日期", "原务工地")
WORKPLACES = (
    "载体编号", "名称", "类型", "所在乡镇", "认定日期", "运营单位", "统一社会信用代码", "岗位数", "撤销日期", "状态",
)  # fmt: skip
WORKPLACE_STAFF = ("载体编号", "姓名", "身份证号码", "岗位", "上岗时间", "离岗时间", "月工资(元)")
BRANDS = ("品牌名称", "等级", "认定日期")
BRAND_MEMBERS = ("品牌名称", "姓名", "身份证号码", "加入日期", "退出日期", "年度", "年收入(元)")
ORGANISERS = (
    "名称", "类型", "级别", "统一社会信用代码", "许可证号", "许可证有效期至", "身份证号码", "所在地", "联系电话", "认定日期",
    "终止日期", "备注",
)  # fmt: skip
TAKEN_OUT = (
    "名称", "类型", "带出人证件号码", "姓名", "身份证号码", "外出日期", "目的地", "务工企业", "统一社会信用代码", "工种(岗位)",
)  # fmt: skip
HEADINGS = {
    "employments": EMPLOYMENTS,
    "employers": EMPLOYERS,
    "trips": TRIPS,
    "passengers": PASSENGERS,
    "visits": VISITS,
    "employer_visits": EMPLOYER_VISITS,
    "stations": STATIONS,
    "returnees": RETURNEES,
    "workplaces": WORKPLACES,
    "workplace_staff": WORKPLACE_STAFF,
    "brands": BRANDS,
    "brand_members": BRAND_MEMBERS,
    "organisers": ORGANISERS,
    "taken_out": TAKEN_OUT,
}
numbers = count(1)


def place_divisions():
    Division.objects.bulk_create(
        [Division(code=code, name=name, level=LEVEL_BY_LENGTH[len(code)]) for code, name in PLACES.items()],
        ignore_conflicts=True,
    )


def id_number(number, born="19900101"):
    """The person of that number born that day, on the address code that nobody has (domain.md §6.1)."""
    body = f"529999{born}{number:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def worker(name="张国强", *, village=VILLAGE, **fields):
    number = next(numbers)
    born = f"19{60 + number // 900 % 40:02}0101"
    return Worker.objects.create(name=name, id_number=id_number(number % 900 + 1, born), village_code=village, **fields)


def employer(name="广州甲服饰有限公司", **fields):
    return Employer.objects.create(name=name, **{"place_code": "440113", **fields})


def organiser(name="李带头", kind="broker", *, place=VILLAGE, **fields):
    return Organiser.objects.create(name=name, kind=kind, place_code=place, **fields)


def trip(vehicle="贵F12345", *, batch="2025-CY-01", seats=45, departs=date(2025, 2, 10), **fields):
    found, _new = Batch.objects.get_or_create(code=batch, defaults={"name": f"{batch}批"})
    return Trip.objects.create(
        batch=found,
        vehicle=vehicle,
        departs_at=datetime(departs.year, departs.month, departs.day, 1, tzinfo=UTC),
        seats=seats,
        **{"mode": Trip.Mode.BUS, "from_place": "赫章县客运站", "destination_code": "440113", **fields},
    )


def passenger(on, who, **fields):
    return Passenger.objects.create(trip=on, worker=who, **fields)


def person(who):
    """The two cells by which a sheet names somebody."""
    return {"姓名": who.name, "身份证号码": who.id_number}


def workbook(kind, rows):
    """The rows (dicts by heading) as the bytes of a csv file; headings beyond the template's stand behind them."""
    text = io.StringIO()
    template = HEADINGS.get(kind, ())
    more = [heading for row in rows for heading in row if heading not in template]
    writer = csv.DictWriter(text, [*template, *dict.fromkeys(more)], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def checked(kind, rows, *, user=None):
    """An import of the rows as it stands after its check."""
    made = services.create_import(
        user=user or people.county_clerk(),
        kind=kind,
        file=io.BytesIO(workbook(kind, rows)),
        name=f"{kind}.csv",
        start=False,
    )
    return services.check_import(source=made, progress=services.Silent())


def imported(kind, rows, *, user=None, take="good"):
    """An import of the rows, written."""
    source = services.confirm_import(source=checked(kind, rows, user=user), rows=take, start=False)
    return services.write_import(source=source, progress=services.Silent())


def undone(source):
    return services.undo_import(source=Import.objects.get(pk=source.pk), user=source.created_by)


def counts(source):
    """The counts of an import that are not 0."""
    return {name: value for name, value in source.full_counts.items() if value}


def faults(source, level="error"):
    """What is wrong where: (row, column, code), in the order of the file."""
    found = source.faults.filter(level=level).order_by("seq", "id")
    return [(fault.row, fault.column, fault.code) for fault in found]


def exported(kind, query=None):
    """The list of that kind with those parameters as a workbook, identities in full."""
    export = Export.objects.create(
        kind=kind, title=kind, query=query or {}, full_identity=True, purpose="核对", created_by=people.county_clerk()
    )
    return exports.write_export(export=export, progress=services.Silent())


def came_back(export):
    """What an import of an exported workbook would do: counts, faults, unknown columns."""
    with export.path.open("rb") as file:
        made = services.create_import(
            user=people.county_clerk(), kind=export.kind, file=file, name=export.path.name, start=False
        )
    source = services.check_import(source=made, progress=services.Silent())
    return counts(source), faults(source), source.unknown_columns
