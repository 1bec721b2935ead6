"""Rosters as townships send them, made up row by row from a seed, with what an import must find in them.

A roster is a list of ``Line``s; ``written`` lays them out over sheets, one a township, and untidies them: titles above the
headings, other spellings of headings, merged villages, short township names, full-width digits, blanks, dates in several
spellings, totals and signatures, people listed twice, and lines that must be refused.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from core.formats.identity import make_id_number
from tests.workers.village_lists import villages

HEADINGS = (
    "姓名", "身份证号码", "性别", "民族", "文化程度", "联系电话", "乡镇", "村", "组", "户主姓名", "与户主关系", "人员类别",
    "就业状态", "期望月薪", "意向工种", "社保卡号", "开户银行", "走访日期", "备注",
)  # fmt: skip
SPELLINGS = {
    "身份证号码": ("身份证号码", "身份证号", "公民身份号码", "身份证", "身份证 号码*"),
    "联系电话": ("联系电话", "电话", "手机号码", "联系方式"),
    "村": ("村", "村（社区）", "行政村", "所在\n村"),
    "文化程度": ("文化程度", "学历"),
    "人员类别": ("人员类别", "人员类型", "人员属性"),
    "意向工种": ("意向工种", "培训需求"),
    "期望月薪": ("期望月薪", "期望月工资"),
    "社保卡号": ("社保卡号", "银行卡号", "社保卡（一卡通）账号"),
    "开户银行": ("开户银行", "开户行"),
    "走访日期": ("走访日期", "登记日期"),
}
SURNAMES = "王李张刘陈杨赵黄周吴单仇曾任"
GIVEN = "伟芳敏静丽强军勇艳杰涛明超霞平刚英华兰春梅"
GROUPS = ("", "", "脱贫人口", "易地搬迁", "脱贫人口、易地搬迁", "监测对象，残疾人", "一般")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
DATES = (
    "{0:%Y-%m-%d}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}/{0.month}/{0.day}",
    "{0:%Y}年{0.month}月{0.day}日",
    "{0:%Y%m%d}",
)


@dataclass(frozen=True)
class Line:
    """One person of a roster, with the village's code beside its words."""

    cells: dict = field(default_factory=dict)
    village: str = ""

    def with_cells(self, **changes):
        return replace(self, cells={**self.cells, **changes})


@dataclass
class Expected:
    """What a check must find."""

    accepted: int = 0
    repeated: int = 0
    refused: list = field(default_factory=list)


def people(count, seed):
    """Lines of ``count`` persons, each with an ID number of their own."""
    rng, seen, lines = random.Random(seed), set(), []
    places = villages()
    while len(lines) < count:
        number = make_id_number(
            "529999", date(rng.randint(1962, 2006), rng.randint(1, 12), rng.randint(1, 28)), rng.randint(1, 999)
        )
        if number in seen:
            continue
        seen.add(number)
        township, code, village = rng.choice(places)
        name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))
        lines.append(Line(_cells(rng, name, number, township, village), code))
    return lines


def _cells(rng, name, number, township, village):
    return {
        "姓名": name,
        "身份证号码": number,
        "性别": "男" if int(number[16]) % 2 else "女",
        "民族": rng.choice(("汉族", "苗族", "彝族")),
        "文化程度": rng.choice(("小学", "初中", "高中")),
        "联系电话": f"13{rng.randint(0, 10**9 - 1):09d}",
        "乡镇": township,
        "村": village,
        "组": f"{rng.randint(1, 4)}组",
        "户主姓名": name[0] + rng.choice(GIVEN),
        "与户主关系": rng.choice(("户主", "配偶", "子")),
        "人员类别": rng.choice(GROUPS),
        "就业状态": rng.choice(("省外务工", "省内务工", "未就业", "")),
        "期望月薪": rng.choice(("", 4500, "5,000", "0.6万元")),
        "意向工种": rng.choice(("", "焊工", "育婴员")),
        "社保卡号": "6217000000000000004",
        "开户银行": rng.choice(("农村信用社", "邮储银行")),
        "走访日期": date(2025, rng.randint(1, 6), rng.randint(1, 28)),
        "备注": "",
    }


def tidy(path, lines, headings=HEADINGS):
    """One sheet, one row a line, as a program would write it."""
    book = Workbook()
    sheet = book.active
    sheet.title = "劳动力花名册"
    sheet.append(headings)
    for line in lines:
        sheet.append([line.cells.get(heading, "") for heading in headings])
    book.save(path)
    return Path(path)


