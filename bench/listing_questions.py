"""What is asked of the list: every filter, what people combine, combinations by lot, every kind of search, by whom.

The words are those of somebody in the middle of the register. ``DRAWN`` combinations and ``SEARCHED`` searches are drawn
from a fixed seed, so that every run and every size asks the same.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from demo.names import GIVEN, SURNAMES

PAGE, API = "/workers/", "/api/v1/workers/"
DRAWN, SEARCHED, SEED = 80, 60, 520527
ORDERS = ("", "", "sort=-name", "sort=township", "sort=-township", "sort=created_at", "sort=-created_at")
READERS = ("county", "county", "county", "township", "village", "station")
READER_WORDS = {"county": "县", "township": "乡镇", "village": "村", "station": "协作站"}

FIRST = "第一页 / first page"
FILTERS = {
    "township": ("township={township}",),
    "village": ("village={village}",),
    "group": (
        "group=lifted_poverty",
        "group=monitored",
        "group=disabled",
        "group=veteran",
        "group=lifted_or_monitored",
    ),
    "group_as_of": ("group=low_income&group_as_of=2024-06-30", "group=lifted_poverty&group_as_of=2020-11-29"),
    "status": (
        "status=省外务工",
        "status=省内务工",
        "status=县内就业",
        "status=未就业",
        "status=灵活就业",
        "status=死亡",
    ),
    "status_as_of": ("status=省外务工&status_as_of=2024-10-01", "status=就业地点未登记&status_as_of=2025-03-01"),
    "status_differs": ("status_differs=true", "status_differs=false"),
    "labour_status": ("labour_status=未就业", "labour_status=在校"),
    "sex": ("sex=女",),
    "age_band": ("age_band=16-24", "age_band=<16"),
    "age": ("age_min=17&age_max=19", "age_min=40"),
    "education": ("education=大专", "education=小学"),
    "skill": ("skill=焊工", "skill=工"),
    "trade": ("trade=焊工", "trade=特种工17号", "trade=没有的工种"),
    "cert_type": ("cert_type=特种作业操作证", "cert_type=民航无人机执照"),
    "level_from": ("level_from=6", "trade=焊工&cert_type=培训合格证书&level_from=5"),
    "intention": ("intention=就近",),
    "intended_place": ("intended_place=广州",),
    "wanted_job": ("wanted_job=电工",),
    "training_wish": ("training_wish=家政",),
    "startup_wish": ("startup_wish=农家乐", "startup_wish=民宿17"),
    "resettlement_site": ("resettlement_site=金银山", "resettlement_site=七里店", "resettlement_site=没有"),
    "has_phone": ("has_phone=false", "has_phone=true"),
    "household": ("household={household}",),
    "household_size": ("household_size_min=5", "household_size_min=2&household_size_max=3", "household_size_min=40"),
    "expected_wage": ("expected_wage_min=5500",),
    "visited_on": ("visited_on_after={recent}",),
    "not_visited_since": ("not_visited_since={past}",),
    "work_place": ("work_place=44", "work_place=广东广州番禺", "work_place=520527", "work_place=65"),
    "employer": ("employer={firm}", "employer=恒达", "employer=有限公司", "employer=没有这家"),
    "channel": ("channel=政府组织", "channel=人力资源机构&status_as_of=2024-12-01"),
    "organised": ("organised=true", "organised=false&status_as_of=2025-02-01"),
    "taken_by": ("taken_by={leader}", "taken_by=没有的带头人"),
}
"""Of each filter what is asked, common and rare; tests/house/test_bench.py sees that no filter is left out."""
USUAL = {
    "乡镇、就业状态 / township, status": "township={township}&labour_status=未就业",
    "村、性别 / village, sex": "village={village}&sex=女",
    "两类人口、乡镇 / two groups, township": "group=lifted_or_monitored&township={township}",
    "性别、年龄段、意向 / sex, age, wish": "sex=女&age_band=25-34&intention=省外",
    "技能、就业状态 / skill, status": "skill=育婴&labour_status=未就业",
    "脱贫、现务工地 / lifted, work place": "group=lifted_poverty&work_place=广东",
    "证书、未就业 / certificate, no work": "cert_type=特种作业操作证&status=未就业",
}
RARE = {
    "一乡镇的四项 / four, one township": "township={township}&sex=女&age_band=25-34&group=lifted_poverty",
    "少见的三项 / three": "education=大专&skill=焊工&group=monitored",
    "少见的五项 / five": "education=大专&skill=焊工&group=monitored&sex=女&age_band=16-24",
    "少见、按乡镇排序 / by township": "education=大专&group=monitored&sort=township",
    "少见、按姓名倒序 / by name, backwards": "education=大专&group=monitored&sort=-name",
    "少见、按登记时间 / by day of entry": "education=大专&group=monitored&sort=-created_at",
    "月薪、残疾人 / wage, disabled": "expected_wage_min=5500&group=disabled&labour_status=未就业",
    "证书、用人单位 / certificate, employer": "trade=特种工17号&employer=恒达&organised=true",
    "没有人 / nobody": "education=小学&skill=焊工&group=monitored&sex=女&age_band=<16",
}
SEARCHES = {
    "姓名 / name": "q={name}",
    "姓氏 / surname": "q={surname}",
    "一个字母 / one letter": "q={letter}",
    "两个首字母 / two initials": "q={two}",
    "首字母 / initials": "q={initials}",
    "姓的拼音 / surname spelled": "q={syllable}",
    "姓名拼音 / name spelled": "q={spelled}",
    "证件号码 / ID number": "q={id_number}",
    "证件前几位 / ID number begun": "q={id_begun}",
    "证件后四位 / last four": "q={last4}",
    "电话 / phone": "q={phone}",
    "电话号段 / phone begun": "q={phone_begun}",
    "村 / village": "q={village_name}",
    "乡镇 / township": "q={township_name}",
    "没有人 / nobody": "q=龘龘龘",
    "姓氏、意向 / surname, wish": "intention=省外&q={surname}",
    "两个首字母、少见 / two initials, rare": "group=disabled&sex=女&q={two}",
    "号段、少见 / phone begun, rare": "group=disabled&age_band=16-24&q={phone_begun}",
    "村、类别 / village, group": "group=lifted_poverty&q={village_name}",
    "姓氏、电话号段 / surname, phone begun": "q={surname}+{phone_begun}",
    "后四位、用人单位 / last four, employer": "employer=恒达&q={last4}",
    "姓名、务工地 / name, work place": "work_place=44&q={name}",
    "拼音、证书 / spelled, certificate": "cert_type=培训合格证书&q={spelled}",
}
SYLLABLES = (
    "wang",
    "li",
    "zhang",
    "liu",
    "chen",
    "yang",
    "zhao",
    "luo",
    "wei",
    "fang",
    "min",
    "guo",
    "jian",
    "wen",
    "hua",
)
TYPED: tuple[Callable[[random.Random], str], ...] = (
    lambda lot: lot.choice(SURNAMES),
    lambda lot: lot.choice(SURNAMES) + lot.choice(GIVEN),
    lambda lot: lot.choice(SURNAMES) + lot.choice(GIVEN) + lot.choice(GIVEN),
    lambda lot: f"{lot.choice(SURNAMES)}+13{lot.randrange(10)}",
    lambda lot: lot.choice(SYLLABLES),
    lambda lot: lot.choice(SYLLABLES) + lot.choice(SYLLABLES)[: lot.choice((1, 2, 9))],
    lambda lot: "".join(lot.choice(SYLLABLES)[0] for _ in range(lot.choice((2, 3)))),
    lambda lot: f"{lot.randrange(1000):03d}{lot.choice('0123456789X')}",
    lambda lot: f"13{lot.randrange(10)}",
    lambda lot: f"138{lot.randrange(10_000):04d}",
    lambda lot: f"529999{lot.randrange(1955, 2009)}",
    lambda _lot: "{village_name}",
    lambda _lot: "{township_name}",
    lambda lot: lot.choice("龘龖鱻") + lot.choice(GIVEN),
)
"""What somebody types, each by lot: also what nobody bears."""
PROGRAMS = (
    "limit=50",
    "ordering=-name",
    "sex=女&ordering=name",
    "education=大专&group=monitored",
    "education=大专&group=monitored&ordering=-id",
    "work_place=440113&status_as_of=2025-01-01&limit=200",
    "trade=特种工17号&ordering=name,-id",
    "employer={firm}",
    "household_size_min=40",
    "q={surname}&sex=女",
    "q={surname}&group=disabled",
    "q={spelled}",
)


@dataclass(frozen=True, slots=True)
class Question:
    """One page: the group it is told with, its name, who asks, and the address."""

    group: str
    name: str
    reader: str
    address: str


def questions(words: dict[str, str], following: str) -> Iterator[Question]:
    """All of them; ``following`` is the query string of the county's second page."""
    for name, query in ((FIRST, ""), ("下一页 / next page", following), ("按乡镇排序 / by township", "sort=township")):
        yield Question("首页、下页、排序 / first page, next page, order", name, "county", f"{PAGE}?{query}")
    for name, queries in FILTERS.items():
        for query in queries:
            yield _page("单项筛选 / every filter", name, query, words)
    for group, asked in (("常用组合 / usual", USUAL), ("少见组合 / rare", RARE), ("搜索 / searches", SEARCHES)):
        for name, query in asked.items():
            yield _page(group, name, query, words)
    for reader in ("township", "village", "station"):
        for name, query in (
            (FIRST, ""),
            ("就业状态 / status", "labour_status=未就业"),
            ("残疾人 / disabled", "group=disabled"),
            ("少见的三项 / three", RARE["少见的三项 / three"]),
            *(
                (name, SEARCHES[name])
                for name in ("姓氏 / surname", "两个首字母 / two initials", "证件后四位 / last four")
            ),
        ):
            yield _page("乡镇、村、协作站 / township, village, station", name, query, words, reader)
    yield from drawn(words)
    yield from searched(words)
    for query in PROGRAMS:
        yield _page("程序 / programs", query, query, words, address=API)


