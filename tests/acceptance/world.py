"""A small invented county for the reckoning: people with work, journeys and visits, as the rows offices would send."""

import datetime as dt
import random

from tests.acceptance.desk import Office, id_number
from tests.acceptance.reckoning import Job, Person, Seat, Station, Visit

VILLAGES = {
    "522731001200": ("涟江街道", "星光村"),
    "522731001201": ("涟江街道", "大坡村"),
    "522731002200": ("濛江街道", "姚新村"),
}
PLACES = {
    "440113": ("广东", "广州", "番禺"), "440111": ("广东", "广州", "白云区"), "441900": ("广东", "东莞", "大朗镇"),
    "44": ("广东", None, None),
    "330206": ("浙江", "宁波", "北仑"), "3302": ("浙江", "宁波", None), "3101": ("上海", None, None),
    "520113": ("贵州", "贵阳", "白云"),
    "522731": ("贵州", "黔南", "惠水"),
}  # fmt: skip
CHANNELS = ("政府组织", "劳务经纪人", "亲友介绍", "自主外出", "")
FIRMS = ("甲厂", "乙厂", "丙公司", "")
TAGS = {"lifted_poverty": "脱贫人口", "monitored": "监测对象", "disabled": "残疾人"}
STATUSES = ("原岗位在岗", "原岗位在岗", "原岗位在岗", "转岗在岗", "离岗求职", "返乡", "失联")
STATIONS = [
    Station("GZ-01", "驻广州站", "4401", dt.date(2024, 1, 1)),
    Station("DG-01", "驻东莞站", "4419", dt.date(2025, 3, 1), ("4419", "4401")),
    Station("NB-01", "驻宁波站", "330206", dt.date(2025, 6, 1)),
]
TRIPS = [
    ("B1", "第一批", "贵J1", "包车", dt.date(2025, 2, 10), "440113"),
    ("B1", "第一批", "贵J9", "接驳", dt.date(2025, 2, 9), "440113"),
    ("B2", "第二批", "G100", "返岗专列", dt.date(2025, 2, 28), "3302"),
    ("B2", "第二批", "贵J2", "包车", dt.date(2025, 3, 1), "330206"),
    ("B3", "第三批", "贵J3", "自驾", dt.date(2025, 5, 20), "441900"),
]
SENTENCES = ("workers", "group_tags", "employments", "stations", "trips", "passengers", "visits")


def day(chance, first=dt.date(2024, 10, 1), last=dt.date(2025, 11, 30)):
    return first + dt.timedelta(days=chance.randrange((last - first).days + 1))


def make_people(chance, count):
    people = []
    for number in range(count):
        born = day(chance, dt.date(1958, 1, 1), dt.date(2010, 12, 31))
        order = chance.randrange(1, 1000)
        person = Person(
            number=id_number(order, f"{born:%Y%m%d}"), name=f"张{chr(0x4E00 + number * 7)}", village=chance.choice(list(VILLAGES)),
            born=born, sex="男" if order % 2 else "女", seen=chance.choice([None, day(chance)]),
            status=chance.choice(["", "", "", "省外务工", "死亡", "迁出"]),
        )  # fmt: skip
        if chance.random() < 0.3:
            person.tags.append((chance.choice(list(TAGS)), None, None))
        elif chance.random() < 0.6:
            start = day(chance)
            person.tags += [
                (code, start, chance.choice([None, start + dt.timedelta(days=90)]))
                for code in chance.sample(list(TAGS), 2)
            ]
        if len({one.number for one in people} | {person.number}) == len(people) + 1:
            people.append(person)
    return people