def messy(path, lines, seed):
    """Lay the lines out as offices do; what must be found in the file."""
    rng, book, expected = random.Random(seed), Workbook(), Expected()
    book.active.title = "填表说明"
    book.active.append(["1. 请将身份证号设置为文本格式。"])
    for township in dict.fromkeys(line.cells["乡镇"] for line in lines):
        members = sorted((line for line in lines if line.cells["乡镇"] == township), key=lambda line: line.village)
        _sheet(book.create_sheet(_short(township)), members, rng, expected)
    book.save(path)
    return expected


def _short(township):
    return township.replace("苗族", "").replace("彝族", "")


def _sheet(sheet, members, rng, expected):
    columns = [heading for heading in HEADINGS if heading != "乡镇"]
    sheet.append([f"{sheet.title}2025年农村劳动力资源登记表"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns) + 1)
    sheet.append([f"填报单位（盖章）：{sheet.title}人民政府", "", "填报日期：2025年6月"])
    sheet.append(["序号", *(rng.choice(SPELLINGS.get(heading, (heading,))) for heading in columns)])
    village, first = "", 0
    for order, line in enumerate(members, 1):
        cells, reason = _spoilt(rng, line)
        row = [order, *(cells[heading] for heading in columns)]
        place = columns.index("村") + 2
        if reason == "division_unknown":
            _merge(sheet, place, first, sheet.max_row)
            village, first = "", 0
        elif line.village == village:
            row[place - 1] = None
        else:
            _merge(sheet, place, first, sheet.max_row)
            village, first = line.village, sheet.max_row + 1
        sheet.append(row)
        if reason:
            expected.refused.append((sheet.title, sheet.max_row, reason))
            continue
        expected.accepted += 1
        if rng.random() < 0.04:
            sheet.append(row)
            expected.repeated += 1
        if rng.random() < 0.03:
            sheet.append(["小计", "", f"{order}人"])
    _merge(sheet, columns.index("村") + 2, first, sheet.max_row)
    sheet.append(["合计", f"{len(members)}人"])
    sheet.append(["制表人：王某", "", "审核人："])


def _merge(sheet, column, first, last):
    if first and last > first:
        sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)


def _spoilt(rng, line):
    """The line's cells untidied, and the code it must be refused with, "" for none."""
    cells = {**line.cells, "走访日期": rng.choice(DATES).format(line.cells["走访日期"])}
    draw = rng.random()
    place = int(draw * 100)
    if place < len(SPOILERS):
        heading, code, spoil = SPOILERS[place]
        cells[heading] = spoil(rng, line.cells[heading])
        return cells, code
    number, phone = cells["身份证号码"], cells["联系电话"]
    cells["姓名"] = rng.choice((" ", "", "　")).join(cells["姓名"])
    cells["身份证号码"] = rng.choice((number, f"'{number}", f" {number}", number.lower(), number.translate(FULL_WIDTH)))
    cells["联系电话"] = rng.choice((phone, float(phone), phone.translate(FULL_WIDTH)))
    return cells, ""


def _wrong_check(_rng, number):
    # Never 000 at the end: a wrong number ending so was rounded (formats.md §1).
    return number[:17] + ("1" if number[17] != "1" else "2")


# One line of a hundred each: heading, code of the refusal, what becomes of the cell.
SPOILERS = (
    ("身份证号码", "id_checksum", _wrong_check),
    ("身份证号码", "id_rounded", lambda _rng, number: float(f"{number[:15]}000")),
    ("身份证号码", "id_rounded", lambda _rng, number: f"{number[0]}.{number[1:4]}E+17"),
    ("身份证号码", "id_length", lambda rng, number: number[: rng.choice((15, 17))]),
    ("身份证号码", "id_birth_date", lambda _rng, number: f"{number[:10]}1340{number[14:]}"),
    ("身份证号码", "required", lambda _rng, _number: ""),
    ("姓名", "name_missing", lambda rng, _name: rng.choice(("", "——", "12"))),
    ("期望月薪", "number", lambda rng, _wage: rng.choice(("面议", "4000-5000", "-3000"))),
    ("就业状态", "choice", lambda _rng, _status: "不知道"),
    ("走访日期", "date", lambda rng, _day: rng.choice(("2025年6月", "25.6.1", "2099-01-01"))),
    ("村", "division_unknown", lambda _rng, _village: "没有村"),
)