def drawn(words: dict[str, str]) -> Iterator[Question]:
    """Combinations of two to four filters, some with a word searched, in an order, by a reader: all by lot."""
    lot = random.Random(SEED)  # noqa: S311 - which questions are asked is no secret
    for number in range(1, DRAWN + 1):
        parts = [lot.choice(FILTERS[name]) for name in lot.sample(sorted(FILTERS), lot.choice((2, 2, 3, 4)))]
        if lot.random() < 0.25:  # noqa: PLR2004 - one in four is a search too
            parts.append(lot.choice(("q={surname}", "q={two}", "q={phone_begun}", "q={village_name}")))
        # A day that two filters bring along stands once, as the form would send it.
        once = dict(pair.split("=", 1) for part in parts for pair in part.split("&"))
        query = "&".join(f"{name}={value}" for name, value in once.items())
        order, reader = lot.choice(ORDERS), lot.choice(READERS)
        yield _page("抽取的组合 / drawn by lot", f"{number}", "&".join(filter(None, (query, order))), words, reader)


def searched(words: dict[str, str]) -> Iterator[Question]:
    """Names, spellings, numbers and places by lot, beside up to three filters, in an order, by a reader or a program."""
    lot = random.Random(SEED + 1)  # noqa: S311 - as above
    for number in range(1, SEARCHED + 1):
        parts = [lot.choice(FILTERS[name]) for name in lot.sample(sorted(FILTERS), lot.choice((0, 1, 1, 2, 3)))]
        once = dict(pair.split("=", 1) for part in parts for pair in part.split("&"))
        once["q"] = lot.choice(TYPED)(lot)
        order, reader, program = lot.choice(ORDERS), lot.choice(READERS), lot.random() < 0.2  # noqa: PLR2004 - one in five
        query = "&".join(f"{name}={value}" for name, value in once.items())
        query = query if program else "&".join(filter(None, (query, order)))
        group = "抽取的搜索 / searches by lot"
        yield _page(group, f"{number}", query, words, reader, address=API if program else PAGE)


def _page(
    group: str, name: str, query: str, words: dict[str, str], reader: str = "county", *, address: str = PAGE
) -> Question:
    return Question(group, f"{READER_WORDS[reader]} {name} {query}", reader, f"{address}?{query.format(**words)}")
