"""The market of the random county: vacancies of few keys whose days often meet, fairs with stands, steps of referrals."""

import datetime as dt

from employment.models import Fair, FairBooth, Referral, Vacancy

TITLES = ("普工", "焊工")
SOURCES = ("协作站", "企业申报", "结对人社")
FORMS = ("线下", "直播")
ORGANISERS = ("本县", "结对地区", "协作站")
RESULTS = ("推荐", "意向", "意向", "签约", "到岗", "到岗", "拒绝")


class Market:
    """Drawn from the world's own chooser; what was drawn stands in the lists."""

    def __init__(self, world):
        self.world, self.random = world, world.random
        self.vacancies = [row for n in range(90) if (row := self.vacancy(n))]
        self.fairs = [self.fair(n) for n in range(6)]
        self.booths = [booth for fair in self.fairs for booth in self.booths_of(fair)]
        self.referrals = [step for worker in world.workers for step in self.steps_of(worker)]

    def vacancy(self, n):
        day = self.world.day()
        key = {
            "employer": self.world.employers[n % 2],
            "job_title": TITLES[n // 2 % 2],
            "place_code": ("440113", "3301", "520527219")[n // 4 % 3],
            "collected_on": day,
            "source": self.random.choice(SOURCES),
        }
        if Vacancy.objects.filter(**key).exists():
            return None
        return Vacancy.objects.create(
            **key,
            openings=self.random.randrange(1, 40),
            valid_until=day + dt.timedelta(days=self.random.choice([0, 1, 10, 30, 60])),
            checked=self.random.choice([None, True, True, False]),
        )

    def fair(self, n):
        return Fair.objects.create(
            code=f"F{n}",
            name=f"招聘会{n}",
            held_on=self.world.day(),
            form=self.random.choice(FORMS),
            organiser=self.random.choice(ORGANISERS),
            cancelled=n == 5,
        )

    def booths_of(self, fair):
        for firm in self.random.sample(self.world.employers, 3):
            for title in TITLES[: self.random.choice([1, 2])]:
                yield FairBooth.objects.create(
                    fair=fair, employer=firm, job_title=title, openings=self.random.randrange(50)
                )

    def steps_of(self, worker):
        for _n in range(self.random.choice([0, 1, 2, 4])):
            yield Referral.objects.get_or_create(
                worker=worker,
                fair=self.world.maybe(self.random.choice(self.fairs), 0.7),
                employer=self.random.choice(self.world.employers),
                job_title=self.random.choice(["", *TITLES]),
                result=self.random.choice(RESULTS),
                happened_on=self.world.day(),
            )[0]
