"""A clean roster as an office would type it, of invented people over the real villages of the own county."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.divisions.queries import children_of, root_division, villages_of
from core.formats.identity import make_id_number
from core.workbooks.files.writing import Column, SheetRows, write_workbook
from demo.names import GIVEN, SURNAMES, invented_names

SEED = 100_000
HEADINGS = (
    "姓名", "身份证号码", "性别", "民族", "文化程度", "联系电话", "乡镇", "村", "组", "户主姓名", "与户主关系", "人员类别", "就业状态",
    "技能特长", "就业意向", "意向工种", "期望月薪", "社保卡号", "开户银行", "走访日期", "备注",
)  # fmt: skip
AS_TEXT = frozenset({"身份证号码", "联系电话", "社保卡号"})
FIRST_BIRTH = dt.date(1962, 1, 1)
BIRTHS = 16_000
"""Days after ``FIRST_BIRTH`` within which everybody is born: of working age, whatever the year."""

ETHNIC = ("汉族",) * 7 + ("彝族", "苗族", "白族")
EDUCATION = ("小学",) * 3 + ("初中",) * 4 + ("高中", "中专", "大专")
GROUPS = ("",) * 6 + ("脱贫人口",) * 3 + ("脱贫人口、易地搬迁", "监测对象", "残疾人")
STATUS = ("省外务工",) * 5 + ("省内务工", "县内就业", "灵活就业", "未就业")
SKILLS = ("", "", "", "焊工", "电工", "中式烹调师", "家政服务员", "育婴员", "砌筑工", "缝纫工")
INTENTION = ("", "省外务工", "省内务工", "就近就业")
WAGES = ("", 4000, 4500, 5000, 6000)


def write_roster(path: Path, people: int) -> None:
    """Write ``people`` rows of 21 columns on one sheet. Every second person or so heads a household of their own."""
    columns = [Column(heading, text=heading in AS_TEXT) for heading in HEADINGS]
    write_workbook(path, [SheetRows("花名册", columns, _rows(people))])


def _rows(people: int) -> Iterator[Sequence[object]]:
    chosen = random.Random(SEED)  # noqa: S311 - invented people, not secrets
    villages = _villages()
    for place, (name, _key, _initials) in enumerate(invented_names(people, SEED)):
        number = make_id_number("529999", FIRST_BIRTH + dt.timedelta(place % BIRTHS), 1 + place // BIRTHS)
        township, village = chosen.choice(villages)
        head = chosen.choice(SURNAMES) + "".join(chosen.choices(GIVEN, k=2))
        yield (
            name, number, "男" if int(number[16]) % 2 else "女", chosen.choice(ETHNIC), chosen.choice(EDUCATION),
            f"13{chosen.randrange(10**9):09d}", township, village, f"{chosen.randrange(1, 10)}组", head,
            chosen.choice(("户主", "配偶", "子", "女")), chosen.choice(GROUPS), chosen.choice(STATUS), chosen.choice(SKILLS),
            chosen.choice(INTENTION), chosen.choice(SKILLS), chosen.choice(WAGES), _card(chosen.randrange(10**12)), "农村信用社",
            f"2025-{chosen.randrange(1, 13):02d}-{chosen.randrange(1, 29):02d}", "",
        )  # fmt: skip


def _villages() -> list[tuple[str, str]]:
    """(township, village) names of the own county."""
    townships = dict(children_of(root_division()))
    return [(townships[code[:9]], name) for code, name in villages_of(root_division())]


def _card(number: int) -> str:
    """A card number of a bank that never issued it, with the right last digit (Luhn)."""
    body = f"621799{number:012d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the sum of its digits
    return f"{body}{-total % 10}"
