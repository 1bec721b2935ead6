"""A small random county: people of two townships, their tags, work, journeys and visits, stored through the models."""

import datetime as dt
import random
from itertools import count

from core.divisions.models import LEVEL_BY_LENGTH, Division
from core.formats.identity import make_id_number
from dispatch.models import Batch, Passenger, Trip
from employment.models import DeclaredJob, Employer
from employment.rebuilding import rebuild_spells
from stations.models import EmployerVisit, Station, Visit
from tests.indicators.market_world import Market
from tests.indicators.places_world import Places
from workers.models import GroupMembership, Worker
from workers.surveys.models import Campaign, VisitTask

COUNTY = "520527"
DIVISIONS = {
    "52": "贵州省", "5205": "毕节市", COUNTY: "赫章县", "520527219": "古达苗族彝族乡", "520527219201": "大寨村",
    "520527219202": "小寨村", "520527105": "野马川镇", "520527105201": "河边村", "44": "广东省", "4401": "广州市", "440113": "番禺区",
    "33": "浙江省", "3301": "杭州市", "330106": "西湖区", "31": "上海市", "3101": "市辖区", "5201": "贵阳市", "520115": "观山湖区",
}  # fmt: skip
VILLAGES = ("520527219201", "520527219202", "520527105201")
PLACES = ("44", "4401", "440113", "440113", "330106", "3301", "3101", "520115", COUNTY, "520527219")
TAGS = ("lifted_poverty", "monitored", "disabled", "relocated")
CHANNELS = ("政府组织", "劳务经纪人", "亲友介绍", "自主外出", "")
STATUSES = ("省外务工", "未就业", "死亡", "迁出", None)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
FIRST = dt.date(2024, 10, 1)


def load_divisions():
    Division.objects.bulk_create(
        [Division(code=code, name=name, level=LEVEL_BY_LENGTH[len(code)]) for code, name in DIVISIONS.items()],
        ignore_conflicts=True,
    )


