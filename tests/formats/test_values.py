"""The closed lists of formats.md §1.1, word for word, and other spellings."""

import pytest

from core.formats import values
from core.formats.choices import Choice, YesNo
from tests.formats.cells import outcome

WORDS = {
    "SEX": "男/女",
    "DISPATCH_MODE": "返岗专列/包车/自驾/飞机/接驳",
    "CLASS_TYPE": "订单班/定向班/技能提升/创业培训/跨省异地/以工代训/技工院校订单班",
    "CLASS_MODE": "线下/线上/线上+线下",
    "CLASS_STATE": "取消",
    "ATTENDANCE": "出勤/迟到/请假/缺勤",
    "VISIT_CHANNEL": "电话/微信/上门/到企/到站",
    "VISIT_STATUS": "原岗位在岗/转岗在岗/离岗求职/返乡/失联",
    "VACANCY_SOURCE": "协作站/结对人社/企业申报/访企拓岗/直播带岗",
    "REFERRAL_RESULT": "推荐/意向/签约/到岗/拒绝",
    "FAIR_FORM": "线下/线上/直播",
    "FAIR_ORGANISER": "本县/结对地区/乡镇/协作站",
    "WORKPLACE_KIND": "就业帮扶车间/一县一企基地/公益性岗位/零工市场/零工驿站/公共实训基地",
    "WORKPLACE_STATE": "正常/停用/撤销",
    "PASSENGER_STATE": "途中离开/未录用/已返回",
    "CASE_SOURCE": "到站/电话/12333/回访/村级",
    "CASE_KIND": "欠薪/工伤/劳动纠纷/子女入学/住宿/转岗求职/政策咨询/返乡返岗/其他",
    "MEETING_KIND": "月度沟通/季度会商/年度总结/互访/协议",
    "FUND_KIND": "劳务协作资金/就业补助资金/衔接资金/失业保险基金/县级配套/创业担保基金",
    "FUND_ENTRY_KIND": "到账/分配/承诺/支付/退回/上缴/结转",
    "STATION_KIND": "协作站/山海心连之家/分站",
    "STATION_FOUNDING": "共建/购买服务/自建",
    "ORGANISER_LEVEL": "省级/市级/县级",
    "CHANNEL": "政府组织/协作站推荐/人力资源机构/劳务经纪人/劳务公司(合作社)/亲友介绍/自主外出",
    "LABOUR_STATUS": "省外务工/省内务工/县内就业/灵活就业/未就业/在校/丧失劳动能力/死亡/迁出",
    "HARDSHIP": "大龄/残疾/低保/连续失业1年以上/失地/零就业家庭/其他",
    "MONITORED_KIND": "脱贫不稳定户/边缘易致贫户/突发严重困难户",
    "HOLIDAY_KIND": "休/班",
}
GROUPS = {
    "lifted_poverty": "脱贫人口",
    "monitored": "监测对象",
    "relocated": "易地搬迁",
    "low_income": "低保",
    "destitute": "特困人员",
    "disabled": "残疾人",
    "hard_to_employ": "就业困难人员",
    "zero_employment": "零就业家庭",
    "post_school_youth": "两后生",
    "veteran": "退役军人",
    "graduate": "高校毕业生",
}
SUBSIDIES = """LIVING TRAINING CERT EXAM WORK_TRAINING STARTUP RENT LOAN_INTEREST TRANSPORT JOBSEEK AGENCY_FOLLOW
DISPATCH_FEE STABILITY TRANSFER COOP_TRANSPORT HIRE INTERN WORKSHOP_HEAD SITE_AWARD SOCIAL_INS PUBLIC_POST NEARBY"""

TABLES = {name: table for name, table in vars(values).items() if isinstance(table, Choice)}


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_a_list_holds_the_words_of_the_contract_in_order_and_stores_them(name, words):
    assert [TABLES[name].parse(word) for word in words.split("/")] == words.split("/") == list(TABLES[name].codes)


def test_every_table_is_checked_here():
    assert set(TABLES) == {*WORDS, "GROUP_TAGS", "SUBSIDY_KIND", "ORGANISER_KIND"}


def test_group_tags_are_stored_by_their_codes():
    assert dict(values.GROUP_TAGS.pairs) == GROUPS
    assert {code: values.GROUP_TAGS.parse(word) for code, word in GROUPS.items()} == {code: code for code in GROUPS}


def test_kinds_of_organisers_are_stored_by_their_codes():
    kinds = {"broker": "劳务经纪人", "agency": "人力资源服务机构", "company": "劳务公司", "coop": "劳务合作社"}
    assert dict(values.ORGANISER_KIND.pairs) == kinds
    assert {code: values.ORGANISER_KIND.parse(word) for code, word in kinds.items()} == {code: code for code in kinds}


@pytest.mark.parametrize("raw", ["一般", "一般户", "非脱贫户", None])
def test_an_ordinary_person_has_no_group(raw):
    assert values.GROUP_TAGS.parse_many(raw) == ()


def test_the_22_subsidy_kinds_are_read_by_code_or_name():
    assert list(values.SUBSIDY_KIND.codes) == SUBSIDIES.split()
    assert values.SUBSIDY_KIND.parse("LIVING") == values.SUBSIDY_KIND.parse("培训生活补贴") == "LIVING"


def test_the_first_five_channels_are_organised():
    assert (
        frozenset({"政府组织", "协作站推荐", "人力资源机构", "劳务经纪人", "劳务公司(合作社)"})
        == values.ORGANISED_CHANNELS
    )


@pytest.mark.parametrize(
    ("table", "raw", "stored"),
    [
        (values.CHANNEL, "劳务公司（合作社）", "劳务公司(合作社)"),
        (values.CLASS_MODE, "线上＋线下", "线上+线下"),
        (values.CASE_SOURCE, 12333.0, "12333"),
        (values.ATTENDANCE, "√", "出勤"),
        (values.ATTENDANCE, "○", "请假"),
        (values.ATTENDANCE, "×", "缺勤"),
        (values.LABOUR_STATUS, "省内县外务工", "省内务工"),
        (values.VISIT_STATUS, "在岗", "原岗位在岗"),
        (values.GROUP_TAGS, "脱贫户", "lifted_poverty"),
        (values.GROUP_TAGS, "易地扶贫搬迁户", "relocated"),
        (values.SEX, "女性", "女"),
    ],
)
def test_other_spellings_are_understood(table, raw, stored):
    assert table.parse(raw) == stored


@pytest.mark.parametrize("name", TABLES)
def test_a_word_of_no_list_is_refused_by_each(name):
    assert outcome(TABLES[name].parse, "火箭") == ("fault", "choice")


@pytest.mark.parametrize("name", [name for name, table in vars(values).items() if isinstance(table, YesNo)])
def test_yes_no_columns_read_the_common_marks(name):
    column = getattr(values, name)
    assert [column.parse(raw) for raw in ("是", "√", 1, "否", "×", 0, None)] == [
        True,
        True,
        True,
        False,
        False,
        False,
        None,
    ]


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        (values.SIGNED_IN, "已签到", "未到"),
        (values.CONTRACT, "已签订", "未签"),
        (values.INSURED, "已参保", "未参保"),
        (values.PASSED, "合格", "不合格"),
        (values.COMPLETED, "已结业", "未结业"),
        (values.ARRIVED, "已签收", "未签收"),
        (values.GOING_OUT_AGAIN, "外出", "不外出"),
        (values.KEY_EMPLOYER, "重点企业", "一般"),
    ],
)
def test_yes_no_columns_have_words_of_their_own(column, yes, no):
    assert (column.parse(yes), column.parse(no)) == (True, False)
