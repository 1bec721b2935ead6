"""Workplaces with staff, brands with members and returns of the random county; what its jobs pay."""

import datetime as dt
import random

from employment.models import Brand, BrandMember, Placement, Returnee, Workplace

KINDS = ("就业帮扶车间", "一县一企基地", "公益性岗位", "公益性岗位", "零工市场", "零工驿站", "公共实训基地")
EDGES = (dt.date(2024, 12, 31), dt.date(2025, 1, 31), dt.date(2025, 2, 28), dt.date(2025, 3, 31), dt.date(2025, 5, 20))
TOWNSHIPS = ("520527219", "520527105")


class Places:
    """Drawn from the world's seed without drawing from the world's own dice."""

    def __init__(self, world, seed):
        self.world = world
        self.random = random.Random(f"places {seed}")
        for job in world.jobs:
            job.wage = self.maybe(self.random.choice([2800, 3650, "4012.50"]), 0.7)
            job.save()
        self.workplaces = [self.workplace(n) for n in range(14)]
        self.placements = [row for worker in world.workers for row in self.placements_of(worker)]
        self.brands = [self.brand(n) for n in range(3)]
        self.members = [row for worker in world.workers for row in self.members_of(worker)]
        self.returnees = [row for worker in world.workers for row in self.returns_of(worker)]

    def maybe(self, value, chance=0.5):
        return value if self.random.random() < chance else None

    def workplace(self, n):
        recognised = self.world_day(200)
        state = self.random.choice(["正常", "正常", "停用", "撤销"])
        return Workplace.objects.create(
            code=f"W{n}",
            name=f"载体{n}",
            kind=KINDS[n % len(KINDS)],
            township_code=self.random.choice(TOWNSHIPS),
            recognised_on=recognised,
            operator=self.maybe(self.random.choice(self.world.employers)),
            posts=self.maybe(self.random.randrange(12), 0.8),
            withdrawn_on=self.maybe(max(recognised, self.world_day(400)), 0.4),
            state=state,
        )

    def world_day(self, days):
        """A day; one in three is a day at which the questions look, where a day more or less shows."""
        if self.random.random() < 1 / 3:
            return self.random.choice([day for day in EDGES if day < dt.date(2024, 10, 1) + dt.timedelta(days=days)])
        return dt.date(2024, 10, 1) + dt.timedelta(days=self.random.randrange(days))

    def placements_of(self, worker):
        for at in self.random.sample(self.workplaces, self.random.choice([0, 1, 1, 2])):
            start = self.world_day(250)
            for _n in range(self.random.choice([1, 2])):
                end = max(start + dt.timedelta(days=1), self.world_day(400))
                yield Placement.objects.create(workplace=at, worker=worker, start_on=start, end_on=end)
                start = end + dt.timedelta(days=self.random.randrange(90))

    def brand(self, n):
        return Brand.objects.create(
            name=f"品牌{n}", grade=("省级", "县级", "县级")[n], recognised_on=self.maybe(self.world_day(300), 0.8)
        )

    def members_of(self, worker):
        for brand in self.random.sample(self.brands, self.random.choice([0, 0, 1, 2])):
            joined = self.world_day(300)
            for year in self.random.sample([None, 2024, 2025], self.random.choice([1, 2])):
                yield BrandMember.objects.create(
                    brand=brand,
                    worker=worker,
                    joined_on=self.random.choice([joined, joined, self.world_day(300)]),
                    left_on=self.maybe(dt.date(2025, 9, 1) + dt.timedelta(days=self.random.randrange(60)), 0.3),
                    year=year,
                    income=self.maybe(self.random.choice([30000, "60000.25"]), 0.7),
                )

    def returns_of(self, worker):
        for day in sorted({self.world_day(400) for _n in range(self.random.choice([0, 1, 1, 2, 3]))}):
            yield Returnee.objects.create(worker=worker, returned_on=day, plans_out=self.random.random() < 0.7)