def give_work(chance, person):
    start = day(chance, last=dt.date(2025, 3, 1))
    for _ in range(chance.randrange(4)):
        end = start + dt.timedelta(days=chance.randrange(20, 150)) if chance.random() < 0.4 else None
        confirmed = chance.choice([None, start + dt.timedelta(days=chance.randrange(60))])
        person.jobs.append(
            Job(start, end, chance.choice(list(PLACES)), chance.choice(FIRMS), chance.choice(CHANNELS), confirmed)
        )
        start = (end or start) + dt.timedelta(days=chance.choice([30, 45, 60, 90]))
    for batch, _, vehicle, mode, left, place in TRIPS:
        if chance.random() < 0.35:
            boarded = chance.random() < 0.85
            at_post = (
                left + dt.timedelta(days=chance.randrange(4))
                if boarded and mode != "接驳" and chance.random() < 0.8
                else None
            )
            outcome = chance.choice(["", "", "", "未录用", "已返回"]) if at_post else ""
            own = chance.choice(["", "", *[code for code in PLACES if len(code) > 2]])
            person.seats.append(
                Seat(batch, vehicle, mode, left, own or place, boarded, at_post, chance.choice(FIRMS), outcome)
            )
            person.seats[-1].own = own
    days = {day(chance, dt.date(2025, 1, 1)) for _ in range(chance.randrange(7))}
    for when in sorted(days):
        status = chance.choice(STATUSES)
        person.visits.append(
            Visit(
                when,
                status,
                chance.choice(["", *[one.code for one in STATIONS]]),
                chance.choice(FIRMS) if status == "转岗在岗" else "",
            )
        )


class World:
    """People and stations of one seed, and the workbooks that tell of them."""

    def __init__(self, seed, count=40):
        chance = random.Random(seed)
        self.people, self.stations, self.chance = make_people(chance, count), STATIONS, chance
        for person in self.people:
            give_work(chance, person)

    def rows(self, kind):
        return getattr(self, kind)()

    def workers(self):
        for person in self.people:
            town, village = VILLAGES[person.village]
            undated = "、".join(TAGS[code] for code, start, _ in person.tags if start is None)
            yield {"姓名": person.name, "身份证号码": person.number, "乡镇": town, "村": village, "人员类别": undated,
                   "就业状态": person.status, "走访日期": person.seen}  # fmt: skip

    def group_tags(self):
        for person in self.people:
            for code, start, end in person.tags:
                if start:
                    yield {**_who(person), "人员类别": TAGS[code], "认定日期": start, "终止日期": end}

    def employments(self):
        for person in self.people:
            for job in person.jobs:
                province, city, county = PLACES[job.place]
                yield {**_who(person), "务工省": province, "务工市": city, "务工县(区)": county, "务工单位": job.employer,
                       "外出时间": job.start, "返回时间": job.end, "组织方式": job.channel, "最近确认日期": job.confirmed}  # fmt: skip

    def stations_rows(self):
        for one in STATIONS:
            yield {
                "站点编号": one.code,
                "站点名称": one.name,
                "类型": "协作站",
                "所在地": one.place,
                "挂牌日期": one.opened,
                "服务范围": "、".join(one.area),
            }

    def trips(self):
        for batch, name, vehicle, mode, left, place in TRIPS:
            yield {"批次编号": batch, "批次名称": name, "车次(车牌号)": vehicle, "出行方式": mode, "出发时间": left, "出发地": "惠水县",
                   "目的地": place, "座位数": 100}  # fmt: skip

    def passengers(self):
        for person in self.people:
            for seat in person.seats:
                own = "".join(part or "" for part in PLACES[seat.own]) if seat.own else None
                yield {**_who(person), "批次编号": seat.batch, "车次(车牌号)": seat.vehicle, "目的地": own, "务工企业": seat.employer,
                        "签到": "是" if seat.boarded else "否", "到岗日期": seat.at_post, "状态": seat.outcome}  # fmt: skip

    def visits(self):
        for person in self.people:
            for visit in person.visits:
                yield {
                    **_who(person),
                    "协作站": visit.station,
                    "回访日期": visit.day,
                    "回访方式": "电话",
                    "就业状态": visit.status,
                    "当前单位": visit.employer,
                }

    def send(self, office: Office, kinds):
        """Send the files of those kinds in that order; nothing is refused."""
        for kind in kinds:
            rows = list(self.stations_rows() if kind == "stations" else self.rows(kind))
            told = office.send(kind, rows[0], *rows)
            assert told.refused == [], (kind, told.document["errors"][:3])


def _who(person):
    return {"姓名": person.name, "身份证号码": person.number}
