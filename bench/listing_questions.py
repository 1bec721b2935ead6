"""What is asked of the list: every filter, what people combine, rare combinations, every kind of search.

Each question is (name, query string). The words are those of somebody in the middle of the register.
"""

from collections.abc import Iterator

Question = tuple[str, str]

FIRST = "第一页 / first page"
FILTERS = {
    "就业状态 / status": "labour_status=未就业",
    "性别 / sex": "sex=女",
    "年龄段 / age": "age_band=16-24",
    "年龄 / age from to": "age_min=17&age_max=19",
    "没有电话 / no phone": "has_phone=false",
    "文化程度 / education": "education=大专",
    "技能 / skill": "skill=焊工",
    "意向 / wish": "intention=就近",
    "意向地区 / wished place": "intended_place=广州",
    "意向工种 / wished job": "wanted_job=电工",
    "培训意愿 / training": "training_wish=家政",
    "期望月薪 / wage": "expected_wage_min=5500",
    "走访日期 / visited": "visited_on_after={recent}",
    "此日以来未走访 / unvisited": "not_visited_since={past}",
    "脱贫人口 / lifted": "group=lifted_poverty",
    "监测对象 / monitored": "group=monitored",
    "残疾人 / disabled": "group=disabled",
    "从无此类 / a group nobody is in": "group=veteran",
    "人员类别截至往日 / group on a past day": "group=low_income&group_as_of=2024-06-30",
    "类别认定之前 / before anybody was in it": "group=lifted_poverty&group_as_of=2020-11-29",
}
PAIRS = {
    "乡镇、就业状态 / township, status": "township={township}&labour_status=未就业",
    "村、性别 / village, sex": "village={village}&sex=女",
    "两类人口、乡镇 / two groups, township": "group=lifted_or_monitored&township={township}",
    "性别、年龄段、意向 / sex, age, wish": "sex=女&age_band=25-34&intention=省外",
    "技能、就业状态 / skill, status": "skill=育婴&labour_status=未就业",
}
RARE = {
    "一乡镇的四项 / four, one township": "township={township}&sex=女&age_band=25-34&group=lifted_poverty",
    "少见的三项 / three": "education=大专&skill=焊工&group=monitored",
    "少见的五项 / five": "education=大专&skill=焊工&group=monitored&sex=女&age_band=16-24",
    "少见、按乡镇排序 / by township": "education=大专&group=monitored&sort=township",
    "少见、按姓名倒序 / by name, backwards": "education=大专&group=monitored&sort=-name",
    "少见、按登记时间 / by day of entry": "education=大专&group=monitored&sort=-created_at",
    "月薪、残疾人 / wage, disabled": "expected_wage_min=5500&group=disabled&labour_status=未就业",
    "走访日期、残疾人 / visited, disabled": "visited_on_after={recent}&group=disabled",
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
}


def county_questions(words: dict[str, str], following: str) -> Iterator[Question]:
    """All of them, as the county's clerk asks; ``following`` is the query string of the second page."""
    yield FIRST, ""
    yield "下一页 / next page", following
    yield "按乡镇排序 / sorted by township", "sort=township"
    for kind, queries in (("筛选", {**FILTERS, **PAIRS}), ("少见", RARE), ("搜索", SEARCHES)):
        for name, query in queries.items():
            yield f"{kind} {name}", query.format(**words)


def township_questions(words: dict[str, str]) -> Iterator[Question]:
    """Some of them, as a township's clerk asks."""
    yield "乡镇 第一页 / township: first page", ""
    for queries, names in (
        (FILTERS, ("就业状态 / status", "残疾人 / disabled", "走访日期 / visited")),
        (RARE, ("少见的三项 / three", "月薪、残疾人 / wage, disabled")),
        (SEARCHES, ("姓氏 / surname", "两个首字母 / two initials", "村 / village", "证件后四位 / last four")),
    ):
        for name in names:
            yield f"乡镇 {name}", queries[name].format(**words)