class World:
    """Everything is drawn from ``seed``; what was drawn stands in the lists, as model instances."""

    def __init__(self, seed, people=40):
        self.random = random.Random(seed)
        self.number = count(1)
        load_divisions()
        self.employers = [self.employer(n) for n in range(6)]
        self.stations = [self.station(n) for n in range(3)]
        self.workers = [self.worker() for _n in range(people)]
        self.tags = [tag for worker in self.workers for tag in self.tags_of(worker)]
        self.jobs = [job for worker in self.workers for job in self.jobs_of(worker)]
        self.trips = [trip for n in range(5) for trip in self.batch(n)]
        self.passengers = [seat for worker in self.workers for seat in self.journeys_of(worker)]
        self.visits = [visit for worker in self.workers for visit in self.visits_of(worker)]
        self.market = Market(self)
        self.places = Places(self, seed)
        self.doors = [task for n in range(3) for task in self.round(n)]
        self.employer_visits = [visit for n in range(30) for visit in self.visit_to_employer(n)]
        rebuild_spells(worker_ids=[worker.id for worker in self.workers])

    def day(self, days=400):
        return FIRST + dt.timedelta(days=self.random.randrange(days))

    def maybe(self, value, chance=0.5):
        return value if self.random.random() < chance else None

    def employer(self, n):
        place = ("", "440113", "3301", "", "520115", "44")[n]
        code = f"91440101MA5ABCDE{n}X" if n % 2 else None
        return Employer.objects.create(name=f"单位{n}", credit_code=code, place_code=place, key_employer=n % 3 == 0)

    def station(self, n):
        place, area = (("440113", ["4401", "33"]), ("330106", []), ("440113", []))[n]
        return Station.objects.create(
            code=f"Z{n}", name=f"站{n}", kind="协作站", place_code=place, service_area=area, opened_on=self.day()
        )

    def visit_to_employer(self, n):
        key = {
            "employer": self.random.choice(self.employers),
            "station": (None, *self.stations)[n % 4],
            "visited_on": self.day(),
        }
        if not EmployerVisit.objects.filter(**key).exists():
            yield EmployerVisit.objects.create(**key, place_code=("440113", "3301", "520527219")[n % 3])

    def worker(self):
        born = dt.date(1962, 1, 1) + dt.timedelta(days=self.random.randrange(18_000))
        first = self.maybe(self.day())
        return Worker.objects.create(
            name="某人",
            id_number=make_id_number("529999", born, next(self.number)),
            village_code=self.random.choice(VILLAGES),
            labour_status=self.random.choice(STATUSES),
            first_visited_on=first,
            visited_on=first and first + dt.timedelta(days=self.random.choice([0, 40])),
        )

    def tags_of(self, worker):
        for group in self.random.sample(TAGS, self.random.choice([0, 1, 1, 2])):
            start = self.maybe(self.day())
            end = self.maybe(start + dt.timedelta(days=self.random.randrange(1, 200))) if start else None
            yield GroupMembership.objects.create(worker=worker, group=group, valid_from=start, valid_to=end)

    def jobs_of(self, worker):
        start = self.day(200)
        for _n in range(self.random.choice([0, 1, 2])):
            end = self.maybe(start + dt.timedelta(days=self.random.randrange(1, 150)))
            yield DeclaredJob.objects.create(
                worker=worker,
                start_on=start,
                end_on=end,
                place_code=self.random.choice(PLACES),
                employer=self.maybe(self.random.choice(self.employers), 0.8),
                channel=self.random.choice(CHANNELS),
                confirmed_on=self.maybe(start + dt.timedelta(days=self.random.randrange(60)), 0.3),
            )
            start = (end or start) + dt.timedelta(days=self.random.randrange(1, 120))

    def batch(self, n):
        batch = Batch.objects.create(code=f"P{n}", name=f"批次{n}")
        first = self.day(300)
        for vehicle in range(3):
            mode = self.random.choice(Trip.Mode.values) if vehicle else "接驳"
            # Late at night and early in the morning: the day in China is not the day in UTC.
            hour = self.random.choice([0, 3, 9, 23])
            left = dt.datetime.combine(first + dt.timedelta(days=self.random.randrange(3)), dt.time(hour, 30), SHANGHAI)
            yield Trip.objects.create(
                batch=batch,
                vehicle=f"V{vehicle}",
                mode=mode,
                departs_at=left,
                from_place="县城",
                destination_code=self.random.choice(["440113", "330106", "3101"]),
                seats=50,
            )

    def journeys_of(self, worker):
        vehicles = self.random.sample(self.trips, self.random.choice([0, 0, 1, 2]))
        if vehicles and self.random.random() < 0.5:
            vehicles += [trip for trip in self.trips if trip.batch_id == vehicles[0].batch_id and trip not in vehicles]
        for trip in vehicles:
            boarded = self.random.random() < 0.8
            arrived = trip.departs_at.astimezone(SHANGHAI).date() + dt.timedelta(days=self.random.randrange(1, 5))
            yield Passenger.objects.create(
                trip=trip,
                worker=worker,
                destination_code=self.random.choice(["", "", "4401", "44"]),
                employer=self.maybe(self.random.choice(self.employers)),
                boarded=boarded,
                at_post_on=self.maybe(arrived, 0.7) if boarded else None,
                outcome=self.random.choice(["", "", "", "未录用", "已返回"]),
            )

    def visits_of(self, worker):
        days = {self.day(420) for _n in range(self.random.choice([0, 1, 2]))}
        for seat in self.passengers:
            if seat.worker_id == worker.id and seat.at_post_on:
                milestone, window = self.random.choice([(7, 3), (30, 5), (90, 10), (180, 15)])
                days |= {
                    seat.at_post_on + dt.timedelta(days=milestone - self.random.choice([0, 1, window, window + 1]))
                }
                days |= {seat.at_post_on + dt.timedelta(days=milestone)}
        usual = self.random.choice(self.employers)
        for day in sorted(days):
            yield Visit.objects.create(
                worker=worker,
                station=self.maybe(self.random.choice(self.stations), 0.7),
                visited_on=day,
                channel=self.random.choice(["电话", "微信", "到企"]),
                status=self.random.choice(
                    ["原岗位在岗", "原岗位在岗", "原岗位在岗", "转岗在岗", "离岗求职", "返乡", "失联"]
                ),
                employer=self.maybe(usual, 0.7),
            )

    def round(self, n):
        """A survey of some of the people, each a household alone."""
        starts = self.day(300)
        campaign = Campaign.objects.create(
            name=f"走访{n}", kind="全面走访", starts_on=starts, ends_on=starts, division_code=COUNTY, seed=n
        )
        for place, worker in enumerate(self.random.sample(self.workers, 25)):
            given = self.maybe(starts + dt.timedelta(days=self.random.randrange(30)), 0.9)
            yield VisitTask.objects.create(
                campaign=campaign,
                contact=worker,
                village_code=worker.village_code,
                place=place,
                assigned_on=given,
                visited_on=self.maybe(given + dt.timedelta(days=self.random.randrange(90)), 0.6) if given else None,
            )
