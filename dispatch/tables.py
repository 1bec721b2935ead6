"""The columns of the dispatch lists."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.lists import Column, Row
from core.web.texts import Text
from dispatch.models import Passenger
from dispatch.queries import Convoy, Stage
from employment.tables import person_columns

Badges = Mapping[Any, tuple[Text, str]]

MODE_BADGES: Final = {
    "返岗专列": (_("返岗专列"), "blue"),
    "包车": (_("包车"), "green"),
    "自驾": (_("自驾"), "teal"),
    "飞机": (_("飞机"), "purple"),
    "接驳": (_("接驳"), "secondary"),
}
STAGE_BADGES: Final = {
    Stage.PLANNED: (_("待出发"), "blue"),
    Stage.UNSIGNED: (_("待签到"), "orange"),
    Stage.EN_ROUTE: (_("在途"), "azure"),
    Stage.ARRIVED: (_("待到岗"), "orange"),
    Stage.CLOSED: (_("已完成"), "green"),
}
BOARDED_BADGES: Final[Badges] = {
    True: (_("已签到"), "green"),
    False: (_("未到"), "red"),
    None: (_("未签到"), "secondary"),
}
ARRIVED_BADGES: Final[Badges] = {True: (_("已到达"), "green"), False: (_("未到达"), "red"), None: ("", "")}
OUTCOME_BADGES: Final[Badges] = {
    "": ("", ""),
    Passenger.Outcome.LEFT_EN_ROUTE.value: (_("途中离开"), "orange"),
    Passenger.Outcome.NOT_HIRED.value: (_("未录用"), "red"),
    Passenger.Outcome.RETURNED.value: (_("已返回"), "secondary"),
}


def _count(name: str) -> Any:  # noqa: ANN401 - a function of a row
    return lambda row: getattr(row["tally"], name)


TRIP_COLUMNS: Final = (
    Column("vehicle", _("车次（车牌号）"), heading="车次(车牌号)"),
    Column(
        "stage",
        _("进度"),
        "badge",
        value=lambda row: row["tally"].stage(row["departs_at"]),
        fields=("departs_at",),
        badges=STAGE_BADGES,
    ),
    Column("mode", _("出行方式"), "badge", badges=MODE_BADGES),
    Column("departs_at", _("出发时间"), "date", sort=("departs_at",)),
    Column("batch_name", _("批次"), value="batch__name", heading="批次名称"),
    Column("batch_code", _("批次编号"), value="batch__code", default=False),
    Column("from_place", _("出发地"), default=False),
    Column("place", _("目的地"), value=lambda row: row["places"].get(row["destination_code"], ""), fields=("destination_code",)),
    Column("seats", _("座位数"), "number"),
    Column("registered", _("报名"), "number", value=_count("registered")),
    Column("boarded", _("签到"), "number", value=_count("boarded")),
    Column("arrived", _("到达"), "number", value=_count("arrived")),
    Column("at_post", _("到岗"), "number", value=_count("at_post")),
    Column("organiser", _("组织单位"), default=False),
    Column("leader", _("领队")),
    Column("leader_phone", _("领队电话"), default=False),
)  # fmt: skip


def _days(row: Row) -> str:
    convoy: Convoy = row["convoy"]
    days = sorted({timezone.localtime(one).date().isoformat() for one in (convoy.first, convoy.last) if one})
    return " – ".join(days)


def _of_convoy(name: str) -> Any:  # noqa: ANN401 - a function of a row
    return lambda row: getattr(row["convoy"], name)


def _of_people(name: str) -> Any:  # noqa: ANN401 - a function of a row
    return lambda row: getattr(row["convoy"].tally, name)


BATCH_COLUMNS: Final = (
    Column("code", _("批次编号"), sort=("code",)),
    Column("name", _("批次名称")),
    Column("days", _("出发日期"), "date", value=_days),
    Column("vehicles", _("车次"), "number", value=_of_convoy("vehicles")),
    Column("seats", _("座位数"), "number", value=_of_convoy("seats")),
    Column("registered", _("报名"), "number", value=_of_people("registered")),
    Column("boarded", _("签到"), "number", value=_of_people("boarded")),
    Column("arrived", _("到达"), "number", value=_of_people("arrived")),
    Column("at_post", _("到岗"), "number", value=_of_people("at_post")),
)

ROSTER_COLUMNS: Final = (
    Column("name", _("姓名"), value="worker__name"),
    Column("seat", _("座位")),
    Column("id_number", _("身份证号码"), "masked", value="worker__id_number", mask="id"),
    Column(
        "home",
        _("户籍"),
        value=lambda row: " ".join(row["homes"].get(row["worker__village_code"], ())),
        fields=("worker__village_code",),
    ),
    Column("boarding_point", _("上车地点")),
    Column(
        "place",
        _("目的地"),
        value=lambda row: row["places"].get(row["destination_code"], ""),
        fields=("destination_code",),
    ),
    Column("employer", _("务工企业"), value="employer__name"),
    Column("boarded", _("签到"), "badge", badges=BOARDED_BADGES),
    Column("arrived", _("到达"), "badge", badges=ARRIVED_BADGES),
    Column("at_post_on", _("到岗日期"), "date"),
    Column("outcome", _("状态"), "badge", badges=OUTCOME_BADGES),
)

PASSENGER_COLUMNS: Final = (
    *person_columns(),
    Column("phone", _("联系电话"), "masked", mask="phone", default=False),
    Column("batch", _("批次"), value="trip__batch__name", default=False),
    Column("vehicle", _("车次（车牌号）"), value="trip__vehicle", heading="车次(车牌号)"),
    Column("departs_at", _("出发时间"), "date", value="trip__departs_at"),
    Column("seat", _("车厢/座位号")),
    Column(
        "place",
        _("目的地"),
        value=lambda row: row["places"].get(row["destination_code"] or row["trip__destination_code"], ""),
        fields=("destination_code", "trip__destination_code"),
    ),
    Column("employer", _("务工企业"), value="employer__name"),
    Column("job_title", _("岗位"), default=False),
    Column("boarded", _("签到"), "badge", badges=BOARDED_BADGES),
    Column("arrived", _("到达签收"), "badge", badges=ARRIVED_BADGES),
    Column("at_post_on", _("到岗日期"), "date"),
    Column("outcome", _("状态"), "badge", badges=OUTCOME_BADGES),
    Column("boarding_point", _("上车地点"), default=False),
    Column("emergency_name", _("紧急联系人"), default=False),
)
