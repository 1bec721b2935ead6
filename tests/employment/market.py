"""Facts of the market for tests: vacancies, fairs, stands and steps of referrals, and their sheets."""

from datetime import date, timedelta

from django.utils.timezone import localdate

from employment.models import Fair, FairBooth, Referral, Vacancy
from employment.rebuilding import rebuild_spells
from tests import journeys
from tests.journeys import employer

VACANCIES = (
    "企业名称", "统一社会信用代码", "所在地", "岗位名称", "招聘人数", "月薪下限", "月薪上限", "学历技能要求", "食宿", "社保", "联系人",
    "联系电话", "采集来源", "采集日期", "有效期",
)  # fmt: skip
FAIRS = ("招聘会编号", "招聘会名称", "日期", "形式", "主办方", "地点", "参会人次")
FAIR_BOOTHS = ("招聘会编号", "企业名称", "统一社会信用代码", "岗位名称", "招聘人数", "月薪下限", "月薪上限")
REFERRALS = ("姓名", "身份证号码", "招聘会编号", "企业名称", "岗位名称", "结果", "日期")
journeys.HEADINGS.update(vacancies=VACANCIES, fairs=FAIRS, fair_booths=FAIR_BOOTHS, referrals=REFERRALS)

TODAY = localdate()
CODE, OTHER_CODE = "91440101MA5ABCDEXC", "91440101MA5ABCDF1N"


def vacancy_row(**cells):
    """A row of 岗位台账 that is right as it stands."""
    return {
        "企业名称": "广州甲厂", "所在地": "广东省广州市番禺区", "岗位名称": "缝纫工", "招聘人数": "30", "采集来源": "协作站",
        "采集日期": "2025-02-01", **cells,
    }  # fmt: skip


def fair_row(**cells):
    """A row of 招聘会台账 that is right as it stands."""
    return {
        "招聘会编号": "F1", "招聘会名称": "春风行动招聘会", "日期": "2025-02-10", "形式": "线下", "主办方": "本县", **cells,
    }  # fmt: skip


def booth_row(**cells):
    """A row of 招聘会参会企业 that is right as it stands."""
    return {"招聘会编号": "F1", "企业名称": "广州甲厂", "岗位名称": "缝纫工", "招聘人数": "30", **cells}


def referral_row(who, **cells):
    """A row of 求职登记 that is right as it stands."""
    return {**journeys.person(who), "企业名称": "广州甲厂", "结果": "意向", "日期": "2025-02-10", **cells}


def vacancy(title="缝纫工", *, firm=None, **fields):
    """A verified vacancy that is valid today."""
    values = {
        "place_code": "440113", "openings": 10, "source": "协作站", "collected_on": TODAY - timedelta(days=5), "checked": True, **fields,
    }  # fmt: skip
    values.setdefault("valid_until", values["collected_on"] + timedelta(days=30))
    made = Vacancy.objects.create(employer=firm or employer(f"{title}厂"), job_title=title, **values)
    made.refresh_from_db()
    return made


def fair(code="F1", on=date(2025, 2, 10), **fields):
    """A fair."""
    return Fair.objects.create(
        code=code, held_on=on, **{"name": f"{code}招聘会", "form": "线下", "organiser": "本县", **fields}
    )


def booth(at, firm, title="缝纫工", openings=30):
    """A stand."""
    return FairBooth.objects.create(fair=at, employer=firm, job_title=title, openings=openings)


def step(who, result, on, *, firm, at=None, title="缝纫工", **fields):
    """A step as a sheet would bring it."""
    made = Referral.objects.create(
        worker=who, employer=firm, fair=at, job_title=title, result=result, happened_on=on, **fields
    )
    rebuild_spells(worker_ids=[who.pk])
    return made
